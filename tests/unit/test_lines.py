from datetime import datetime, time, timedelta
from typing import Any

from waihu.bus import Bus
from waihu.dialer.line_health import CallResult, DrainReason
from waihu.services.lines import Lines, Trunk
from waihu.testing.factories import NOON, a_call, a_campaign
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.events import CallChanged
from waihu_models.line_group import LineGroup, LineKind, LineWindow


class Clock:
    def __init__(self) -> None:
        self.at_s = 0.0

    def monotonic(self) -> float:
        return self.at_s


def used(bus: Bus, trunk: str, count: int) -> None:
    for _ in range(count):
        bus.publish(CallChanged(a_call(trunk=trunk), None))


def test_the_idlest_trunk_is_taken_first_and_a_full_one_never() -> None:
    bus, clock = Bus(), Clock()
    lines = Lines(tuple(Trunk(name, max_lines=10, calls_per_s=100) for name in ("a", "b", "c")), bus, clock)
    used(bus, "a", 9)
    used(bus, "b", 5)
    used(bus, "c", 2)
    taken = lines.take(a_campaign(trunk=""))
    assert taken is not None
    assert taken.name == "c"
    assert lines.free(a_campaign(trunk="")) == 14
    used(bus, "c", 8)
    used(bus, "b", 5)
    used(bus, "a", 1)
    assert lines.take(a_campaign(trunk="")) is None


def test_a_campaign_with_a_trunk_of_its_own_takes_no_other() -> None:
    lines = Lines((Trunk("a", max_lines=1), Trunk("b", max_lines=9)), Bus(), Clock())
    taken = lines.take(a_campaign(trunk="a"))
    assert taken is not None
    assert taken.name == "a"
    assert lines.take(a_campaign(trunk="nowhere")) is None


def test_the_rate_of_a_trunk_is_kept_and_comes_back_with_time() -> None:
    clock = Clock()
    lines = Lines((Trunk("a", max_lines=99, calls_per_s=2.0),), Bus(), clock)
    campaign = a_campaign(trunk="a")
    assert lines.take(campaign) is not None
    assert lines.take(campaign) is None, "two a second: the next in half a second"
    clock.at_s += 0.5
    assert lines.budget(campaign) == 1
    assert lines.take(campaign) is not None


def test_numbers_are_spelt_as_the_carrier_wants_them() -> None:
    assert Trunk("a").spell("+441632960000") == "+441632960000"
    assert Trunk("a", strip_plus=True, dial_prefix="00").spell("+441632960000") == "00441632960000"


# ---- groups, quality, rules ----------------------------------------------------------------------------------------


class WallClock(Clock):
    def __init__(self, now: datetime = NOON) -> None:
        super().__init__()
        self.noon = now

    def now(self) -> datetime:
        return self.noon + timedelta(seconds=self.at_s)


def facts(number: str = "+441632960001", **more: Any) -> CallFacts:
    return CallFacts(direction="outbound", number=number, **more)


def three(clock: Clock, bus: Bus | None = None) -> Lines:
    return Lines(tuple(Trunk(name, max_lines=10, calls_per_s=100) for name in ("a", "b", "c")), bus or Bus(), clock)


ANY = a_campaign(trunk="")


def test_of_lines_that_are_equally_idle_the_better_one_is_taken_and_then_the_cheaper_one() -> None:
    clock = WallClock()
    lines = three(clock)
    for result in [CallResult.CARRIED] * 40 + [CallResult.FAILED] * 3:
        lines.health["a"].ended(0.0, result)
    costs = {"b": 0.09, "c": 0.01}
    lines.group([LineGroup(name=f"of_{name}", trunks=(name,), cost_per_min=cost) for name, cost in costs.items()])
    taken = lines.take(ANY, facts())
    assert taken is not None
    assert taken.name == "c"


def test_a_group_is_chosen_by_rule_and_one_that_is_full_makes_the_call_wait() -> None:
    bus, clock = Bus(), WallClock()
    lines = three(clock, bus)
    lines.group([LineGroup(name="mobile", kind=LineKind.GATEWAY_4G, trunks=("b",), capacity=2)])
    lines.route = lambda f: RouteDecision(kind=RouteKind.LINE_GROUP, target="mobile") if f.level == "A" else None
    used(bus, "b", 1)
    taken = lines.take(ANY, facts(level="A"))
    assert taken is not None
    assert taken.name == "b", "though others are idler"
    used(bus, "b", 1)
    assert lines.take(ANY, facts(level="A")) is None
    assert lines.take(ANY, facts(level="B")) is not None
    assert lines.free(ANY) == 20, "b has eight lines left, its group none"


def test_a_rule_that_names_no_group_there_is_or_fails_leaves_the_choice_to_the_lines() -> None:
    lines = three(WallClock())
    lines.group([LineGroup(name="mobile", trunks=("b",))])
    lines.route = lambda _: RouteDecision(kind=RouteKind.LINE_GROUP, target="nowhere")
    assert lines.take(ANY, facts()) is not None

    def fails(_: CallFacts) -> RouteDecision:
        raise ZeroDivisionError

    lines.route = fails
    assert lines.take(ANY, facts()) is not None


def test_a_group_takes_only_numbers_it_leads_to_and_only_in_its_hours() -> None:
    clock = WallClock()  # a Monday, 12:00 in London
    lines = three(clock)
    office = LineWindow(frozenset(range(1, 6)), time(9), time(13))
    lines.group(
        [LineGroup(name="uk", trunks=("a", "b", "c"), prefixes=("+44",), windows=(office,), zone="Europe/London")]
    )
    assert lines.take(ANY, facts("+8613800138000")) is None
    assert lines.take(ANY, facts("+441632960001")) is not None
    clock.at_s += 3601
    assert lines.take(ANY, facts("+441632960001")) is None
    assert (lines.free(ANY), lines.budget(ANY)) == (0, 0)


def test_hours_that_end_after_midnight_belong_to_the_day_they_begin_on() -> None:
    night = LineWindow(frozenset({7}), time(22), time(6))  # Sunday night
    assert night.holds(datetime(2026, 11, 22, 23, 0))  # noqa: DTZ001 -- the group's own time
    assert night.holds(datetime(2026, 11, 23, 5, 59))  # noqa: DTZ001
    assert not night.holds(datetime(2026, 11, 23, 6, 0))  # noqa: DTZ001
    assert not night.holds(datetime(2026, 11, 23, 22, 30))  # noqa: DTZ001


def test_the_rate_of_a_group_holds_for_all_its_lines_together() -> None:
    clock = WallClock()
    lines = three(clock)
    lines.group([LineGroup(name="slow", trunks=("a", "b", "c"), calls_per_s=2.0)])
    assert lines.budget(ANY) == 1
    assert lines.take(ANY) is not None
    assert lines.take(ANY) is None
    lines.group([LineGroup(name="slow", trunks=("a", "b", "c"), calls_per_s=2.0, capacity=9)])
    assert lines.take(ANY) is None, "a change gives nobody another call"
    clock.at_s += 0.5
    assert lines.take(ANY) is not None


def test_the_caller_id_set_of_a_group_goes_with_its_lines_and_leaves_with_it() -> None:
    lines = three(WallClock())
    lines.group([LineGroup(name="uk", trunks=("a",), caller_id_set="mobile-numbers")])
    assert lines.take_on("a").caller_id_set == "mobile-numbers"
    assert lines.take_on("b").caller_id_set == ""
    lines.group([])
    assert lines.take_on("a").caller_id_set == ""


def test_a_campaign_may_name_a_group_as_its_line() -> None:
    lines = three(WallClock())
    lines.group([LineGroup(name="pair", trunks=("a", "b"))])
    assert "pair" in lines.names
    names = {taken.name for _ in range(6) if (taken := lines.take(a_campaign(trunk="pair"), facts())) is not None}
    assert names <= {"a", "b"}
    assert lines.free(a_campaign(trunk="pair")) == 20


def test_a_drained_trunk_is_taken_only_where_there_is_no_other() -> None:
    lines = three(WallClock())
    for name in ("a", "b"):
        lines.health[name].drain(0.0, DrainReason.FAILING)
    assert {taken.name for _ in range(8) if (taken := lines.take(ANY)) is not None} == {"c"}
    assert lines.free(ANY) == 10
    pinned = lines.take(a_campaign(trunk="a"))
    assert pinned is not None
    assert pinned.name == "a"
    assert lines.take(ANY, without=("c",)) is not None


def test_a_trunk_on_trial_gets_a_small_share_though_it_is_the_idlest() -> None:
    bus, clock = Bus(), WallClock()
    lines = three(clock, bus)
    used(bus, "b", 5)
    used(bus, "c", 5)
    lines.health["a"].drain(0.0, DrainReason.FAILING)
    lines.health["a"].try_again(0.0)
    taken = []
    for _ in range(60):
        clock.at_s += 0.3
        taken.append(lines.take(ANY))
    assert 4 <= sum(trunk is not None and trunk.name == "a" for trunk in taken) <= 7


def test_of_groups_ten_fifty_and_eighty_percent_idle_the_third_is_used() -> None:
    bus, clock = Bus(), WallClock()
    lines = three(clock, bus)
    lines.group([LineGroup(name=f"group_{name}", trunks=(name,)) for name in ("a", "b", "c")])
    for name, busy in (("a", 9), ("b", 5), ("c", 2)):
        used(bus, name, busy)
    taken = lines.take(ANY, facts())
    assert taken is not None
    assert taken.name == "c"
