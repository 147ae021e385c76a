"""One side of a recording becomes what was said on it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from waihu.services.recorded_sides import Sound, read_side
from waihu.speech.display import shown
from waihu.speech.port import Heard, Recognizer, RecognizerStream, StreamPlan, Voice
from waihu_models.errors import SpeechUnreachable
from waihu_models.ids import CallId, new_id
from waihu_models.transcript import Route, Side, Utterance

CHUNK_S = 0.2
READ_S = 10.0
"""Sound that is read from the disk at once."""
SEND_LIMIT_S = 30.0
"""For a fifth of a second of sound to be accepted."""
END_LIMIT_S = 120.0
"""For the last words, once all the sound was accepted."""
_SAMPLE_BYTES = 2

Pause = Callable[[], Awaitable[None]]
"""Asked between pieces of sound: comes back when it may go on."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a recogniser made of one side, and which one it was."""

    voice: Voice
    finals: list[Heard]


async def listen_to(recognizer: Recognizer, sound: Sound, side: Side, language: str, pause: Pause) -> Said:
    """Recognise one side of a recording, as fast as the recogniser takes it.

    Raises:
        NoModel, BadModel, SpeechBusy, SpeechUnreachable: it cannot be recognised, or not now.
        BadRecording: the file became unreadable.
    """
    plan = StreamPlan(stream_id=new_id(), rate_hz=sound.rate_hz, language=language, partials=False)
    stream = await recognizer.open(plan)
    try:
        reading = asyncio.create_task(_finals(stream), name="words of a recording")
        try:
            await _send(stream, sound, side, pause, reading)
            async with asyncio.timeout(END_LIMIT_S):
                await stream.finish()
                return Said(stream.voice, await reading)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    except TimeoutError as error:
        raise SpeechUnreachable("the recogniser stands still") from error
    finally:
        await stream.close()


async def _finals(stream: RecognizerStream) -> list[Heard]:
    return [heard async for heard in stream.heard() if heard.final and heard.text.strip()]


async def _send(
    stream: RecognizerStream, sound: Sound, side: Side, pause: Pause, reading: "asyncio.Task[list[Heard]]"
) -> None:
    block = int(READ_S * sound.rate_hz)
    chunk_bytes = int(CHUNK_S * sound.rate_hz) * _SAMPLE_BYTES
    for first in range(0, sound.frames, block):
        pcm = await asyncio.to_thread(read_side, sound, side, first, block)
        for place in range(0, len(pcm), chunk_bytes):
            if reading.done():  # the stream is lost: what it died of is raised where its words are waited for
                return
            await pause()
            async with asyncio.timeout(SEND_LIMIT_S):
                await stream.send(pcm[place : place + chunk_bytes])


def utterances_of_side(call_id: CallId, side: Side, began_at: datetime, said: Said) -> list[Utterance]:
    """Return what was said on a side whose first sample was heard at ``began_at``."""
    made = []
    for n, heard in enumerate(said.finals):
        start_s = heard.words[0].start_s if heard.words else 0.0
        made.append(
            Utterance(
                id=new_id(), call_id=call_id, side=side, n=n, at=began_at + timedelta(seconds=start_s),
                start_s=start_s, end_s=heard.words[-1].end_s if heard.words else start_s, text_raw=heard.text,
                text_display=shown(heard.text), words=heard.words, language=said.voice.language,
                engine=said.voice.engine, model=said.voice.model, route=Route.POST_CALL,
            )
        )  # fmt: skip
    return made
