"""The shifts of the benchmark: teams from 3 to 500, answer rates from 9 to 55 %, and what goes wrong in between."""

from waihu.dialer.simulation_world import Pause, Scenario

SCENARIOS: tuple[Scenario, ...] = (
    Scenario("team 3", agents=3, hours=4.0),
    Scenario("team 5", agents=5, hours=4.0),
    Scenario("team 10", agents=10, hours=3.0),
    Scenario("team 10, machines", agents=10, hours=3.0, human=0.17, machine=0.42, amd=True),
    Scenario("team 20", agents=20, hours=2.0),
    Scenario("team 20, 9 % human", agents=20, hours=2.0, human=0.09),
    Scenario("team 20, 17 % human", agents=20, hours=2.0, human=0.17),
    Scenario("team 20, 55 % human", agents=20, hours=2.0, human=0.55),
    Scenario(
        "team 20, answers x3 and back", agents=20, hours=2.0, human=0.17, profile=((0.0, 1.0), (0.7, 3.0), (1.4, 1.0))
    ),
    Scenario("team 20, break together", agents=20, hours=2.0, pauses=(Pause(0.8, 10.0),)),
    Scenario("team 20, coming and going", agents=20, hours=2.0, late=0.4, early=0.4),
    Scenario("team 20, long talk", agents=20, hours=2.0, talk_s=300.0, wrap_s=40.0),
    Scenario("team 20, short talk", agents=20, hours=1.5, talk_s=40.0, wrap_s=10.0),
    Scenario("team 20, 45 lines", agents=20, hours=2.0, human=0.17, channels=45),
    Scenario("team 20, hints twice too high", agents=20, hours=2.0, hint_bias=2.0, hint_spread=0.8),
    Scenario("team 20, machines, no detection", agents=20, hours=2.0, human=0.25, machine=0.15),
    Scenario("team 20, last hour", agents=20, hours=1.0, early=0.3, ends_known=True),
    Scenario("team 20, target 1 %", agents=20, hours=2.0, target=0.01),
    Scenario("team 20, target 0", agents=20, hours=1.0, target=0.0),
    Scenario("team 3, cancel after 15 s", agents=3, hours=4.0, min_ring_s=15.0),
    Scenario("team 10, cancel after 15 s", agents=10, hours=3.0, min_ring_s=15.0),
    Scenario("team 20, cancel after 15 s", agents=20, hours=2.0, min_ring_s=15.0),
    Scenario("team 50", agents=50, hours=1.5, human=0.2),
    Scenario("team 100", agents=100, hours=1.0),
    Scenario("team 200", agents=200, hours=1.0),
    Scenario("team 500", agents=500, hours=0.5),
)
"""Named as in the table of docs/algorithms/pacing.md."""
