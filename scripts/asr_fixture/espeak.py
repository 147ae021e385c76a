"""espeak-ng in this process, by ctypes: speech, and exactly when each phone of it is spoken.

Its phoneme events spare a forced alignment. espeak-ng is a library of the machine (GPL-3): called, never bundled.
"""

import ctypes
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from asr_fixture.arrays import Floats
from asr_fixture.drawn_voices import data_with
from asr_fixture.voices import Manner, drawn_names

SILENCE = "SIL"
_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_RATE, _PITCH = 1, 3  # espeak_PARAMETER
_PHONEME = 7  # espeak_EVENT_TYPE; 0 ends a list of events
_LENGTH_MARKS = "2#-"


class SpeechFailed(Exception):
    """espeak-ng is missing, or cannot say something; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone; ``token`` is its place in what was said, -1 for silence."""

    name: str
    token: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """Speech: samples of 16-bit range at ``rate_hz``, and its phones in order."""

    samples: Floats
    rate_hz: int
    phones: tuple[Phone, ...]


class _Id(ctypes.Union):
    _fields_: ClassVar[Any] = [("number", ctypes.c_int), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_: ClassVar[Any] = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@cache
def the_espeak() -> "Espeak":
    """Return the one of this process: the library keeps its state in globals.

    Raises:
        SpeechFailed: it is not installed.
    """
    return Espeak()


class Espeak:
    """The library; take ``the_espeak()``.

    Raises:
        SpeechFailed: it is not installed.
    """

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL(_LIBRARY)
        except OSError as error:
            raise SpeechFailed(
                f"{_LIBRARY} is missing: install the package espeak-ng (scripts/bootstrap does)"
            ) from error
        self._begin(None)
        self._own = tempfile.TemporaryDirectory(prefix="espeak-")
        data = data_with(drawn_names(), self._machines_data(), Path(self._own.name))
        self._library.espeak_Terminate()
        self.rate_hz = self._begin(str(data).encode())
        self._pieces: list[Floats] = []
        self._events: list[tuple[str, int, int]] = []  # phone, place in the text, sample
        self._callback = _Callback(self._take)  # kept: the library holds no reference
        self._library.espeak_SetSynthCallback(self._callback)

    def _begin(self, data: bytes | None) -> int:
        rate_hz = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, _PHONEME_EVENTS))
        if rate_hz <= 0:
            raise SpeechFailed("espeak-ng finds no voices: install the package espeak-ng-data")
        return rate_hz

    def _machines_data(self) -> Path:
        found = ctypes.c_char_p()
        self._library.espeak_Info(ctypes.byref(found))
        return Path((found.value or b"").decode())

    def say(self, words: Sequence[str], manner: Manner) -> Spoken:
        """Speak words, with a blank between.

        A shorter vocal tract is speech that was said more slowly and is taken to be of a higher sampling rate.

        Raises:
            SpeechFailed: there is no such voice, or nothing came out.
        """
        self._pieces.clear()
        self._events.clear()
        if self._library.espeak_SetVoiceByName(manner.voice.encode()):
            raise SpeechFailed(f"espeak-ng has no voice {manner.voice}")
        self._library.espeak_SetParameter(_RATE, round(manner.words_per_min / manner.tract), 0)
        self._library.espeak_SetParameter(_PITCH, manner.pitch, 0)
        text = " ".join(words).encode() + b" "
        self._library.espeak_Synth(text, len(text) + 1, 0, 1, 0, _UTF8, None, None)
        if not self._pieces:
            raise SpeechFailed(f"espeak-ng said nothing to {words!r}")
        samples = np.concatenate(self._pieces)
        rate_hz = round(self.rate_hz * manner.tract)
        return Spoken(samples, rate_hz, tuple(self._phones(words, len(samples), rate_hz)))

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float64))
        place = 0
        while events[place].type:
            event = events[place]
            if event.type == _PHONEME:
                self._events.append((event.id.string.decode("utf-8", "ignore"), event.text_position, event.sample))
            place += 1
        return 0

    def _phones(self, words: Sequence[str], length: int, rate_hz: int) -> list[Phone]:
        owners = [number for number, word in enumerate(words) for _ in range(len(word) + 1)]
        ends = [sample for _, _, sample in self._events[1:]] + [length]
        found = []
        for (name, position, sample), end in zip(self._events, ends, strict=True):
            if name.startswith("("):  # marks a change of language
                continue
            silent = not name or name.startswith("_")
            token = -1 if silent else owners[min(position - 1, len(owners) - 1)]
            found.append(Phone(SILENCE if silent else _plain(name), token, sample / rate_hz, end / rate_hz))
        return found


def _plain(name: str) -> str:
    """Return a phone's name without the marks of its length."""
    return name if len(name) == 1 else name.rstrip(_LENGTH_MARKS) or name
