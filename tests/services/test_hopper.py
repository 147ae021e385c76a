"""The hopper: leads in their order, each held by one loop, and what is heard of a change reaches it at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import FIRST, SECOND, numbers, world

from waihu.bus import Bus
from waihu.metrics import Metrics
from waihu.services.hopper import FEW_LEFT, STAGED, Hopper
from waihu.services.lead_supply import LEASE_S, QUOTA_S
from waihu.services.list_watch import ListKeeper
from waihu.store.audit import By
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.dnc import forbid
from waihu.store.lead_changes import close_lead, set_number
from waihu.store.leads import add_leads, lead_by_id
from waihu.store.leases import leases_of
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead
from waihu.testing.virtual_loop import VirtualClock, in_virtual_time
from waihu_models.call import CallState
from waihu_models.campaign import Campaign, ListOrder, MixPart
from waihu_models.disposition import STANDARD
from waihu_models.errors import StoreError
from waihu_models.events import DoNotCallAdded, LeadRefused, ListsChanged
from waihu_models.lead import Lead, LeadState, LeadStep, Refusal
from waihu_models.phone import E164

EVENING = ((time(18), time(20)),)


@asynccontextmanager
async def opened(database: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    try:
        yield store
    finally:
        await store.close()


async def a_list(store: Store, *leads: dict[str, Any], **rules: Any) -> Campaign:
    """A campaign with leads whose ids sort by age."""
    campaign = a_campaign(**rules)
    await save_campaign(store, campaign)
    made = [
        a_lead(campaign, f"+44163296{n:04d}", id=f"{n:032x}", zone="Europe/London", **lead)
        for n, lead in enumerate(leads)
    ]
    await add_leads(store, made)
    return await campaign_named(store, campaign.name)


def hopper_of(campaign: Campaign, store: Store, bus: Bus | None = None) -> Hopper:
    return Hopper(campaign, store, bus or Bus(), VirtualClock(), Metrics())


def anybody(_: Lead) -> bool:
    return False


async def in_a_while(seconds: float) -> None:
    await asyncio.sleep(seconds)  # of virtual time


async def taken(hopper: Hopper, count: int) -> list[Lead]:
    """Take leads as a dial loop does, in a few turns."""
    found: list[Lead] = []
    for _ in range(max(count, 8)):
        await hopper.refill()
        await hopper.clear()
        found += hopper.take(count - len(found), anybody)
        if len(found) >= count:
            break
    return found


# ---- order --------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_the_most_urgent_leads_come_first(database: Path) -> None:
    async with opened(database) as store:
        campaign = await a_list(store, *[{"urgency": float(n % 10), "value": 5.0} for n in range(100)])
        found = await taken(hopper_of(campaign, store), 10)
        assert {lead.urgency for lead in found} == {9.0}


@in_virtual_time
async def test_of_two_lists_each_gets_its_share_of_the_calls(database: Path) -> None:
    order = ListOrder(mix=(MixPart(70.0, ("web",)), MixPart(30.0)))
    leads = [{"list_name": "web"}] * 100 + [{"list_name": "fair", "priority": 9.0}] * 100
    async with opened(database) as store:
        found = await taken(hopper_of(await a_list(store, *leads, order=order), store), 40)
        assert [lead.list_name for lead in found].count("web") == 28


@in_virtual_time
async def test_a_list_that_is_used_up_leaves_its_share_to_the_others(database: Path) -> None:
    order = ListOrder(mix=(MixPart(70.0, ("web",)), MixPart(30.0, ("fair",))))
    leads = [{"list_name": "web"}] * 3 + [{"list_name": "fair"}] * 60
    async with opened(database) as store:
        hopper = hopper_of(await a_list(store, *leads, order=order), store)
        assert len(await taken(hopper, 63)) == 63


@in_virtual_time
async def test_every_third_lead_is_one_never_called_before(database: Path) -> None:
    leads = [{"state": LeadState.RETRY, "priority": 5.0}] * 40 + [{}] * 40
    async with opened(database) as store:
        campaign = await a_list(store, *leads, order=ListOrder(new_every=3))
        found = await taken(hopper_of(campaign, store), 30)
        assert [n for n, lead in enumerate(found, start=1) if lead.state is LeadState.NEW] == list(range(3, 31, 3))


@in_virtual_time
async def test_a_list_that_has_its_quota_is_called_no_more(database: Path) -> None:
    leads = [{"list_name": "north", "priority": 9.0}] * 10 + [{"list_name": "south"}] * 10
    async with opened(database) as store:
        campaign = await a_list(store, *leads, order=ListOrder(quotas={"north": 2, "south": 2}))
        hopper = hopper_of(campaign, store)
        for lead in await taken(hopper, 2):
            await sold(store, lead)
        hopper.close()
        assert {lead.list_name for lead in await taken(hopper, 1)} == {"north"}
        await in_a_while(QUOTA_S)
        hopper.close()
        assert {lead.list_name for lead in await taken(hopper, 10)} == {"south"}


async def sold(store: Store, lead: Lead) -> None:
    unit = Unit()
    call = a_call(lead_id=lead.id, campaign_id=lead.campaign_id, disposition=STANDARD["sale"], state=CallState.ENDED)
    unit.save_call(call)
    unit.save_disposition(call)
    unit.lead_dialled(lead.id, NOON, lead.version)
    unit.step_lead(lead.id, LeadStep(LeadState.DONE, "sale"), "answered")
    await store.commit(unit)


# ---- only what may be called --------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_lead_with_a_preferred_time_is_called_only_then(database: Path) -> None:
    async with opened(database) as store:
        bus, refused = Bus(), list[LeadRefused]()
        bus.subscribe(LeadRefused, refused.append)
        campaign = await a_list(store, {"preferred": EVENING, "priority": 9.0}, {"name": "any time"})
        found = await taken(hopper_of(campaign, store, bus), 2)
        assert [lead.name for lead in found] == ["any time"]
        evening = datetime(2026, 11, 23, 18, tzinfo=UTC)
        assert [(each.refusal, each.again_at) for each in refused] == [(Refusal.PREFERRED_TIME, evening)]
        assert (await lead_by_id(store, refused[0].lead_id)).next_at == evening


@in_virtual_time
async def test_many_leads_that_must_wait_do_not_keep_the_others_from_being_called(database: Path) -> None:
    waiting = [{"preferred": EVENING, "priority": 9.0}] * (3 * STAGED)
    async with opened(database) as store:
        campaign = await a_list(store, *waiting, {"name": "now"})
        assert [lead.name for lead in await taken(hopper_of(campaign, store), 1)] == ["now"]


@in_virtual_time
async def test_a_number_that_may_not_be_called_gives_way_to_the_lead_s_next_one(database: Path) -> None:
    other = E164("+441632969999")
    async with opened(database) as store:
        campaign = await a_list(store, {"more_numbers": (other,)}, {"priority": 9.0})
        for number in ("+441632960000", "+441632960001"):
            await forbid(store, E164(number), By("test", NOON), "asked")
        hopper = hopper_of(campaign, store)
        found = await taken(hopper, 2)
        assert [(lead.number_e164, lead.more_numbers) for lead in found] == [(other, ())]
        assert (await lead_by_id(store, f"{1:032x}")).state is LeadState.CLOSED


@in_virtual_time
async def test_a_next_number_that_another_lead_has_already_is_left_to_that_lead(database: Path) -> None:
    async with opened(database) as store:
        await a_list(store, {"more_numbers": (E164("+441632960001"), E164("+441632960002"))}, {})
        lead = await lead_by_id(store, f"{0:032x}")
        unit = Unit()
        unit.step_lead(lead.id, LeadStep(LeadState.RETRY, "x", NOON, numbers=lead.more_numbers), "x")
        await store.commit(unit)
        found = await lead_by_id(store, lead.id)
        assert (found.number_e164, found.more_numbers) == ("+441632960000", ("+441632960002",))


# ---- leases -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_two_hoppers_of_one_list_never_give_out_the_same_lead(database: Path) -> None:
    async with opened(database) as store, opened(database) as other:
        campaign = await a_list(store, *[{}] * 700)
        hoppers = [hopper_of(campaign, store), hopper_of(campaign, other)]
        found = [lead.id for _ in range(140) for hopper in hoppers for lead in await taken(hopper, 5)]
        assert len(found) == len(set(found)) == 700


@in_virtual_time
async def test_what_is_staged_is_held_for_as_long_as_it_is_staged(database: Path) -> None:
    async with opened(database) as store:
        campaign = await a_list(store, *[{}] * 20)
        clock = VirtualClock()
        hopper, other = hopper_of(campaign, store), hopper_of(campaign, store)
        await hopper.refill()
        for _ in range(20):
            await in_a_while(2.0)
            await hopper.refill()
            await other.refill()
        assert (len(hopper), len(other)) == (20, 0)
        assert await leases_of(store, hopper.supply.holder, clock.now()) == 20


@in_virtual_time
async def test_a_hopper_that_slept_too_long_gives_out_nothing_that_another_may_have(database: Path) -> None:
    async with opened(database) as store:
        campaign = await a_list(store, *[{}] * 20)
        sleeper, other = hopper_of(campaign, store), hopper_of(campaign, store)
        await sleeper.refill()
        await sleeper.clear()
        await in_a_while(LEASE_S)
        assert sleeper.take(5, anybody) == []
        await other.refill()
        assert len(other) == 20
        await sleeper.refill()
        assert len(sleeper) == 0


@in_virtual_time
async def test_a_hopper_that_ends_leaves_its_leads_to_the_next_at_once(database: Path) -> None:
    async with opened(database) as store:
        campaign = await a_list(store, *[{}] * 20)
        first, second = hopper_of(campaign, store), hopper_of(campaign, store)
        await first.refill()
        await first.clear()
        first.close()
        await second.refill()
        assert (len(first), len(second)) == (0, 20)


@in_virtual_time
async def test_a_lead_that_was_not_called_after_all_can_be_taken_again(database: Path) -> None:
    async with opened(database) as store:
        hopper = hopper_of(await a_list(store, {}, {}), store)
        first, second = await taken(hopper, 2)
        hopper.unused(first)
        assert await taken(hopper, 1) == [first]
        hopper.back(second.id)
        assert await taken(hopper, 1) == [second]


@in_virtual_time
async def test_leads_are_read_again_only_when_few_are_left(database: Path) -> None:
    async with opened(database) as store:
        hopper = hopper_of(await a_list(store, *[{}] * (STAGED + 50)), store)
        await hopper.refill()
        assert len(hopper) == STAGED
        await taken(hopper, STAGED - FEW_LEFT)
        await hopper.refill()
        assert len(hopper) == FEW_LEFT
        await taken(hopper, 1)
        await hopper.refill()
        assert len(hopper) == FEW_LEFT - 1 + 50


# ---- what is heard ------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_number_put_on_the_do_not_call_list_leaves_the_hopper_at_once(database: Path) -> None:
    async with opened(database) as store:
        bus = Bus()
        hopper = hopper_of(await a_list(store, {}, {}, {}), store, bus)
        await hopper.refill()
        await hopper.clear()
        bus.publish(DoNotCallAdded(E164("+441632960001")))
        assert len(hopper) == 2
        assert {lead.number_e164 for lead in hopper.take(3, anybody)} == {"+441632960000", "+441632960002"}


@in_virtual_time
async def test_what_was_changed_elsewhere_is_read_anew_before_it_is_called(database: Path) -> None:
    async with opened(database) as store:
        bus = Bus()
        hopper = hopper_of(await a_list(store, {"name": "old"}, {}), store, bus)
        await hopper.refill()
        await hopper.clear()
        await set_number(store, f"{0:032x}", E164("+441632969999"), By("test", NOON))
        bus.publish(ListsChanged(frozenset({f"{0:032x}"})))
        assert hopper.take(2, anybody) == []
        found = await taken(hopper, 2)
        assert {lead.number_e164 for lead in found} == {"+441632969999", "+441632960001"}


@in_virtual_time
async def test_a_lead_changed_elsewhere_is_not_dialled_as_it_was_even_if_nobody_heard_of_it(database: Path) -> None:
    async with opened(database) as store:
        hopper = hopper_of(await a_list(store, {}), store)
        (lead,) = await taken(hopper, 1)
        await close_lead(store, lead.id, "moved away", By("test", NOON))
        unit = Unit()
        unit.lead_dialled(lead.id, NOON, lead.version)
        with pytest.raises(StoreError):
            await store.commit(unit)


@pytest.mark.parametrize("change", ["number", "status", "do not call"])
@in_virtual_time
async def test_a_change_by_another_program_reaches_the_hopper_within_a_second(database: Path, change: str) -> None:
    async with world(database, numbers(3), agents=0) as w, opened(database) as elsewhere:
        await w.dial()
        hopper = w.app.dialling.loops[w.campaign.id].hopper
        await w.until(lambda: len(hopper) == 3, 5.0)
        lead = next(iter(hopper))
        by, changed_at = By("test", w.now), w.now
        if change == "number":
            await set_number(elsewhere, lead.id, E164("+441632969999"), by)
        elif change == "status":
            await close_lead(elsewhere, lead.id, "moved away", by)
        else:
            await forbid(elsewhere, lead.number_e164, by, "asked")
        await w.until(lambda: lead not in list(hopper), 5.0)
        assert w.now - changed_at < timedelta(seconds=1)


# ---- order kept ---------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_other_weights_reach_the_list_while_it_is_dialled(database: Path) -> None:
    leads = [{"urgency": 9.0, "value": 1.0, "name": "urgent"}] * 30 + [{"urgency": 1.0, "value": 9.0}] * 30
    async with opened(database) as store:
        campaign = await a_list(store, *leads)
        hopper = hopper_of(campaign, store)
        keeper = ListKeeper(hopper, store, VirtualClock())
        await keeper.keep()
        assert [lead.name for lead in await taken(hopper, 5)] == ["urgent"] * 5
        changed = replace(campaign, order=ListOrder(urgency_weight=0.1, value_weight=0.9))
        await save_campaign(store, changed)
        hopper.campaign = await campaign_named(store, campaign.name)
        await keeper.keep()
        assert [lead.name for lead in await taken(hopper, 5)] == [""] * 5


@in_virtual_time
async def test_leads_whose_moment_has_come_take_their_places_in_the_order(database: Path) -> None:
    due = {"state": LeadState.RETRY, "next_at": NOON - timedelta(minutes=1), "priority": 1.0}
    async with opened(database) as store:
        campaign = await a_list(store, due, {"priority": 5.0})
        hopper = hopper_of(campaign, store)
        await ListKeeper(hopper, store, VirtualClock()).keep()
        lead = await lead_by_id(store, f"{0:032x}")
        assert (lead.next_at, lead.state, lead.version) == (None, LeadState.RETRY, 1)
        assert [each.priority for each in await taken(hopper, 2)] == [5.0, 1.0]


# ---- callbacks ----------------------------------------------------------------------------------------------------


async def promised(w: Any, **lead: Any) -> None:
    (number,) = numbers(1)
    standard = {"state": LeadState.CALLBACK, "next_at": w.now, "callback_agent_id": SECOND, "zone": "Europe/London"}
    await add_leads(w.app.store, [a_lead(w.campaign, number, **{**standard, **lead})])


@in_virtual_time
async def test_a_callback_is_made_for_the_agent_who_promised_it(database: Path) -> None:
    async with world(database, (), agents=2) as w:
        await promised(w)
        await w.log_in(FIRST)
        await w.dial()
        await w.after(10.0)
        assert not w.placed
        await w.log_in(SECOND)
        (call,) = await w.connected()
        assert call.agent_id == SECOND


@in_virtual_time
async def test_a_callback_whose_agent_does_not_come_is_made_by_anyone(database: Path) -> None:
    async with world(database, (), agents=2, callback_own_s=30.0) as w:
        await promised(w)
        promised_at = w.now
        await w.log_in(FIRST)
        await w.dial()
        (call,) = await w.connected()
        assert call.agent_id == FIRST
        assert timedelta(seconds=30) <= call.dialled_at - promised_at < timedelta(seconds=33)


@in_virtual_time
async def test_a_callback_of_nobody_in_particular_is_made_by_who_is_free(database: Path) -> None:
    async with world(database, (), agents=1) as w:
        await promised(w, callback_agent_id=None)
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        assert call.agent_id == FIRST
