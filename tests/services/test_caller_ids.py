"""Campaigns that call from the numbers of a set: caps, rests, what happens when none is left, and restarts."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import FIRST, World, controller, numbers, some_agents, world

from waihu.services.call_desk import Job
from waihu.store import leads as stored_leads
from waihu.store.audit import By
from waihu.store.caller_ids import add_numbers, add_set, change_set, release, remove_number, rest, set_named
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call
from waihu.testing.virtual_loop import VirtualClock, in_virtual_time
from waihu_models.call import CallState
from waihu_models.caller_id import CallerIdSet, CallerIdSetId, NumberState, OwnNumber
from waihu_models.campaign import DialMode
from waihu_models.errors import Conflict
from waihu_models.events import AlertRaised, LeadRefused
from waihu_models.lead import LeadState, Refusal
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

ADA = By("shell:ada", NOON)
NEAR, ALSO_NEAR, FAR = E164("+441632960900"), E164("+441632960901"), E164("+12125550100")
CALLEE = E164("+441632960200")
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


async def own_numbers(store: Store, *own: E164, name: str = "uk", **rules: Any) -> None:
    standard = {"zone": "Europe/London", "judged_until": NOON, "cap_per_day": 5}
    made = CallerIdSet(id=CallerIdSetId(f"{name:0>32}"), name=name, **{**standard, **rules})
    await add_set(store, made, ADA)
    owned = [OwnNumber(number_e164=n, set_id=made.id, owned_since=date(2026, 1, 1), since=NOON) for n in own]
    await add_numbers(store, owned, ADA)


def shown(w: World) -> Counter[str]:
    """From which numbers how many calls were placed."""
    return Counter(command.caller_id for _, command in w.placed)


def refusals(w: World) -> list[LeadRefused]:
    heard: list[LeadRefused] = []
    w.app.bus.subscribe(LeadRefused, heard.append)
    return heard


@in_virtual_time
async def test_calls_are_made_from_the_nearest_numbers_in_turn_and_from_far_ones_when_these_are_used_up(
    database: Path,
) -> None:
    async with world(database, numbers(12, "02"), agents=3, caller_id_set="uk") as w:
        await own_numbers(w.app.store, NEAR, ALSO_NEAR, FAR)
        await w.app.caller_ids.refresh()
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 12, 60.0)
        assert shown(w) == {NEAR: 5, ALSO_NEAR: 5, FAR: 2}
        decided = [move.call.caller_id for move in w.moves if move.was is None]
        assert decided[10:] == [FAR, FAR]


@in_virtual_time
async def test_without_a_number_left_a_lead_is_put_off_to_the_next_day_and_the_others_wait_untouched(
    database: Path,
) -> None:
    evening = datetime(2026, 11, 23, 23, 59, 40, tzinfo=UTC)
    async with world(database, numbers(40, "02"), agents=1, caller_id_set="uk", start=evening) as w:
        await own_numbers(w.app.store, NEAR)
        await w.app.caller_ids.refresh()
        heard = refusals(w)
        await w.log_in()
        await w.dial()
        await w.after(15.0)
        assert shown(w) == {NEAR: 5}
        assert [(r.refusal, r.again_at) for r in heard] == [(Refusal.CALLER_ID_USED_UP, MIDNIGHT)]
        await w.written()
        lead = await stored_leads.lead_by_id(w.app.store, heard[0].lead_id)
        (past,) = await stored_leads.past_refusals(w.app.store, lead.id, 5)
        assert (past["code"], past["again_at"], lead.next_at) == ("caller_id_used_up", MIDNIGHT, MIDNIGHT)
        assert lead.state is LeadState.NEW
        left = await stored_leads.leads_left(w.app.store, w.campaign.id)
        assert left[LeadState.NEW] == 35
        await w.after(15.0)
        assert shown(w) == {NEAR: 10}, "another day, another five"


@in_virtual_time
async def test_what_people_change_counts_within_a_second(database: Path) -> None:
    busy_after_a_second = numbers(40, "02", ring=2)
    async with world(database, busy_after_a_second, agents=1, caller_id_set="uk") as w:
        store = w.app.store
        await own_numbers(store, NEAR, ALSO_NEAR, cap_per_day=1000)
        await w.app.caller_ids.refresh()
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) >= 4)
        await rest(store, NEAR, None, ADA)
        await w.after(1.1)
        before = shown(w)
        await w.after(3.0)
        assert shown(w)[NEAR] == before[NEAR]
        assert shown(w)[ALSO_NEAR] > before[ALSO_NEAR]
        await remove_number(store, ALSO_NEAR, ADA)
        await w.after(1.1)
        placed = len(w.placed)
        await w.after(3.0)
        assert len(w.placed) == placed < 40
        await release(store, NEAR, ADA)
        await w.until(lambda: len(w.placed) > placed, 3.0)
        assert shown(w).keys() == {NEAR, ALSO_NEAR}


@in_virtual_time
async def test_a_cap_that_is_raised_lets_the_campaign_go_on(database: Path) -> None:
    async with world(database, numbers(30, "02"), agents=1, caller_id_set="uk") as w:
        await own_numbers(w.app.store, NEAR, cap_per_day=2)
        await w.app.caller_ids.refresh()
        await w.log_in()
        await w.dial()
        await w.after(10.0)
        assert len(w.placed) == 2
        await change_set(w.app.store, "uk", {"cap_per_day": 4}, ADA)
        await w.after(10.0)
        assert len(w.placed) == 4


@pytest.mark.parametrize("name", ["nosuch", "uk"])
@in_virtual_time
async def test_a_set_that_is_missing_or_empty_is_never_replaced_by_the_trunk_s_own_number(
    database: Path, name: str
) -> None:
    async with world(database, numbers(40, "02"), agents=1, caller_id_set=name, caller_id="+441632960999") as w:
        await own_numbers(w.app.store)
        await w.app.caller_ids.refresh()
        heard = refusals(w)
        await w.log_in()
        await w.dial()
        await w.after(30.0)
        assert not w.placed
        assert [r.refusal for r in heard] == [Refusal.CALLER_ID_USED_UP]


@in_virtual_time
async def test_a_campaign_without_a_set_shows_what_it_showed_before(database: Path) -> None:
    async with world(database, numbers(3, "02"), agents=1, caller_id="+441632960999") as w:
        await own_numbers(w.app.store, NEAR)
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 3, 30.0)
        assert shown(w) == {"+441632960999": 3}


@in_virtual_time
async def test_after_a_restart_the_calls_of_the_day_count_once_and_those_of_other_campaigns_too(database: Path) -> None:
    async with world(database, numbers(3, "03"), agents=3, caller_id_set="uk", leave_calls=True) as w:
        await own_numbers(w.app.store, NEAR)
        await w.app.caller_ids.refresh()
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 3, 30.0)
        await w.written()
        url, switch, campaign, now = w.url, w.switch, w.campaign, w.now
    async with controller(url, campaign, switch, clock=VirtualClock(now)) as again:
        assert len(again.app.calls) == 3, "adopted"
        for _ in range(2):
            assert again.app.caller_ids.number_for(campaign, CALLEE) == NEAR
            again.app.calls.place(a_call(caller_id=NEAR, dialled_at=again.now, state_since=again.now), Job())
        with pytest.raises(Conflict, match="1 used up for today"):
            again.app.caller_ids.number_for(campaign, CALLEE)


@in_virtual_time
async def test_two_controllers_on_one_store_overrun_a_cap_by_the_calls_of_a_second_at_most(database: Path) -> None:
    async with world(database, agents=0, caller_id_set="uk") as w:
        await own_numbers(w.app.store, NEAR, cap_per_day=5)
        await w.app.caller_ids.refresh()
        unit = Unit()
        for _ in range(5):  # as another controller would have stored them
            unit.save_call(a_call(caller_id=NEAR, dialled_at=w.now, state_since=w.now))
        await w.app.store.commit(unit)
        assert w.app.caller_ids.number_for(w.campaign, CALLEE) == NEAR
        await w.after(1.1)
        with pytest.raises(Conflict, match="1 used up for today"):
            w.app.caller_ids.number_for(w.campaign, CALLEE)


@in_virtual_time
async def test_a_call_that_could_not_be_stored_does_not_count(database: Path) -> None:
    async with world(database, agents=0, caller_id_set="uk") as w:
        await own_numbers(w.app.store, NEAR, cap_per_day=2)
        await w.app.caller_ids.refresh()
        await w.app.store.close()  # from here on nothing can be stored
        for _ in range(4):
            w.app.calls.place(a_call(caller_id=NEAR, dialled_at=w.now, state_since=w.now), Job())
        with pytest.raises(Conflict):
            w.app.caller_ids.number_for(w.campaign, CALLEE)
        await w.after(0.5)
        assert w.app.caller_ids.number_for(w.campaign, CALLEE) == NEAR


@in_virtual_time
async def test_a_preview_without_a_number_left_says_so_and_puts_the_lead_off(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(1), mode=DialMode.PREVIEW, caller_id_set="uk") as w:
        await own_numbers(w.app.store, NEAR, cap_per_day=1)
        await w.app.caller_ids.refresh()
        await w.log_in()
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        await loop.preview(FIRST)
        await rest(w.app.store, NEAR, None, ADA)
        await w.app.caller_ids.refresh()
        with pytest.raises(Conflict, match="no number of this campaign's caller-id set"):
            w.app.preview_call(loop, FIRST)
        assert not w.placed
        await release(w.app.store, NEAR, ADA)
        await w.app.caller_ids.refresh()
        await loop.preview(FIRST)
        w.app.preview_call(loop, FIRST)
        await w.until(lambda: w.placed)
        assert shown(w) == {NEAR: 1}


@in_virtual_time
async def test_a_number_nobody_answers_is_quarantined_with_an_alert_and_the_campaign_goes_on_with_the_others(
    database: Path,
) -> None:
    async with world(database, agents=0, caller_id_set="uk") as w:
        own = (NEAR, ALSO_NEAR, FAR)
        await own_numbers(w.app.store, *own, cap_per_day=1000, judged_until=NOON - timedelta(hours=2))
        alerts: list[AlertRaised] = []
        w.app.bus.subscribe(AlertRaised, alerts.append)
        for quarter in range(2, 8):
            await kept_calls(w, own, NOON - quarter * timedelta(minutes=15))
        await w.until(lambda: alerts, 5.0)
        states = {one.number_e164: one.state for one in (await set_named(w.app.store, "uk")).numbers}
        assert states == {NEAR: NumberState.QUARANTINED, ALSO_NEAR: NumberState.ACTIVE, FAR: NumberState.ACTIVE}
        (alert,) = alerts
        assert (alert.code, NEAR in alert.text) == ("caller_id_quarantined", False), "whole numbers are not logged"
        assert w.app.caller_ids.number_for(w.campaign, CALLEE) == ALSO_NEAR


async def kept_calls(w: World, own: tuple[E164, ...], at: datetime) -> None:
    """Ten calls from each number; of those from the first none is answered."""
    unit = Unit()
    for number in own:
        for n in range(10):
            answered = number != own[0] and n < 4
            unit.save_call(
                a_call(
                    caller_id=number, dialled_at=at, state_since=at, ended_at=at, hung_up_at=at,
                    state=CallState.ENDED, connected_at=at if answered else None,
                    outcome=Outcome.ANSWERED if answered else Outcome.NO_ANSWER,
                )
            )  # fmt: skip
    await w.app.store.commit(unit)
