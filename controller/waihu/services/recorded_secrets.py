"""Numbers that nobody may hear are left out of transcripts, and silenced in the recording that is kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from waihu.services.recorded_sides import silence, tidy
from waihu.speech.redaction import redact, secret_spans
from waihu.store.audit import By
from waihu.store.recordings import change_file
from waihu.store.store import Store
from waihu.store.transcripts import HeardSide
from waihu_models.errors import Conflict
from waihu_models.recording import Recording
from waihu_models.transcript import Side

log = structlog.get_logger()

BY = "program:redaction"
WHY = "card or identity numbers were said"

Span = tuple[Side, float, float]


def redacted(side: HeardSide) -> HeardSide:
    """Return a side without secret numbers, those said in several pieces as well."""
    return replace(side, utterances=redact(side.utterances))


def spans_of(sides: Sequence[HeardSide], recorded_at: datetime) -> list[Span]:
    """Return what is to be silenced, in seconds of the recording."""
    return [
        (side.transcript.side, begin_s + offset_s, end_s + offset_s)
        for side in sides
        for offset_s in [((side.transcript.began_at or recorded_at) - recorded_at).total_seconds()]
        for begin_s, end_s in secret_spans(side.utterances)
    ]


async def silence_secrets(
    store: Store, folder: Path, recording: Recording, spans: Sequence[Span], now: datetime
) -> Recording:
    """Silence what was left out of transcripts, and let go of the sound as it was; return the recording as it is now.

    Done again after a crash, it ends what was begun.

    Raises:
        BadRecording, OSError: the sound cannot be read or written.
        Conflict: the recording was changed by somebody else meanwhile.
    """
    changed = await asyncio.to_thread(silence, folder, recording, spans)
    if changed is not None:
        if not await change_file(store, recording, changed, By(BY, now), WHY):
            raise Conflict("the recording was changed meanwhile")
        log.info("recording_silenced", recording_id=recording.id, stretches=len(spans))
    present = changed or recording
    await asyncio.to_thread(tidy, folder, present)
    return present
