"""Transcripts and utterances to rows and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import RowMapping

from waihu.store.search_words import sought
from waihu_models.transcript import Route, Side, Transcript, TranscriptState, Utterance, Word
from waihu_models.transcription import JobState, TranscriptionJob

Row: TypeAlias = Mapping[str, Any] | RowMapping

_TRANSCRIPT = tuple(field.name for field in fields(Transcript))
_UTTERANCE = tuple(field.name for field in fields(Utterance))
_JOB = tuple(field.name for field in fields(TranscriptionJob))
SLOTS = 1024
"""Utterances that may begin in the same millisecond: their places in the order of time."""


def seq_at(at: datetime) -> int:
    """Return the first place of a moment in the order of utterances."""
    return int(at.timestamp() * 1000) * SLOTS


def transcript_row(transcript: Transcript) -> dict[str, Any]:
    """Return the row of a transcript."""
    row = {name: getattr(transcript, name) for name in _TRANSCRIPT}
    return {**row, "side": str(row["side"]), "state": str(row["state"]), "route": str(row["route"])}


def transcript_of(row: Row) -> Transcript:
    """Return the transcript of a row."""
    values = {name: row[name] for name in _TRANSCRIPT}
    enums = {"side": Side(row["side"]), "state": TranscriptState(row["state"]), "route": Route(row["route"])}
    return Transcript(**{**values, **enums})


def utterance_row(utterance: Utterance) -> dict[str, Any]:
    """Return the row of an utterance; ``seq`` is its place if that is free, otherwise one of the next."""
    row = {name: getattr(utterance, name) for name in _UTTERANCE}
    return {
        **row,
        "seq": seq_at(utterance.at),
        "side": str(utterance.side),
        "route": str(utterance.route),
        "words": [[word.text, word.start_s, word.end_s, word.confidence] for word in utterance.words],
        "sought": sought(utterance.text_display),
    }


def utterance_of(row: Row) -> Utterance:
    """Return the utterance of a row."""
    values = {name: row[name] for name in _UTTERANCE}
    words = tuple(Word(*word) for word in row["words"])
    enums = {"side": Side(row["side"]), "route": Route(row["route"])}
    return Utterance(**{**values, **enums, "words": words})


def job_of(row: Row) -> TranscriptionJob:
    """Return the job of a row."""
    return TranscriptionJob(**{**{name: row[name] for name in _JOB}, "state": JobState(row["state"])})
