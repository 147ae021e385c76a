"""Watches how calls sound: marked changes are told at once, figures are kept when a call is over."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.call_desk import CallDesk
from waihu.services.patient_writes import PatientWrites
from waihu.speech.ear_words import Measured
from waihu.speech.stretches import stretches
from waihu.speech.tension import Marked, Tension
from waihu.store.unit import Unit
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged, TensionMarked, UtteranceHeard
from waihu_models.ids import CallId, new_id
from waihu_models.tension import SideMeasure, TensionMark
from waihu_models.transcript import Side, Utterance

log = structlog.get_logger()

MOST = 2000
"""Calls that are watched at once."""
KEPT_S = 5.0
"""An ear may still say last words of a call that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the watch works with. ``counts``: whether a side is to be measured."""

    bus: Bus
    clock: Clock
    calls: CallDesk
    writes: PatientWrites
    counts: Callable[[Side], bool]


@dataclass(slots=True)
class _Talk:
    call: Call
    zero_at: datetime  # of all moments of the call
    indicators: Tension = field(default_factory=Tension)
    over_at: datetime | None = None


class TensionWatch:
    """The indicators of all calls that are heard."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._talks: dict[CallId, _Talk] = {}
        around.bus.subscribe(UtteranceHeard, self._heard)
        around.bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many calls are watched."""
        return len(self._talks)

    def measured(self, call_id: CallId, side: Side, said: Measured) -> None:
        """Take in how a second of a side sounded."""
        talk = self._talk(call_id)
        if talk is None or talk.over_at is not None or not self._of.counts(side):
            return
        at_s = (self._of.clock.now() - talk.zero_at).total_seconds()
        marks = talk.indicators.sounded(side, at_s, said.speech_s, said.level_db, said.pitch_hz)
        self._tell(talk, marks, said.end_s)

    def _heard(self, heard: UtteranceHeard) -> None:
        said = heard.utterance
        talk = self._talk(said.call_id)
        if talk is None:
            return
        spoken = stretches([said], said.side, talk.zero_at)
        marks = talk.indicators.said(said.side, spoken, _words(said))
        # What an agent does is taken in, as both sides' shares need it, and only told of where it is to be measured.
        self._tell(talk, [mark for mark in marks if self._of.counts(mark.side)], said.end_s)

    def _tell(self, talk: _Talk, marks: list[Marked], start_s: float) -> None:
        for one in marks:
            mark = TensionMark(
                id=new_id(), call_id=talk.call.id, agent_id=talk.call.agent_id, side=one.side, measure=one.measure,
                value=one.value, baseline=one.baseline, start_s=start_s, at=self._of.clock.now(),
            )  # fmt: skip
            unit = Unit()
            unit.add_tension_mark(mark)
            self._of.writes.submit(unit)
            self._of.bus.publish(TensionMarked(mark))
            log.info("tension_marked", call_id=mark.call_id, side=mark.side, measure=mark.measure)

    # ---- calls -----------------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if (talk := self._talks.get(call.id)) is not None:
            talk.call = call
        elif change.entered is CallState.CONNECTED:
            self._open(call)
        if call.state is CallState.ENDED and (talk := self._talks.get(call.id)) is not None and talk.over_at is None:
            talk.over_at = self._of.clock.now()
            asyncio.get_running_loop().call_later(KEPT_S, self._keep, call.id)

    def _talk(self, call_id: CallId) -> _Talk | None:
        talk = self._talks.get(call_id)
        if talk is None and (call := self._of.calls.get(call_id)) is not None:
            talk = self._open(call)  # one that was under way when this program started
        return talk

    def _open(self, call: Call) -> _Talk:
        talk = self._talks[call.id] = _Talk(call, call.connected_at or self._of.clock.now())
        if len(self._talks) > MOST:
            del self._talks[next(iter(self._talks))]
        return talk

    def close(self) -> None:
        """Keep the figures of calls that are over and not kept yet."""
        for call_id in [call_id for call_id, talk in self._talks.items() if talk.over_at is not None]:
            self._keep(call_id)

    def _keep(self, call_id: CallId) -> None:
        talk = self._talks.pop(call_id, None)
        if talk is None or talk.over_at is None:
            return
        ended_at = talk.call.hung_up_at or talk.over_at
        unit = Unit()
        for one in talk.indicators.overall((ended_at - talk.zero_at).total_seconds()):
            if self._of.counts(one.side):
                figure = SideMeasure(
                    call_id=call_id, side=one.side, measure=one.measure, value=one.value, baseline=one.baseline,
                    samples=one.samples,
                )  # fmt: skip
                unit.save_side_measure(figure, ended_at)
        self._of.writes.submit(unit)


def _words(said: Utterance) -> int:
    """Return how many words, or Chinese characters, somebody said."""
    if said.language.startswith("zh"):
        return sum(not letter.isspace() for letter in said.text_raw)
    return len(said.text_raw.split())
