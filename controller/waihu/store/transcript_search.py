"""Looking for words in everything that was said: newest first, a page at a time.

Two ways lead to a page. *By words*: the index gives the hits newest first, and each is looked at until the page is
full; where hardly any of them is wanted, at most ``LOOKED_AT`` are looked at, and the page says where the next one goes
on. *By calls*: where few calls are asked for at all, all that was said in them is looked through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    and_,
    column,
    false,
    func,
    literal,
    literal_column,
    select,
    true,
)
from sqlalchemy import table as lightweight

from waihu.store.search_words import Term
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.transcript_rows import seq_at
from waihu_models.errors import StoreError
from waihu_models.tables import AgentRow, Base, CallRow, CampaignRow, RecordingRow, UtteranceRow

_CALL, _SAID, _RECORDING = table(CallRow), table(UtteranceRow), table(RecordingRow)
_AGENT, _CAMPAIGN = table(AgentRow), table(CampaignRow)
_INDEX = lightweight("utterance_fts", column("rowid", BigInteger))
LOOKED_AT = 10_000
FEW_CALLS = 500
_LONGEST_CALL = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptWish:
    """What is looked for; all of it together.

    Attributes:
        visible: Which calls may be read: a condition on ``call``.
        said: A condition on ``utterance`` beside the words, see ``alerted``.
        until: Not in it.
        after: Place of the last one shown.
    """

    terms: tuple[Term, ...]
    visible: ColumnElement[bool]
    said: ColumnElement[bool] | None = None
    campaign_id: str = ""
    agent_id: str = ""
    dispositions: Sequence[str] = ()
    side: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Hits:
    """A page; ``after``: where the next one goes on, None: nowhere. A page that goes on may be short, or empty."""

    rows: list[RowMapping]
    after: int | None


async def search(store: Store, wish: TranscriptWish) -> Hits:
    """Return the next utterances in which all terms are said.

    Each row has the utterance's columns, ``campaign_id``, ``campaign_name``, ``agent_id``, ``agent_name``,
    ``disposition``, ``dialled_at``, ``recording_id`` and ``recorded_at`` (its first sample).

    Raises:
        StoreError: the database cannot be read, or has no search index.
    """
    if not wish.terms:
        return Hits([], None)
    if store.dialect != "sqlite":
        raise StoreError("only SQLite has a search index so far")
    few = await _few_calls(store, wish)
    if few is not None:
        rows = await store.rows(_by_calls(wish, few))
        return _page(rows, wish.limit, None)
    floor = await _floor(store, wish) if _chosen(wish) else None
    rows = await store.rows(_by_words(wish, floor))
    return _page(rows, wish.limit, floor)


def _page(rows: list[RowMapping], limit: int, floor: int | None) -> Hits:
    if len(rows) > limit:
        return Hits(rows[:limit], rows[limit - 1]["seq"])
    return Hits(rows, floor)


def alerted(list_id: str) -> ColumnElement[bool]:
    """Return the condition on ``utterance`` that it raised an alert of a list of phrases."""
    alert = Base.metadata.tables.get("word_alert")
    if alert is None:
        return false()
    return select(literal(1)).where(alert.c.utterance_id == _SAID.c.id, alert.c.list_id == list_id).exists()


# ---- by words ------------------------------------------------------------------------------------------------------


def _matching(wish: TranscriptWish) -> ColumnElement[bool]:
    place = _INDEX.c.rowid
    wanted: list[ColumnElement[bool]] = [literal_column("utterance_fts").op("MATCH")(_in_index_words(wish.terms))]
    if wish.after is not None:
        wanted.append(place < wish.after)
    if wish.since is not None:
        wanted.append(place >= seq_at(wish.since))
    if wish.until is not None:
        wanted.append(place < seq_at(wish.until))
    return and_(*wanted)


def _in_index_words(terms: tuple[Term, ...]) -> str:
    # Pieces are letters and digits only: in quotation marks nothing of them means anything to the index.
    return " AND ".join(f'"{" ".join(term.pieces)}"' + (" *" if term.begins else "") for term in terms)


async def _floor(store: Store, wish: TranscriptWish) -> int | None:
    """Return the place below which this page does not look; None: it looks at everything."""
    place = _INDEX.c.rowid
    query = select(place).where(_matching(wish)).order_by(place.desc()).limit(1).offset(LOOKED_AT - 1)
    rows = await store.rows(query)
    return int(rows[0]["rowid"]) if rows else None


def _by_words(wish: TranscriptWish, floor: int | None) -> Select[Any]:
    place = _INDEX.c.rowid
    query = _told(_INDEX.join(_SAID, _SAID.c.seq == place)).where(_matching(wish), *_conditions(wish))
    if floor is not None:
        query = query.where(place >= floor)
    return query.order_by(place.desc()).limit(wish.limit + 1)


# ---- by calls ------------------------------------------------------------------------------------------------------


def _chosen(wish: TranscriptWish) -> bool:
    narrowed = wish.campaign_id or wish.agent_id or wish.dispositions or wish.side or wish.said is not None
    return bool(narrowed) or wish.visible is not true()


async def _few_calls(store: Store, wish: TranscriptWish) -> str | None:
    """Return the column of ``call`` that leaves only few calls, by an index; None: there is none."""
    for name, values in _wanted(wish).items():
        condition = _CALL.c[name].in_(values)
        first = select(literal(1)).select_from(_CALL).where(condition, *_dialled(wish)).limit(FEW_CALLS + 1).subquery()
        counted = await store.rows(select(func.count().label("count")).select_from(first))
        if counted[0]["count"] <= FEW_CALLS:
            return name
    return None


def _wanted(wish: TranscriptWish) -> dict[str, list[str]]:
    """Return which values columns of ``call`` must have; each has an index together with the moment of dialling."""
    wanted = {"agent_id": [wish.agent_id], "campaign_id": [wish.campaign_id], "disposition": list(wish.dispositions)}
    return {name: values for name, values in wanted.items() if any(values)}


def _dialled(wish: TranscriptWish) -> list[ColumnElement[bool]]:
    limits = []
    if wish.since is not None:
        limits.append(_CALL.c.dialled_at >= wish.since - _LONGEST_CALL)
    if wish.until is not None:
        limits.append(_CALL.c.dialled_at < wish.until)
    return limits


def _by_calls(wish: TranscriptWish, few: str) -> Select[Any]:
    # Reckoned with, the place is no reason for SQLite to begin with everything that was ever said.
    place = _SAID.c.seq + 0
    query = _told(_SAID).where(*_conditions(wish, few), *_dialled(wish), *map(_says, wish.terms))
    if wish.after is not None:
        query = query.where(place < wish.after)
    if wish.since is not None:
        query = query.where(place >= seq_at(wish.since))
    if wish.until is not None:
        query = query.where(place < seq_at(wish.until))
    return query.order_by(place.desc()).limit(wish.limit + 1)


def _says(term: Term) -> ColumnElement[bool]:
    pieces = " ".join(term.pieces)
    text = literal(" ") + _SAID.c.sought + " "
    return func.instr(text, f" {pieces}" if term.begins else f" {pieces} ") > 0


# ---- both ----------------------------------------------------------------------------------------------------------


def _conditions(wish: TranscriptWish, few: str = "") -> list[ColumnElement[bool]]:
    """Return the conditions beside words and time; only that on the column ``few`` may be answered by an index."""
    wanted = [wish.visible]
    for name, values in _wanted(wish).items():
        held = _CALL.c[name]
        wanted.append((held if name == few else held.concat("")).in_(values))
    if wish.side:
        wanted.append(_SAID.c.side == wish.side)
    if wish.said is not None:
        wanted.append(wish.said)
    return wanted


def _told(said: FromClause) -> Select[Any]:
    rows = (
        said.join(_CALL, _CALL.c.id == _SAID.c.call_id)
        .outerjoin(_RECORDING, _RECORDING.c.id == _CALL.c.recording_id)
        .outerjoin(_AGENT, _AGENT.c.id == _CALL.c.agent_id)
        .outerjoin(_CAMPAIGN, _CAMPAIGN.c.id == _CALL.c.campaign_id)
    )
    return select(
        _SAID,
        _CALL.c.campaign_id,
        _CALL.c.agent_id,
        _CALL.c.disposition,
        _CALL.c.dialled_at,
        _CALL.c.recording_id,
        _RECORDING.c.started_at.label("recorded_at"),
        _AGENT.c.name.label("agent_name"),
        _CAMPAIGN.c.name.label("campaign_name"),
    ).select_from(rows)
