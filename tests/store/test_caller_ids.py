"""Caller ids in the store: who owns which number, how calls from it are counted, and what the test makes of them."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from waihu.store.audit import By, first_broken_link, latest
from waihu.store.caller_id_test import MOST_AT_ONCE, is_due, judge, period_start
from waihu.store.caller_ids import (
    add_numbers,
    add_set,
    caller_id_sets,
    change_set,
    release,
    remove_number,
    rest,
    set_named,
    sets_in_use,
    tallies,
)
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call
from waihu_models.call import Call, CallState, Direction
from waihu_models.caller_id import CallerIdSet, CallerIdSetId, NumberState, OwnNumber, StateReason, Tally, Usage
from waihu_models.disposition import STANDARD
from waihu_models.errors import Conflict, NotFound
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

ADA = By("shell:ada", NOON)
OWN = tuple(E164(f"+44163296090{n}") for n in range(4))
FIRST = OWN[0]
QUARTER = timedelta(minutes=15)


async def a_set(store: Store, *numbers: E164, **changes: Any) -> CallerIdSet:
    made = CallerIdSet(id=CallerIdSetId("1" * 32), name="uk", zone="Europe/London", judged_until=NOON)
    await add_set(store, replace(made, **changes), ADA)
    owned = [
        OwnNumber(number_e164=number, set_id=made.id, owned_since=date(2026, 1, 1), since=NOON) for number in numbers
    ]
    await add_numbers(store, owned, ADA)
    return await set_named(store, "uk")


async def the_numbers(store: Store) -> dict[E164, OwnNumber]:
    return {own.number_e164: own for own in (await set_named(store, "uk")).numbers}


def ended(number: E164, outcome: Outcome = Outcome.NO_ANSWER, at: datetime = NOON, **changes: Any) -> Call:
    talk = {"connected_at": at} if outcome is Outcome.ANSWERED else {}
    how = {"state": CallState.ENDED, "ended_at": at, "hung_up_at": at, **talk, **changes}
    return a_call(caller_id=number, outcome=outcome, dialled_at=at, **how)


def some(number: E164, at: datetime, calls: int, answered: int) -> list[Call]:
    outcomes = [Outcome.ANSWERED] * answered + [Outcome.NO_ANSWER] * (calls - answered)
    return [ended(number, outcome, at + timedelta(seconds=n)) for n, outcome in enumerate(outcomes)]


async def kept(store: Store, *calls: Call) -> None:
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    await store.commit(unit)


# ---- sets ----------------------------------------------------------------------------------------------------------


async def test_a_set_comes_back_as_it_was_with_its_numbers_in_order(store: Store) -> None:
    made = await a_set(store, OWN[1], FIRST, cap_per_day=7, quarantine_s=60.0)
    assert [own.number_e164 for own in made.numbers] == [FIRST, OWN[1]]
    assert (made.cap_per_day, made.quarantine_s, made.zone, made.judged_until) == (7, 60.0, "Europe/London", NOON)
    assert await caller_id_sets(store) == [made]
    with pytest.raises(Conflict, match="there is a caller-id set 'uk' already"):
        await add_set(store, made, ADA)
    with pytest.raises(NotFound, match="did you mean uk"):
        await set_named(store, "ukk")


async def test_a_number_belongs_to_one_set_and_all_are_added_or_none(store: Store) -> None:
    made = await a_set(store, FIRST)
    fresh = OwnNumber(number_e164=OWN[1], set_id=made.id, owned_since=date(2026, 1, 1), since=NOON)
    with pytest.raises(Conflict, match=r"\+441632960900 belongs to caller-id set 'uk' already"):
        await add_numbers(store, [fresh, replace(fresh, number_e164=FIRST)], ADA)
    assert set(await the_numbers(store)) == {FIRST}
    await remove_number(store, FIRST, ADA)
    assert not await the_numbers(store)
    with pytest.raises(NotFound):
        await remove_number(store, FIRST, ADA)


async def test_what_people_do_is_audited_with_its_reason(store: Store) -> None:
    await a_set(store, FIRST)
    await rest(store, FIRST, NOON + timedelta(days=1), ADA, "labelled")
    assert (await the_numbers(store))[FIRST].state is NumberState.RESTED
    await release(store, FIRST, ADA, "mended")
    assert (await the_numbers(store))[FIRST].note == "mended"
    assert (await change_set(store, "uk", {"cap_per_day": 5}, ADA)).cap_per_day == 5
    rows = [(row["action"], row["object_id"], row["detail"]) for row in await latest(store, 3)]
    assert rows == [
        ("caller_id.change_set", "uk", "cap_per_day: 100 → 5"),
        ("caller_id.active", FIRST, "rested → active, by_hand, mended"),
        ("caller_id.rested", FIRST, "active → rested, by_hand, labelled, until 2026-11-24T12:00:00+00:00"),
    ]
    assert await first_broken_link(store) is None


# ---- counting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "counts"), [
    (ended(FIRST, Outcome.ANSWERED), Tally(1, 1, 1)), (ended(FIRST, Outcome.ABANDONED, abandoned=True), Tally(1, 1, 1)),
    (ended(FIRST, Outcome.HUNG_UP), Tally(1, 1, 1)), (ended(FIRST, Outcome.MACHINE), Tally(1, 1, 0)),
    (ended(FIRST, Outcome.ANSWERED, disposition=STANDARD["machine"]), Tally(1, 1, 0)),
    (ended(FIRST, Outcome.ANSWERED, disposition=STANDARD["sale"]), Tally(1, 1, 1)),
    (ended(FIRST, Outcome.NO_ANSWER), Tally(1, 1, 0)), (ended(FIRST, Outcome.BUSY), Tally(1, 1, 0)),
    (ended(FIRST, Outcome.REJECTED), Tally(1, 1, 0)), (ended(FIRST, Outcome.UNREACHABLE), Tally(1, 1, 0)),
    (ended(FIRST, Outcome.CANCELLED), Tally(1, 0, 0)), (ended(FIRST, Outcome.CONGESTION), Tally(1, 0, 0)),
    (ended(FIRST, Outcome.INVALID_NUMBER), Tally(1, 0, 0)), (ended(FIRST, Outcome.FAILED), Tally(1, 0, 0)),
    (a_call(caller_id=FIRST, state=CallState.CONNECTED, connected_at=NOON), Tally(1, 1, 1)),
    (a_call(caller_id=FIRST), Tally(1, 0, 0)),
])  # fmt: skip
async def test_only_what_the_callee_s_side_did_tells_of_the_number(store: Store, call: Call, counts: Tally) -> None:
    await kept(store, call, replace(ended(FIRST), direction=Direction.INBOUND), ended(OWN[1]))
    assert await tallies(store, [FIRST], NOON) == {FIRST: counts}
    assert await tallies(store, [FIRST], NOON + timedelta(seconds=1)) == {}


async def test_calls_of_the_set_s_day_count_towards_the_cap_and_those_of_a_trial_towards_it(store: Store) -> None:
    made = await a_set(store, *OWN[:2], zone="Asia/Shanghai", quarantine_s=0.001)
    midnight = datetime.fromisoformat("2026-11-24T00:00+08:00")
    await kept(store, *[ended(FIRST, at=midnight + timedelta(seconds=n)) for n in range(-2, 3)])
    ((one, usage),) = await sets_in_use(store, midnight + timedelta(hours=1))
    assert (one, usage) == (made, {FIRST: Usage(3)})
    with closing(sqlite3.connect(Path(str(store._reading.url.database)))) as connection:
        began = (midnight - timedelta(seconds=1)).astimezone(NOON.tzinfo).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.execute("UPDATE caller_id_number SET state = 'trial', since = ?", (began,))
        connection.commit()
    ((_, usage),) = await sets_in_use(store, midnight + timedelta(hours=1))
    assert usage[FIRST] == Usage(today=3, tried=4)


async def test_counting_reads_nothing_but_the_index(store: Store) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT caller_id, count(*) FROM call WHERE caller_id IN ('a', 'b')"
        " AND direction = 'outbound' AND dialled_at >= '2026' GROUP BY caller_id"
    )
    plan = " ".join(row["detail"] for row in await store.rows(text(query)))
    assert "COVERING INDEX ix_call_caller_id_dialled" in plan


# ---- judging -------------------------------------------------------------------------------------------------------


async def a_bad_morning(store: Store, quarters: int) -> datetime:
    """In each quarter hour ten calls from every number; nobody answers the first one. Return when it was over."""
    for quarter in range(quarters):
        at = NOON + quarter * QUARTER
        await kept(store, *[call for n in OWN for call in some(n, at, 10, 0 if n == FIRST else 4)])
    return NOON + quarters * QUARTER


async def test_a_number_nobody_answers_is_quarantined_then_tried_then_used_again(store: Store) -> None:
    made = await a_set(store, *OWN, trial_calls=20)
    over = await a_bad_morning(store, 5)
    (moved,) = await judge(store, made.id, over + QUARTER)
    fallen = (await the_numbers(store))[FIRST]
    assert moved.now == fallen
    assert (fallen.state, fallen.reason) == (NumberState.QUARANTINED, StateReason.ANSWERS_FELL)
    assert fallen.until is not None
    assert {own.state for own in (await set_named(store, "uk")).numbers[1:]} == {NumberState.ACTIVE}
    assert await judge(store, made.id, fallen.until - timedelta(seconds=1)) == []
    later = period_start(fallen.until) + QUARTER
    await caught_up(store, later)
    assert (await the_numbers(store))[FIRST].state is NumberState.TRIAL
    await kept(store, *[call for n in OWN for call in some(n, later, 20, 8)])
    await caught_up(store, later + 2 * QUARTER)
    passed = (await the_numbers(store))[FIRST]
    assert (passed.state, passed.reason) == (NumberState.ACTIVE, StateReason.TRIAL_PASSED)
    rows = [(row["actor"], row["action"]) for row in reversed(await latest(store, 3))]
    assert rows == [("controller", f"caller_id.{state}") for state in ("quarantined", "trial", "active")]
    details = [row["detail"] for row in await latest(store, 3)]
    assert "active → quarantined, answers_fell, 0 of 40 answered, of the others' 48 of 120, until" in details[2]


async def caught_up(store: Store, now: datetime) -> None:
    for _ in range(20):
        one = await set_named(store, "uk")
        if not is_due(one, now):
            return
        await judge(store, one.id, now)
    raise AssertionError("there is no end of it")


async def test_an_hour_in_which_nobody_answers_any_number_does_no_harm(store: Store) -> None:
    made = await a_set(store, *OWN)
    for quarter in range(8):
        await kept(store, *[call for n in OWN for call in some(n, NOON + quarter * QUARTER, 10, 0)])
    assert await judge(store, made.id, NOON + timedelta(hours=3)) == []


async def test_a_quarter_hour_is_judged_once_and_not_before_its_calls_are_decided(store: Store) -> None:
    made = await a_set(store, *OWN)
    await kept(store, *some(FIRST, NOON, 10, 0), *some(OWN[1], NOON, 10, 4))
    for now, due in ((QUARTER, False), (QUARTER + timedelta(minutes=3), True)):
        assert is_due(await set_named(store, "uk"), NOON + now) is due
    now = NOON + timedelta(minutes=20)
    assert await asyncio.gather(*(judge(store, made.id, now) for _ in range(3))) == [[], [], []]
    judged = await set_named(store, "uk")
    assert judged.judged_until == NOON + QUARTER
    assert judged.numbers[0].watch.own == Tally(10, 10, 0)
    assert judged.numbers[0].watch.score > 0
    assert not is_due(judged, now)


async def test_two_controllers_judge_a_quarter_hour_once_between_them(store: Store, url: str) -> None:
    made = await a_set(store, *OWN)
    over = await a_bad_morning(store, 5)
    other = await Store.open(url)
    try:
        moved = await asyncio.gather(*(judge(one, made.id, over + QUARTER) for one in (store, other)))
    finally:
        await other.close()
    assert sorted(map(len, moved)) == [0, 1]
    assert len([row for row in await latest(store, 20) if row["action"] == "caller_id.quarantined"]) == 1


async def test_a_long_absence_is_judged_piece_by_piece(store: Store) -> None:
    made = await a_set(store, *OWN)
    await judge(store, made.id, NOON + timedelta(days=3))
    assert (await set_named(store, "uk")).judged_until == NOON + MOST_AT_ONCE
    await caught_up(store, NOON + timedelta(days=3))
    assert (await set_named(store, "uk")).judged_until == NOON + timedelta(days=3) - QUARTER


async def test_a_rest_is_over_at_its_moment(store: Store) -> None:
    made = await a_set(store, FIRST)
    await rest(store, FIRST, NOON + timedelta(minutes=1), ADA)
    await judge(store, made.id, NOON + timedelta(seconds=59))
    assert (await the_numbers(store))[FIRST].state is NumberState.RESTED
    await judge(store, made.id, NOON + timedelta(minutes=1))
    assert (await the_numbers(store))[FIRST].reason is StateReason.REST_OVER
