"""Answers of people and machines: who says what after how long, with which pauses, on which kind of line."""

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from answer_greetings.voices import ACCENTS, RATE_HZ, VOICES, Samples, SetName, Speaker, spoken

PEOPLE = {"hello": 4, "named": 3, "business": 4, "hesitant": 3, "late": 2, "noisy": 2, "quiet": 1}
MACHINES = {"machine": 6, "paused_machine": 3, "short_machine": 2, "announcement": 2, "sit": 1, "fax": 1, "beep": 1,
            "silent": 1}  # fmt: skip
"""Kinds of answers and how many of each there are for others."""
UNSENT_SHARE = 0.25
"""Of answers whose network sends no packets in silence."""
_LOUD, _QUIET = 9000.0, 420.0
_NOISE = 420.0
_LONGEST_PIECE_S = 9.0
_SIT_HZ, _CED_HZ = (950.0, 1400.0, 1800.0), 2100.0
_BEEPS_HZ = {"train": (1000.0, 850.0, 440.0, 1250.0), "held_out": (900.0, 620.0, 1150.0, 500.0)}


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound, then a pause."""

    sound: Samples
    pause_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """An answer. ``unsent``: its line sends nothing in pauses; ``noise``: amplitude of its line's noise."""

    kind: str
    machine: bool
    language: str
    text: str
    voice: str
    before_s: float
    pieces: tuple[Piece, ...]
    unsent: bool
    noise: float = 0.0

    def stretches(self) -> Iterator[tuple[Samples, float]]:
        """Return each stretch of sound with the whole seconds for which nothing is sent after it.

        A line that sends always has one stretch, with all its pauses.
        """
        sound = [_silence(self.before_s)]
        for piece in self.pieces:
            sound.append(piece.sound)
            if self.unsent and piece.pause_s >= 1.0:
                yield np.concatenate(sound), round(piece.pause_s)
                sound = []
            else:
                sound.append(_silence(piece.pause_s))
        if sound:
            yield self._with_noise(np.concatenate(sound)), 0.0

    def _with_noise(self, samples: Samples) -> Samples:
        if not self.noise:
            return samples
        noise = np.random.default_rng(len(self.text) + len(samples)).normal(0.0, self.noise * 1.25, len(samples))
        return np.asarray(np.clip(samples + noise, -32768, 32767), dtype=np.int16)


def greetings(which: SetName, count: int, seed: int) -> list[Greeting]:
    """Return so many answers, half of people and half of machines, in a fixed order for a seed."""
    rng = random.Random(f"{which}-{seed}")  # noqa: S311 -- must repeat
    kinds = [*_spread(PEOPLE, count - count // 2), *_spread(MACHINES, count // 2)]
    rng.shuffle(kinds)
    return [_greeting(which, kind, rng) for kind in kinds]


def _spread(weights: dict[str, int], count: int) -> list[str]:
    total = sum(weights.values())
    kinds = [kind for kind, weight in weights.items() for _ in range(round(count * weight / total))]
    first = next(iter(weights))
    return (kinds + [first] * count)[:count]


def texts(which: SetName) -> dict[str, Any]:
    """Return the texts of a set: kind, then language."""
    raw = tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))
    return dict(raw[which])


def _greeting(which: SetName, kind: str, rng: random.Random) -> Greeting:
    language = "zh" if rng.random() < 0.35 else "en"
    accent = rng.choice(ACCENTS[language][which])
    voice = rng.choice(VOICES[which])
    speaker = Speaker(f"{accent}+{voice}", rng.randrange(125, 200), rng.randrange(30, 70))
    peak = _QUIET if kind == "quiet" else _LOUD * rng.uniform(0.4, 1.6)
    script = _SCRIPTS.get(kind, _says)
    text, before_s, pieces = script(which, kind, language, rng, lambda words: _level(spoken(words, speaker), peak))
    return Greeting(
        kind=kind, machine=kind in MACHINES, language=language, text=text, voice=voice, before_s=before_s,
        pieces=tuple(pieces), unsent=kind != "noisy" and rng.random() < UNSENT_SHARE,
        noise=_NOISE * rng.uniform(0.7, 1.3) if kind == "noisy" else 0.0,
    )  # fmt: skip


_Say = Callable[[str], Samples]
_Script = tuple[str, float, list[Piece]]


def _says(which: SetName, kind: str, language: str, rng: random.Random, say: _Say) -> _Script:
    of = {"late": "hello", "noisy": "hello", "quiet": "named", "sit": "announcement"}.get(kind, kind)
    text = rng.choice(texts(which)[of][language])
    parts = [part.strip() for part in text.split("|")]
    machine = kind in MACHINES
    pieces = [Piece(say(part), rng.uniform(0.4, 1.1) if machine else rng.uniform(0.6, 1.4)) for part in parts]
    before_s = rng.uniform(2.0, 4.0) if kind == "late" else rng.uniform(0.2, 0.9)
    if machine and kind in {"machine", "paused_machine", "short_machine"}:
        last = pieces.pop()
        pieces += [Piece(last.sound, rng.uniform(0.2, 0.7)), Piece(_tone(_beep(which, rng), 0.6), 8.0)]
    else:
        pieces[-1] = Piece(pieces[-1].sound, rng.uniform(2.5, 4.0))
        pieces.append(Piece(say(parts[-1]), 8.0))  # who hears nothing says it once more
    return text, before_s, pieces


def _sit(which: SetName, kind: str, language: str, rng: random.Random, say: _Say) -> _Script:
    text, before_s, pieces = _says(which, kind, language, rng, say)
    tones = np.concatenate([_tone(hz, 0.33) for hz in _SIT_HZ])
    return text, before_s, [Piece(tones, 0.3), *pieces]


def _fax(which: SetName, kind: str, language: str, rng: random.Random, say: _Say) -> _Script:
    del which, kind, language, say
    return "", rng.uniform(1.0, 2.3), [Piece(_tone(_CED_HZ, 3.0), 1.0), Piece(_tone(_CED_HZ, 3.0), 8.0)]


def _only_beep(which: SetName, kind: str, language: str, rng: random.Random, say: _Say) -> _Script:
    del kind, language, say
    return "", rng.uniform(0.3, 1.8), [Piece(_tone(_beep(which, rng), rng.uniform(0.4, 1.0)), 8.0)]


def _silent(which: SetName, kind: str, language: str, rng: random.Random, say: _Say) -> _Script:
    del which, kind, language, rng, say
    return "", 0.0, [Piece(_silence(0.1), 10.0)]


_SCRIPTS: dict[str, Callable[[SetName, str, str, random.Random, _Say], _Script]] = {
    "silent": _silent,
    "sit": _sit,
    "fax": _fax,
    "beep": _only_beep,
}


def _beep(which: SetName, rng: random.Random) -> float:
    return rng.choice(_BEEPS_HZ[which])


def _level(sound: Samples, peak: float) -> Samples:
    scaled = sound[: int(_LONGEST_PIECE_S * RATE_HZ)] * (peak / max(1.0, float(np.abs(sound.astype(float)).max())))
    return np.asarray(scaled, dtype=np.int16)


def _tone(hz: float, length_s: float) -> Samples:
    return np.asarray(6000 * np.sin(2 * np.pi * hz * np.arange(int(length_s * RATE_HZ)) / RATE_HZ), dtype=np.int16)


def _silence(length_s: float) -> Samples:
    return np.zeros(int(length_s * RATE_HZ), dtype=np.int16)
