"""Person or machine: counts of evidence, odds made of them, and a decision by what a mistake costs.

A naive Bayes classifier: each piece of evidence adds the logarithm of how much more often it was seen with machines
than with people. Learning is counting, so what a campaign's agents say is added to what is shipped, and any decision
can be explained by its terms. Source: any textbook; terms are damped as evidence of one sound is not independent.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Decision = Literal["person", "machine", "wait"]

SMOOTHING = 2.0
"""Added to each count: what was hardly ever seen says little."""
DAMPING = 0.9
"""Share of a term that counts."""
LEARNT_AT_MOST = 2000.0
"""Answers of one's own that outweigh no more than this; older ones fade in proportion."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something was seen with people, and with machines."""

    person: float = 0.0
    machine: float = 0.0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.person + other.person, self.machine + other.machine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What mistakes cost, in any one unit. ``wait`` is a second in which a person hears nothing."""

    person_sent_away: float = 10.0
    machine_passed_on: float = 1.0
    wait: float = 0.5

    @property
    def threshold(self) -> float:
        """Return the probability of a machine from which on sending it away is cheaper."""
        return self.person_sent_away / (self.person_sent_away + self.machine_passed_on)


DEFAULT_COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence, and by how much (natural logarithm of odds) it spoke for a machine."""

    evidence: str
    weight: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure it is that a machine answered (0..1), and why, the weightiest reason first."""

    machine: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """What is known of answers: how many people and machines there were, and what was seen with each."""

    total: Counts
    seen: Mapping[str, Counts]

    def judge(self, evidence: Iterable[str], prior: float | None = None) -> Judgement:
        """Weigh evidence.

        Args:
            evidence: As ``evidence_of`` names it.
            prior: Share of machines among this campaign's answers, 0..1; None: as in what was learnt from.
        """
        share = _bounded(prior if prior is not None else self._share())
        odds = math.log(share / (1 - share))
        reasons = [Reason(piece, self.weight_of(piece)) for piece in dict.fromkeys(evidence)]
        odds += sum(reason.weight for reason in reasons)
        reasons.sort(key=lambda reason: abs(reason.weight), reverse=True)
        return Judgement(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), tuple(reasons))

    def weight_of(self, piece: str) -> float:
        """Return by how much a piece of evidence speaks for a machine; 0 where it is unknown."""
        counts = self.seen.get(piece)
        if counts is None:
            return 0.0
        machine = (counts.machine + SMOOTHING * self._share()) / (self.total.machine + SMOOTHING)
        person = (counts.person + SMOOTHING * (1 - self._share())) / (self.total.person + SMOOTHING)
        return DAMPING * math.log(machine / person)

    def learnt(self, evidence: Iterable[str], *, machine: bool, times: float = 1.0) -> "AnswerModel":
        """Return the model that has seen one more answer, older ones fading; ``times``: as many as this stands for."""
        return self.plus(evidence, machine=machine, times=times)._faded()

    def plus(self, evidence: Iterable[str], *, machine: bool, times: float = 1.0) -> "AnswerModel":
        """Return the model that has seen one more answer, with all it saw before."""
        one = Counts(0.0, times) if machine else Counts(times, 0.0)
        seen = dict(self.seen)
        for piece in dict.fromkeys(evidence):
            seen[piece] = seen.get(piece, Counts()) + one
        return AnswerModel(self.total + one, seen)

    def merged(self, other: "AnswerModel") -> "AnswerModel":
        """Return what both have seen."""
        pieces = self.seen.keys() | other.seen.keys()
        seen = {piece: self.seen.get(piece, Counts()) + other.seen.get(piece, Counts()) for piece in pieces}
        return AnswerModel(self.total + other.total, seen)

    def _faded(self) -> "AnswerModel":
        count = self.total.person + self.total.machine
        if count <= LEARNT_AT_MOST:
            return self
        share = LEARNT_AT_MOST / count
        less = {piece: Counts(one.person * share, one.machine * share) for piece, one in self.seen.items()}
        return AnswerModel(Counts(self.total.person * share, self.total.machine * share), less)

    def _share(self) -> float:
        return _bounded((self.total.machine + 1) / (self.total.machine + self.total.person + 2))


def _bounded(share: float) -> float:
    return min(0.99, max(0.01, share))


def decide(judgement: Judgement, costs: Costs, *, left_s: float) -> Decision:
    """Return what is cheapest now.

    Args:
        judgement: How sure it is.
        costs: Of mistakes, and of waiting.
        left_s: Seconds until it has to be decided; 0: now.
    """
    if judgement.machine >= (costs.threshold if left_s <= 0 else max(SURE, costs.threshold)):
        return "machine"
    # Passing it on now may be a mistake; waiting costs the person, if it is one, their patience.
    mistaken, waiting = judgement.machine * costs.machine_passed_on, (1 - judgement.machine) * costs.wait * STEP_S
    return "person" if left_s <= 0 or mistaken <= waiting else "wait"


SURE = 0.997
"""While there is time, a machine is sent away only when as sure: who greets at length may still pause and listen."""

STEP_S = 0.5
"""So long it takes until more is known; a model is counted from looks so far apart."""

EMPTY = AnswerModel(Counts(), {})


def read_model(text: str) -> AnswerModel:
    """Read a model as ``write_model`` writes it.

    Raises:
        ValueError: it is none.
    """
    raw = tomllib.loads(text)
    try:
        seen = {piece: Counts(*(float(n) for n in pair)) for piece, pair in raw["seen"].items()}
        return AnswerModel(Counts(*(float(n) for n in raw["total"])), seen)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no model of answers: {error}") from error


def write_model(model: AnswerModel) -> str:
    """Return a model as TOML: people and machines, altogether and for each piece of evidence."""
    lines = [f"total = [{model.total.person:g}, {model.total.machine:g}]", "", "[seen]"]
    lines += [f'"{piece}" = [{one.person:g}, {one.machine:g}]' for piece, one in sorted(model.seen.items())]
    return "\n".join(lines) + "\n"


@cache
def shipped_model() -> AnswerModel:
    """Return the model every campaign begins with; ``scripts/train-answer-model`` makes it from synthetic greetings."""
    return read_model(resources.files("waihu.speech").joinpath("words/answers.toml").read_text("utf-8"))
