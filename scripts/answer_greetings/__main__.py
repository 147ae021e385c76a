"""``scripts/train-answer-model``: count what speaks for people and for machines in synthetic answers."""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from answer_greetings.app_amd import verdict
from answer_greetings.hearing import frames_of
from answer_greetings.making import Greeting, greetings
from answer_greetings.replay import looks, misheard
from answer_greetings.voices import NoVoice
from waihu.speech.answer_model import EMPTY, STEP_S, AnswerModel, Counts, write_model
from waihu.telephony.exchange_config import Amd

COUNT, SEED = 400, 20261126
SHIPPED = Path(__file__).resolve().parents[2] / "controller" / "waihu" / "speech" / "words" / "answers.toml"
_HEADER = "# How often each piece of evidence was seen with [people, machines]; made by scripts/train-answer-model.\n"


def train(answers: Sequence[Greeting]) -> AnswerModel:
    """Return a model of answers; each counts once however long it was looked at."""
    model, rng = EMPTY, random.Random(SEED)  # noqa: S311 -- must repeat
    for answer in answers:
        frames = list(frames_of(answer))
        said = verdict(frames, Amd())
        # Where there is no recogniser there are no words: half of the answers are learnt without.
        words = misheard(answer.text, rng) if answer.language == "en" and rng.random() < 0.5 else ""
        seen = list(looks(frames, words, step_s=STEP_S))
        for look in seen:
            after = (*look.evidence, f"exchange:{said.name}") if said.at_s <= look.at_s else look.evidence
            model = model.plus(after, machine=answer.machine, times=1 / len(seen))
    return _rounded(model)


def _rounded(model: AnswerModel) -> AnswerModel:
    total = Counts(round(model.total.person, 2), round(model.total.machine, 2))
    seen = {piece: Counts(round(one.person, 2), round(one.machine, 2)) for piece, one in model.seen.items()}
    return AnswerModel(total, seen)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        "train-answer-model",
        description="Train what machine detection begins with on synthetic answers (the training set of texts and "
        "voices; some 20 s). The same file comes out each time.",
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, metavar="FILE", help="where it goes")
    parser.add_argument("--count", type=int, default=COUNT, help=f"how many answers ({COUNT})")
    wishes = parser.parse_args(argv)
    try:
        model = train(greetings("train", wishes.count, SEED))
    except NoVoice as error:
        sys.stderr.write(f"train-answer-model: {error}\n")
        return 1
    wishes.out.write_text(_HEADER + write_model(model), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
