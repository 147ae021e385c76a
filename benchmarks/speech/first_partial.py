#!/usr/bin/env python3
"""How much sound has to come after the first word of an utterance until it is shown: stage by stage, without a clock.

Phrases of espeak-ng over a telephone line go through the product's voice gate and recogniser in this process; time is
counted in sound, so that nothing else on the machine counts. What work and queues add in a call: ``live.py``.

  decoder     every 20 ms a partial is asked for, nothing is gated: what the model itself needs
  gate        the same behind the voice gate
  batches     the same in batches of 100 ms, as they come to an ear
  steps       the same, and a partial is asked for after each 250 ms of sound
  product     as the product does it: after each 100 ms until something is shown, then after each 250 ms

Only phrases whose first word was recognised count. With ``--chunk`` the models are told, in their ``conf/model.conf``,
to look at so many frames of 10 ms at once; Kaldi's own choice is 20.
Usage: python benchmarks/speech/first_partial.py [--seconds 600] [--languages en zh] [--chunk 9]
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import talk
from latency import percentiles

from waihu.speech import vosk_hearing
from waihu.speech.model_pack import unpack
from waihu.speech.voice_gate import FRAME_S, VoiceGate
from waihu.speech.vosk_hearing import PARTIAL_EVERY_S, Hearing, HearingPlan
from waihu.speech.vosk_package import the_vosk

FIXTURES = talk.HOME / "tests" / "fixtures" / "asr"
BATCH_S = 0.1
BEFORE_S = 1.0
"""So long before its first word ends, and after its end, what is shown may belong to a phrase."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How sound is given, and when a partial is asked for: after so much sound, and before anything is shown."""

    name: str
    batch_s: float
    gated: bool
    first_s: float
    every_s: float


STAGES = (
    Stage("decoder", FRAME_S, False, 0.0, 0.0),
    Stage("gate", FRAME_S, True, 0.0, 0.0),
    Stage("batches", BATCH_S, True, 0.0, 0.0),
    Stage("steps", BATCH_S, True, PARTIAL_EVERY_S, PARTIAL_EVERY_S),
    Stage("product", BATCH_S, True, vosk_hearing.FIRST_PARTIAL_S, PARTIAL_EVERY_S),
)


@dataclass(slots=True)
class Shown:
    """An utterance: at which second of sound it was first shown, and the first word of its final."""

    at_s: float
    word: str = ""


def shown(stage: Stage, model: object, pcm: bytes) -> tuple[list[Shown], float]:
    """Return the utterances, and the seconds of work."""
    vosk_hearing.FIRST_PARTIAL_S, vosk_hearing.PARTIAL_EVERY_S = stage.first_s, stage.every_s
    hearing = Hearing(HearingPlan(model=model, rate_hz=talk.RATE_HZ, model_rate_hz=talk.RATE_HZ))
    gate, found, open_ = VoiceGate(talk.RATE_HZ), list[Shown](), False
    step, began_s = int(stage.batch_s * talk.RATE_HZ), time.process_time()
    for first in range(0, len(pcm) // 2, step):
        piece = pcm[2 * first : 2 * (first + step)]
        was_open = gate.open
        pieces = gate.let(first, piece) if stage.gated else [(first, piece)]
        heard = [said for _, part in pieces for said in hearing.hear(part)]
        if stage.gated and was_open and not gate.open:
            heard += hearing.reset()
        for said in heard:
            if said.text and not open_:
                found.append(Shown((first + step) / talk.RATE_HZ))
                open_ = True
            if said.final and open_:
                found[-1].word, open_ = (said.text.split() or [""])[0], False
    return found, time.process_time() - began_s


def late(found: list[Shown], phrases: list[talk.Phrase]) -> list[float]:
    """Return how long after the end of its first word each phrase was first shown."""
    waits = []
    for one in phrases:
        until_s = one.end_s + BEFORE_S
        mine = [said for said in found if one.first_word_s - BEFORE_S < said.at_s < until_s]
        if mine and one.words and mine[0].word == one.words[0]:
            waits.append(mine[0].at_s - one.first_word_s)
    return waits


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0, help="of talk in each language (600)")
    parser.add_argument("--languages", nargs="+", default=["en", "zh"])
    parser.add_argument("--chunk", type=int, default=0, help="frames, a multiple of 3")
    wishes = parser.parse_args()
    print("| language | stage | phrases | first partial p50 / p95 / p99 ms of sound | work, % of the sound's time |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for language in wishes.languages:
            unpack(FIXTURES / f"fixture-{language}.zip", Path(folder) / language)
            if wishes.chunk:
                with (Path(folder) / language / "conf" / "model.conf").open("a", encoding="utf-8") as conf:
                    conf.write(f"--frames-per-chunk={wishes.chunk}\n")
            model = the_vosk().Model(str(Path(folder) / language))
            pcm, phrases = talk.make(language, wishes.seconds)
            for stage in STAGES:
                found, work_s = shown(stage, model, pcm)
                waits = late(found, phrases)
                figures = percentiles(waits).replace("|", "/")
                share = 100 * work_s * 2 * talk.RATE_HZ / len(pcm)
                print(f"| {language} | {stage.name} | {len(waits)} of {len(phrases)} | {figures} | {share:.2f} |")


if __name__ == "__main__":
    main()
