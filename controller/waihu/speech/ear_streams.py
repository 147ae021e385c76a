"""All streams of an ear: who is expected, who has come, how busy it is."""

import asyncio
import sys
from dataclasses import dataclass

from waihu.clock import Clock
from waihu.speech import admission
from waihu.speech.audio_socket import RATES_HZ
from waihu.speech.connections import Connection, Door, Hearer
from waihu.speech.ear_stream import Around, EarStream
from waihu.speech.ear_words import Ended, Expect, Forget, Load, Mute, Ready, Setup, Told
from waihu.speech.port import Recognizer
from waihu.speech.reports import Reports

TICK_S = 0.25
LOAD_S = 1.0
LAST_WORDS_S = 2.0
NEVER_CAME = "no sound came"
BUSY = "no room for another stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What an ear recognises with, as ``Ready`` says it."""

    recognizer: Recognizer
    name: str
    models: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class EarStreams:
    """All streams of this process."""

    def __init__(self, setup: Setup, engine: Engine, reports: Reports, clock: Clock) -> None:
        self._engine = engine
        self._reports = reports
        self._clock = clock
        self._around = Around(recognizer=engine.recognizer, say=reports.say, clock=clock)
        self._door = Door(self._greet)
        self._expected: dict[str, tuple[Expect, float]] = {}  # and until when
        self._streams: dict[str, EarStream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._load = admission.Load(setup.cores)
        self._steps = admission.Steps()
        self._takes_more = True
        self._muted: set[str] = set()

    async def open(self) -> None:
        """Listen, and say so."""
        host, port = await self._door.open()
        engine = self._engine
        self._reports.say(
            Ready(host=host, port=port, engine=engine.name, models=engine.models, problems=engine.problems)
        )

    def told(self, told: Told) -> None:
        """Do what the controller says."""
        match told:
            case Expect() if told.rate_hz not in RATES_HZ.values():
                self._never(told.stream_id, f"sound of {told.rate_hz} Hz cannot be heard")
            case Expect():
                self._expected[told.stream_id] = (told, self._clock.monotonic() + told.within_s)
            case Mute():
                self._mute(told)
            case Forget():
                if stream := self._streams.get(told.stream_id):
                    stream.forget()
                elif self._expected.pop(told.stream_id, None):
                    self._never(told.stream_id, NEVER_CAME)

    async def run(self) -> None:
        """Look after all streams until cancelled."""
        since_load_s = 0.0
        while True:
            await asyncio.sleep(TICK_S)
            now_s = self._clock.monotonic()
            for stream in list(self._streams.values()):
                stream.tick()
            self._steps.look(list(self._streams.values()), now_s)
            self._give_up_waiting(now_s)
            since_load_s += TICK_S
            if since_load_s >= LOAD_S:
                since_load_s = 0.0
                self._say_load()

    async def close(self) -> None:
        """Recognise what was received, for ``LAST_WORDS_S`` at most, and end."""
        self._door.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ----------------------------------------------------------------------------------------------------------------

    def _greet(self, stream_id: str, connection: Connection) -> Hearer | None:
        found = self._expected.pop(stream_id, None)
        if found is None:
            return None
        if not self._takes_more:
            self._never(stream_id, BUSY)
            return None
        expect, _ = found
        connection.expects(expect.rate_hz)
        stream = EarStream(expect, connection, self._around)
        if stream_id in self._muted:
            stream.mute(True)
        self._streams[stream_id] = stream
        task = asyncio.create_task(stream.run(), name="stream")
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._gone(stream_id, task))
        return stream

    def _gone(self, stream_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._streams.pop(stream_id, None)
        self._muted.discard(stream_id)
        if not task.cancelled() and (error := task.exception()) is not None:
            sys.stderr.write(f"ear: a stream failed: {error!r}\n")

    def _mute(self, mute: Mute) -> None:
        (self._muted.add if mute.on else self._muted.discard)(mute.stream_id)
        if stream := self._streams.get(mute.stream_id):
            stream.mute(mute.on)
        elif mute.stream_id not in self._expected:
            self._muted.discard(mute.stream_id)

    def _give_up_waiting(self, now_s: float) -> None:
        for stream_id in [name for name, (_, until_s) in self._expected.items() if now_s > until_s]:
            del self._expected[stream_id]
            self._never(stream_id, NEVER_CAME)

    def _never(self, stream_id: str, reason: str) -> None:
        self._muted.discard(stream_id)
        self._reports.say(Ended(stream_id=stream_id, heard_s=0.0, lost_s=0.0, whole=False, reason=reason))

    def _say_load(self) -> None:
        streams = list(self._streams.values())
        ratio = self._load.ratio()
        self._takes_more = admission.takes_more(ratio, streams)
        self._reports.say(
            Load(
                streams=len(streams),
                ratio=round(ratio, 3),
                takes_more=self._takes_more,
                dropped=self._door.dropped,
            )
        )
