"""What listening keeps: utterances and transcripts on their way into the store, which no call waits for."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from waihu.bus import Bus
from waihu.services.live_side import LiveSide
from waihu.services.tasks import Tasks
from waihu.services.transcribing import told_outside
from waihu.store.store import Store
from waihu.store.transcripts import replace_utterances, transcripts_of, utterances_of
from waihu.store.unit import Unit
from waihu_models.errors import StoreError
from waihu_models.events import TranscriptChanged
from waihu_models.transcript import Transcript, TranscriptState, Utterance

log = structlog.get_logger()

STARTED_ANEW = "the program was started anew"
NOT_STORED = "not all of it could be stored"


class WrittenDown:
    """Writes, in the order in which it is told, and tells of transcripts; ``counts`` says what could not be kept."""

    def __init__(self, store: Store, bus: Bus, tasks: Tasks) -> None:
        self._store = store
        self._bus = bus
        self._tasks = tasks
        self.counts: Counter[str] = Counter()

    async def resume(self, live: LiveSide) -> None:
        """Let a side go on where an earlier run of the program ended: something is missing in any case."""
        live.lack(STARTED_ANEW)
        one = live.transcript
        try:
            known = [was for was in await transcripts_of(self._store, one.call_id) if was.side is one.side]
            said = [was for was in await utterances_of(self._store, one.call_id) if was.side is one.side]
        except StoreError as error:
            log.warning("transcript_not_read", call_id=one.call_id, problem=str(error))
            return
        if known:
            live.resume(known[0], said)

    def transcript(self, transcript: Transcript) -> None:
        """Keep how far a transcript is."""
        unit = Unit()
        unit.save_transcript(transcript)
        self._submit(unit, lambda: None)
        self._bus.publish(TranscriptChanged(transcript))

    def utterance(self, utterance: Utterance, live: LiveSide) -> None:
        """Keep what was said; where that fails, the side is not whole and comes from the recording."""
        unit = Unit()
        unit.add_utterance(utterance)
        self._submit(unit, lambda: live.lack(NOT_STORED))

    def close(self, live: LiveSide, now: datetime) -> None:
        """Keep a transcript as it stays, then tell of it."""
        transcript = live.closed()
        if (clean := live.cleared()) is not None:
            self._tasks.start(self._replace(transcript, clean), f"transcript of call {transcript.call_id}")
        unit = Unit()
        unit.save_transcript(transcript)
        if transcript.state is TranscriptState.DONE:
            unit.add_outbox("transcript.done", transcript.call_id, told_outside(transcript, len(live.said)), now)
        written = self._submit(unit, lambda: None)
        if written is None:
            self._bus.publish(TranscriptChanged(transcript))
        else:
            written.add_done_callback(lambda _: self._bus.publish(TranscriptChanged(transcript)))

    async def _replace(self, transcript: Transcript, said: list[Utterance]) -> None:
        try:
            await replace_utterances(self._store, transcript, said)
        except StoreError as error:
            log.error("secret_numbers_not_removed", call_id=transcript.call_id, problem=str(error))

    def _submit(self, unit: Unit, failed: Callable[[], None]) -> "asyncio.Future[None] | None":
        try:
            written = self._store.submit(unit)
        except StoreError as error:
            self._report(error, failed)
            return None
        written.add_done_callback(lambda done: self._done(done, failed))
        return written

    def _done(self, written: "asyncio.Future[None]", failed: Callable[[], None]) -> None:
        if not written.cancelled() and (error := written.exception()) is not None:
            self._report(error, failed)

    def _report(self, error: BaseException, failed: Callable[[], None]) -> None:
        self.counts["not_stored"] += 1
        log.error("transcript_not_stored", problem=str(error))
        failed()
