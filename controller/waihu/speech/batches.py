"""Batches: sound on its way from a stream's intake through the voice gate to its recogniser, and words back."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from waihu.clock import Clock
from waihu.speech.admission import Stage
from waihu.speech.ear_words import Expect, Measured, Said
from waihu.speech.intake import Intake
from waihu.speech.port import Pausable, RecognizerStream
from waihu.speech.timeline import Timeline
from waihu.speech.utterances import Utterances
from waihu.speech.voice_gate import STRICT, USUAL, VoiceGate

if TYPE_CHECKING:
    from waihu.speech.measures import Measures

SEND_LIMIT_S = 15.0
BATCH_S = 0.1
USUAL_BATCH_S = 0.2
LARGE_BATCH_S = 0.5
"""When much waits: fewer calls for the same sound."""
LONGEST_S = 21.0
"""An utterance without a pause is cut here; Kaldi's recognisers do so themselves at 20 s."""
COAXED_S = 2.0
"""Of silence made up at most, so that an utterance ends when its speaker has paused and the gate is closed."""
COAX_S = 0.25
COAX_WAIT_S = 0.03
UNSURE_S = 0.3
"""Where a word ends and where speech ends are not the same to all."""


class Batches:
    """The work on one stream.

    Attributes:
        over: Whether no more sound comes.
    """

    def __init__(self, expect: Expect, intake: Intake, say: Callable[[Said], None], clock: Clock) -> None:
        self._stream_id = expect.stream_id
        self._rate_hz = expect.rate_hz
        self._intake = intake
        self._say = say
        self._clock = clock
        self._gate = VoiceGate(expect.rate_hz)
        self._timeline = Timeline()
        self._said = Utterances(expect.stream_id, expect.rate_hz, self._timeline, partials=expect.partials)
        self._partials = expect.partials
        self._measures = _measures(expect)
        self._poke = asyncio.Event()
        self._final = asyncio.Event()
        self._end = asyncio.Event()
        self._begun = 0  # the recogniser's clock when the present utterance may have begun
        self.over = False

    def came(self) -> None:
        """Note that sound came."""
        if self._intake.ring.waiting >= BATCH_S * self._rate_hz:
            self._poke.set()

    def end(self) -> None:
        """Note that no more sound comes."""
        self.over = True
        self._poke.set()
        self._end.set()

    async def ended(self) -> None:
        """Wait until no more sound comes."""
        await self._end.wait()

    def spare(self, stage: Stage) -> None:
        """Do more or less."""
        self._said.partials = self._partials and stage is Stage.FULL
        self._gate.set(USUAL if stage < Stage.GATED else STRICT)

    @property
    def speaking(self) -> bool:
        """Return whether somebody speaks, or did a moment ago."""
        return self._gate.open

    @property
    def end_s(self) -> float:
        """Return the end of the last final, by the stream's clock."""
        return self._said.end_s

    # ---- to the recogniser -----------------------------------------------------------------------------------------

    async def wait(self) -> bool:
        """Wait for a batch; returns whether there is one, False at the end."""
        ring = self._intake.ring
        while not self.over and ring.waiting < BATCH_S * self._rate_hz:
            self._poke.clear()
            await self._poke.wait()
        return ring.waiting > 0

    async def send(self, stream: RecognizerStream) -> None:
        """Send what comes until it is over.

        Raises:
            SpeechError: the stream is lost.
            TimeoutError: the recogniser takes nothing.
        """
        while await self.wait():
            waiting = self._intake.ring.waiting
            size_s = LARGE_BATCH_S if waiting > self._rate_hz else USUAL_BATCH_S
            first, pcm = self._intake.ring.take(int(size_s * self._rate_hz))
            await self._give(stream, first, pcm)
            self._measure(first, pcm)
            self._intake.done(len(pcm) // 2)
        for first, pcm in self._gate.flush():
            await self._send(stream, first, pcm)

    async def _give(self, stream: RecognizerStream, first: int, pcm: bytes) -> None:
        was_open = self._gate.open
        for place, piece in self._gate.let(first, pcm):
            if not was_open:
                self._begun, was_open = self._timeline.given, True
            await self._send(stream, place, piece)
        closed = was_open and not self._gate.open
        if closed or self._timeline.given - max(self._begun, self._said.ended) > LONGEST_S * self._rate_hz:
            await (stream.pause() if isinstance(stream, Pausable) else self._coax(stream))
            self._begun = self._timeline.given

    async def _send(self, stream: RecognizerStream, first: int, pcm: bytes) -> None:
        self._timeline.give(first, len(pcm) // 2)
        async with asyncio.timeout(SEND_LIMIT_S):
            await stream.send(pcm)

    async def _coax(self, stream: RecognizerStream) -> None:
        """Let the recogniser hear silence until it has said what was spoken: the gate leaves out the real one."""
        count = int(COAX_S * self._rate_hz)
        spoken = self._timeline.given - self._gate.hang_over
        for _ in range(round(COAXED_S / COAX_S)):
            self._final.clear()
            if self._is_final(spoken):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(COAX_WAIT_S):  # it may be on its way
                    await self._final.wait()
            if self._is_final(spoken):
                return
            self._timeline.make_up(count)
            async with asyncio.timeout(SEND_LIMIT_S):
                await stream.send(bytes(2 * count))

    def _is_final(self, spoken: int) -> bool:
        return self._said.ended >= spoken - UNSURE_S * self._rate_hz

    def _measure(self, first: int, pcm: bytes) -> None:
        found = self._measures and self._measures.add(first + len(pcm) // 2, pcm, self._gate.voiced)
        if found:
            self._say(
                Measured(
                    stream_id=self._stream_id,
                    end_s=round(found.end / self._rate_hz, 3),
                    speech_s=found.speech_s,
                    level_db=found.level_db,
                    pitch_hz=found.pitch_hz,
                )
            )

    # ---- from it ---------------------------------------------------------------------------------------------------

    async def listen(self, stream: RecognizerStream) -> None:
        """Report what is heard until the stream's end.

        Raises:
            SpeechError: the stream is lost.
        """
        async for heard in stream.heard():
            report = self._said.report(heard, self._clock.monotonic(), self._intake.came_at_s)
            if heard.final:
                self._final.set()
            if report is not None:
                self._say(report)


def _measures(expect: Expect) -> "Measures | None":
    if not expect.measures:
        return None
    from waihu.speech.measures import Measures  # noqa: PLC0415 -- numpy is as optional as what recognises

    return Measures(expect.rate_hz)
