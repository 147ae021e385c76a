"""Recognisers under contract: each gives the same from the same sound, whatever is behind it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from waihu.cli.speech import read_wav
from waihu.speech.engines import EnginePlan, build
from waihu.speech.model_pack import unpack
from waihu.speech.port import Heard, Pausable, Recognizer, StreamPlan
from waihu.telephony.prompts import Speech, sound_set
from waihu_models.ids import new_id

RATE_HZ = 8000
FIXTURES = Path(__file__).parents[1] / "fixtures" / "asr"
SAID = {"en": "complaint refund lawyer", "zh": "投诉 退款 律师"}
_VOICES = {"en": "en-us", "zh": "cmn-latn-pinyin"}
_PIECE = 2 * RATE_HZ // 5


def models(folder: Path) -> Path:
    """Make a library of both fixture models."""
    for language in SAID:
        unpack(FIXTURES / f"fixture-{language}.zip", folder / f"fixture-{language}")
    return folder


def sounds(cache: Path) -> dict[str, bytes]:
    """Make somebody say it, and then say nothing: samples by language."""
    made = sound_set(cache, "contract", {name: Speech(text, _VOICES[name]) for name, text in SAID.items()})
    return {name: read_wav(made / f"{name}.wav")[1] + bytes(2 * RATE_HZ) for name in SAID}


@asynccontextmanager
async def program(*argv: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a Python program that says on its first line that it is ready; killed at the end."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=env
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(30):
            line = (await child.stdout.readline()).decode().strip()
        assert line, f"{argv} did not start"
        yield child, line
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


@asynccontextmanager
async def our_server(library: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run ``waihu speech serve``; gives its address."""
    argv = ("-m", "waihu", "speech", "serve", "--port", "0", "--models", str(library))
    async with program(*argv) as (child, line):
        yield child, line.split()[0]


@asynccontextmanager
async def stock_server(model: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a server like the Vosk project's; gives its address."""
    async with program(str(Path(__file__).parent / "stock_server.py"), str(model)) as (child, line):
        yield child, f"ws://127.0.0.1:{line}"


@asynccontextmanager
async def engine(plan: EnginePlan) -> AsyncIterator[Recognizer]:
    """Build what the settings would."""
    made = await build(plan)
    try:
        yield made.recognizer
    finally:
        await made.recognizer.close()


async def heard_of(
    recognizer: Recognizer, pcm: bytes, language: str = "en", *, partials: bool = True, pause: bool = False
) -> list[Heard]:
    """Let a recogniser hear something."""
    plan = StreamPlan(stream_id=new_id(), rate_hz=RATE_HZ, language=language, partials=partials)
    stream = await recognizer.open(plan)

    async def sent() -> None:
        for start in range(0, len(pcm), _PIECE):
            await stream.send(pcm[start : start + _PIECE])
        if pause:
            assert isinstance(stream, Pausable)
            await stream.pause()
            await stream.send(bytes(_PIECE))
        await stream.finish()

    sending = asyncio.create_task(sent())
    try:
        async with asyncio.timeout(20):
            return [heard async for heard in stream.heard()]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await stream.close()


def text_of(said: list[Heard]) -> str:
    """Return what was heard, as finals say it."""
    return " ".join(heard.text for heard in said if heard.final and heard.text)
