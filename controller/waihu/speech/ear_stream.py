"""One stream in an ear: what comes is gated, recognised in batches, and what is said is reported."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from waihu.clock import Clock
from waihu.speech.admission import Stage
from waihu.speech.answer_ear import AnswerEar, answer_ear
from waihu.speech.batches import Batches
from waihu.speech.connections import WAKE_S, Connection
from waihu.speech.ear_words import Began, Degraded, Ended, Expect, Said
from waihu.speech.intake import Intake
from waihu.speech.port import Recognizer, RecognizerStream, StreamPlan
from waihu_models.errors import SpeechError

OPEN_LIMIT_S = 5.0
END_LIMIT_S = 10.0
"""For the last words, after the last sample."""
DEAF_WAKE_S = 1.0
TOO_SLOW = "too slow to be heard live"
MUTE = "the recogniser does not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What streams of an ear have in common."""

    recognizer: Recognizer
    say: Callable[[Said], None]
    clock: Clock


class EarStream:
    """A stream, from its first sample to its last word.

    Attributes:
        stage: How much is done for it.
        reason: Why it is not heard whole; empty so far.
    """

    def __init__(self, expect: Expect, connection: Connection, around: Around) -> None:
        self._expect = expect
        self._connection = connection
        self._of = around
        self._intake = Intake(expect.rate_hz, around.clock)
        self._batches = Batches(expect, self._intake, around.say, around.clock)
        self._answer: AnswerEar | None = answer_ear(expect, around.clock)
        self._work: asyncio.Task[None] | None = None
        self._failed = False
        self.stage = Stage.FULL
        self.reason = ""

    # ---- what comes ------------------------------------------------------------------------------------------------

    def sound(self, pcm: bytes) -> None:
        """Take samples as they come."""
        self._intake.put(pcm)
        if self._answer is not None:
            self._answer.put(pcm)
        if self.stage is Stage.DEFERRED:
            self._intake.ring.clear()
            self._connection.wake_after(DEAF_WAKE_S)
        else:
            self._connection.wake_after(WAKE_S)
            self._batches.came()

    def over(self, reason: str) -> None:
        """No more comes: what waits is recognised, then the stream ends."""
        self.reason = self.reason or reason
        self._batches.end()

    def mute(self, on: bool) -> None:
        """Hear silence instead of what comes."""
        self._intake.muted = on

    def forget(self) -> None:
        """End the stream, as if the exchange had hung up."""
        self._connection.hang_up()
        self._batches.end()

    def tick(self) -> None:
        """Keep the clock right where nothing comes; called a few times a second."""
        if self._answer is not None and not self._batches.over and (heard := self._answer.look()) is not None:
            self._of.say(heard)
        if self._batches.over or self.stage is Stage.DEFERRED:
            return
        if self._intake.silent_s > 2 * WAKE_S:
            self._connection.fell_silent(self._intake.silent_s)
        if self._intake.fill(lambda: not self._batches.speaking):
            self._batches.came()

    # ---- how it stands ---------------------------------------------------------------------------------------------

    @property
    def behind_s(self) -> float:
        """Return how much of what came is not recognised."""
        return self._intake.behind_s

    def to_stage(self, stage: Stage) -> None:
        """Do more or less for it."""
        down, self.stage = stage > self.stage, stage
        if down:
            degraded = Degraded(
                stream_id=self._expect.stream_id, stage=stage.name.lower(), behind_s=round(self.behind_s, 2)
            )
            self._of.say(degraded)
        self._batches.spare(stage)
        if stage is Stage.DEFERRED and not self._failed:
            self._fail(TOO_SLOW)
            if self._work is not None:
                self._work.cancel()

    # ---- its life --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hear it to its end, which is always said."""
        try:
            stream = await self._open()
            if stream is not None:
                await self._hear(stream)
                await self._throw_away()
        except asyncio.CancelledError:
            self._fail("the ear ended")
            raise
        finally:
            self._connection.hang_up()
            self._intake.ring.clear()
            self._of.say(self._ended())

    async def _open(self) -> RecognizerStream | None:
        expect = self._expect
        plan = StreamPlan(
            stream_id=expect.stream_id, rate_hz=expect.rate_hz, language=expect.language, model=expect.model,
            phrases=expect.phrases, partials=expect.partials,
        )  # fmt: skip
        try:
            async with asyncio.timeout(OPEN_LIMIT_S):
                return await self._of.recognizer.open(plan)
        except (SpeechError, TimeoutError) as error:
            self._fail(str(error) or MUTE)
            at = self._intake.began_at or self._of.clock.now()
            self._of.say(Began(stream_id=expect.stream_id, at=at, reason=self.reason))
            return None

    async def _hear(self, stream: RecognizerStream) -> None:
        """Recognise it until it is over, or cannot be followed, or the recogniser fails."""
        reader = asyncio.create_task(self._batches.listen(stream), name="words of a stream")
        self._work = asyncio.create_task(self._feed(stream, reader), name="sound of a stream")
        try:
            await asyncio.wait({self._work, reader}, return_when=asyncio.FIRST_COMPLETED)
            if reader.done():
                reader.result()
                if not self._batches.over:
                    raise SpeechError("the recogniser ended before the sound did")
            await asyncio.wait({self._work})
            if not self._work.cancelled():
                self._work.result()
        except (SpeechError, TimeoutError) as error:
            self._fail(str(error) or MUTE)
        finally:
            for task in (self._work, reader):
                task.cancel()
            await asyncio.gather(self._work, reader, return_exceptions=True)
            await stream.close()

    async def _feed(self, stream: RecognizerStream, reader: asyncio.Task[None]) -> None:
        if not await self._batches.wait():
            return
        voice = stream.voice
        assert self._intake.began_at is not None
        began = Began(
            stream_id=self._expect.stream_id, at=self._intake.began_at,
            engine=voice.engine, model=voice.model, language=voice.language,
        )  # fmt: skip
        self._of.say(began)
        await self._batches.send(stream)
        async with asyncio.timeout(END_LIMIT_S):
            await stream.finish()
            await asyncio.shield(reader)

    async def _throw_away(self) -> None:
        """Where it cannot be followed, count what still comes: a new stream would fare no better."""
        if self.stage is Stage.DEFERRED:
            await self._batches.ended()

    def _fail(self, reason: str) -> None:
        """Note that what the recogniser did not say by now, it will not."""
        self.reason, self._failed = reason, True
        self._intake.lose_since(self._batches.end_s)

    def _ended(self) -> Ended:
        lost_s = round(self._intake.lost_s, 3)
        return Ended(
            stream_id=self._expect.stream_id,
            heard_s=round(self._intake.heard_s, 3),
            lost_s=lost_s,
            whole=not lost_s and not self._failed,
            reason=self.reason,
        )
