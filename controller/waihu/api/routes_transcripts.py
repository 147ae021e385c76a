"""Transcripts: what was said in a call, words looked for in all of them, and what is transcribed after the call."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.services.transcribing import ask_for
from waihu.store import transcription_jobs as jobs
from waihu.store.call_list import call_row
from waihu.store.recordings import recording_of_call
from waihu.store.rows import call_of
from waihu.store.search_marks import marked
from waihu.store.search_words import Term, terms_of
from waihu.store.transcript_search import TranscriptWish, alerted, search
from waihu.store.transcripts import transcripts_of, utterances_of
from waihu.store.visible import visible_calls
from waihu_models.access import Right, Scope
from waihu_models.errors import BadField
from waihu_models.recording import Recording
from waihu_models.transcript import Route, Side, Transcript, TranscriptState, Utterance
from waihu_models.transcription import JobState

routes = Routes("transcripts")

Ref = Annotated[str, Meta(max_length=32)]


class SideShown(Struct, frozen=True, kw_only=True):
    """How far the transcript of one side is, and what could not be heard."""

    side: Side
    state: TranscriptState
    language: str
    engine: str
    model: str
    route: Route
    began_at: datetime | None
    heard_s: float
    lost_s: float
    reason: str


class WordShown(Struct, frozen=True, kw_only=True):
    """A word; ``at_s``: its place in the recording, null without one."""

    text: str
    at_s: float | None
    seconds: float
    confidence: float


class UtteranceShown(Struct, frozen=True, kw_only=True):
    """What one side said between two pauses; ``at_s``: its place in the recording, null without one."""

    id: str
    side: Side
    n: int
    at: datetime
    at_s: float | None
    seconds: float
    text: str
    words: list[WordShown]
    language: str
    route: Route


class TranscriptShown(Struct, frozen=True, kw_only=True):
    """What both sides of a call said, by time. ``recording_id`` is given to whom may hear it."""

    call_id: str
    recording_id: str | None
    sides: list[SideShown]
    utterances: list[UtteranceShown]


def _place_s(at: datetime, recorded_at: datetime | None) -> float | None:
    return round((at - recorded_at).total_seconds(), 3) if recorded_at is not None else None


def _side(one: Transcript) -> SideShown:
    return SideShown(
        side=one.side, state=one.state, language=one.language, engine=one.engine, model=one.model, route=one.route,
        began_at=one.began_at, heard_s=one.heard_s, lost_s=one.lost_s, reason=one.reason,
    )  # fmt: skip


def _utterance(one: Utterance, recorded_at: datetime | None) -> UtteranceShown:
    at_s = _place_s(one.at, recorded_at)
    words = [
        WordShown(
            text=word.text, at_s=round(at_s + word.start_s - one.start_s, 3) if at_s is not None else None,
            seconds=round(word.end_s - word.start_s, 3), confidence=word.confidence,
        )
        for word in one.words
    ]  # fmt: skip
    return UtteranceShown(
        id=one.id, side=one.side, n=one.n, at=one.at, at_s=at_s, seconds=round(one.end_s - one.start_s, 3),
        text=one.text_display, words=words, language=one.language, route=one.route,
    )  # fmt: skip


async def _call(ask: Ask, call_id: str, right: Right = Right.TRANSCRIPTS_READ) -> RowMapping:
    hearable = visible_calls(ask.viewer, Right.RECORDINGS_HEAR)
    return await call_row(ask.house.store, call_id, visible_calls(ask.viewer, right), hearable)


@routes.get("/calls/{call_id}/transcript", right=Right.TRANSCRIPTS_READ)
async def read_transcript(ask: Ask, call_id: str) -> TranscriptShown:
    """Return what was said in a call, as far as it was heard."""
    row, store = await _call(ask, call_id), ask.house.store
    recording: Recording | None = await recording_of_call(store, call_id)
    recorded_at = recording.started_at if recording is not None else None
    return TranscriptShown(
        call_id=call_id,
        recording_id=row["recording_id"] if row["hearable"] else None,
        sides=[_side(one) for one in await transcripts_of(store, call_id)],
        utterances=[_utterance(one, recorded_at) for one in await utterances_of(store, call_id)],
    )


# ---- search --------------------------------------------------------------------------------------------------------


class SearchQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; all of it together.

    ``q``: words, ``"phrases"``, ``beginnings*``; any stretch of Chinese. ``list_id``: it raised an alert of this list.
    """

    q: Annotated[str, Meta(min_length=1, max_length=200)]
    campaign_id: Ref = ""
    agent_id: Ref = ""
    disposition: Annotated[list[Ref], Meta(max_length=60)] = []
    side: Side | None = None
    list_id: Ref = ""
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class PartShown(Struct, frozen=True, kw_only=True):
    """A stretch of text; ``hit``: it is what was looked for."""

    text: str
    hit: bool


class HitShown(Struct, frozen=True, kw_only=True):
    """An utterance in which it was said; ``at_s``: its place in the recording, null without one."""

    utterance_id: str
    call_id: str
    side: Side
    at: datetime
    at_s: float | None
    seconds: float
    text: str
    parts: list[PartShown]
    language: str
    campaign_id: str | None
    campaign_name: str
    agent_id: str | None
    agent_name: str
    disposition: str | None
    dialled_at: datetime
    recorded: bool


def _hit(row: RowMapping, terms: tuple[Term, ...]) -> HitShown:
    return HitShown(
        utterance_id=row["id"], call_id=row["call_id"], side=Side(row["side"]), at=row["at"],
        at_s=_place_s(row["at"], row["recorded_at"]), seconds=round(row["end_s"] - row["start_s"], 3),
        text=row["text_display"], language=row["language"], campaign_id=row["campaign_id"],
        parts=[PartShown(text=part.text, hit=part.hit) for part in marked(row["text_display"], terms)],
        campaign_name=row["campaign_name"] or "", agent_id=row["agent_id"],
        agent_name=row["agent_name"] or row["agent_id"] or "", disposition=row["disposition"],
        dialled_at=row["dialled_at"], recorded=row["recorded_at"] is not None,
    )  # fmt: skip


@routes.get("/transcripts", right=Right.TRANSCRIPTS_READ)
async def search_transcripts(ask: Ask, query: SearchQuery) -> Page[HitShown]:
    """Look for words in everything that was said, newest first.

    A page that has a cursor may be short, or empty: where hardly any of many hits is wanted, they are looked at a few
    thousand at a time.
    """
    terms = terms_of(query.q)
    if not terms:
        raise BadField("q", "there is no word in it to look for")
    key = key_of(query.after, int)
    agent_id = query.agent_id
    if not agent_id and ask.scope(Right.TRANSCRIPTS_READ) is Scope.OWN:
        agent_id = ask.viewer.agent_id or ""  # said twice, it is found by its index
    wish = TranscriptWish(
        terms=terms, visible=visible_calls(ask.viewer, Right.TRANSCRIPTS_READ), campaign_id=query.campaign_id,
        agent_id=agent_id, dispositions=query.disposition, side=str(query.side or ""),
        said=alerted(query.list_id) if query.list_id else None, since=query.since, until=query.until,
        after=key[0] if key is not None else None, limit=query.limit,
    )  # fmt: skip
    hits = await search(ask.house.store, wish)
    next_page = cursor(hits.after) if hits.after is not None else None
    return Page(items=[_hit(row, terms) for row in hits.rows], next=next_page)


# ---- after the call ------------------------------------------------------------------------------------------------


class TranscriptionWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a call is to be transcribed; without a language, in the one it was begun in."""

    language: Annotated[str, Meta(pattern=r"^([a-z]{2,3}(-[a-z0-9]{1,8}){0,3})?$")] = ""


class JobShown(Struct, frozen=True, kw_only=True):
    """A recording that is transcribed after its call; ``reason``: why that failed last."""

    call_id: str
    state: JobState
    attempts: int
    next_at: datetime
    reason: str
    asked_by: str
    created_at: datetime
    ended_at: datetime | None
    campaign_id: str | None
    agent_id: str | None
    version: int


class JobQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of them; without a state, those that were set aside."""

    state: list[JobState] = []
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


def _job(row: RowMapping) -> JobShown:
    return JobShown(
        call_id=row["call_id"], state=JobState(row["state"]), attempts=row["attempts"], next_at=row["next_at"],
        reason=row["reason"], asked_by=row["asked_by"], created_at=row["created_at"], ended_at=row["ended_at"],
        campaign_id=row["campaign_id"], agent_id=row["agent_id"], version=row["version"],
    )  # fmt: skip


async def _job_row(ask: Ask, call_id: str) -> RowMapping:
    return await jobs.job_row(ask.house.store, call_id, visible_calls(ask.viewer, Right.QUALITY_REVIEW))


@routes.post("/calls/{call_id}/transcript", right=Right.QUALITY_REVIEW, status=202)
async def transcribe_call(ask: Ask, call_id: str, body: TranscriptionWish) -> JobShown:
    """Let a call be transcribed from its recording, once more if it was before; what it said till then is replaced."""
    row = await _call(ask, call_id, Right.QUALITY_REVIEW)
    await ask_for(ask.house.store, call_of(row), body.language, ask.by)
    return _job(await _job_row(ask, call_id))


@routes.get("/transcription-jobs", right=Right.QUALITY_REVIEW)
async def list_transcription_jobs(ask: Ask, query: JobQuery) -> Page[JobShown]:
    """Return recordings that are, or could not be, transcribed after their calls, newest first."""
    key = key_of(query.after, str, str)
    after = (moment(key[0]), key[1]) if key is not None else None
    visible = visible_calls(ask.viewer, Right.QUALITY_REVIEW)
    rows = await jobs.find_jobs(ask.house.store, visible, query.state or [JobState.SET_ASIDE], after, query.limit)
    shown, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(shown[-1]["created_at"].isoformat(), shown[-1]["call_id"]) if more else None
    return Page(items=[_job(row) for row in shown], next=next_page)


@routes.get("/transcription-jobs/{call_id}", right=Right.QUALITY_REVIEW)
async def read_transcription_job(ask: Ask, call_id: str) -> JobShown:
    """Return how far the transcription of a call is."""
    return _job(await _job_row(ask, call_id))


@routes.post("/transcription-jobs/{call_id}/retry", right=Right.QUALITY_REVIEW)
async def retry_transcription(ask: Ask, call_id: str) -> JobShown:
    """Try again what was set aside."""
    await _job_row(ask, call_id)
    await jobs.retry(ask.house.store, call_id, ask.if_match(), ask.by)
    return _job(await _job_row(ask, call_id))
