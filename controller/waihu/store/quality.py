"""How calls came out against the quality rules, and what people say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, delete, func, insert, or_, select

from waihu.store.audit import By, note
from waihu.store.quality_rows import score_of, score_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.quality import QualityScore, Review, Unjudged
from waihu_models.tables import (
    AgentRow,
    CallRow,
    CampaignRow,
    QualityReviewRow,
    QualityRuleRow,
    QualityScoreRow,
    QualityVerdictRow,
    TranscriptRow,
)

_SCORE, _REVIEW, _VERDICT = table(QualityScoreRow), table(QualityReviewRow), table(QualityVerdictRow)
_RULE = table(QualityRuleRow)
_CALL, _AGENT, _CAMPAIGN = table(CallRow), table(AgentRow), table(CampaignRow)
_TRANSCRIPT = table(TranscriptRow)


async def save_score(store: Store, score: QualityScore, talked_at: datetime) -> None:
    """Keep how a call came out, in the place of an earlier score; one that was chosen for review stays chosen."""
    row = score_row(score, talked_at)

    def work(connection: Connection) -> None:
        chosen = connection.execute(select(_SCORE.c.sampled).where(_SCORE.c.call_id == score.call_id)).scalar()
        connection.execute(delete(_SCORE).where(_SCORE.c.call_id == score.call_id))
        connection.execute(insert(_SCORE).values({**row, "sampled": bool(chosen) or row["sampled"]}))

    await store.write(work)


async def unscored(store: Store, since: datetime, limit: int) -> list[str]:
    """Return calls in which people talked since a moment and that nobody has scored, the newest first."""
    scored = select(_SCORE.c.call_id).where(_SCORE.c.call_id == _CALL.c.id).exists()
    query = (
        select(_CALL.c.id)
        .where(_CALL.c.dialled_at >= since, _CALL.c.connected_at.is_not(None), _CALL.c.state == "ended", ~scored)
        .order_by(_CALL.c.dialled_at.desc())
        .limit(limit)
    )
    return [row["id"] for row in await store.rows(query)]


async def heard_since(store: Store, since: datetime, limit: int) -> list[str]:
    """Return calls whose score waits for a transcript, though all of theirs are finished: nobody told of the end."""
    of_call = _TRANSCRIPT.c.call_id == _SCORE.c.call_id
    begun = select(_TRANSCRIPT.c.call_id).where(of_call)
    query = (
        select(_SCORE.c.call_id)
        .where(_SCORE.c.why == Unjudged.WAITING.value, _SCORE.c.talked_at >= since)
        .where(begun.exists(), ~begun.where(_TRANSCRIPT.c.state.in_(("listening", "deferred"))).exists())
        .order_by(_SCORE.c.talked_at.desc())
        .limit(limit)
    )
    return [row["call_id"] for row in await store.rows(query)]


async def score_of_call(store: Store, call_id: str) -> QualityScore | None:
    """Return how a call came out; None: it was not held against any rule yet."""
    rows = await store.rows(select(_SCORE).where(_SCORE.c.call_id == call_id))
    return score_of(rows[0]) if rows else None


# ---- lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWish:
    """What is looked for; all of it together.

    Attributes:
        visible: Which calls may be read: a condition on ``call``.
        below: Score at most; what could not be judged is left out then.
        judged: Only those that could be judged, or (False) could not.
        sampled: Only those that are chosen for review.
        not_by: Not reviewed by this person.
        after: Moment and id of the last one shown.
    """

    visible: ColumnElement[bool]
    campaign_id: str = ""
    agent_id: str = ""
    below: float | None = None
    judged: bool | None = None
    sampled: bool = False
    not_by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


async def find_scores(store: Store, wish: ScoreWish) -> list[RowMapping]:
    """Return the next scores that fit, the newest calls first, one more than ``limit`` if there are more.

    Each row has the score's columns, ``agent_name``, ``campaign_name`` and ``reviews``.
    """
    query = _told().where(wish.visible, *_conditions(wish))
    if wish.after is not None:
        at, call_id = wish.after
        same = and_(_SCORE.c.talked_at == at, _SCORE.c.call_id < call_id)
        query = query.where(_SCORE.c.talked_at <= at, or_(_SCORE.c.talked_at < at, same))
    return await store.rows(query.order_by(_SCORE.c.talked_at.desc(), _SCORE.c.call_id.desc()).limit(wish.limit + 1))


def _told() -> Select[Any]:
    rows = (
        _SCORE.join(_CALL, _CALL.c.id == _SCORE.c.call_id)
        .outerjoin(_AGENT, _AGENT.c.id == _SCORE.c.agent_id)
        .outerjoin(_CAMPAIGN, _CAMPAIGN.c.id == _SCORE.c.campaign_id)
    )
    reviews = select(func.count()).where(_REVIEW.c.call_id == _SCORE.c.call_id).scalar_subquery()
    named = (_AGENT.c.name.label("agent_name"), _CAMPAIGN.c.name.label("campaign_name"))
    return select(_SCORE, *named, reviews.label("reviews")).select_from(rows)


def _conditions(wish: ScoreWish) -> list[ColumnElement[bool]]:
    wanted = [_SCORE.c[name] == getattr(wish, name) for name in ("campaign_id", "agent_id") if getattr(wish, name)]
    if wish.below is not None:
        wanted.append(_SCORE.c.score <= wish.below)
    if wish.judged is not None:
        wanted.append(_SCORE.c.score.is_not(None) if wish.judged else _SCORE.c.score.is_(None))
    if wish.sampled:
        wanted.append(_SCORE.c.sampled)
    if wish.not_by:
        mine = and_(_REVIEW.c.call_id == _SCORE.c.call_id, _REVIEW.c.reviewer == wish.not_by)
        wanted.append(~select(_REVIEW.c.call_id).where(mine).exists())
    if wish.since is not None:
        wanted.append(_SCORE.c.talked_at >= wish.since)
    if wish.until is not None:
        wanted.append(_SCORE.c.talked_at < wish.until)
    return wanted


# ---- reviews -------------------------------------------------------------------------------------------------------


async def save_review(store: Store, review: Review, by: By) -> None:
    """Keep what a person says of a call, in the place of what they said before.

    Raises:
        NotFound: the call has no score.
    """

    def work(connection: Connection) -> None:
        if connection.execute(select(_SCORE.c.call_id).where(_SCORE.c.call_id == review.call_id)).first() is None:
            raise NotFound(f"call {review.call_id!r} has no score")
        for rows in (_REVIEW, _VERDICT):
            same = and_(rows.c.call_id == review.call_id, rows.c.reviewer == review.reviewer)
            connection.execute(delete(rows).where(same))
        key = {"call_id": review.call_id, "reviewer": review.reviewer, "at": review.at}
        connection.execute(insert(_REVIEW).values(**key, note=review.note))
        if review.verdicts:
            connection.execute(insert(_VERDICT), [_verdict_row(one, key) for one in review.verdicts])
        note(connection, by, "quality.review", review.call_id, f"{len(review.verdicts)} verdicts")

    await store.write(work)


def _verdict_row(one: Any, key: dict[str, Any]) -> dict[str, Any]:
    return {
        **key, "rule_id": one.rule_id, "rule_name": one.rule_name, "verdict": str(one.verdict),
        "found": str(one.found) if one.found is not None else None, "note": one.note,
    }  # fmt: skip


async def reviews_of(store: Store, call_id: str) -> tuple[list[RowMapping], list[RowMapping]]:
    """Return the reviews of a call, and the verdicts of all of them."""
    reviews = select(_REVIEW).where(_REVIEW.c.call_id == call_id).order_by(_REVIEW.c.at, _REVIEW.c.reviewer)
    verdicts = select(_VERDICT).where(_VERDICT.c.call_id == call_id).order_by(_VERDICT.c.reviewer, _VERDICT.c.rule_name)
    return await store.rows(reviews), await store.rows(verdicts)


async def verdict_pairs(store: Store, visible: ColumnElement[bool], since: datetime | None) -> Sequence[RowMapping]:
    """Return, of each rule, how often the program found one thing and a person said another.

    Columns: ``rule_id``, ``rule_name`` (as it is called today, or was last, if it is no more), ``first`` (the
    program's), ``second``, ``times``.
    """
    rows = _VERDICT.join(_CALL, _CALL.c.id == _VERDICT.c.call_id).outerjoin(_RULE, _RULE.c.id == _VERDICT.c.rule_id)
    other = _VERDICT.alias("other")
    last_name = (
        select(other.c.rule_name)
        .where(other.c.rule_id == _VERDICT.c.rule_id)
        .order_by(other.c.at.desc(), other.c.call_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (_VERDICT.c.rule_id, _VERDICT.c.found, _VERDICT.c.verdict)
    query = (
        select(
            _VERDICT.c.rule_id, func.coalesce(func.max(_RULE.c.name), last_name).label("rule_name"),
            _VERDICT.c.found.label("first"),
            _VERDICT.c.verdict.label("second"), func.count().label("times"),
        )
        .select_from(rows)
        .where(visible, _VERDICT.c.found.is_not(None), *([_VERDICT.c.at >= since] if since is not None else []))
        .group_by(*columns)
    )  # fmt: skip
    return await store.rows(query)


async def reviewer_pairs(store: Store, visible: ColumnElement[bool], since: datetime | None) -> Sequence[RowMapping]:
    """Return, of each two who reviewed the same calls, how often one said one thing and the other another.

    Columns: ``one``, ``other`` (reviewers, in the order of their names), ``first``, ``second``, ``times``.
    """
    a, b = _VERDICT.alias("a"), _VERDICT.alias("b")
    both = and_(a.c.call_id == b.c.call_id, a.c.rule_id == b.c.rule_id, a.c.reviewer < b.c.reviewer)
    query = (
        select(
            a.c.reviewer.label("one"), b.c.reviewer.label("other"), a.c.verdict.label("first"),
            b.c.verdict.label("second"), func.count().label("times"),
        )
        .select_from(a.join(b, both).join(_CALL, _CALL.c.id == a.c.call_id))
        .where(visible, *([a.c.at >= since] if since is not None else []))
        .group_by(a.c.reviewer, b.c.reviewer, a.c.verdict, b.c.verdict)
    )  # fmt: skip
    return await store.rows(query)
