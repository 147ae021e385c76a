"""Which number is chosen, and how numbers move between their states."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.caller_id_life import active, after_period, rested, when_due
from waihu.dialer.caller_ids import choose, day_start, has_any, nearness, next_day
from waihu.testing.factories import NOON
from waihu_models.caller_id import (
    CallerIdSet,
    CallerIdSetId,
    NoCallerId,
    NumberState,
    OwnNumber,
    StateReason,
    Tally,
    Usage,
    Watch,
)
from waihu_models.phone import E164

SET = CallerIdSetId("1" * 32)
CALLEE = E164("+12125550123")
NEW_YORK, NEW_YORK_2, FLORIDA = E164("+12125550100"), E164("+12125550101"), E164("+13055550100")
LONDON, TORONTO = E164("+442079460001"), E164("+14165550100")
TOMORROW = datetime(2026, 11, 24, tzinfo=UTC)


def own(number: str, **changes: Any) -> OwnNumber:
    return replace(OwnNumber(number_e164=E164(number), set_id=SET, owned_since=date(2026, 1, 1), since=NOON), **changes)


def a_set(*numbers: OwnNumber | E164, **changes: Any) -> CallerIdSet:
    made = CallerIdSet(id=SET, name="us", zone="Europe/London", judged_until=NOON, cap_per_day=10)
    members = tuple(one if isinstance(one, OwnNumber) else own(one) for one in numbers)
    return replace(made, numbers=members, **changes)


# ---- near ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "near"), [
    (NEW_YORK, CALLEE, 2), (FLORIDA, CALLEE, 1), (TORONTO, CALLEE, 0), (LONDON, CALLEE, 0),
    ("+442079460001", "+442079460999", 2), ("+441632960001", "+441632960999", 2),
    ("+442079460001", "+441632960999", 1),
    ("+861000000000", "+861000000009", 2), ("+861000000000", "+862160000000", 1),
    ("+861000000000", "+8613800138000", 1),
])  # fmt: skip
def test_the_same_area_is_nearest_then_the_same_country(one: str, other: str, near: int) -> None:
    assert nearness(E164(one), E164(other)) == near


def test_local_presence_comes_before_a_number_that_was_used_less() -> None:
    chosen = choose(a_set(LONDON, FLORIDA, NEW_YORK), CALLEE, NOON, {NEW_YORK: Usage(9)})
    assert chosen == NEW_YORK


def test_of_equally_near_numbers_that_with_the_fewest_calls_today_is_chosen_then_the_lowest() -> None:
    pair = a_set(NEW_YORK_2, NEW_YORK)
    assert choose(pair, CALLEE, NOON, {NEW_YORK: Usage(3), NEW_YORK_2: Usage(2)}) == NEW_YORK_2
    assert choose(pair, CALLEE, NOON, {NEW_YORK: Usage(2), NEW_YORK_2: Usage(2)}) == NEW_YORK


def test_a_number_at_its_cap_gives_way_to_one_further_away() -> None:
    both = a_set(NEW_YORK, FLORIDA)
    assert choose(both, CALLEE, NOON, {NEW_YORK: Usage(10)}) == FLORIDA


# ---- none ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("only", "used", "why", "again_at"), [
    (own(NEW_YORK), Usage(10), "1 used up for today", TOMORROW),
    (own(NEW_YORK, state=NumberState.RESTED), Usage(), "1 rested", None),
    (own(NEW_YORK, state=NumberState.RESTED, until=NOON + timedelta(hours=1)), Usage(), "1 rested",
     NOON + timedelta(hours=1)),
    (own(NEW_YORK, state=NumberState.QUARANTINED, until=TOMORROW), Usage(), "1 quarantined", TOMORROW),
    (own(NEW_YORK, state=NumberState.TRIAL), Usage(5, 40), "1 on trial", NOON + timedelta(minutes=15)),
    (own(NEW_YORK, owned_since=date(2026, 11, 24)), Usage(), "1 not owned yet", TOMORROW),
])  # fmt: skip
def test_a_number_that_may_not_be_used_says_why_and_until_when(
    only: OwnNumber, used: Usage, why: str, again_at: datetime | None
) -> None:
    usage = {NEW_YORK: used}
    assert choose(a_set(only), CALLEE, NOON, usage) == NoCallerId(why, again_at)
    assert not has_any(a_set(only), NOON, usage)
    assert choose(a_set(only, FLORIDA), CALLEE, NOON, usage) == FLORIDA


def test_the_first_moment_of_any_of_them_counts() -> None:
    soon = NOON + timedelta(minutes=5)
    resting = own(FLORIDA, state=NumberState.RESTED, until=soon)
    found = choose(a_set(NEW_YORK, resting, own(LONDON, state=NumberState.RESTED)), CALLEE, NOON, {NEW_YORK: Usage(10)})
    assert found == NoCallerId("2 rested, 1 used up for today", soon)
    assert choose(a_set(), CALLEE, NOON, {}) == NoCallerId("the set has no numbers")


def test_a_day_is_that_of_the_set_s_zone_also_when_clocks_change() -> None:
    evening = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # 23:30 in London, where summer time ends in that night
    assert next_day("Europe/London", evening) == datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert next_day("Europe/London", next_day("Europe/London", evening)) == datetime(2026, 10, 26, tzinfo=UTC)
    assert day_start("Asia/Shanghai", evening) == datetime(2026, 10, 24, 16, tzinfo=UTC)


numbers = st.sampled_from([NEW_YORK, NEW_YORK_2, FLORIDA, LONDON, TORONTO])
states = st.sampled_from(list(NumberState))


@given(
    st.dictionaries(numbers, st.tuples(states, st.integers(0, 12), st.integers(0, 50))),
    st.sampled_from([CALLEE, E164("+442079460999"), E164("+8613800138000")]),
    st.randoms(use_true_random=False),
)
def test_whatever_is_chosen_is_in_the_set_may_be_used_and_does_not_depend_on_the_order(
    known: dict[E164, tuple[NumberState, int, int]], callee: E164, rng: random.Random
) -> None:
    members = [own(number, state=state) for number, (state, _, _) in known.items()]
    usage = {number: Usage(today, tried) for number, (_, today, tried) in known.items()}
    chosen = choose(a_set(*members), callee, NOON, usage)
    rng.shuffle(members)
    assert choose(a_set(*members), callee, NOON, usage) == chosen
    assert has_any(a_set(*members), NOON, usage) is not isinstance(chosen, NoCallerId)
    if not isinstance(chosen, NoCallerId):
        state, today, tried = known[chosen]
        assert state in {NumberState.ACTIVE, NumberState.TRIAL}
        assert today < 10
        assert state is NumberState.ACTIVE or tried < 40


# ---- states --------------------------------------------------------------------------------------------------------


RULES = a_set(NEW_YORK, quarantine_s=3600.0, trial_calls=40)
BAD, GOOD, OTHERS = Tally(10, 10, 0), Tally(10, 10, 4), Tally(60, 60, 24)


def after(number: OwnNumber, tally: Tally, times: int) -> OwnNumber:
    for _ in range(times):
        number = after_period(number, RULES, tally, OTHERS, NOON)
    return number


def test_a_number_nobody_answers_any_more_is_quarantined_with_the_figures_that_say_so() -> None:
    fallen = after(own(NEW_YORK), BAD, 10)
    assert (fallen.state, fallen.reason) == (NumberState.QUARANTINED, StateReason.ANSWERS_FELL)
    assert fallen.until == NOON + timedelta(hours=1)
    assert (fallen.watch.own.answered, fallen.watch.others.answered * 10) == (0, fallen.watch.others.told * 4)
    assert after(fallen, BAD, 1) is fallen, "what is not used is not judged"


def test_a_number_answered_like_the_others_stays() -> None:
    assert after(own(NEW_YORK), GOOD, 100).state is NumberState.ACTIVE


def test_after_quarantine_a_trial_decides() -> None:
    fallen = after(own(NEW_YORK), BAD, 10)
    assert when_due(fallen, NOON) is fallen
    trial = when_due(fallen, NOON + timedelta(hours=1))
    assert (trial.state, trial.until, trial.watch.own) == (NumberState.TRIAL, None, Tally())
    assert after(trial, GOOD, 3).state is NumberState.TRIAL
    passed, failed = after(trial, GOOD, 4), after(trial, BAD, 4)
    assert (passed.state, passed.reason) == (NumberState.ACTIVE, StateReason.TRIAL_PASSED)
    assert passed.watch == Watch(usual=fallen.watch.usual)
    assert (failed.state, failed.reason) == (NumberState.QUARANTINED, StateReason.TRIAL_FAILED)


def test_a_rest_ends_at_its_moment_or_by_release_only() -> None:
    resting = rested(own(NEW_YORK), NOON + timedelta(days=1), NOON, "ask the carrier")
    assert when_due(resting, NOON + timedelta(hours=23)) is resting
    over = when_due(resting, NOON + timedelta(days=1))
    assert (over.state, over.reason, over.note) == (NumberState.ACTIVE, StateReason.REST_OVER, "")
    for_ever = rested(own(NEW_YORK), None, NOON)
    assert when_due(for_ever, NOON + timedelta(days=999)) is for_ever
    assert after(for_ever, BAD, 50) is for_ever
    assert active(for_ever, StateReason.BY_HAND, NOON).state is NumberState.ACTIVE
