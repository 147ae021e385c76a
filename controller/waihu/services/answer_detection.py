"""Machine detection with an ear: the exchange's verdict and what was heard of the answer become one verdict.

The exchange's own detection runs as ever. Its verdict counts alone wherever no ear has said anything in the last
``LATE_S``; only a verdict of MACHINE is ever held back, and only while an ear goes on telling what it hears.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.answer_learning import AnswerLearning
from waihu.services.call_desk import CallDesk
from waihu.services.listening import Listening
from waihu.services.patient_writes import PatientWrites
from waihu.speech.answer_evidence import words_evidence
from waihu.speech.answer_learning import check_drawn
from waihu.speech.answer_model import Costs, Decision, shipped_model
from waihu.speech.answer_watch import DECIDE_BY_S, LATE_S, AnswerWatch, verdict_name
from waihu.speech.ear_words import AnswerHeard
from waihu.store.unit import Unit
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign, Detection
from waihu_models.detection import JudgedAnswer
from waihu_models.events import CallChanged, PartialHeard
from waihu_models.ids import CallId
from waihu_models.signals import LegScreened, Verdict
from waihu_models.transcript import Side

log = structlog.get_logger()

_SLACK_S = 0.01


@dataclass(slots=True)
class _Answer:
    """An answer that is being screened; ``held`` is the exchange's verdict while it is held back."""

    watch: AnswerWatch
    began_s: float
    campaign: Campaign
    words: str = ""
    pause_s: float = 0.0
    heard_s: float = 0.0
    held: LegScreened | None = None
    timer: asyncio.TimerHandle | None = None


class AnswerDetection:
    """Decides for campaigns that wish it; ``counts`` says how often what was heard changed the verdict."""

    def __init__(
        self,
        calls: CallDesk,
        bus: Bus,
        clock: Clock,
        listening: Listening,
        learning: AnswerLearning | None = None,
        writes: PatientWrites | None = None,
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._learning = learning
        self._writes = writes
        self._answers: dict[CallId, _Answer] = {}
        self.counts: Counter[str] = Counter()
        listening.from_answer = self.wanted
        listening.on_answer = self.heard
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(PartialHeard, self._partial)

    def wanted(self, call: Call) -> bool:
        """Whether a call's answer is heard as well as screened."""
        campaign = self._calls.job_of(call.id).campaign
        return call.screening and campaign is not None and campaign.detection is Detection.COMBINED

    def heard(self, call_id: CallId, said: AnswerHeard) -> None:
        """Take what an ear heard of an answer."""
        answer = self._answers.get(call_id)
        if answer is None:
            return
        now_s = self._since(answer)
        answer.pause_s, answer.heard_s = said.pause_s, now_s
        decision = answer.watch.sounds((*said.evidence, *words_evidence(answer.words)), now_s)
        if answer.held is not None:
            self._settle(call_id, answer, decision)

    def takes(self, call_id: CallId, signal: LegScreened) -> bool:
        """Take the exchange's verdict; False: it stands as it is."""
        answer = self._answers.get(call_id)
        if answer is None or answer.held is not None:
            return False
        decision = answer.watch.screened(verdict_name(signal.verdict, signal.cause), self._since(answer))
        if decision == ("machine" if signal.verdict is Verdict.MACHINE else "person"):
            self._forget(call_id)
            if not self._is_checked(call_id, answer, decision):
                return False
            self._calls.post(call_id, replace(signal, verdict=Verdict.UNSURE))
            return True
        answer.held = signal
        self._settle(call_id, answer, decision)
        return True

    # ----------------------------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.state is not CallState.SCREENING or call.hang_up_asked:
            self._forget(call.id)
        elif call.id not in self._answers and self.wanted(call) and call.verdict is None:
            campaign = self._calls.job_of(call.id).campaign
            assert campaign is not None
            costs = Costs(person_sent_away=campaign.person_cost)
            model = self._learning.model_of(campaign) if self._learning is not None else shipped_model()
            watch = AnswerWatch(model, costs)
            self._answers[call.id] = _Answer(watch, self._clock.monotonic(), campaign=campaign)

    def _partial(self, event: PartialHeard) -> None:
        answer = self._answers.get(event.partial.call_id)
        if answer is not None and event.partial.side is Side.CUSTOMER:
            answer.words = event.partial.text_display

    def _settle(self, call_id: CallId, answer: _Answer, decision: Decision) -> None:
        if decision == "wait":
            self._wait(call_id, answer)
            return
        signal = answer.held
        assert signal is not None
        self._forget(call_id)
        person = decision == "person"
        if person != (signal.verdict is not Verdict.MACHINE):
            self.counts["changed_to_person" if person else "changed_to_machine"] += 1
            reasons = [reason.evidence for reason in answer.watch.judgement().reasons[:3]]
            log.info("verdict_changed", call_id=call_id, exchange=signal.cause, to=decision, reasons=reasons)
            signal = replace(signal, verdict=Verdict.HUMAN if person else Verdict.MACHINE)
        if self._is_checked(call_id, answer, decision):
            signal = replace(signal, verdict=Verdict.UNSURE)
        # The law counts the wait for an agent from the end of the greeting, however long the verdict was held back.
        pause_s = answer.pause_s and answer.pause_s + self._since(answer) - answer.heard_s
        self._calls.post(call_id, replace(signal, at=self._clock.now(), silence_s=pause_s))

    def _is_checked(self, call_id: CallId, answer: _Answer, decision: Decision) -> bool:
        """Keep how an answer is taken; return whether it is passed on though it is taken for a machine."""
        watch, share = answer.watch, answer.campaign.check_share
        sent_away = decision == "machine"
        # One that no ear heard teaches nothing, and would count as a mistake of ours.
        if not watch.heard or self._writes is None:
            return False
        checked = sent_away and check_drawn(call_id, share)
        unit = Unit()
        unit.save_judged_answer(
            JudgedAnswer(
                call_id=call_id, campaign_id=answer.campaign.id, evidence=watch.evidence,
                machine=round(watch.judgement().machine, 4), threshold=round(watch.costs.threshold, 4),
                sent_away=sent_away, checked=checked, check_share=share, at=self._clock.now(),
            )
        )  # fmt: skip
        self._writes.submit(unit)
        if checked:
            self.counts["checked"] += 1
        return checked

    def _wait(self, call_id: CallId, answer: _Answer) -> None:
        if answer.timer is not None:
            answer.timer.cancel()
        left_s = min(answer.heard_s + LATE_S, DECIDE_BY_S) - self._since(answer)
        later = asyncio.get_running_loop().call_later
        answer.timer = later(max(0.0, left_s) + _SLACK_S, self._look, call_id, answer)

    def _look(self, call_id: CallId, answer: _Answer) -> None:
        answer.timer = None
        self._settle(call_id, answer, answer.watch.decision(self._since(answer)))

    def _since(self, answer: _Answer) -> float:
        return self._clock.monotonic() - answer.began_s

    def _forget(self, call_id: CallId) -> None:
        answer = self._answers.pop(call_id, None)
        if answer is not None and answer.timer is not None:
            answer.timer.cancel()
