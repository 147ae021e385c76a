"""Calls: the list, and one with all its facts and why it ended as it did."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.looking import moment, numbers_meant
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.routes_customer_story import ClearNumber
from waihu.services.why_call import why_call
from waihu.store import call_list as stored
from waihu.store.call_list import CallWish
from waihu.store.customer_edits import note_shown
from waihu.store.rows import call_of
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.call import CallState, Direction, Origin
from waihu_models.disposition import Category
from waihu_models.outcome import Outcome
from waihu_models.phone import E164, mask
from waihu_models.recording import RecordingState
from waihu_models.signals import Verdict

routes = Routes("calls")

Ref = Annotated[str, Meta(max_length=32)]


class CallQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; all of it together. ``number`` is the whole one, in any spelling."""

    campaign_id: Ref = ""
    agent_id: Ref = ""
    customer_id: Ref = ""
    lead_id: Ref = ""
    direction: Direction | None = None
    outcome: list[Outcome] = []
    disposition: Annotated[list[Ref], Meta(max_length=60)] = []
    since: datetime | None = None
    until: datetime | None = None
    number: Annotated[str, Meta(max_length=40)] = ""
    last4: Annotated[str, Meta(pattern=r"^(\d{4})?$")] = ""
    min_talk_s: Annotated[float, Meta(ge=0, le=86400)] = 0.0
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class CallLine(Struct, frozen=True, kw_only=True):
    """A call in a list. ``recording_id`` is given to whom may hear it."""

    id: str
    direction: Direction
    masked: str
    state: CallState
    campaign_id: str | None
    campaign_name: str
    agent_id: str | None
    agent_name: str
    customer_id: str | None
    customer_name: str
    lead_id: str | None
    dialled_at: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    talk_s: float
    agent_wait_s: float | None
    outcome: Outcome | None
    disposition: str | None
    note: str
    recording_id: str | None
    recording_state: RecordingState | None


class JudgementShown(Struct, frozen=True, kw_only=True):
    """A judgement an agent gave; the last one counts."""

    at: datetime
    agent_id: str | None
    agent_name: str
    code: str
    category: Category
    note: str
    callback_at: datetime | None


class CallDetail(Struct, frozen=True, kw_only=True):
    """A call with all its facts."""

    call: CallLine
    why: BothLanguages
    origin: Origin
    trunk: str
    caller_id: str
    ringing_at: datetime | None
    early_media_at: datetime | None
    greeting_ended_at: datetime | None
    hung_up_at: datetime | None
    state_since: datetime
    ring_timeout_s: int
    patience_s: float
    held_s: float
    screening: bool
    verdict: Verdict | None
    abandoned: bool
    recording_allowed: bool
    cause: int
    sip_code: int
    hang_up_asked: str
    reason: str
    rules_version: str
    callback_at: datetime | None
    transferred: bool
    judgements: list[JudgementShown]


def _line(row: RowMapping) -> CallLine:
    call = call_of(row)
    return CallLine(
        id=call.id, direction=call.direction, masked=mask(call.number_e164), state=call.state,
        campaign_id=call.campaign_id, campaign_name=row["campaign_name"] or "", agent_id=call.agent_id,
        agent_name=row["agent_name"] or call.agent_id or "", customer_id=call.customer_id,
        customer_name=row["customer_name"] or "", lead_id=call.lead_id, dialled_at=call.dialled_at,
        answered_at=call.answered_at, connected_at=call.connected_at, ended_at=call.ended_at, talk_s=call.talk_s,
        agent_wait_s=call.agent_wait_s, outcome=call.outcome,
        disposition=call.disposition.code if call.disposition else None, note=call.note,
        recording_id=call.recording_id if row["hearable"] else None,
        recording_state=RecordingState(row["recording_state"]) if row["recording_state"] else None,
    )  # fmt: skip


@routes.get("/calls", right=Right.CALLS_READ)
async def list_calls(ask: Ask, query: CallQuery) -> Page[CallLine]:
    """Look for calls, newest first."""
    key = key_of(query.after, str, str)
    wish = CallWish(
        visible=visible_calls(ask.viewer),
        hearable=visible_calls(ask.viewer, Right.RECORDINGS_HEAR),
        campaign_id=query.campaign_id,
        agent_id=query.agent_id,
        customer_id=query.customer_id,
        lead_id=query.lead_id,
        direction=str(query.direction or ""),
        outcomes=[str(one) for one in query.outcome],
        dispositions=query.disposition,
        since=query.since,
        until=query.until,
        numbers=await numbers_meant(ask, query.number),
        last4=query.last4,
        min_talk_s=query.min_talk_s,
        after=(moment(key[0]), key[1]) if key is not None else None,
        limit=query.limit,
    )
    rows = await stored.find_calls(ask.house.store, wish)
    shown, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(shown[-1]["dialled_at"].isoformat(), shown[-1]["id"]) if more else None
    return Page(items=[_line(row) for row in shown], next=next_page)


async def _row(ask: Ask, call_id: str, right: Right = Right.CALLS_READ) -> RowMapping:
    hearable = visible_calls(ask.viewer, Right.RECORDINGS_HEAR)
    return await stored.call_row(ask.house.store, call_id, visible_calls(ask.viewer, right), hearable)


@routes.get("/calls/{call_id}", right=Right.CALLS_READ)
async def read_call(ask: Ask, call_id: str) -> CallDetail:
    """Return one call, and why it ended as it did."""
    row = await _row(ask, call_id)
    call = call_of(row)
    judged = await stored.judgements(ask.house.store, call_id)
    return CallDetail(
        call=_line(row), why=both(why_call(call)), origin=call.origin, trunk=call.trunk, caller_id=call.caller_id,
        ringing_at=call.ringing_at, early_media_at=call.early_media_at, greeting_ended_at=call.greeting_ended_at,
        hung_up_at=call.hung_up_at, state_since=call.state_since, ring_timeout_s=call.ring_timeout_s,
        patience_s=call.patience_s, held_s=call.held_s, screening=call.screening, verdict=call.verdict,
        abandoned=call.abandoned, recording_allowed=call.recording_allowed, cause=call.cause, sip_code=call.sip_code,
        hang_up_asked=call.hang_up_asked, reason=call.reason, rules_version=call.rules_version,
        callback_at=call.callback_at, transferred=bool(call.transfer_to),
        judgements=[_judgement(one) for one in judged],
    )  # fmt: skip


def _judgement(row: RowMapping) -> JudgementShown:
    return JudgementShown(
        at=row["at"], agent_id=row["agent_id"], agent_name=row["agent_name"] or row["agent_id"] or "",
        code=row["code"], category=Category(row["category"]), note=row["note"], callback_at=row["callback_at"],
    )  # fmt: skip


@routes.post("/calls/{call_id}/reveal", right=Right.NUMBERS_REVEAL)
async def reveal_number_of_call(ask: Ask, call_id: str) -> ClearNumber:
    """Show the number of a call in clear; it is put on record who saw it."""
    row = await _row(ask, call_id)
    await note_shown(ask.house.store, call_id, E164(row["number_e164"]), ask.by)
    return ClearNumber(number_e164=row["number_e164"])
