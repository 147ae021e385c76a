"""How often drafts were good enough and answers were used: by campaign, over time."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import ColumnElement, RowMapping

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.store.assist import objection_figures
from waihu.store.summaries import summary_figures
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.errors import BadField

routes = Routes("assist")

Ref = Annotated[str, Meta(max_length=32)]
Moment = Annotated[datetime, Meta(tz=True)]
USUAL = timedelta(days=28)
MOST_PERIODS = 62


class AssistQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which time, in periods of so many days; without ``since`` and ``until``, the last four weeks."""

    since: Moment | None = None
    until: Moment | None = None
    days: Annotated[int, Meta(ge=1, le=92)] = 7
    campaign_id: Ref = ""


class SummaryFigures(Struct, frozen=True, kw_only=True):
    """What became of the drafts of a campaign in a period.

    Attributes:
        drafted: All of them; those neither accepted, edited nor discarded wait.
        accepted_ratio: Accepted as they were, of those decided on; null: none was.
        suggested: Drafts that suggest a disposition, of calls that were judged.
        agreed: Of these, judged as suggested.
        agreed_ratio: Of the two; null: none was suggested.
    """

    since: datetime
    until: datetime
    campaign_id: str | None
    campaign_name: str
    drafted: int
    accepted: int
    edited: int
    discarded: int
    accepted_ratio: float | None
    suggested: int
    agreed: int
    agreed_ratio: float | None


class ObjectionFigures(Struct, frozen=True, kw_only=True):
    """In how many calls an objection was raised, and what became of the answers that were offered."""

    objection_id: str
    name: str
    calls: int
    offered: int
    used: int
    dismissed: int


class AssistFigures(Struct, frozen=True, kw_only=True):
    """Summaries by period, the oldest first; objections of the whole time, the most frequent first."""

    since: datetime
    until: datetime
    summaries: list[SummaryFigures]
    objections: list[ObjectionFigures]


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _summaries(row: RowMapping, since: datetime, until: datetime) -> SummaryFigures:
    decided = row["accepted"] + row["edited"] + row["discarded"]
    return SummaryFigures(
        since=since, until=until, campaign_id=row["campaign_id"], campaign_name=row["campaign_name"] or "",
        drafted=row["drafted"], accepted=row["accepted"], edited=row["edited"], discarded=row["discarded"],
        accepted_ratio=_ratio(row["accepted"], decided), suggested=row["suggested"], agreed=row["agreed"],
        agreed_ratio=_ratio(row["agreed"], row["suggested"]),
    )  # fmt: skip


def _objection(row: RowMapping) -> ObjectionFigures:
    return ObjectionFigures(**{name: row[name] for name in ObjectionFigures.__struct_fields__})


@routes.get("/assist/figures", right=Right.TRANSCRIPTS_READ)
async def read_assist_figures(ask: Ask, query: AssistQuery) -> AssistFigures:
    """Return how often drafted summaries were accepted and offered answers were used."""
    since, until = _span(ask, query)
    visible = visible_calls(ask.viewer, Right.TRANSCRIPTS_READ)
    objections = await objection_figures(ask.house.store, visible, since, until, query.campaign_id)
    return AssistFigures(
        since=since, until=until, summaries=await _periods(ask, query, visible),
        objections=[_objection(row) for row in objections],
    )  # fmt: skip


def _span(ask: Ask, query: AssistQuery) -> tuple[datetime, datetime]:
    until = query.until or ask.house.clock.now()
    since = query.since or until - USUAL
    if not timedelta() < until - since <= timedelta(days=query.days * MOST_PERIODS):
        raise BadField("since", f"ask for 1 to {MOST_PERIODS} periods")
    return since, until


async def _periods(ask: Ask, query: AssistQuery, visible: ColumnElement[bool]) -> list[SummaryFigures]:
    since, until = _span(ask, query)
    found: list[SummaryFigures] = []
    while since < until:
        end = min(since + timedelta(days=query.days), until)
        rows = await summary_figures(ask.house.store, visible, since, end, query.campaign_id)
        found += [_summaries(row, since, end) for row in rows]
        since = end
    return found
