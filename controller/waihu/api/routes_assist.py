"""Agent assist: hints an agent was given, the drafted summary of a call, and how often both were of use."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.store import assist as hints
from waihu.store.call_list import call_row
from waihu.store.summaries import Decision, decide, summary_of_call
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.assist import HintMark, Summary, SummaryState
from waihu_models.errors import BadField, NotAllowed
from waihu_models.events import HintMarked
from waihu_models.ids import CallId

routes = Routes("assist")

SummaryText = Annotated[str, Meta(max_length=4000)]
Code = Annotated[str, Meta(max_length=64)]
Moment = Annotated[datetime, Meta(tz=True)]


class HintShown(Struct, frozen=True, kw_only=True):
    """An answer an agent was offered, or a judgement (``disposition``), and what the agent said of it."""

    id: str
    name: str
    answer: str
    next_step: str
    disposition: str
    phrase: str
    utterance_id: str
    at: datetime
    mark: HintMark | None
    marked_at: datetime | None


class HintVerdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent says of a hint."""

    mark: HintMark


class SummaryShown(Struct, frozen=True, kw_only=True):
    """What a call was about, in its own words. ``disposition``: code of the suggested judgement, empty without one."""

    call_id: str
    state: SummaryState
    reason: str
    objections: list[str]
    mentioned: list[str]
    callback_at: datetime | None
    disposition: str
    text: str
    drafted_at: datetime
    version: int


class SummaryVerdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent makes of a draft: kept as it is sent here, or (``discarded``) not used at all."""

    discarded: bool = False
    text: SummaryText = ""
    callback_at: Moment | None = None
    disposition: Code = ""


def _hint(row: RowMapping) -> HintShown:
    return HintShown(
        id=row["id"], name=row["name"], answer=row["answer"], next_step=row["next_step"],
        disposition=row["disposition"], phrase=row["phrase"], utterance_id=row["utterance_id"], at=row["at"],
        mark=HintMark(row["mark"]) if row["mark"] else None, marked_at=row["marked_at"],
    )  # fmt: skip


def _summary(one: Summary) -> SummaryShown:
    return SummaryShown(
        call_id=one.call_id, state=one.state, reason=one.reason, objections=list(one.objections),
        mentioned=list(one.mentioned), callback_at=one.callback_at, disposition=one.disposition, text=one.text,
        drafted_at=one.drafted_at, version=one.version,
    )  # fmt: skip


async def _seen(ask: Ask, call_id: str) -> RowMapping:
    visible = visible_calls(ask.viewer, Right.TRANSCRIPTS_READ)
    return await call_row(ask.house.store, call_id, visible, visible)


async def _own(ask: Ask, call_id: str) -> RowMapping:
    """Return a call of the agent who asks: nobody decides for others."""
    row = await _seen(ask, call_id)
    if ask.viewer.agent_id is None or row["agent_id"] != ask.viewer.agent_id:
        raise NotAllowed("only the agent of the call decides on what is drafted or offered in it")
    return row


@routes.get("/calls/{call_id}/hints", right=Right.TRANSCRIPTS_READ)
async def list_hints(ask: Ask, call_id: str) -> list[HintShown]:
    """Return what the agent of a call was offered, by time."""
    await _seen(ask, call_id)
    return [_hint(row) for row in await hints.hints_of(ask.house.store, call_id)]


@routes.put("/calls/{call_id}/hints/{hint_id}", right=Right.DESK)
async def mark_hint(ask: Ask, call_id: str, hint_id: str, body: HintVerdict) -> HintShown:
    """Say of a hint that it was used, or of no use; the last word counts."""
    await _own(ask, call_id)
    row = await hints.mark_hint(ask.house.store, call_id, hint_id, body.mark, ask.by.at)
    ask.house.bus.publish(HintMarked(CallId(call_id), hint_id, body.mark))
    return _hint(row)


@routes.get("/calls/{call_id}/summary", right=Right.TRANSCRIPTS_READ)
async def read_summary(ask: Ask, call_id: str) -> SummaryShown:
    """Return the summary of a call: a draft until its agent decides."""
    await _seen(ask, call_id)
    return _summary(await summary_of_call(ask.house.store, call_id))


@routes.put("/calls/{call_id}/summary", right=Right.DESK)
async def decide_summary(ask: Ask, call_id: str, body: SummaryVerdict) -> SummaryShown:
    """Accept the summary of one's call as it is, or edited, or discard it; the call itself is judged elsewhere."""
    row = await _own(ask, call_id)
    offered = {choice.code for choice in ask.house.records.dispositions.offered(row["campaign_id"])}
    if body.disposition and body.disposition not in offered:
        raise BadField("$.disposition", f"there is no disposition {body.disposition!r} in this campaign")
    decision = Decision(
        discarded=body.discarded, text=body.text, callback_at=body.callback_at, disposition=body.disposition
    )  # fmt: skip
    return _summary(await decide(ask.house.store, call_id, ask.if_match(), decision, ask.by))
