"""Ready-made values for tests: valid, small, and different only where the test says so."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from waihu_models.agent import Agent
from waihu_models.call import Call, Direction
from waihu_models.campaign import CallingHours, Campaign
from waihu_models.ids import AgentId, CallId, CampaignId, LeadId, customer_leg, new_id
from waihu_models.lead import Lead
from waihu_models.phone import E164
from waihu_models.transcript import Side, Transcript, TranscriptState, Utterance, Word

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANY_TIME = CallingHours((((time(0), time.max),),) * 7, "Europe/London")


def a_campaign(**changes: Any) -> Campaign:
    """Return a campaign that may dial at any hour."""
    return replace(Campaign(id=CampaignId(new_id()), name="spring", hours=ANY_TIME), **changes)


def a_lead(campaign: Campaign, number: str = "+441632960200", **changes: Any) -> Lead:
    """Return a new lead; the number is one that belongs to nobody."""
    return replace(Lead(id=LeadId(new_id()), campaign_id=campaign.id, number_e164=E164(number)), **changes)


def a_call(**changes: Any) -> Call:
    """Return an outbound call that has just been dialled."""
    call_id = CallId(new_id())
    call = Call(
        id=call_id,
        direction=Direction.OUTBOUND,
        leg_id=customer_leg(call_id),
        number_e164=E164("+441632960200"),
        trunk="carrier",
        caller_id="+441632960000",
        state_since=NOON,
        dialled_at=NOON,
    )
    return replace(call, **changes)


def an_agent(agent_id: str = "agent1", **changes: Any) -> Agent:
    """Return an agent who has not logged in."""
    return replace(Agent(id=AgentId(agent_id), name=agent_id, phone=agent_id, state_since=NOON), **changes)


def an_utterance(call_id: str, text: str = "hello", **changes: Any) -> Utterance:
    """Return what a customer said, a word each third of a second."""
    words = tuple(Word(word, n / 3, (n + 1) / 3 - 0.02) for n, word in enumerate(text.split()))
    start_s = changes.get("start_s", 0.0)
    made = Utterance(
        id=new_id(), call_id=CallId(call_id), side=Side.CUSTOMER, n=0, at=NOON, start_s=start_s,
        end_s=start_s + len(words) / 3, text_raw=text, text_display=text, words=words, language="en",
        engine="fake", model="fake",
    )  # fmt: skip
    return replace(made, **changes)


def a_transcript(call_id: str, **changes: Any) -> Transcript:
    """Return the whole transcript of a customer's side."""
    made = Transcript(call_id=CallId(call_id), side=Side.CUSTOMER, state=TranscriptState.DONE, began_at=NOON)
    return replace(made, **changes)
