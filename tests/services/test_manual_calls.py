"""Click to call and preview: what the law forbids is refused, the agent is there first, and nobody is abandoned."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.services.world import FIRST, SECOND, World, numbers, some_agents, world

from waihu.services.manual_calls import Whom
from waihu.services.preview import Card
from waihu.store import leads as stored_leads
from waihu.store.abandoned import counted_by_minute
from waihu.store.audit import By, latest
from waihu.store.customers import add_consent
from waihu.store.dnc import forbid
from waihu.testing.factories import a_lead
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState, Direction, Origin
from waihu_models.campaign import CallingHours, CampaignState, DialMode
from waihu_models.errors import BadInput, CallRefused, Conflict, NotFound
from waihu_models.ids import AgentId, CallId, CampaignId, CustomerId, LeadId, new_id
from waihu_models.lead import Consent, LeadState
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.tables import CustomerPhoneRow, CustomerRow, Purpose

NUMBER = "+441632960199"
DAY = CallingHours((((time(8), time(21)),),) * 7, "Europe/London")
PAUSED = {"state": CampaignState.PAUSED, "mode": DialMode.PREDICTIVE}


def ada(w: World) -> By:
    return By("user:ada", w.now)


async def call(w: World, whom: Whom | str = NUMBER, agent_id: Any = FIRST) -> CallId:
    whom = Whom(number=whom) if isinstance(whom, str) else whom
    return await w.app.control.manual.call(agent_id, whom, w.campaign.id, ada(w))


async def a_customer(w: World, *phones: str) -> CustomerId:
    customer_id = CustomerId(new_id())

    def work(connection: Connection) -> None:
        connection.execute(insert(CustomerRow), {"id": customer_id, "name": "Ada", "created_at": w.now})
        for place, number in enumerate(phones):
            row = {"customer_id": customer_id, "number_e164": number, "masked": "", "last4": number[-4:]}
            connection.execute(insert(CustomerPhoneRow), {"id": new_id(), "place": place, **row})

    await w.app.store.write(work)
    return customer_id


@pytest.mark.parametrize("pauses", [False, True])
@in_virtual_time
async def test_an_agent_calls_a_number_and_goes_on_as_before(database: Path, pauses: bool) -> None:
    async with world(database, agents=some_agents(1, wrap_limit_s=1.0), caller_id="+441632960000", **PAUSED) as w:
        await w.log_in()
        if pauses:
            w.app.agents.pause(FIRST, "back office")
            await w.until(lambda: w.agent().state is AgentState.PAUSED, 1.0)
        call_id = await call(w)
        await w.connected()
        assert (w.call.id, w.call.origin, w.call.direction) == (call_id, Origin.MANUAL, Direction.OUTBOUND)
        assert (w.call.agent_id, w.call.campaign_id, w.call.caller_id) == (FIRST, w.campaign.id, "+441632960000")
        assert w.agent().state is AgentState.TALKING
        w.app.control.wishes.dispose(FIRST, "callback", "", w.now + timedelta(hours=2))
        w.switch.far_end_hangs_up(w.call.leg_id)
        await w.until(lambda: w.ended, 5.0)
        await w.until(lambda: w.agent().state is (AgentState.PAUSED if pauses else AgentState.AVAILABLE), 5.0)
        assert w.agent().reason == ("back office" if pauses else "")
        assert (await w.lead(w.call)).state is LeadState.CALLBACK
        report = await w.report()
        assert sum(report.outcomes.values()) == 1
        assert await counted_by_minute(w.app.store, w.campaign.id, w.now - timedelta(hours=1)) == []
        assert (await w.stored(w.call)).origin is Origin.MANUAL
        (row,) = [row for row in await latest(w.app.store, 20) if row["action"] == "call.manual"]
        assert (row["actor"], row["object_id"]) == ("user:ada", w.call.lead_id)


@in_virtual_time
async def test_on_hook_the_agents_phone_is_rung_first_and_the_customer_only_when_it_is_picked_up(
    database: Path,
) -> None:
    async with world(database, agents=some_agents(1, mode=PhoneMode.ON_HOOK), **PAUSED) as w:
        await w.log_in()
        await call(w)
        await w.connected()
        rung = [type(c.address).__name__ for _, c in w.switch.given if isinstance(c, do.PlaceCall)]
        assert rung == ["PhoneAddress", "TrunkAddress"]


@in_virtual_time
async def test_an_agent_who_does_not_pick_up_the_own_phone_calls_nobody(database: Path) -> None:
    (agent,) = some_agents(1, mode=PhoneMode.ON_HOOK, phone="lazy1", ring_timeout_s=14)
    async with world(database, agents=[agent], **PAUSED) as w:
        await w.log_in()
        call_id = await call(w)
        await w.after(12.0)
        assert w.agent().call_id == call_id, "the watchdog leaves the reservation alone"
        await w.until(lambda: w.agent().state is AgentState.PAUSED, 5.0)
        assert w.agent().reason == "missed call"
        assert not w.placed
        assert not w.app.control.manual.awaits(call_id)


@in_virtual_time
async def test_an_agent_gives_a_call_up_while_the_own_phone_rings(database: Path) -> None:
    (agent,) = some_agents(1, mode=PhoneMode.ON_HOOK, phone="lazy1")
    async with world(database, agents=[agent], **PAUSED) as w:
        await w.log_in()
        call_id = await call(w)
        await w.until(lambda: w.agent().leg_id is not None, 1.0)
        leg = w.agent().leg_id
        assert w.app.control.manual.cancel(FIRST, call_id)
        assert not w.app.control.manual.cancel(FIRST, call_id)
        await w.until(lambda: (w.agent().state, w.agent().leg_id) == (AgentState.AVAILABLE, None), 1.0)
        await w.until(lambda: leg is not None and not w.switch.holds(leg), 1.0)
        assert not w.placed


@pytest.mark.parametrize(
    ("digits", "outcome"),
    [("02", Outcome.BUSY), ("03", Outcome.NO_ANSWER), ("04", Outcome.INVALID_NUMBER), ("11", Outcome.ANSWERED)],
)
@in_virtual_time
async def test_whatever_becomes_of_the_call_the_agent_is_free_again_and_the_list_calls_nobody_for_it(
    database: Path, digits: str, outcome: Outcome
) -> None:
    agents = some_agents(1, wrap_limit_s=0.0)
    async with world(database, agents=agents, ring_timeout_s=5, **{**PAUSED, "state": CampaignState.RUNNING}) as w:
        await w.log_in()
        await call(w, f"+4416329600{digits}")
        await w.until(lambda: w.ended, 20.0)
        assert (w.call.outcome, w.call.abandoned) == (outcome, False)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 1.0)
        assert (await w.lead(w.call)).state is LeadState.CLOSED
        await w.after(30.0)
        assert len(w.calls) == 1


@in_virtual_time
async def test_an_agent_who_vanishes_at_the_answer_leaves_no_abandoned_call(database: Path) -> None:
    async with world(database, agents=some_agents(1), **PAUSED) as w:
        await w.log_in()
        await call(w, "+441632960300")  # rings for 1.5 s
        await w.until(lambda: w.in_state(CallState.RINGING), 5.0)
        w.app.agents.log_out(FIRST, "gone", forced=True)
        await w.until(lambda: w.ended, 5.0)
        assert (w.call.outcome, w.call.abandoned) == (Outcome.CANCELLED, False)


@in_virtual_time
async def test_customers_and_leads_are_called_at_their_number_by_their_own_lead(database: Path) -> None:
    agents = some_agents(2, wrap_limit_s=0.0)
    async with world(database, numbers(1), agents=agents, **PAUSED) as w:
        await w.log_in()
        customer_id = await a_customer(w, "+441632960299", NUMBER)
        await call(w, Whom(customer_id=customer_id))
        await w.until(lambda: len(w.calls) == 1, 2.0)
        made = await w.lead(w.call)
        assert (made.number_e164, made.customer_id, made.name) == ("+441632960299", customer_id, "Ada")
        (lead,) = await stored_leads.leads_by_key(w.app.store, numbers(1)[0])
        second = await call(w, Whom(lead_id=lead.id), SECOND)
        await w.until(lambda: second in w.calls, 2.0)
        assert (w.calls[second].lead_id, w.calls[second].number_e164) == (lead.id, lead.number_e164)


@pytest.mark.parametrize("reason", ["do_not_call", "outside_hours", "attempts_used", "daily_limit", "consent_denied",
                                    "lead_paused", "number_busy"])  # fmt: skip
@in_virtual_time
async def test_what_the_law_or_a_rule_forbids_is_refused_with_its_reason(database: Path, reason: str) -> None:
    start = datetime(2026, 11, 23, 22 if reason == "outside_hours" else 12, tzinfo=UTC)
    rules = {"hours": DAY, "max_attempts_per_day": 1 if reason == "daily_limit" else 9}
    async with world(database, agents=some_agents(2, wrap_limit_s=0.0), start=start, **rules, **PAUSED) as w:
        await w.log_in()
        changes: dict[str, Any] = {"attempts_used": {"attempts": 6}, "lead_paused": {"state": LeadState.PAUSED}}
        lead = a_lead(w.campaign, NUMBER, **changes.get(reason, {}))
        await stored_leads.add_leads(w.app.store, [lead])
        if reason == "do_not_call":
            await forbid(w.app.store, E164(NUMBER), ada(w), "asked")
        elif reason == "consent_denied":
            customer_id = await a_customer(w, "+441632960777")
            lead = a_lead(w.campaign, "+441632960777", customer_id=customer_id)
            await stored_leads.add_leads(w.app.store, [lead])
            await add_consent(w.app.store, customer_id, Purpose.CALL, Consent.DENIED, "form", w.now)
        elif reason in {"daily_limit", "number_busy"}:
            await call(w, agent_id=SECOND)
            await w.connected()
            if reason == "daily_limit":
                w.app.control.wishes.hang_up(SECOND)
                await w.until(lambda: w.ended, 5.0)
                await w.after(2.0)
                await w.written()
        before = len(w.placed)
        with pytest.raises(CallRefused) as refused:
            await call(w, Whom(lead_id=lead.id))
        assert refused.value.refusal == reason
        assert (len(w.placed), w.agent().state) == (before, AgentState.AVAILABLE)


@in_virtual_time
async def test_a_bare_number_on_the_do_not_call_list_is_refused_and_leaves_no_lead(database: Path) -> None:
    async with world(database, **PAUSED) as w:
        await w.log_in()
        await forbid(w.app.store, E164(NUMBER), ada(w), "asked")
        with pytest.raises(CallRefused, match="do-not-call"):
            await call(w)
        assert await stored_leads.leads_by_key(w.app.store, NUMBER) == []


@in_virtual_time
async def test_a_lead_that_is_put_off_or_over_may_still_be_called_by_hand_and_stays_over(database: Path) -> None:
    async with world(database, agents=some_agents(1, wrap_limit_s=0.0), **PAUSED) as w:
        await w.log_in()
        later = a_lead(w.campaign, NUMBER, state=LeadState.RETRY, next_at=w.now + timedelta(hours=1), attempts=1)
        sold = a_lead(w.campaign, "+441632960102", state=LeadState.DONE, attempts=1)
        await stored_leads.add_leads(w.app.store, [later, sold])
        for lead in (later, sold):
            this = await call(w, Whom(lead_id=lead.id))
            await w.until(lambda this=this: this in w.calls, 2.0)
            if lead is later:
                w.app.control.wishes.hang_up(FIRST)
            await w.until(lambda this=this: w.calls[this].state is CallState.ENDED, 5.0)
            await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 2.0)
        assert (await w.lead(w.calls[this])).state is LeadState.DONE


@in_virtual_time
async def test_what_makes_no_sense_is_refused(database: Path) -> None:
    async with world(database, numbers(1), agents=2, **PAUSED) as w:
        with pytest.raises(Conflict, match="offline"):
            await call(w)
        await w.log_in()
        for whom, error in (
            (Whom(), BadInput), (Whom(number=NUMBER, lead_id=LeadId("x")), BadInput), ("12", BadInput),
            (Whom(lead_id=LeadId("nowhere")), NotFound), (Whom(customer_id=CustomerId("nobody")), NotFound),
        ):  # fmt: skip
            with pytest.raises(error):
                await call(w, whom)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            await w.app.control.manual.call(FIRST, Whom(number=NUMBER), CampaignId("nowhere"), ada(w))
        with pytest.raises(BadInput, match="which campaign"):
            await w.app.control.manual.call(FIRST, Whom(number=NUMBER), None, ada(w))
        await call(w)
        with pytest.raises(Conflict):
            await call(w, "+441632960300")
        await w.connected()
        with pytest.raises(CallRefused):
            await call(w, agent_id=SECOND)
        assert len(w.calls) == 1


@in_virtual_time
async def test_a_number_of_the_list_that_is_called_by_hand_is_not_dialled_by_the_list(database: Path) -> None:
    async with world(database, numbers(1), agents=2) as w:
        await w.log_in(FIRST)
        (lead,) = await stored_leads.leads_by_key(w.app.store, numbers(1)[0])
        w.app.agents.pause(FIRST, "first by hand")
        await w.until(lambda: w.agent().state is AgentState.PAUSED, 1.0)
        await w.dial()
        await call(w, Whom(lead_id=lead.id))
        await w.log_in(SECOND)
        await w.connected()
        await w.after(20.0)
        assert len(w.calls) == 1
        assert w.call.origin is Origin.MANUAL


# ---- preview -------------------------------------------------------------------------------------------------------

PREVIEW = {"mode": DialMode.PREVIEW}


async def card_of(w: World, agent_id: AgentId) -> Card:
    """Ask until a lead is shown."""
    for _ in range(50):
        card = await w.app.control.previews.show(agent_id)
        if card is not None:
            return card
        await w.after(0.2)
    raise AssertionError("no lead is shown")


@in_virtual_time
async def test_a_lead_is_shown_and_called_when_the_agent_says_so(database: Path) -> None:
    async with world(database, numbers(2), agents=2, **PREVIEW) as w:
        previews = w.app.control.previews
        await w.log_in()
        with pytest.raises(Conflict):
            await previews.show(FIRST)
        await w.dial()
        card = await card_of(w, FIRST)
        assert card.lead.number_e164 in numbers(2)
        assert (await previews.show(FIRST)).lead == card.lead
        other = await previews.show(SECOND)
        assert other.lead != card.lead
        made = await previews.dial(FIRST)
        await w.connected()
        assert (w.call.id, w.call.origin, w.call.agent_id) == (made.id, Origin.PREVIEW, FIRST)
        with pytest.raises(Conflict):
            await previews.dial(FIRST)


@in_virtual_time
async def test_a_lead_is_skipped_with_a_reason_or_put_off_to_a_time_of_the_agents_own(database: Path) -> None:
    async with world(database, numbers(2), agents=1, **PREVIEW) as w:
        previews = w.app.control.previews
        await w.log_in()
        await w.dial()
        first = await card_of(w, FIRST)
        with pytest.raises(BadInput):
            await previews.skip(FIRST, " ", ada(w))
        await previews.skip(FIRST, "known to be abroad", ada(w))
        second = await card_of(w, FIRST)
        assert second.lead.id != first.lead.id
        with pytest.raises(BadInput):
            await previews.later(FIRST, w.now, ada(w))
        at = w.now + timedelta(hours=1)
        await previews.later(FIRST, at, ada(w))
        await w.written()
        kept = await stored_leads.lead_by_id(w.app.store, second.lead.id)
        assert (kept.state, kept.next_at, kept.callback_agent_id) == (LeadState.CALLBACK, at, FIRST)
        skipped = await stored_leads.lead_by_id(w.app.store, first.lead.id)
        assert (skipped.state, skipped.attempts) == (LeadState.NEW, 0)
        assert skipped.next_at is not None
        actions = [row["action"] for row in await latest(w.app.store, 10)]
        assert actions[:2] == ["preview.later", "preview.skip"]
        await w.after(2.0)
        assert await previews.show(FIRST) is None
        with pytest.raises(Conflict):
            await previews.skip(FIRST, "nothing", ada(w))


@in_virtual_time
async def test_a_lead_that_was_forbidden_while_it_was_looked_at_is_not_called(database: Path) -> None:
    async with world(database, numbers(1), agents=1, **PREVIEW) as w:
        previews = w.app.control.previews
        await w.log_in()
        await w.dial()
        card = await card_of(w, FIRST)
        await forbid(w.app.store, card.lead.number_e164, ada(w), "asked")
        with pytest.raises(CallRefused) as refused:
            await previews.dial(FIRST)
        assert refused.value.refusal == "do_not_call"
        assert not w.placed


@in_virtual_time
async def test_who_logs_out_gives_the_lead_back(database: Path) -> None:
    async with world(database, numbers(1), agents=2, **PREVIEW) as w:
        await w.log_in()
        await w.dial()
        card = await card_of(w, FIRST)
        w.app.agents.log_out(FIRST)
        await w.until(lambda: w.agent().state is AgentState.OFFLINE, 2.0)
        again = await card_of(w, SECOND)
        assert again.lead.id == card.lead.id
