"""Watching one answer: what is heard and what the exchange says become one decision, as early as it is cheap.

It may fall before the exchange has said anything: for a person who pauses, and for a machine that is as good as
certain. Afterwards a person never waits for it: once the exchange has said anything but MACHINE, it falls at once. A
verdict of MACHINE may be held back while sound comes, to ``DECIDE_BY_S`` after the answer: who would be sent away loses
nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from waihu.speech.answer_model import AnswerModel, Costs, Decision, Judgement, decide

DECIDE_BY_S = 6.0
"""After the answer. Then a machine is sent away where that is cheaper, and everybody else is passed on."""
LATE_S = 0.8
"""An ear that has said nothing for so long is not waited for: the exchange's verdict counts."""
_SPEAKING, _SILENT = "speaking:", "silent:"


def verdict_name(verdict: str, cause: str) -> str:
    """Return a verdict of the exchange as evidence names it.

    Args:
        verdict: human, machine, unsure, in any case, or as Asterisk says it.
        cause: As Asterisk says it (``LONGGREETING-1500-1500``).
    """
    status = {"UNSURE": "NOTSURE"}.get(verdict.upper(), verdict.upper())
    return status if status == "HUMAN" else f"{status}:{cause.partition('-')[0]}"


@dataclass(slots=True)
class AnswerWatch:
    """One answer.

    Attributes:
        model: What is known of answers.
        costs: Of mistakes.
        prior: Share of machines among the campaign's answers; None: as in what the model learnt from.
        verdict: Of the exchange, as evidence names it; empty while it listens.
        heard: Evidence of the sound so far.
    """

    model: AnswerModel
    costs: Costs = field(default_factory=Costs)
    prior: float | None = None
    verdict: str = ""
    heard: tuple[str, ...] = ()
    _heard_s: float | None = None

    def sounds(self, evidence: Iterable[str], at_s: float) -> Decision:
        """Take what an ear heard by ``at_s`` after the answer."""
        self.heard, self._heard_s = tuple(evidence), at_s
        return self.decision(at_s)

    def screened(self, verdict: str, at_s: float) -> Decision:
        """Take the exchange's verdict (see ``verdict_name``), given ``at_s`` after the answer."""
        self.verdict = verdict
        return self.decision(at_s)

    def judgement(self) -> Judgement:
        """Weigh everything so far."""
        return self.model.judge(self.evidence, self.prior)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Everything so far."""
        return (*self.heard, f"exchange:{self.verdict}") if self.verdict else self.heard

    def decision(self, now_s: float) -> Decision:
        """Return what is to be done ``now_s`` after the answer; ``wait``: nothing yet."""
        if not self.heard or self._heard_s is None or now_s - self._heard_s > LATE_S:
            return self._of_the_exchange()
        held_back = self.verdict.startswith("MACHINE")
        left_s = DECIDE_BY_S - now_s if held_back or not self.verdict else 0.0
        found = decide(self.judgement(), self.costs, left_s=left_s)
        # Who is still speaking does not wait, whoever it is; and who has said nothing is first left to the exchange.
        speaks = any(piece.startswith(_SPEAKING if self.verdict else (_SPEAKING, _SILENT)) for piece in self.heard)
        return "wait" if found == "person" and speaks and left_s > 0 else found

    def _of_the_exchange(self) -> Decision:
        if not self.verdict:
            return "wait"
        return "machine" if self.verdict.startswith("MACHINE") else "person"
