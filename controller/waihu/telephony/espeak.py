"""espeak-ng as a Speaker: a child process for each text, another (sox) makes 8 kHz of it. Never through a shell."""

import asyncio
import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass, field

from waihu.telephony.prompts import ENGLISH, MANDARIN
from waihu.telephony.speaking import Saying
from waihu.telephony.tones import RATE_HZ
from waihu_models.errors import BadInput, NotSpoken

LIMIT_S = 10.0
"""From the beginning of a text to its sound: then both programs are killed. A long text takes 0.3 s."""
MOST_BYTES = 20_000_000
"""Of sound of one text: an engine that does not end is stopped before memory is."""
_VOICE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}(\+[A-Za-z0-9_]{1,30})?")
_NO_VOICE = "does not exist"
_VERSION = re.compile(rb"eSpeak NG text-to-speech: (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Espeak:
    """The engine.

    Attributes:
        voices: Language -> voice where none is asked for, as ``espeak-ng --voices`` lists it; ``+f2`` is a variant.
        words_per_min: How fast it speaks, 80..450.
        program, resampler: Names or paths of the two programs.
        limit_s: Seconds for one text.
    """

    voices: dict[str, str] = field(default_factory=lambda: {"en": f"{ENGLISH}+f3", "zh": f"{MANDARIN}+f2"})
    words_per_min: int = 155
    program: str = "espeak-ng"
    resampler: str = "sox"
    limit_s: float = LIMIT_S

    async def edition(self) -> str:
        """Return the version, the voices it chooses, and how fast it speaks."""
        said = _VERSION.search(await self._limited([self.program, "--version"], b""))
        if said is None:
            raise NotSpoken(f"{self.program} does not say its version: is it espeak-ng?")
        voices = " ".join(f"{language}={voice}" for language, voice in sorted(self.voices.items()))
        return f"espeak-ng {said[1].decode()} {voices} {self.words_per_min}"

    async def speak(self, saying: Saying) -> bytes:
        """Make speech of a text, which goes through standard input: it may start with a dash."""
        voice = saying.voice or self.voices[saying.language]
        if not _VOICE.fullmatch(voice):
            raise BadInput(f"espeak-ng has no voice {voice[:60]!r}")
        text = " ".join(saying.text.split()).encode()
        speed = str(self.words_per_min)
        made = await self._limited(
            [self.program, "-z", "-b", "1", "-v", voice, "-s", speed, "--stdin", "--stdout"], text
        )
        # The head of a WAV file that goes through a pipe does not know its length. -R: the same samples every time.
        into = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE_HZ), "-", "gain", "-n", "-3"]
        sound = await self._limited([self.resampler, "-R", "--ignore-length", "-t", "wav", "-", *into], made)
        if not sound:
            raise NotSpoken(f"{self.program} made no sound")
        return sound

    async def _limited(self, argv: list[str], given: bytes) -> bytes:
        try:
            async with asyncio.timeout(self.limit_s):
                return await _run(argv, given)
        except TimeoutError:
            raise NotSpoken(f"{argv[0]} took longer than {self.limit_s:g} s") from None
        except OSError as error:
            raise NotSpoken(f"{argv[0]} cannot be run: {error.strerror or error}") from error


async def _run(argv: list[str], given: bytes) -> bytes:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        *argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )  # fmt: skip
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        _, said, complaint = await asyncio.gather(
            _feed(child.stdin, given), _read(child.stdout, MOST_BYTES), _read(child.stderr, MOST_BYTES)
        )
        status = await child.wait()
    finally:
        if child.returncode is None:
            await _end(child)
    if status != 0:
        problem = " ".join(complaint.decode(errors="replace").split())[-200:]
        if _NO_VOICE in problem:
            raise BadInput(f"{argv[0]}: {problem}")
        raise NotSpoken(f"{argv[0]} failed with status {status}: {problem}")
    return said


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill a program with all that it started; until its pipes are read to their ends it does not count as gone."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    for stream in (child.stdout, child.stderr):
        while stream is not None and await stream.read(65536):
            pass
    await child.wait()


async def _feed(stdin: asyncio.StreamWriter, given: bytes) -> None:
    with suppress(ConnectionError):  # its status says why it does not read
        stdin.write(given)
        await stdin.drain()
    stdin.close()


async def _read(stream: asyncio.StreamReader, most_bytes: int) -> bytes:
    read = bytearray()
    while piece := await stream.read(65536):
        read += piece
        if len(read) > most_bytes:
            raise NotSpoken(f"an engine made more than {most_bytes} bytes of one text")
    return bytes(read)
