import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from waihu.store.agents import add_agent, agents
from waihu.store.audit import By, first_broken_link, latest
from waihu.store.campaigns import campaign_named, campaigns, save_campaign
from waihu.store.customers import add_consent, consents
from waihu.store.dnc import allow_again
from waihu.store.leads import add_leads, dial_facts, lead_by_id
from waihu.store.outbox import events_after
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_campaign, a_lead, an_agent
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.campaign import Campaign, CampaignState, RetryRule
from waihu_models.errors import Conflict, NotFound, StoreError
from waihu_models.ids import CustomerId
from waihu_models.lead import Consent, Lead
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import LIFETIME_S, Cap
from waihu_models.tables import Purpose

ADA = By("shell:ada", NOON)

# ---- customers ----------------------------------------------------------------------------------------------------


async def reached(store: Store, *leads: Lead) -> None:
    unit = Unit()
    for lead in leads:
        unit.new_customer(lead, NOON)
    await store.commit(unit)


async def test_a_lead_who_was_reached_becomes_a_customer_with_a_masked_number(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign, name="Zoë", zone="Europe/London")
    await add_leads(store, [lead])
    await reached(store, lead)
    (customer,) = await store.rows(text("SELECT * FROM customer"))
    (phone,) = await store.rows(text("SELECT * FROM customer_phone"))
    assert (await lead_by_id(store, lead.id)).customer_id == customer["id"] == phone["customer_id"]
    assert (customer["name"], customer["zone"]) == ("Zoë", "Europe/London")
    assert (phone["number_e164"], phone["masked"], phone["last4"], phone["place"]) == (
        "+441632960200", "+44****0200", "0200", 0,
    )  # fmt: skip


async def test_a_number_that_is_a_customer_s_already_makes_the_lead_theirs(store: Store, campaign: Campaign) -> None:
    other = a_campaign(name="autumn")
    await save_campaign(store, other)
    first, second = a_lead(campaign), a_lead(other)
    await add_leads(store, [first, second])
    await reached(store, first)
    await reached(store, second)
    await reached(store, first)
    owners = {(await lead_by_id(store, lead.id)).customer_id for lead in (first, second)}
    assert len(owners) == 1
    assert None not in owners
    assert len(await store.rows(text("SELECT 1 FROM customer"))) == 1


async def test_every_word_of_consent_stays_and_the_latest_counts(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    await reached(store, lead)
    customer_id = CustomerId((await lead_by_id(store, lead.id)).customer_id or "")
    assert await consents(store, customer_id) == {}
    await add_consent(store, customer_id, Purpose.CALL, Consent.GRANTED, "form", NOON)
    await add_consent(store, customer_id, Purpose.RECORD, Consent.GRANTED, "form", NOON)
    await add_consent(store, customer_id, Purpose.CALL, Consent.DENIED, "call 1", NOON + timedelta(days=1))
    assert await consents(store, customer_id) == {Purpose.CALL: Consent.DENIED, Purpose.RECORD: Consent.GRANTED}
    assert len(await store.rows(text("SELECT 1 FROM consent"))) == 3
    with pytest.raises(StoreError):
        await add_consent(store, CustomerId("nobody"), Purpose.CALL, Consent.DENIED, "form", NOON)


async def test_a_number_taken_off_the_do_not_call_list_stays_on_record(store: Store, campaign: Campaign) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])

    async def listed() -> bool:
        return (await dial_facts(store, [lead], NOON))[lead.id].do_not_call

    async def forbid(reason: str) -> None:
        unit = Unit()
        unit.add_do_not_call(lead.number_e164, reason, NOON)
        await store.commit(unit)

    with pytest.raises(NotFound, match=r"\+44\*\*\*\*0200"):
        await allow_again(store, lead.number_e164, ADA)
    await forbid("asked")
    assert await listed()
    await allow_again(store, lead.number_e164, ADA)
    assert not await listed()
    (entry,) = await store.rows(text("SELECT reason, removed_at, removed_by FROM dnc_number"))
    assert (entry["reason"], bool(entry["removed_at"]), entry["removed_by"]) == ("asked", True, "shell:ada")
    with pytest.raises(NotFound):
        await allow_again(store, lead.number_e164, ADA)
    await forbid("asked again")
    assert await listed()


# ---- campaigns and agents -----------------------------------------------------------------------------------------


async def test_a_campaign_comes_back_with_all_its_rules(store: Store) -> None:
    made = a_campaign(
        number_caps=(Cap(604_800.0, 5), Cap(LIFETIME_S, 20)),
        name="外呼", region="GB", screening=True, target_drop_ratio=0.0,
        retries={Outcome.BUSY: RetryRule(1.5, 2)}, recording_needs_consent=True,
    )  # fmt: skip
    await save_campaign(store, made)
    assert await campaign_named(store, "外呼") == made


async def test_a_campaign_changed_by_somebody_else_is_not_overwritten(store: Store, campaign: Campaign) -> None:
    mine = theirs = await campaign_named(store, campaign.name)
    await save_campaign(store, a_campaign(id=theirs.id, state=CampaignState.RUNNING))
    with pytest.raises(Conflict, match="changed by somebody else"):
        await save_campaign(store, mine)
    found = await campaign_named(store, campaign.name)
    assert (found.state, found.version) == (CampaignState.RUNNING, 2)
    await save_campaign(store, found)


async def test_a_name_is_given_to_one_campaign_only(store: Store, campaign: Campaign) -> None:
    with pytest.raises(Conflict, match="there is a campaign 'spring' already"):
        await save_campaign(store, a_campaign())
    assert await campaigns(store) == [campaign]


async def test_a_misspelt_campaign_is_answered_with_those_like_it(store: Store, campaign: Campaign) -> None:
    with pytest.raises(NotFound, match=r"did you mean spring\?"):
        await campaign_named(store, "sprign")


async def test_a_store_without_campaigns_says_what_to_do(store: Store) -> None:
    with pytest.raises(NotFound, match="waihu campaign add NAME"):
        await campaign_named(store, "spring")


async def test_an_agent_comes_back_with_the_session_they_had(store: Store) -> None:
    agent = an_agent(mode=PhoneMode.ON_HOOK, state=AgentState.TALKING, session_id="s1", leg_id="a-agent1-s1.3",
                     leg_joined=True, leg_count=4, call_id="c1", then_pause="lunch")  # fmt: skip
    await add_agent(store, agent)
    assert await agents(store) == [agent]
    with pytest.raises(StoreError):
        await add_agent(store, agent)


# ---- outbox and audit log -----------------------------------------------------------------------------------------


async def test_the_outbox_gives_what_came_after_a_place_in_order(store: Store) -> None:
    unit = Unit()
    for number in range(5):
        unit.add_outbox("call.ended", f"c{number}", {"n": number, "名": "值"}, NOON)
    await store.commit(unit)
    first = await events_after(store, 0, ["call.*"], 3)
    assert [(row["key"], row["payload"]) for row in first.events] == [(f"c{n}", {"n": n, "名": "值"}) for n in range(3)]
    assert [row["key"] for row in (await events_after(store, first.position, ["*"], 10)).events] == ["c3", "c4"]


async def test_who_changed_a_campaign_an_agent_or_the_do_not_call_list_is_noted(
    store: Store, campaign: Campaign
) -> None:
    await save_campaign(store, a_campaign(id=campaign.id, state=CampaignState.RUNNING), ADA)
    await add_agent(store, an_agent(), ADA)
    unit = Unit()
    unit.add_do_not_call(a_lead(campaign).number_e164, "asked", NOON)
    await store.commit(unit)
    await allow_again(store, a_lead(campaign).number_e164, ADA)
    with pytest.raises(Conflict):
        await save_campaign(store, campaign, ADA)
    noted = [(row["actor"], row["action"], row["detail"]) for row in await latest(store, 10)]
    assert noted == [
        ("shell:ada", "dnc.allow_again", ""),
        ("shell:ada", "agent.add", "phone agent1"),
        ("shell:ada", "campaign.change", "state: draft → running"),
    ]
    assert await first_broken_link(store) is None


async def audited(store: Store, count: int) -> None:
    for number in range(count):
        unit = Unit()
        unit.add_audit("root", "campaign.start", f"spring{number}", "外呼", NOON + timedelta(seconds=number))
        store.submit(unit)
    await store.commit(Unit())


def changed(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


async def test_an_untouched_audit_log_is_whole_over_any_number_of_batches(store: Store) -> None:
    assert await first_broken_link(store) is None
    for _ in range(3):
        await audited(store, 5)
    await asyncio.gather(*(audited(store, 3) for _ in range(4)))
    assert await first_broken_link(store) is None


@pytest.mark.parametrize("change", [
    "UPDATE audit_log SET actor = 'nobody' WHERE seq = 3",
    "UPDATE audit_log SET detail = '' WHERE seq = 3",
    "UPDATE audit_log SET at = '2026-11-23 12:00:03.000000' WHERE seq = 3",
    "UPDATE audit_log SET hash = prev_hash WHERE seq = 3",
])  # fmt: skip
async def test_a_changed_row_of_the_audit_log_is_found(store: Store, file: Path, change: str) -> None:
    await audited(store, 6)
    changed(file, change)
    assert await first_broken_link(store) == 3


async def test_a_missing_row_of_the_audit_log_is_found_at_the_next(store: Store, file: Path) -> None:
    await audited(store, 6)
    changed(file, "DELETE FROM audit_log WHERE seq = 3")
    assert await first_broken_link(store) == 4
