import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from waihu.store.abandoned import counted_by_minute
from waihu.store.calls import unfinished_calls
from waihu.store.customers import add_consent
from waihu.store.leads import (
    add_leads,
    dial_facts,
    lead_by_id,
    leads_left,
    stuck_leads,
)
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead
from waihu_models.call import Call, CallState, Direction
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import Listing
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import LeadRefused
from waihu_models.lead import Consent, DialFacts, Lead, LeadState, LeadStep, Refusal
from waihu_models.outcome import Outcome
from waihu_models.tables import Purpose


def ago(**span: float) -> datetime:
    return NOON - timedelta(**span)


def numbered(campaign: Campaign, *leads: dict[str, Any]) -> list[Lead]:
    """Leads with ids that sort by age."""
    return [a_lead(campaign, f"+4416329602{n:02d}", id=f"{n:032x}", **lead) for n, lead in enumerate(leads)]


async def kept(store: Store, *calls: Call) -> None:
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    await store.commit(unit)


async def test_a_number_stands_only_once_on_the_list_of_a_campaign(store: Store, campaign: Campaign) -> None:
    await add_leads(store, [a_lead(campaign)])
    with pytest.raises(StoreError):
        await add_leads(store, [a_lead(campaign, "+441632960299"), a_lead(campaign)])
    assert await leads_left(store, campaign.id) == {LeadState.NEW: 1}
    with pytest.raises(StoreError):
        await add_leads(store, [a_lead(a_campaign())])
    with pytest.raises(NotFound):
        await lead_by_id(store, a_lead(campaign).id)


# ---- what is known of a number ------------------------------------------------------------------------------------


async def facts_of(store: Store, lead: Lead) -> DialFacts:
    return (await dial_facts(store, [lead], NOON))[lead.id]


async def test_of_a_new_number_nothing_is_known(store: Store, campaign: Campaign) -> None:
    leads = numbered(campaign, {}, {}, {})
    await add_leads(store, leads)
    assert await dial_facts(store, leads, NOON) == {lead.id: DialFacts() for lead in leads}


async def test_a_number_on_the_do_not_call_list_is_known(store: Store, campaign: Campaign) -> None:
    lead, other = numbered(campaign, {}, {})
    await add_leads(store, [lead, other])
    unit = Unit()
    unit.add_do_not_call(lead.number_e164, "asked", NOON)
    await store.commit(unit)
    assert await facts_of(store, lead) == DialFacts(do_not_call=True, listing=Listing("internal", NOON.date()))
    assert await facts_of(store, other) == DialFacts()


@pytest.mark.parametrize(("quality", "valid"), [
    ("invalid", False), ("wrong_party", False), ("valid", True), ("no_answer", True), ("unknown", True),
])  # fmt: skip
async def test_what_a_number_has_proved_to_be_is_known(
    store: Store, campaign: Campaign, quality: str, valid: bool
) -> None:
    (lead,) = numbered(campaign, {})
    await add_leads(store, [lead])
    unit = Unit()
    unit.mark_number(lead.number_e164, "unknown", ago(days=1))
    unit.mark_number(lead.number_e164, quality, NOON)
    await store.commit(unit)
    assert (await facts_of(store, lead)).number_valid is valid


async def test_the_latest_word_of_a_customer_counts(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    unit = Unit()
    unit.new_customer(lead, NOON)
    await store.commit(unit)
    customer_id = (await lead_by_id(store, lead.id)).customer_id
    assert customer_id is not None
    for state in (Consent.GRANTED, Consent.DENIED):
        await add_consent(store, customer_id, Purpose.CALL, state, "form", NOON)
        assert (await facts_of(store, lead)).call_consent is state
    await add_consent(store, customer_id, Purpose.SMS, Consent.GRANTED, "form", NOON)
    assert (await facts_of(store, lead)).call_consent is Consent.DENIED


@pytest.mark.parametrize(("call", "attempts"), [
    ({"outcome": Outcome.BUSY}, 1),
    ({"outcome": None}, 1),
    ({"outcome": Outcome.ANSWERED}, 1),
    ({"outcome": Outcome.FAILED}, 0),
    ({"outcome": Outcome.CANCELLED}, 0),
    ({"outcome": Outcome.BUSY, "direction": Direction.INBOUND}, 0),
    ({"outcome": Outcome.BUSY, "dialled_at": ago(hours=24)}, 1),
    ({"outcome": Outcome.BUSY, "dialled_at": ago(hours=24, seconds=1)}, 0),
    ({"outcome": Outcome.BUSY, "campaign_id": "another"}, 1),
    ({"outcome": Outcome.BUSY, "number_e164": "+441632960299"}, 0),
])  # fmt: skip
async def test_attempts_to_a_number_in_a_day_count_across_campaigns_if_they_rang_somebody(
    store: Store, campaign: Campaign, call: dict[str, Any], attempts: int
) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    await kept(store, a_call(state=CallState.ENDED, hung_up_at=NOON, **call))
    assert (await facts_of(store, lead)).attempts_since(ago(hours=24)) == attempts


@pytest.mark.parametrize(("call", "in_call"), [
    ({"state": CallState.RINGING}, True),
    ({"state": CallState.CONNECTED, "direction": Direction.INBOUND}, True),
    ({"state": CallState.WRAP_UP, "hung_up_at": NOON}, False),
    ({"state": CallState.ENDED, "hung_up_at": NOON}, False),
])  # fmt: skip
async def test_a_number_in_a_call_of_ours_is_known(
    store: Store, campaign: Campaign, call: dict[str, Any], in_call: bool
) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    await kept(store, a_call(**call))
    assert (await facts_of(store, lead)).in_call is in_call


# ---- attempts and steps -------------------------------------------------------------------------------------------


async def test_a_step_says_everything_of_what_comes_next(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    unit = Unit()
    unit.lead_dialled(lead.id, NOON)
    at = NOON + timedelta(hours=2)
    unit.step_lead(lead.id, LeadStep(LeadState.CALLBACK, "callback", at, 1, callback_agent_id="agent1"), "answered")
    unit.add_refusal(LeadRefused(lead.id, Refusal.TOO_EARLY, NOON, at))
    await store.commit(unit)
    found = await lead_by_id(store, lead.id)
    assert (found.state, found.next_at, found.callback_agent_id) == (LeadState.CALLBACK, at, "agent1")
    assert (found.attempts, found.last_outcome, found.version) == (1, "answered", 3)


async def test_a_lead_that_counts_as_dialled_without_an_open_call_is_stuck(store: Store, campaign: Campaign) -> None:
    leads = numbered(campaign, *[{"state": LeadState.DIALLING}] * 4, {})
    await add_leads(store, leads)
    await kept(
        store,
        a_call(lead_id=leads[0].id),
        a_call(lead_id=leads[1].id, state=CallState.ENDED),
        a_call(lead_id=leads[2].id, state=CallState.WRAP_UP),
        a_call(lead_id=leads[2].id, state=CallState.ENDED),
    )
    assert set(await stuck_leads(store)) == {leads[1].id, leads[3].id}


async def test_calls_that_have_not_ended_are_found_oldest_first(store: Store) -> None:
    calls = [a_call(dialled_at=ago(hours=n), state=state) for n, state in enumerate(CallState)]
    await kept(store, *calls)
    assert await unfinished_calls(store) == [call for call in reversed(calls) if call.state is not CallState.ENDED]


async def test_the_drop_window_counts_live_answers_and_drops(store: Store, campaign: Campaign) -> None:
    async def counted() -> tuple[int, int]:
        minutes = await counted_by_minute(store, campaign.id, ago(days=30))
        return sum(live for _, live, _ in minutes), sum(drops for _, _, drops in minutes)

    assert await counted() == (0, 0)
    ended: dict[str, Any] = {"campaign_id": campaign.id, "state": CallState.ENDED, "answered_at": NOON}
    await kept(
        store,
        a_call(**ended, outcome=Outcome.ANSWERED, connected_at=NOON),
        a_call(**ended, outcome=Outcome.ABANDONED, abandoned=True),
        a_call(**ended, outcome=Outcome.HUNG_UP),
        a_call(**ended, outcome=Outcome.MACHINE),
        a_call(**ended, outcome=Outcome.BUSY),
        a_call(**{**ended, "state": CallState.CONNECTED}, connected_at=NOON),
        a_call(**{**ended, "state": CallState.RINGING}),
        a_call(**{**ended, "answered_at": ago(days=31)}, outcome=Outcome.ABANDONED, abandoned=True),
        a_call(**{**ended, "campaign_id": "another"}, outcome=Outcome.ABANDONED, abandoned=True),
    )
    assert await counted() == (4, 1)


async def test_many_can_read_at_once(store: Store, campaign: Campaign) -> None:
    leads = numbered(campaign, *[{}] * 30)
    await add_leads(store, leads)
    found = await asyncio.gather(*(dial_facts(store, leads, NOON) for _ in range(50)))
    assert all(len(facts) == 30 for facts in found)
