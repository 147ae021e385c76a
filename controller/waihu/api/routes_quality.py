"""How calls came out against the quality rules, reviews by people, and how far people and program agree."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import ColumnElement, RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.speech.agreement import agreement
from waihu.store import quality as stored
from waihu.store.call_list import call_row
from waihu.store.recordings import recording_of_call
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.errors import BadField, NotFound
from waihu_models.ids import CallId
from waihu_models.quality import Finding, QualityScore, Review, RuleFinding, RuleKind, Unjudged, Verdict

routes = Routes("quality")

Ref = Annotated[str, Meta(max_length=32)]
Moment = Annotated[datetime, Meta(tz=True)]
ReviewNote = Annotated[str, Meta(max_length=1000)]


class ScoreShown(Struct, frozen=True, kw_only=True):
    """How a call came out. ``score`` null: it could not be judged, for the reason ``why``."""

    call_id: str
    agent_id: str | None
    agent_name: str
    campaign_id: str | None
    campaign_name: str
    score: float | None
    why: Unjudged | None
    language: str
    failed: int
    sampled: bool
    reviews: int
    talked_at: datetime


class FindingShown(Struct, frozen=True, kw_only=True):
    """How one rule came out; ``at_s``: where in the recording the evidence is, null without one."""

    rule_id: str
    rule_name: str
    kind: RuleKind
    finding: Finding
    weight: float
    fatal: bool
    evidence: str
    value: float | None
    at_s: float | None
    utterance_id: str
    why: Unjudged | None


class VerdictShown(Struct, frozen=True, kw_only=True):
    """What a person says of one rule in a call."""

    rule_id: str
    rule_name: str
    verdict: Finding
    found: Finding | None
    note: str


class ReviewShown(Struct, frozen=True, kw_only=True):
    """One person's verdicts."""

    reviewer: str
    at: datetime
    note: str
    verdicts: list[VerdictShown]


class CallQualityShown(Struct, frozen=True, kw_only=True):
    """A call's score with all evidence, and what people say of it."""

    call_id: str
    score: float | None
    why: Unjudged | None
    language: str
    sampled: bool
    at: datetime
    findings: list[FindingShown]
    reviews: list[ReviewShown]


class ScoreQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls; all of it together. ``below``: a score of at most so much."""

    campaign_id: Ref = ""
    agent_id: Ref = ""
    below: Annotated[float, Meta(ge=0, le=100)] | None = None
    judged: bool | None = None
    sampled: bool = False
    since: Moment | None = None
    until: Moment | None = None
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class ReviewQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of what waits for one's review."""

    campaign_id: Ref = ""
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


def _row_shown(row: RowMapping) -> ScoreShown:
    return ScoreShown(
        call_id=row["call_id"], agent_id=row["agent_id"], agent_name=row["agent_name"] or row["agent_id"] or "",
        campaign_id=row["campaign_id"], campaign_name=row["campaign_name"] or "", score=row["score"],
        why=Unjudged(row["why"]) if row["why"] else None, language=row["language"], failed=row["failed"],
        sampled=row["sampled"], reviews=row["reviews"], talked_at=row["talked_at"],
    )  # fmt: skip


async def _page(ask: Ask, wish: stored.ScoreWish) -> Page[ScoreShown]:
    rows = await stored.find_scores(ask.house.store, wish)
    page = rows[: wish.limit]
    more = len(rows) > wish.limit
    after = cursor(page[-1]["talked_at"].isoformat(), page[-1]["call_id"]) if more else None
    return Page(items=[_row_shown(row) for row in page], next=after)


def _after(text: str | None) -> tuple[datetime, str] | None:
    key = key_of(text, str, str)
    return (moment(key[0]), key[1]) if key is not None else None


@routes.get("/quality-scores", right=Right.QUALITY_READ)
async def list_quality_scores(ask: Ask, query: ScoreQuery) -> Page[ScoreShown]:
    """Return how calls came out, the newest first; agents see their own."""
    wish = stored.ScoreWish(
        visible=visible_calls(ask.viewer, Right.QUALITY_READ), campaign_id=query.campaign_id, agent_id=query.agent_id,
        below=query.below, judged=query.judged, sampled=query.sampled, since=query.since, until=query.until,
        after=_after(query.after), limit=query.limit,
    )  # fmt: skip
    return await _page(ask, wish)


@routes.get("/quality-reviews", right=Right.QUALITY_REVIEW)
async def list_quality_reviews(ask: Ask, query: ReviewQuery) -> Page[ScoreShown]:
    """Return the calls that were chosen for review and that one has not reviewed, the newest first."""
    wish = stored.ScoreWish(
        visible=visible_calls(ask.viewer, Right.QUALITY_REVIEW), campaign_id=query.campaign_id, sampled=True,
        judged=True, not_by=ask.by.actor, after=_after(query.after), limit=query.limit,
    )  # fmt: skip
    return await _page(ask, wish)


# ---- one call ------------------------------------------------------------------------------------------------------


async def _score(ask: Ask, call_id: str, right: Right) -> QualityScore:
    hearable = visible_calls(ask.viewer, Right.RECORDINGS_HEAR)
    await call_row(ask.house.store, call_id, visible_calls(ask.viewer, right), hearable)
    score = await stored.score_of_call(ask.house.store, call_id)
    if score is None:
        raise NotFound(f"call {call_id!r} has no score")
    return score


def _finding(one: RuleFinding, recorded_at: datetime | None) -> FindingShown:
    placed = one.at is not None and recorded_at is not None
    return FindingShown(
        rule_id=one.rule_id, rule_name=one.rule_name, kind=one.kind, finding=one.finding, weight=one.weight,
        fatal=one.fatal, evidence=one.evidence, value=one.value, utterance_id=one.utterance_id, why=one.why,
        at_s=round((one.at - recorded_at).total_seconds(), 3) if placed else None,  # type: ignore[operator]
    )  # fmt: skip


async def _call_quality(ask: Ask, call_id: str, right: Right) -> CallQualityShown:
    score, store = await _score(ask, call_id, right), ask.house.store
    recording = await recording_of_call(store, call_id)
    reviews, verdicts = await stored.reviews_of(store, call_id)
    return CallQualityShown(
        call_id=call_id, score=score.score, why=score.why, language=score.language, sampled=score.sampled, at=score.at,
        findings=[_finding(one, recording.started_at if recording else None) for one in score.findings],
        reviews=[
            ReviewShown(
                reviewer=row["reviewer"], at=row["at"], note=row["note"],
                verdicts=[_verdict(one) for one in verdicts if one["reviewer"] == row["reviewer"]],
            )
            for row in reviews
        ],
    )  # fmt: skip


def _verdict(row: RowMapping) -> VerdictShown:
    return VerdictShown(
        rule_id=row["rule_id"], rule_name=row["rule_name"], verdict=Finding(row["verdict"]),
        found=Finding(row["found"]) if row["found"] else None, note=row["note"],
    )  # fmt: skip


@routes.get("/calls/{call_id}/quality", right=Right.QUALITY_READ)
async def read_call_quality(ask: Ask, call_id: str) -> CallQualityShown:
    """Return how each rule came out in a call, with the evidence."""
    return await _call_quality(ask, call_id, Right.QUALITY_READ)


class VerdictWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one says of a rule in a call."""

    rule_id: Ref
    verdict: Finding
    note: ReviewNote = ""


class ReviewWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's verdicts on a call, all of them; what was said before is replaced."""

    verdicts: Annotated[list[VerdictWish], Meta(min_length=1, max_length=100)]
    note: ReviewNote = ""


@routes.put("/calls/{call_id}/quality/review", right=Right.QUALITY_REVIEW)
async def review_call(ask: Ask, call_id: str, body: ReviewWish) -> CallQualityShown:
    """Say of each rule whether it was kept in a call."""
    score = await _score(ask, call_id, Right.QUALITY_REVIEW)
    found = {one.rule_id: one for one in score.findings}
    for index, one in enumerate(body.verdicts):
        if one.rule_id not in found:
            raise BadField(f"$.verdicts[{index}].rule_id", "the call was not held against this rule")
        if one.rule_id in {other.rule_id for other in body.verdicts[:index]}:
            raise BadField(f"$.verdicts[{index}].rule_id", "given twice")
    verdicts = tuple(
        Verdict(
            rule_id=one.rule_id, rule_name=found[one.rule_id].rule_name, verdict=one.verdict,
            found=found[one.rule_id].finding, note=one.note,
        )
        for one in body.verdicts
    )  # fmt: skip
    review = Review(call_id=CallId(call_id), reviewer=ask.by.actor, verdicts=verdicts, at=ask.by.at, note=body.note)
    await stored.save_review(ask.house.store, review, ask.by)
    return await _call_quality(ask, call_id, Right.QUALITY_REVIEW)


# ---- agreement -----------------------------------------------------------------------------------------------------


class AgreementShown(Struct, frozen=True, kw_only=True):
    """How far two agree: a share, and Cohen's kappa; null: it has no value, all said the same.

    ``id``: of the rule, whatever it was called; of two reviewers, their names.
    """

    id: str
    name: str
    count: int
    ratio: float | None
    kappa: float | None


class QualityAgreementShown(Struct, frozen=True, kw_only=True):
    """People against the program by rule, and people among each other by pair."""

    rules: list[AgreementShown]
    reviewers: list[AgreementShown]


class AgreementQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Since when reviews count; null: all."""

    since: Moment | None = None


def _agreements(rows: Iterable[RowMapping], named: Callable[[RowMapping], tuple[str, str]]) -> list[AgreementShown]:
    """Return the figures of what has the same id, by name."""
    pairs: dict[str, Counter[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for row in rows:
        its_id, names[its_id] = named(row)
        pairs.setdefault(its_id, Counter())[row["first"], row["second"]] += row["times"]
    figures = [(its_id, agreement(counts)) for its_id, counts in pairs.items()]
    shown = [
        AgreementShown(id=its_id, name=names[its_id], count=one.count, ratio=one.ratio, kappa=one.kappa)
        for its_id, one in figures
    ]
    return sorted(shown, key=lambda one: (one.name, one.id))


@routes.get("/quality-agreement", right=Right.QUALITY_REVIEW)
async def read_quality_agreement(ask: Ask, query: AgreementQuery) -> QualityAgreementShown:
    """Return how far reviewers agree with the program, by rule, and with each other."""
    visible: ColumnElement[bool] = visible_calls(ask.viewer, Right.QUALITY_REVIEW)
    store = ask.house.store
    return QualityAgreementShown(
        rules=_agreements(await stored.verdict_pairs(store, visible, query.since), _rule_named),
        reviewers=_agreements(await stored.reviewer_pairs(store, visible, query.since), _pair_named),
    )


def _rule_named(row: RowMapping) -> tuple[str, str]:
    return row["rule_id"], row["rule_name"]


def _pair_named(row: RowMapping) -> tuple[str, str]:
    pair = f"{row['one']} · {row['other']}"
    return pair, pair
