"""SpokenSounds: sounds of texts, made once and kept, that the exchange plays by their path.

Example, in a service that is handed ``App.speaking``::

    text = announcements.position_and_wait(3, 120.0, "zh")
    sound = await speaking.or_none(text, "zh")
    if sound is not None:
        await switch.execute(Play(leg_id, str(sound), playback_id))

A sound is a WAV file in one folder, named by the SHA-256 of engine, version, voice, language and text. A file that has
its name is complete. When the folder is full those go that were not handed out for longest, never one that may still be
playing.
"""

import asyncio
import hashlib
import os
import tempfile
import threading
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from waihu.clock import Clock
from waihu.routing.spoken_numbers import spoken
from waihu.telephony import tones
from waihu.telephony.speaking import Saying, Speaker
from waihu_models.errors import NotSpoken, WaihuError

log = structlog.get_logger()

AT_ONCE = 2
MOST_WAITING = 100
SOON_S = 2.0
IN_USE_S = 600.0
_EDITION = 1  # raise it when sounds are made in another way from the same engine


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingPlan:
    """What texts are spoken with.

    Attributes:
        speaker: The engine; None: texts are not spoken.
        folder: Absolute, made if missing, readable by the exchange; nothing else lies in it.
        most_bytes: Size of the folder; a sound is some 16 kB a second.
    """

    speaker: Speaker | None
    folder: Path
    most_bytes: int = 200_000_000


class SpokenSounds:
    """Makes sounds of texts, each once, and hands out where they lie."""

    def __init__(self, plan: SpeakingPlan | None, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._edition = ""
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._making: dict[str, asyncio.Task[Path]] = {}
        self._shelf = _Shelf(plan.folder, plan.most_bytes, self._now_s) if plan is not None else None

    async def sound(self, text: str, language: str, voice: str = "") -> Path:
        """Return the sound of a text: an absolute path without its ending, for ``Play``. It stays for ``IN_USE_S``.

        Raises:
            BadInput: the text, its language or the voice cannot be spoken.
            NotSpoken: there is no engine, it failed, or has too much to do. What had begun goes on, and is kept.
        """
        saying = Saying(spoken(text, language), language, voice)
        if self._plan is None or self._plan.speaker is None or self._shelf is None:
            raise NotSpoken("texts are not spoken: speaking.engine is null")
        speaker, shelf = self._plan.speaker, self._shelf
        self._edition = self._edition or await speaker.edition()
        key = _key(self._edition, saying)
        task = self._making.get(key)
        if task is None:
            if len(self._making) >= MOST_WAITING:
                raise NotSpoken(f"{MOST_WAITING} other texts wait to be spoken")
            task = asyncio.create_task(self._made(speaker, shelf, key, saying), name="speak")
            self._making[key] = task
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    async def or_none(self, text: str, language: str, voice: str = "", within_s: float = SOON_S) -> Path | None:
        """Return the sound of a text, None if there is none within ``within_s``: a caller hears nothing then.

        What was begun goes on meanwhile, so the next one who asks for it may have it.
        """
        try:
            async with asyncio.timeout(within_s):
                return await self.sound(text, language, voice)
        except TimeoutError:
            problem = f"not within {within_s:g} s"
        except WaihuError as error:
            problem = str(error)
        log.warning("text_not_spoken", problem=problem, pii_text=text)
        return None

    async def close(self) -> None:
        """End what is being made."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _now_s(self) -> float:
        return self._clock.now().timestamp()

    def _over(self, key: str, task: "asyncio.Task[Path]") -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # read, for nobody may wait any more

    async def _made(self, speaker: Speaker, shelf: "_Shelf", key: str, saying: Saying) -> Path:
        if (found := await asyncio.to_thread(shelf.take, key)) is not None:
            return found
        async with self._turns:
            samples = await speaker.speak(saying)
        try:
            return await asyncio.to_thread(shelf.put, key, samples)
        except OSError as error:
            raise NotSpoken(f"a sound cannot be kept: {error.strerror or error}") from error


def _key(edition: str, saying: Saying) -> str:
    parts = (str(_EDITION), edition, saying.voice, saying.language, " ".join(saying.text.split()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class _Shelf:
    """The folder. Its calls touch the disk, so they run in threads; when a sound was handed out is its file's time."""

    def __init__(self, folder: Path, most_bytes: int, now_s: Callable[[], float]) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._now_s = now_s
        self._lock = threading.Lock()

    def take(self, key: str) -> Path | None:
        """Hand out a sound, None if there is none."""
        sound = self._folder / key
        with self._lock, suppress(FileNotFoundError):
            self._mark(sound.with_suffix(".wav"))
            return sound
        return None

    def put(self, key: str, samples: bytes) -> Path:
        """Keep a sound and hand it out.

        Raises:
            NotSpoken: there is no room: all that is kept may be playing.
            OSError: the disk does not take it.
        """
        sound = self._folder / key
        with self._lock:
            if not self._folder.is_dir():
                self._folder.mkdir(parents=True, exist_ok=True)
                self._folder.chmod(0o755)  # the exchange may run as somebody else
            self._make_room(len(samples) + 1000)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
            os.close(handle)
            part = Path(name)
            try:
                tones.write_wav(part, array("h", samples))
                part.chmod(0o644)
                self._mark(part)
                part.replace(sound.with_suffix(".wav"))
            finally:
                part.unlink(missing_ok=True)
        return sound

    def _mark(self, file: Path) -> None:
        os.utime(file, (self._now_s(), self._now_s()))

    def _make_room(self, wanted_bytes: int) -> None:
        now_s = self._now_s()
        files = [(file.stat().st_mtime, file.stat().st_size, file) for file in self._folder.iterdir()]
        used = sum(size for _, size, _ in files)
        for handed_out_s, size, file in sorted(files):
            if used + wanted_bytes <= self._most_bytes:
                return
            if now_s - handed_out_s < IN_USE_S:
                break
            file.unlink(missing_ok=True)
            used -= size
        if used + wanted_bytes > self._most_bytes:
            raise NotSpoken("there is no room for another sound: all that are kept may be playing")
