"""Answers as files and as words of a dialplan, for a simulated carrier that plays them."""

import wave
from collections.abc import Sequence
from pathlib import Path

from answer_greetings.making import Greeting
from answer_greetings.voices import RATE_HZ, Samples


def write_wave(file: Path, samples: Samples) -> None:
    """Write samples as a WAV file."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.astype("<i2").tobytes())


def dialplan(answers: Sequence[Greeting], folder: Path) -> str:
    """Write the sounds of answers to a folder, and return extensions ``greet<n>`` that play them.

    A holding bridge without entertainment is the one place to wait in which the carrier sends nothing.
    """
    lines = ["[phones](+)"]
    for n, answer in enumerate(answers):
        lines += [f"exten => greet{n},1,Answer()"]
        for place, (sound, unsent_s) in enumerate(answer.stretches()):
            name = folder / f"greet{n}-{place}"
            if len(sound):
                write_wave(name.with_suffix(".wav"), sound)
                lines.append(f" same => n,Playback({name})")
            if unsent_s:
                lines.append(f" same => n,BridgeWait(unsent{n},participant,e(n)S({int(unsent_s)}))")
        lines += [" same => n,Wait(12)", " same => n,Hangup()"]
    return "\n".join(lines) + "\n"
