"""Summaries of calls: drafts, what agents made of them, and how often a draft was good enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, func, insert, select, true, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.word_rows import summary_of, summary_row
from waihu_models.assist import Summary, SummaryState
from waihu_models.call import CallState
from waihu_models.errors import NotFound, Stale
from waihu_models.tables import CallRow, CallSummaryRow, CampaignRow, TranscriptRow

_SUMMARY, _CALL = table(CallSummaryRow), table(CallRow)
_CAMPAIGN, _TRANSCRIPT = table(CampaignRow), table(TranscriptRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an agent makes of a draft."""

    discarded: bool = False
    text: str = ""
    callback_at: datetime | None = None
    disposition: str = ""


async def save_draft(
    store: Store, summary: Summary, agent_id: str | None, campaign_id: str | None
) -> Summary | None:  # fmt: skip
    """Keep a draft, in the place of an earlier one that nobody has decided on; None: somebody has."""
    drafted = {
        "drafted_text": summary.text, "drafted_disposition": summary.disposition,
        "drafted_callback_at": summary.callback_at, "agent_id": agent_id, "campaign_id": campaign_id,
    }  # fmt: skip
    values = {**summary_row(summary), **drafted}
    this = _SUMMARY.c.call_id == summary.call_id

    def work(connection: Connection) -> Summary | None:
        known = connection.execute(select(_SUMMARY).where(this)).mappings().first()
        if known is None:
            connection.execute(insert(_SUMMARY).values(**values))
        elif known["state"] != SummaryState.DRAFT:
            return None
        else:
            connection.execute(update(_SUMMARY).where(this).values(**values, version=known["version"] + 1))
        return summary_of(connection.execute(select(_SUMMARY).where(this)).mappings().one())

    return await store.write(work)


async def summary_of_call(store: Store, call_id: str) -> Summary:
    """Return the summary of a call.

    Raises:
        NotFound: there is none.
    """
    rows = await store.rows(select(_SUMMARY).where(_SUMMARY.c.call_id == call_id))
    if not rows:
        raise NotFound(f"call {call_id!r} has no summary")
    return summary_of(rows[0])


async def decide(store: Store, call_id: str, version: int, decision: Decision, by: By) -> Summary:
    """Keep what an agent makes of a draft: accepted where nothing differs from it, edited otherwise, or discarded.

    Raises:
        NotFound: there is no draft.
        Stale: it was changed since this version.
    """
    this = _SUMMARY.c.call_id == call_id

    def work(connection: Connection) -> Summary:
        row = connection.execute(select(_SUMMARY).where(this)).mappings().first()
        if row is None:
            raise NotFound(f"call {call_id!r} has no summary")
        if row["version"] != version:
            raise Stale("this summary", {"text": row["text"], "state": row["state"]}, row["version"])
        state = _state(row, decision)
        values = {} if decision.discarded else _kept(decision)
        values |= {"state": state.value, "decided_at": by.at, "version": version + 1}
        connection.execute(update(_SUMMARY).where(this).values(**values))
        note(connection, by, "summary.decide", call_id, state.value)
        return summary_of(connection.execute(select(_SUMMARY).where(this)).mappings().one())

    return await store.write(work)


def _kept(decision: Decision) -> dict[str, object]:
    return {"text": decision.text, "callback_at": decision.callback_at, "disposition": decision.disposition}


def _state(row: RowMapping, decision: Decision) -> SummaryState:
    if decision.discarded:
        return SummaryState.DISCARDED
    drafted = row["drafted_text"].strip(), row["drafted_callback_at"], row["drafted_disposition"]
    same = (decision.text.strip(), decision.callback_at, decision.disposition) == drafted
    return SummaryState.ACCEPTED if same else SummaryState.EDITED


async def without_summary(store: Store, since: datetime, limit: int) -> list[RowMapping]:
    """Return calls with an agent that ended since a moment, were transcribed, and have no summary."""
    has_one = select(_SUMMARY.c.call_id).where(_SUMMARY.c.call_id == _CALL.c.id).exists()
    heard = select(_TRANSCRIPT.c.call_id).where(_TRANSCRIPT.c.call_id == _CALL.c.id).exists()
    ended = and_(_CALL.c.dialled_at >= since, _CALL.c.state == CallState.ENDED.value, _CALL.c.agent_id.is_not(None))
    query = select(_CALL).where(ended, heard, ~has_one).order_by(_CALL.c.dialled_at).limit(limit)
    return await store.rows(query)


async def summary_figures(
    store: Store, visible: ColumnElement[bool], since: datetime, until: datetime, campaign_id: str = ""
) -> Sequence[RowMapping]:
    """Return what became of drafts, for each campaign (or one), in calls that may be seen.

    Each row has ``campaign_id``, ``campaign_name``, ``drafted``, ``accepted``, ``edited``, ``discarded``, ``suggested``
    (drafts that suggest a disposition, of calls that were judged) and ``agreed`` (of those, judged as suggested).
    """
    judged = and_(_SUMMARY.c.drafted_disposition != "", _CALL.c.disposition.is_not(None))
    rows = _SUMMARY.join(_CALL, _CALL.c.id == _SUMMARY.c.call_id).outerjoin(
        _CAMPAIGN, _CAMPAIGN.c.id == _SUMMARY.c.campaign_id
    )

    of_campaign = _SUMMARY.c.campaign_id == campaign_id if campaign_id else true()

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    query = (
        select(
            _SUMMARY.c.campaign_id,
            func.max(_CAMPAIGN.c.name).label("campaign_name"),
            func.count().label("drafted"),
            *(counted(_SUMMARY.c.state == state.value).label(state.value) for state in list(SummaryState)[1:]),
            counted(judged).label("suggested"),
            counted(and_(judged, _CALL.c.disposition == _SUMMARY.c.drafted_disposition)).label("agreed"),
        )
        .select_from(rows)
        .where(visible, of_campaign, _SUMMARY.c.drafted_at >= since, _SUMMARY.c.drafted_at < until)
        .group_by(_SUMMARY.c.campaign_id)
        .order_by(func.count().desc())
        .limit(200)
    )
    return await store.rows(query)
