"""Transcribing after the call: what could not be heard live is recognised from the recording, one call at a time.

A queue in the store, so that nothing is forgotten: a job is held by a lease while it is done, and whoever finds it
after the lease has ended begins it anew. What fails again and again is set aside for a person. Each recording of a call
that has transcripts passes through here once: what is left out of transcripts is silenced in the sound as well.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.back_off import delay_s
from waihu.services.findings import Finding, State
from waihu.services.recorded_secrets import redacted, silence_secrets, spans_of
from waihu.services.recorded_sides import Sound, find_sound
from waihu.services.recorded_speech import listen_to, utterances_of_side
from waihu.services.tasks import Tasks
from waihu.services.words import Words
from waihu.speech.port import Recognizer
from waihu.store import transcription_jobs as jobs
from waihu.store.audit import By
from waihu.store.calls import call_by_id
from waihu.store.recordings import recording_of_call
from waihu.store.store import Store
from waihu.store.transcripts import HeardSide, save_transcript, sides_of, transcripts_of
from waihu.store.unit import Unit
from waihu_models.call import Call
from waihu_models.errors import (
    BadRecording,
    Conflict,
    NoModel,
    NotFound,
    SpeechBusy,
    SpeechUnreachable,
    StoreError,
    WaihuError,
)
from waihu_models.events import RecordingChanged, TranscriptChanged
from waihu_models.ids import CallId, new_id
from waihu_models.recording import Recording, RecordingState
from waihu_models.transcript import Route, Side, Transcript, TranscriptState
from waihu_models.transcription import JobState, TranscriptionJob

log = structlog.get_logger()

ATTEMPTS = 5
LEASE_S = 60.0
RENEW_S = 20.0
LOOK_S = 5.0
BUSY_LOOK_S = 1.0
BUSY_LIMIT_S = 60.0
"""Calls may make a recording wait so long in its middle; then it is given back, to be begun anew."""
SETTLING = timedelta(minutes=2)
"""An ear may still be at the end of a call whose recording is stored already."""
SETTLE_S = 5.0
FIRST_DELAY = 10.0
LONGEST_DELAY_S = 600.0
SWEPT = timedelta(days=7)
AT_ONCE = 1000
NOT_RECORDED = "the call was not recorded"
_WAITS = (TranscriptState.DEFERRED, TranscriptState.LISTENING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What transcribing works with.

    Attributes:
        busy: Whether live calls need the recognisers now.
        redacts: Whether card and identity numbers are left out.
        language: Of calls that have no language of their own.
    """

    store: Store
    bus: Bus
    clock: Clock
    tasks: Tasks
    folder: Path
    recognizer: Recognizer
    alert: Callable[[str, str], None]
    busy: Callable[[], bool] = lambda: False
    redacts: Callable[[], bool] = lambda: True
    language: Callable[[], str] = lambda: "en"


class Transcribing:
    """Works through the queue until cancelled."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._holder = new_id()
        self._poke = asyncio.Event()
        self._away = 0  # failures in a row for which no recording is to blame
        self._counts: dict[JobState, int] = {}
        around.bus.subscribe(RecordingChanged, self._recording_changed)
        around.bus.subscribe(TranscriptChanged, self._transcript_changed)

    # ---- what comes in ---------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Find at the start what an earlier run left without a job."""
        since = self._of.clock.now() - SWEPT
        for call_id in await jobs.forgotten(self._of.store, since, AT_ONCE):
            await self.enqueue(CallId(call_id))
        for transcript in await jobs.never_recorded(self._of.store, AT_ONCE):
            await self._fail(transcript, NOT_RECORDED)
        self._counts = await jobs.counts(self._of.store)

    def _recording_changed(self, changed: RecordingChanged) -> None:
        recording = changed.recording
        if recording.state is not RecordingState.DELETED:
            repaired = recording.state is RecordingState.REPAIRED
            self._of.tasks.start(self.enqueue(recording.call_id, again=repaired), "a recording to be looked at")

    async def enqueue(self, call_id: CallId, *, again: bool = False) -> None:
        """Let the recording of a call be looked at, unless it was; ``again``: also where it was set aside."""
        if await jobs.enqueue(self._of.store, call_id, self._of.clock.now(), again=again):
            self.poke()

    def _transcript_changed(self, changed: TranscriptChanged) -> None:
        if changed.transcript.state is TranscriptState.DEFERRED:
            self._of.tasks.start(self._put_off_live(changed.transcript), "a transcript that was put off")

    async def _put_off_live(self, transcript: Transcript) -> None:
        try:
            call = await call_by_id(self._of.store, transcript.call_id)
        except NotFound:
            return
        if call.recording_id is None:
            await self._fail(transcript, NOT_RECORDED)

    async def _fail(self, transcript: Transcript, reason: str) -> None:
        failed = replace(transcript, state=TranscriptState.FAILED, reason=reason)
        await save_transcript(self._of.store, failed)
        self._of.bus.publish(TranscriptChanged(failed))

    def poke(self) -> None:
        """Look at once: there is something to do."""
        self._poke.set()

    # ---- the queue -------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._poke.clear()
            worked = False
            try:
                worked = not self._of.busy() and await self.step()
                self._counts = await jobs.counts(self._of.store)
            except StoreError as error:
                log.warning("transcriptions_not_read", problem=str(error))
            if not worked:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._poke.wait()

    async def step(self) -> bool:
        """Do the next job; return whether there was one.

        Raises:
            StoreError: the database cannot be read or written.
        """
        now = self._of.clock.now()
        job = await jobs.claim(self._of.store, self._holder, now, now + timedelta(seconds=LEASE_S))
        if job is None:
            return False
        if job.attempts > ATTEMPTS:
            await self._set_aside(job, job.reason or jobs.CUT_OFF)
            return True
        await self._while_held(job)
        return True

    async def _while_held(self, job: TranscriptionJob) -> None:
        work = asyncio.create_task(self._try(job), name=f"transcription of {job.call_id}")
        try:
            while not (await asyncio.wait({work}, timeout=RENEW_S))[0]:
                until = self._of.clock.now() + timedelta(seconds=LEASE_S)
                if not await jobs.renew(self._of.store, job, until):
                    log.warning("transcription_lost_its_lease", call_id=job.call_id)
                    return
            work.result()
        except asyncio.CancelledError:  # the program ends, which is no fault of the recording
            with suppress(StoreError):
                await jobs.put_off(self._of.store, job, self._of.clock.now(), job.reason, counts=False)
            raise
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _try(self, job: TranscriptionJob) -> None:
        try:
            await self._do(job)
        except BadRecording as error:
            await self._set_aside(job, str(error))
        except (SpeechBusy, SpeechUnreachable, Conflict) as error:
            self._away += 1
            await self._put_off(job, str(error), self._away, counts=False)
        except StoreError:
            raise
        except (WaihuError, OSError) as error:
            reason = str(error.strerror if isinstance(error, OSError) else error) or type(error).__name__
            if job.attempts >= ATTEMPTS:
                await self._set_aside(job, reason)
            else:
                await self._put_off(job, reason, job.attempts, counts=True)
        else:
            self._away = 0

    async def _put_off(self, job: TranscriptionJob, reason: str, failures: int, *, counts: bool) -> None:
        wait_s = min(LONGEST_DELAY_S, FIRST_DELAY * delay_s(failures, LONGEST_DELAY_S))
        log.info("transcription_put_off", call_id=job.call_id, problem=reason, again_in_s=round(wait_s, 1))
        next_at = self._of.clock.now() + timedelta(seconds=wait_s)
        await jobs.put_off(self._of.store, job, next_at, reason, counts=counts)

    async def _set_aside(self, job: TranscriptionJob, reason: str) -> None:
        log.error("transcription_set_aside", call_id=job.call_id, attempts=job.attempts, problem=reason)
        unit, failed = Unit(), []
        for side in await sides_of(self._of.store, job.call_id):
            if side.transcript.state in _WAITS:
                failed.append(replace(side.transcript, state=TranscriptState.FAILED, reason=reason))
                unit.save_transcript(failed[-1])
        await jobs.set_aside(self._of.store, job, reason, unit, self._of.clock.now())
        for transcript in failed:
            self._of.bus.publish(TranscriptChanged(transcript))
        self._of.alert("transcription_set_aside", f"the recording of call {job.call_id} is not transcribed: {reason}")

    # ---- a job -----------------------------------------------------------------------------------------------------

    async def _do(self, job: TranscriptionJob) -> None:
        store = self._of.store
        sides = await sides_of(store, job.call_id)
        now = self._of.clock.now()
        if now - job.created_at < SETTLING and any(_listens(side) for side in sides):
            await jobs.put_off(store, job, now + timedelta(seconds=SETTLE_S), "", counts=False)
            return
        recording = await recording_of_call(store, job.call_id)
        if recording is None:
            raise BadRecording(NOT_RECORDED)
        changed = await self._heard_again(job, sides, recording)
        sides = await sides_of(store, job.call_id)
        if spans := spans_of(sides, recording.started_at):
            await silence_secrets(store, self._of.folder, recording, spans, self._of.clock.now())
        await jobs.finish(store, job, self._of.clock.now())
        for transcript in changed:
            self._of.bus.publish(TranscriptChanged(transcript))

    async def _heard_again(
        self, job: TranscriptionJob, sides: list[HeardSide], recording: Recording
    ) -> list[Transcript]:
        """Recognise the sides that wait for it, and keep what was said; return their transcripts."""
        unit, kept, changed = Unit(), [], []
        sound: Sound | None = None
        for side in sides:
            if side.transcript.state not in _WAITS:
                kept += [without] if (without := self._without_secrets(side)) != side else []
                continue
            if sound is None:
                sound = await asyncio.to_thread(find_sound, self._of.folder, recording)
            heard = await self._side(sound, side, recording)
            changed.append(heard.transcript)
            if heard.transcript.state is TranscriptState.DONE:
                kept.append(self._without_secrets(heard))
                told = told_outside(heard.transcript, len(heard.utterances))
                unit.add_outbox("transcript.done", job.call_id, told, self._of.clock.now())
            else:
                unit.save_transcript(heard.transcript)
        if (kept or not unit.empty) and not await jobs.keep(self._of.store, job, kept, unit):
            raise Conflict("another program does it")
        return changed

    def _without_secrets(self, side: HeardSide) -> HeardSide:
        return redacted(side) if self._of.redacts() else side

    async def _side(self, sound: Sound, side: HeardSide, recording: Recording) -> HeardSide:
        was = side.transcript
        try:
            language = was.language or self._of.language()
            said = await listen_to(self._of.recognizer, sound, was.side, language, self._pause)
        except NoModel as error:
            return replace(side, transcript=replace(was, state=TranscriptState.NO_MODEL, reason=str(error)))
        done = Transcript(
            call_id=was.call_id, side=was.side, state=TranscriptState.DONE, language=said.voice.language,
            engine=said.voice.engine, model=said.voice.model, route=Route.POST_CALL, began_at=recording.started_at,
            heard_s=round(sound.duration_s, 3),
        )  # fmt: skip
        return HeardSide(done, utterances_of_side(was.call_id, was.side, recording.started_at, said))

    async def _pause(self) -> None:
        ends_s = self._of.clock.monotonic() + BUSY_LIMIT_S
        while self._of.busy():
            if self._of.clock.monotonic() >= ends_s:
                raise SpeechBusy("live calls need the recognisers")
            await asyncio.sleep(BUSY_LOOK_S)

    # ---- health ----------------------------------------------------------------------------------------------------

    def finding(self) -> Finding:
        """Return how it is, for the health of the controller."""
        aside = self._counts.get(JobState.SET_ASIDE, 0)
        waiting = sum(self._counts.values()) - aside
        seen = Words(f"{waiting} wait, {aside} set aside", f"{waiting} 个等待转写，{aside} 个已搁置")
        if not aside:
            return Finding("transcription", State.GOOD, seen)
        mend = Words(
            "look at GET /api/v1/transcription-jobs for the reasons, and try them again there",
            "请通过 GET /api/v1/transcription-jobs 查看原因并重试",
        )
        return Finding("transcription", State.WARNING, seen, mend)


def _listens(side: HeardSide) -> bool:
    return side.transcript.state is TranscriptState.LISTENING


def told_outside(transcript: Transcript, utterances: int) -> dict[str, object]:
    """Return the payload of ``transcript.done``; what was said is no part of it."""
    one = transcript
    return {
        "call_id": one.call_id, "side": str(one.side), "route": str(one.route), "language": one.language,
        "engine": one.engine, "model": one.model, "heard_s": one.heard_s, "lost_s": one.lost_s,
        "utterances": utterances,
    }  # fmt: skip


async def ask_for(store: Store, call: Call, language: str, by: By) -> None:
    """Let both sides of a call be transcribed from its recording, once more if they were before.

    Args:
        store: Where.
        call: Which.
        language: Spoken in it; empty: as before.
        by: Who asks.
    Raises:
        Conflict: it goes on, was not recorded, or waits already.
    """
    if call.live:
        raise Conflict("the call goes on: it can be transcribed when it is over")
    if call.recording_id is None:
        raise Conflict(NOT_RECORDED)
    known = {one.side: one for one in await transcripts_of(store, call.id)}
    wanted = []
    for side in Side:
        was = known.get(side) or Transcript(call_id=call.id, side=side, state=TranscriptState.DEFERRED)
        wanted.append(replace(was, state=TranscriptState.DEFERRED, reason="", language=language or was.language))
    await jobs.ask(store, wanted, by)
