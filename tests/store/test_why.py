"""Reasons why a lead is called, or not, as the rules and the store say them at one moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from waihu.services.why import why_lead
from waihu.services.why_text import explain
from waihu.store.campaigns import save_campaign
from waihu.store.leads import add_leads
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import CallingHours
from waihu_models.errors import NotFound
from waihu_models.events import LeadRefused
from waihu_models.lead import LeadState, Refusal
from waihu_models.phone import E164


class Noon:
    def now(self) -> datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
async def store(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path / 'waihu.db'}"
    await migrate(url)
    opened = await Store.open(url)
    yield opened
    await opened.close()


async def test_a_lead_is_explained_by_id_and_every_lead_by_its_number(store: Store) -> None:
    first, second = a_campaign(), a_campaign(name="summer")
    leads = [a_lead(first), a_lead(second)]
    for campaign, lead in zip((first, second), leads, strict=True):
        await save_campaign(store, campaign)
        await add_leads(store, [lead])
    [by_id] = await why_lead(store, leads[0].id, Noon())
    assert (by_id.lead.id, by_id.campaign.name, by_id.dialable, by_id.running) == (leads[0].id, "spring", True, False)
    assert {why.campaign.name for why in await why_lead(store, "+441632960200", Noon())} == {"spring", "summer"}
    with pytest.raises(NotFound, match="no lead"):
        await why_lead(store, "+441632960999", Noon())


async def test_the_present_reason_the_earliest_moment_and_earlier_refusals_are_given_in_words(store: Store) -> None:
    campaign = a_campaign()
    lead = replace(a_lead(campaign), next_at=NOON + timedelta(hours=2), state=LeadState.RETRY, last_outcome="busy")
    await save_campaign(store, campaign)
    await add_leads(store, [lead])
    unit = Unit()
    unit.add_refusal(LeadRefused(lead.id, Refusal.OUTSIDE_HOURS, NOON - timedelta(days=1)))
    await store.commit(unit)
    [why] = await why_lead(store, lead.id, Noon())
    assert (why.permission.refusal, why.permission.again_at) == (Refusal.TOO_EARLY, NOON + timedelta(hours=2))
    assert [past.code for past in why.past] == [Refusal.OUTSIDE_HOURS]
    english, chinese = explain(why), explain(why, "zh")
    assert "it is to be called later" in english
    assert "outside calling hours" in english
    assert "尚未到下次呼叫时间" in chinese
    assert "busy" in english


@pytest.mark.parametrize(("listed", "reason"), [(True, "on the do-not-call list"), (False, "it may be called now")])
async def test_what_the_store_learns_changes_the_answer_at_once(store: Store, listed: bool, reason: str) -> None:
    campaign = a_campaign()
    lead = a_lead(campaign)
    await save_campaign(store, campaign)
    await add_leads(store, [lead])
    if listed:
        unit = Unit()
        unit.add_do_not_call(E164(lead.number_e164), "asked", NOON)
        await store.commit(unit)
    [why] = await why_lead(store, lead.id, Noon())
    assert reason in explain(why)


async def test_a_number_without_a_zone_says_how_to_mend_it(store: Store) -> None:
    campaign = a_campaign(hours=CallingHours())
    await save_campaign(store, campaign)
    await add_leads(store, [a_lead(campaign)])
    [why] = await why_lead(store, "+441632960200", Noon())
    assert "give the lead, or its campaign, a zone" in explain(why)
