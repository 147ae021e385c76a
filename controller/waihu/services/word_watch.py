"""The watch on words: phrases of lists, and objections, are found in what is said as soon as it is said.

Nothing is read for it and nothing is waited for: what follows is told at once and written down behind.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.call_desk import CallDesk
from waihu.services.patient_writes import PatientWrites
from waihu.services.phrase_shelf import PhraseShelf
from waihu.services.word_findings import Choices, Findings, Heard, Memory, find, told_outside
from waihu.store.unit import Unit
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged, HintOffered, UtteranceHeard, WordsAlerted
from waihu_models.ids import CallId

log = structlog.get_logger()

MOST = 5000
"""Calls that are remembered at once; one more, and the oldest is forgotten."""
KEPT = timedelta(minutes=1)
"""The last words of a call are recognised a little after its end."""


@dataclass(slots=True)
class _Talk:
    """A call in which something was said, and what was told of it."""

    call: Call
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the watch works with; ``choices`` are what agents of a campaign judge by."""

    bus: Bus
    clock: Clock
    metrics: Metrics
    calls: CallDesk
    shelf: PhraseShelf
    writes: PatientWrites
    choices: Choices


class WordWatch:
    """Raises alerts and offers answers, on the event loop; ``counts`` says how many."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._talks: dict[CallId, _Talk] = {}
        self._ended: dict[CallId, datetime] = {}  # in this order
        self.counts: Counter[str] = Counter()
        around.bus.subscribe(UtteranceHeard, self._heard)
        around.bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many calls are remembered."""
        return len(self._talks)

    # ---- calls -----------------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        talk = self._talks.get(call.id)
        if talk is not None:
            talk.call = call
        elif change.entered is CallState.CONNECTED:
            self._open(call)
        if call.state is CallState.ENDED and call.id in self._talks:
            self._ended[call.id] = self._of.clock.now()
        self._let_go()

    def _open(self, call: Call) -> _Talk:
        talk = self._talks[call.id] = _Talk(call)
        if len(self._talks) > MOST:
            del self._talks[next(iter(self._talks))]
        return talk

    def _let_go(self) -> None:
        before = self._of.clock.now() - KEPT
        for call_id, ended_at in list(self._ended.items()):
            if ended_at > before:
                break
            del self._ended[call_id]
            self._talks.pop(call_id, None)

    def _talk(self, call_id: CallId) -> _Talk | None:
        talk = self._talks.get(call_id)
        if talk is None and (call := self._of.calls.get(call_id)) is not None:
            talk = self._open(call)
        return talk

    # ---- words -----------------------------------------------------------------------------------------------------

    def _heard(self, heard: UtteranceHeard) -> None:
        said = heard.utterance
        talk = self._talk(said.call_id)
        if talk is None:
            self.counts["of_no_call"] += 1
            return
        one = Heard(talk.call, said, self._of.clock.now())
        findings = find(self._of.shelf.lexicon, one, talk.memory, self._of.choices)
        if not findings.none:
            self._tell(talk.call, findings)
            self._of.writes.submit(unit_of(talk.call, findings))

    def _tell(self, call: Call, findings: Findings) -> None:
        for alert in findings.alerts:
            self.counts["alerts"] += 1
            self._of.metrics.word_alerts.labels(str(alert.kind), "no").inc()
            self._of.bus.publish(WordsAlerted(alert))
            log.info("words_alerted", call_id=call.id, list=alert.list_name, severity=alert.severity)
        for hint in findings.raised:
            if hint.id in findings.offered:
                self.counts["hints"] += 1
                self._of.bus.publish(HintOffered(hint))


def unit_of(call: Call, findings: Findings, known: Collection[str] = ()) -> Unit:
    """Return what is kept of findings, and what others are told of them, except of alerts that are ``known``."""
    unit = Unit()
    for alert in findings.alerts:
        unit.add_word_alert(alert)
        if alert.tell_outside and alert.id not in known:
            unit.add_outbox("words.alerted", call.id, told_outside(alert, call), alert.at)
    for hint in findings.raised:
        unit.add_hint(hint, call.campaign_id, offered=hint.id in findings.offered)
    return unit
