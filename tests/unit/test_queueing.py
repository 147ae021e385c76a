"""Who gets whom."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.routing.queueing import Taker, Waiter, in_order, match, places
from waihu.testing.factories import NOON, an_agent
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.ids import AgentId, CampaignId
from waihu_models.queue import Abilities, Queue, SkillNeed, Strategy

SPRING, AUTUMN = CampaignId("spring"), CampaignId("autumn")
SALES, CARE = Queue(name="sales"), Queue(name="care")
BOTH = Abilities(queues=frozenset({"sales", "care"}))


def ready(name: str, idle_s: float = 10.0, **changes: Any) -> Agent:
    facts = {"state": AgentState.AVAILABLE, "leg_joined": True, "state_since": NOON - timedelta(seconds=idle_s)}
    return an_agent(name, **{**facts, **changes})


def taker(name: str, idle_s: float = 10.0, *, able: Abilities = BOTH, calls: int = 0, **changes: Any) -> Taker:
    return Taker(ready(name, idle_s, **changes), able, calls)


def caller(name: str, waits_s: float = 10.0, queue: Queue | None = SALES, **facts: Any) -> Waiter:
    return Waiter(id=name, since=NOON - timedelta(seconds=waits_s), queue=queue, **facts)


def called(name: str, campaign: CampaignId | None = SPRING, patience_s: float = 2.0) -> Waiter:
    """Somebody of a list who has answered."""
    return Waiter(id=name, since=NOON + timedelta(seconds=patience_s), campaign_id=campaign)


def who(waiting: Sequence[Waiter], takers: Sequence[Taker], seed: int = 1) -> dict[str, str]:
    return {waiter.id: agent.id for waiter, agent in match(waiting, takers, Random(seed))}


# ---- of no queue -----------------------------------------------------------------------------------------------------


def test_the_agent_who_has_been_available_longest_takes_the_call() -> None:
    takers = [taker("short", 5), taker("long", 50), taker("middle", 20)]
    assert who([called("c")], takers) == {"c": "long"}


def test_of_agents_available_since_the_same_moment_always_the_same_one_is_chosen() -> None:
    takers = [taker("b"), taker("a"), taker("c")]
    assert [who([called("c")], order) for order in (takers, takers[::-1])] == [{"c": "a"}, {"c": "a"}]


@pytest.mark.parametrize("state", [state for state in AgentState if state is not AgentState.AVAILABLE])
def test_only_an_available_agent_takes_calls(state: AgentState) -> None:
    assert who([called("c")], [taker("busy", state=state)]) == {}


def test_a_nailed_up_agent_must_hear_the_bridge_and_an_on_hook_one_need_not() -> None:
    assert who([called("c")], [taker("deaf", leg_joined=False)]) == {}
    assert who([called("c")], [taker("on-hook", leg_joined=False, mode=PhoneMode.ON_HOOK)]) == {"c": "on-hook"}


@pytest.mark.parametrize(("agents_campaign", "call_s_campaign", "takes"), [
    (None, SPRING, True),
    (SPRING, SPRING, True),
    (AUTUMN, SPRING, False),
    (AUTUMN, None, True),
    (None, None, True),
])  # fmt: skip
def test_agents_take_the_calls_of_their_campaign(
    agents_campaign: CampaignId | None, call_s_campaign: CampaignId | None, takes: bool
) -> None:
    assert bool(who([called("c", call_s_campaign)], [taker("agent1", campaign_id=agents_campaign)])) is takes


def test_nobody_there_means_nobody_chosen() -> None:
    assert who([called("c")], []) == {}
    assert who([], [taker("a")]) == {}


def test_people_called_are_served_by_whose_patience_ends_first() -> None:
    waiting = [called("last", patience_s=5), called("soon", patience_s=1), called("later", patience_s=2)]
    assert [waiter.id for waiter in in_order(waiting)] == ["soon", "later", "last"]


# ---- queues and skills -----------------------------------------------------------------------------------------------


def test_callers_of_a_queue_get_agents_who_belong_to_it_and_have_its_skills() -> None:
    french = Queue(name="sales", skills=(SkillNeed("french", 5),))
    weak = Abilities(queues=frozenset({"sales"}), skills={"french": 4})
    stranger = Abilities(queues=frozenset({"care"}), skills={"french": 9})
    fluent = Abilities(queues=frozenset({"sales"}), skills={"french": 5})
    takers = [taker("none", 90, able=Abilities()), taker("weak", 50, able=weak), taker("stranger", 40, able=stranger)]
    assert who([caller("c", queue=french)], takers) == {}
    assert who([caller("c", queue=french)], [*takers, taker("fluent", 1, able=fluent)]) == {"c": "fluent"}


def test_priority_comes_first_and_then_who_waits_longest() -> None:
    urgent = Queue(name="care", priority=10)
    waiting = [
        caller("sales, long", 90), caller("sales, gold", 5, priority=50), caller("care", 1, queue=urgent),
        caller("care, low", 60, queue=urgent, priority=200),
    ]  # fmt: skip
    assert [w.id for w in in_order(waiting)] == ["care", "care, low", "sales, gold", "sales, long"]
    for count in range(5):
        got = who(waiting, [taker(f"a{k}", k) for k in range(count)])
        assert set(got) == {w.id for w in in_order(waiting)[:count]}


def test_places_count_within_each_queue() -> None:
    waiting = [
        caller("b", 5),
        caller("a", 9),
        caller("gold", 1, priority=1),
        caller("x", 3, queue=CARE),
        called("list"),
    ]
    assert places(waiting) == {"gold": 1, "a": 2, "b": 3, "x": 1}


def test_callers_in_queues_come_before_people_of_the_list_for_blended_agents() -> None:
    assert who([called("list"), caller("caller", 0.1)], [taker("blended")]) == {"caller": "blended"}
    got = who([called("list"), caller("caller", 0.1)], [taker("blended", 5), taker("other", 1)])
    assert got == {"caller": "blended", "list": "other"}


def test_agents_of_no_queue_take_people_of_the_list_while_callers_wait() -> None:
    assert who([called("list"), caller("caller")], [taker("outbound", able=Abilities())]) == {"list": "outbound"}


def test_agents_who_are_not_blended_take_no_list_calls() -> None:
    inbound_only = Abilities(queues=frozenset({"sales"}), blended=False)
    assert who([called("list")], [taker("a", able=inbound_only)]) == {}
    assert who([caller("caller")], [taker("a", able=inbound_only)]) == {"caller": "a"}
    assert who([called("nobody's", None)], [taker("a", able=inbound_only)]) == {"nobody's": "a"}


# ---- strategies ------------------------------------------------------------------------------------------------------


def test_the_strategy_of_the_queue_says_which_agent() -> None:
    def has(level: int) -> Abilities:
        return Abilities(queues=frozenset({"sales"}), skills={"sell": level})

    takers = [
        taker("idle", 90, able=has(1), calls=9),
        taker("fresh", 20, able=has(2), calls=0),
        taker("expert", 5, able=has(9), calls=4),
    ]
    chosen = {
        strategy: who([caller("c", queue=Queue(name="sales", strategy=strategy, skills=(SkillNeed("sell"),)))], takers)
        for strategy in Strategy
    }
    assert chosen[Strategy.LONGEST_IDLE] == {"c": "idle"}
    assert chosen[Strategy.FEWEST_CALLS] == {"c": "fresh"}
    assert chosen[Strategy.SKILL_RANK] == {"c": "expert"}
    assert chosen[Strategy.STICKY] == {"c": "idle"}


def test_random_draws_everybody_in_the_long_run() -> None:
    lot = Queue(name="sales", strategy=Strategy.RANDOM)
    takers = [taker(name, k) for k, name in enumerate("abcd")]
    drawn = [who([caller("c", queue=lot)], takers, seed)["c"] for seed in range(400)]
    assert all(60 < drawn.count(name) < 140 for name in "abcd")


def test_equal_ones_of_a_strategy_are_told_apart_by_who_has_been_available_longest() -> None:
    fewest = Queue(name="sales", strategy=Strategy.FEWEST_CALLS)
    assert who([caller("c", queue=fewest)], [taker("short", 1), taker("long", 9)]) == {"c": "long"}


def test_a_wanted_agent_alone_gets_the_caller_whatever_their_queues() -> None:
    wanted = caller("c", wanted=AgentId("own"))
    assert who([wanted], [taker("other", 99)]) == {}
    assert who([wanted], [taker("other", 99), taker("own", 1, able=Abilities())]) == {"c": "own"}
    assert who([wanted], [taker("own", state=AgentState.TALKING)]) == {}


# ---- several at once -------------------------------------------------------------------------------------------------


def test_nobody_waits_who_could_be_served_because_others_chose_first() -> None:
    only_sales = Abilities(queues=frozenset({"sales"}))
    takers = [taker("both", 90), taker("sales", 10, able=only_sales)]
    assert who([caller("first", 9), caller("second", 5, queue=CARE)], takers) == {"first": "sales", "second": "both"}


def test_among_equals_the_sum_counts_and_who_has_priority_chooses_first() -> None:
    strategy, need = Strategy.SKILL_RANK, {"sales": SkillNeed("a"), "care": SkillNeed("b")}
    one, two = (Queue(name=name, strategy=strategy, skills=(need[name],)) for name in ("sales", "care"))
    queues = frozenset({"sales", "care"})
    takers = [
        taker("x", 9, able=Abilities(queues=queues, skills={"a": 9, "b": 9})),
        taker("y", 8, able=Abilities(queues=queues, skills={"a": 8, "b": 1})),
        taker("z", 7, able=Abilities(queues=queues, skills={"a": 1, "b": 2})),
    ]
    # x is the best for both; y is nearly as good for the first, and bad for the second.
    assert who([caller("1", 9, queue=one), caller("2", 5, queue=two)], takers) == {"1": "y", "2": "x"}
    assert who([caller("1", 9, queue=one, priority=5), caller("2", 5, queue=two)], takers) == {"1": "x", "2": "z"}


def test_of_equals_the_first_gets_who_has_been_available_longest() -> None:
    waiting = [caller("b", 5), caller("a", 9), caller("c", 1)]
    takers = [taker("x", 1), taker("y", 30), taker("z", 10)]
    assert who(waiting, takers) == {"a": "y", "b": "z", "c": "x"}


_some_queues = [
    Queue(name=name, strategy=strategy, priority=priority, skills=skills)
    for name, strategy, priority, skills in (
        ("q0", Strategy.LONGEST_IDLE, 100, ()),
        ("q1", Strategy.SKILL_RANK, 100, (SkillNeed("s", 3),)),
        ("q2", Strategy.FEWEST_CALLS, 50, ()),
        ("q3", Strategy.RANDOM, 100, ()),
    )
]


@given(st.randoms(use_true_random=False), st.integers(0, 7), st.integers(0, 7))
def test_order_is_kept_and_nobody_free_is_left_while_somebody_waits(dice: Random, callers: int, agents: int) -> None:
    waiting = [caller(f"c{k}", dice.randint(0, 50), queue=dice.choice(_some_queues)) for k in range(callers)]
    takers = [
        taker(
            f"a{k}", dice.randint(0, 50), calls=dice.randint(0, 3),
            able=Abilities(
                queues=frozenset(q.name for q in _some_queues if dice.random() < 0.5), skills={"s": dice.randint(1, 5)}
            ),
        )
        for k in range(agents)
    ]  # fmt: skip
    pairs = match(waiting, takers, dice)
    got = {waiter.id: agent.id for waiter, agent in pairs}
    able = {one.agent.id: one for one in takers}
    assert len(set(got.values())) == len(got) == len(pairs)
    assert all(able[AgentId(agent.id)].takes(waiter) for waiter, agent in pairs)
    for waiter in waiting:
        if waiter.id in got:
            continue
        for one in takers:
            if one.takes(waiter):  # taken, by somebody who comes before
                holder = next(w for w in waiting if got.get(w.id) == one.agent.id)
                assert holder.order < waiter.order
