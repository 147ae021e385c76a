"""Machine detection: Asterisk's AMD alone, and combined with what an ear hears, on answers nobody trained with.

Every answer is called for real: see ``exchange_side.py``. The combined decision is the product's own
(``waihu.speech.answer_watch``), fed with what came over the tap at the time it came.
"""

import argparse
import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from exchange_side import Call, heard

from answer_greetings.app_amd import Verdict, verdict
from answer_greetings.hearing import frames_of
from answer_greetings.making import Greeting, greetings
from answer_greetings.replay import decided, looks, misheard
from waihu.speech.answer_model import Costs, Decision, shipped_model
from waihu.telephony.exchange_config import Amd

COUNT, SEED = 240, 7
Z = 1.96


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided of an answer, and when."""

    answer: Greeting
    decision: Decision
    at_s: float


def interval(k: int, n: int) -> str:
    """Return a share with its 95 % interval (Wilson), in percent."""
    p, z2 = k / n, Z * Z
    middle = (p + z2 / 2 / n) / (1 + z2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + z2 / 4 / n / n) / (1 + z2 / n)
    return f"{100 * p:.1f} ({100 * max(0, middle - half):.1f}–{100 * min(1, middle + half):.1f})"


def row(name: str, judged: Sequence[Judged]) -> str:
    """Return the line of a table."""
    people = [one for one in judged if not one.answer.machine]
    machines = [one for one in judged if one.answer.machine]
    away = sum(one.decision == "machine" for one in people)
    passed = [one for one in people if one.decision != "machine"]
    on = sum(one.decision != "machine" for one in machines)
    waits = sorted(one.at_s for one in passed) or [0.0]
    mean_s = sum(waits) / len(waits)
    shares = (interval(k, len(of)) if of else "–" for k, of in ((away, people), (on, machines)))
    people_share, machine_share = shares
    return (
        f"| {name} | {away}/{len(people)} | {people_share} | {on}/{len(machines)} | "
        f"{machine_share} | {10 * away + on} | {waits[len(waits) // 2]:.1f} | {mean_s:.1f} | {waits[-1]:.1f} |"
    )


HEAD = (
    "| | people sent away | % (95 %) | machines passed on | % (95 %) | cost at 10 : 1 | "
    "decided of people passed on, median s | mean s | longest s |\n|---|---|---|---|---|---|---|---|---|"
)


def report(answers: Sequence[Greeting], calls: Sequence[Call | None]) -> str:
    """Return all tables."""
    pairs = [(answer, call) for answer, call in zip(answers, calls, strict=True) if call is not None]
    alone = [Judged(answer, _of(_said(call)), _said(call).at_s) for answer, call in pairs]
    lines = [f"{len(pairs)} of {len(answers)} calls came about.", "", HEAD, row("AMD alone", alone)]
    for ratio in (20.0, 10.0, 5.0, 3.0):
        lines.append(row(f"combined, {ratio:g} : 1, AMD heard out", _combined(pairs, ratio, early=False)))
        lines.append(row(f"combined, {ratio:g} : 1, taken out early", _combined(pairs, ratio)))
    lines.append(row("the same, 10 : 1, with supposed words (English)", _combined(pairs, 10.0, _words)))
    both, late = _combined(pairs, 10.0), _combined(pairs, 10.0, early=False)
    lines += ["", "Nothing sent in silence only:", "", HEAD]
    lines.append(row("AMD alone", [one for one in alone if one.answer.unsent]))
    lines.append(row("combined, 10 : 1, AMD heard out", [one for one in late if one.answer.unsent]))
    lines.append(row("combined, 10 : 1, taken out early", [one for one in both if one.answer.unsent]))
    lines += ["", "Only people whom AMD passes on as well:", "", HEAD]
    found = [said.decision == "person" and not said.answer.machine for said in alone]
    for name, rows in (("AMD alone", alone), ("combined, 10 : 1, taken out early", both)):
        lines.append(row(name, [one for one, too in zip(rows, found, strict=True) if too]))
    lines += ["", "| kind | answers | wrong: AMD alone | wrong: combined, 10 : 1 |", "|---|---|---|---|"]
    for kind in sorted({answer.kind for answer, _ in pairs}, key=lambda kind: (_is_machine(answers, kind), kind)):
        lines.append(f"| {kind} | {_count(alone, kind)} | {_wrong(alone, kind)} | {_wrong(both, kind)} |")
    same = sum(verdict(list(frames_of(answer)), Amd()).name == _said(call).name for answer, call in pairs)
    lines += ["", f"The port of app_amd that trains says the same as the real one of {same}/{len(pairs)}."]
    return "\n".join(lines)


def _said(call: Call) -> Verdict:
    assert call.verdict is not None
    return call.verdict


def _combined(
    pairs: Sequence[tuple[Greeting, Call]],
    ratio: float,
    words: Callable[[Greeting], str] = lambda _: "",
    *,
    early: bool = True,
) -> list[Judged]:
    model, costs = shipped_model(), Costs(person_sent_away=ratio)
    return [
        Judged(answer, *decided(model, looks(call.sound, words(answer)), _said(call), costs, early=early))
        for answer, call in pairs
    ]


def _words(answer: Greeting) -> str:
    return misheard(answer.text, random.Random(answer.text)) if answer.language == "en" else ""


def _of(said: Verdict) -> Decision:
    return "machine" if said.status == "MACHINE" else "person"


def _is_machine(answers: Sequence[Greeting], kind: str) -> bool:
    return any(answer.machine for answer in answers if answer.kind == kind)


def _count(judged: Sequence[Judged], kind: str) -> int:
    return sum(one.answer.kind == kind for one in judged)


def _wrong(judged: Sequence[Judged], kind: str) -> int:
    return sum(one.answer.kind == kind and (one.decision == "machine") != one.answer.machine for one in judged)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT, help=f"how many answers ({COUNT}; some 90 s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the choice of texts, voices and lines")
    wishes = parser.parse_args()
    began_s = time.monotonic()
    answers = greetings("held_out", wishes.count, wishes.seed)
    with tempfile.TemporaryDirectory(prefix="waihu-detection-") as folder:
        calls = asyncio.run(heard(Path(folder), answers))
    sys.stdout.write(report(answers, calls) + f"\n\n{time.monotonic() - began_s:.0f} s.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
