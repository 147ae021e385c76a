"""Machine detection with an ear: the exchange's verdict and what was heard of the answer become one verdict.

Where what is heard is certain enough for the campaign's costs, the leg is taken out of the exchange's own detection at
once. Otherwise that runs to its end. Its verdict counts alone wherever no ear has said anything in the last ``LATE_S``;
only a verdict of MACHINE is ever held back, and only while an ear goes on telling what it hears.
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
from waihu.services.tasks import Tasks
from waihu.speech.answer_evidence import words_evidence
from waihu.speech.answer_learning import check_drawn
from waihu.speech.answer_model import Costs, Decision, shipped_model
from waihu.speech.answer_watch import DECIDE_BY_S, LATE_S, AnswerWatch, verdict_name
from waihu.speech.ear_words import AnswerHeard
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign, Detection
from waihu_models.commands import EndScreening
from waihu_models.detection import JudgedAnswer
from waihu_models.errors import LegGone, SwitchError
from waihu_models.events import CallChanged, PartialHeard
from waihu_models.ids import CallId
from waihu_models.signals import EARLY, LegScreened, Verdict
from waihu_models.transcript import Side

log = structlog.get_logger()

LEAVES_WITHIN_S = 2.0
"""A leg that has not come back by then from where the exchange was told to send it is judged as if it stayed."""
_SLACK_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What detection works with; without ``writes`` no answer is kept, without ``learning`` none is learnt from."""

    calls: CallDesk
    bus: Bus
    clock: Clock
    listening: Listening
    switch: Switch
    tasks: Tasks
    learning: AnswerLearning | None = None
    writes: PatientWrites | None = None


@dataclass(slots=True)
class _Answer:
    """An answer that is being screened.

    Attributes:
        leaving: It is being taken out of the exchange's detection: a verdict of that is held, and then left aside.
        held: The exchange's verdict while it is held back.
    """

    watch: AnswerWatch
    began_s: float
    campaign: Campaign
    words: str = ""
    pause_s: float = 0.0
    heard_s: float = 0.0
    leaving: bool = False
    held: LegScreened | None = None
    timer: asyncio.TimerHandle | None = None


class AnswerDetection:
    """Decides for campaigns that wish it; ``counts`` says how often what was heard changed the verdict."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._answers: dict[CallId, _Answer] = {}
        self.counts: Counter[str] = Counter()
        around.listening.from_answer = self.wanted
        around.listening.on_answer = self.heard
        around.bus.subscribe(CallChanged, self._call_changed)
        around.bus.subscribe(PartialHeard, self._partial)

    def wanted(self, call: Call) -> bool:
        """Whether a call's answer is heard as well as screened."""
        campaign = self._of.calls.job_of(call.id).campaign
        return call.screening and campaign is not None and campaign.detection is Detection.COMBINED

    def heard(self, call_id: CallId, said: AnswerHeard) -> None:
        """Take what an ear heard of an answer."""
        answer = self._answers.get(call_id)
        if answer is None:
            return
        now_s = self._since(answer)
        answer.pause_s, answer.heard_s = said.pause_s, now_s
        decision = answer.watch.sounds((*said.evidence, *words_evidence(answer.words)), now_s)
        if answer.leaving:
            return
        if answer.held is not None:
            self._settle(call_id, answer, decision)
        elif decision != "wait":
            answer.leaving = True
            self._of.tasks.start(self._take_out(call_id, answer, decision), f"verdict of call {call_id}")

    def takes(self, call_id: CallId, signal: LegScreened) -> bool:
        """Take the exchange's verdict; False: it stands as it is."""
        answer = self._answers.get(call_id)
        if answer is None or (answer.held is not None and signal.cause != EARLY):
            return False
        if signal.cause == EARLY:
            self._left_early(call_id, answer, signal)
            return True
        if answer.leaving:
            answer.held = signal
            return True
        decision = answer.watch.screened(verdict_name(signal.verdict, signal.cause), self._since(answer))
        if decision == ("machine" if signal.verdict is Verdict.MACHINE else "person"):
            self._forget(call_id)
            self._keep(call_id, answer, decision)
            if not self._is_checked(call_id, answer, decision):
                return False
            self._of.calls.post(call_id, replace(signal, verdict=Verdict.UNSURE))
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
            campaign = self._of.calls.job_of(call.id).campaign
            assert campaign is not None
            costs = Costs(person_sent_away=campaign.person_cost)
            model = self._of.learning.model_of(campaign) if self._of.learning is not None else shipped_model()
            watch = AnswerWatch(model, costs)
            self._answers[call.id] = _Answer(watch, self._of.clock.monotonic(), campaign=campaign)

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
        self._keep(call_id, answer, decision)
        if self._is_checked(call_id, answer, decision):
            signal = replace(signal, verdict=Verdict.UNSURE)
        self._of.calls.post(call_id, self._from_the_greeting(answer, signal))

    def _from_the_greeting(self, answer: _Answer, signal: LegScreened) -> LegScreened:
        # The law counts the wait for an agent from the end of the greeting, however long the verdict was held back.
        pause_s = answer.pause_s and answer.pause_s + self._since(answer) - answer.heard_s
        return replace(signal, at=self._of.clock.now(), silence_s=pause_s)

    # ---- before the exchange has spoken ----------------------------------------------------------------------------

    async def _take_out(self, call_id: CallId, answer: _Answer, decision: Decision) -> None:
        """Take a leg out of the exchange's detection; where that has let go of it already, its verdict is weighed."""
        call = self._of.calls.get(call_id)
        if call is None:
            return
        verdict = Verdict.HUMAN if decision == "person" else Verdict.MACHINE
        if self._is_checked(call_id, answer, decision):
            verdict = Verdict.UNSURE
        try:
            await self._of.switch.execute(EndScreening(call.leg_id, verdict))
        except SwitchError as error:
            if not isinstance(error, LegGone):
                log.warning("screening_not_ended", call_id=call_id, problem=str(error))
            self._stays(call_id, answer)
            return
        if self._answers.get(call_id) is answer:
            later = asyncio.get_running_loop().call_later
            answer.timer = later(LEAVES_WITHIN_S, self._stays, call_id, answer)

    def _stays(self, call_id: CallId, answer: _Answer) -> None:
        """Judge a leg that could not be taken out, or did not come back, by what the exchange says of it."""
        answer.leaving, answer.timer = False, None
        self.counts["not_taken_out"] += 1
        if (held := answer.held) is not None and self._answers.get(call_id) is answer:
            answer.held = None
            if not self.takes(call_id, held):
                self._of.calls.post(call_id, held)

    def _left_early(self, call_id: CallId, answer: _Answer, signal: LegScreened) -> None:
        self._forget(call_id)
        decision: Decision = "person" if signal.verdict is Verdict.HUMAN else "machine"
        self.counts[f"early_{decision}"] += 1
        self._keep(call_id, answer, decision)
        self._of.calls.post(call_id, self._from_the_greeting(answer, signal))

    # ---- what is kept ----------------------------------------------------------------------------------------------

    def _is_checked(self, call_id: CallId, answer: _Answer, decision: Decision) -> bool:
        """Return whether an answer is passed on though it is taken for a machine."""
        if self._of.writes is None or not answer.watch.heard:
            return False
        return decision == "machine" and check_drawn(call_id, answer.campaign.check_share)

    def _keep(self, call_id: CallId, answer: _Answer, decision: Decision) -> None:
        """Keep how an answer is taken."""
        watch, checked = answer.watch, self._is_checked(call_id, answer, decision)
        # One that no ear heard teaches nothing, and would count as a mistake of ours.
        if self._of.writes is None or not watch.heard:
            return
        unit = Unit()
        unit.save_judged_answer(
            JudgedAnswer(
                call_id=call_id, campaign_id=answer.campaign.id, evidence=watch.evidence,
                machine=round(watch.judgement().machine, 4), threshold=round(watch.costs.threshold, 4),
                sent_away=decision == "machine", checked=checked, check_share=answer.campaign.check_share,
                at=self._of.clock.now(),
            )
        )  # fmt: skip
        self._of.writes.submit(unit)
        if checked:
            self.counts["checked"] += 1

    # ---- waiting ---------------------------------------------------------------------------------------------------

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
        return self._of.clock.monotonic() - answer.began_s

    def _forget(self, call_id: CallId) -> None:
        answer = self._answers.pop(call_id, None)
        if answer is not None and answer.timer is not None:
            answer.timer.cancel()
