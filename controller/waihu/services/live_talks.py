"""What is said in calls under way, as live screens show it: the last lines, what was alerted, what is offered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.store.assist import hints_of
from waihu.store.store import Store
from waihu.store.word_rows import hint_of
from waihu_models.assist import Hint, HintMark
from waihu_models.call import Call, CallState
from waihu_models.events import (
    CallChanged,
    HintMarked,
    HintOffered,
    PartialHeard,
    SummaryDrafted,
    UtteranceHeard,
    WordsAlerted,
)
from waihu_models.ids import CallId
from waihu_models.live import HINTS, LINES, LiveHint, LiveLine
from waihu_models.transcript import Side, Utterance
from waihu_models.word_alert import Severity, WordAlert

KEPT = timedelta(minutes=1)
"""A call that is over stays in sight so long, for who reads it still."""
MOST = 5000
"""Calls that are kept at once; one more, and the oldest is let go."""
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


@dataclass(slots=True)
class Talk:
    """The last lines of one call, oldest first, and the last hints."""

    lines: dict[str, LiveLine] = field(default_factory=dict)
    hints: dict[str, LiveHint] = field(default_factory=dict)
    line_of: dict[str, str] = field(default_factory=dict)  # utterance -> line
    hidden: frozenset[str] = frozenset()  # lines whose alert is not for the agent

    def for_agent(self) -> dict[str, LiveLine]:
        """Return the lines as the agent may see them."""
        if not self.hidden:
            return self.lines
        return {
            key: replace(line, severity=None, kind=None, phrase="") if key in self.hidden else line
            for key, line in self.lines.items()
        }


_NOTHING = Talk()


class Talks:
    """Every call in which something was said. ``touched`` is told which of them changed."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._clock = clock
        self._talks: dict[CallId, Talk] = {}
        self._ended: dict[CallId, datetime] = {}  # in this order
        self.summaries: dict[str, str] = {}
        """Agent -> the call whose drafted summary waits."""
        self.touched: Callable[[CallId], None] = lambda _call_id: None
        bus.subscribe(PartialHeard, self._partial)
        bus.subscribe(UtteranceHeard, self._utterance)
        bus.subscribe(WordsAlerted, self._alerted)
        bus.subscribe(HintOffered, self._offered)
        bus.subscribe(HintMarked, self._marked)
        bus.subscribe(SummaryDrafted, self._drafted)
        bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many calls are kept."""
        return len(self._talks)

    def of(self, call_id: CallId | None) -> Talk:
        """Return what is in sight of a call; an empty one where nothing was said."""
        return self._talks.get(call_id, _NOTHING) if call_id is not None else _NOTHING

    def _open(self, call_id: CallId) -> Talk:
        talk = self._talks.get(call_id)
        if talk is None:
            talk = self._talks[call_id] = Talk()
            if len(self._talks) > MOST:
                del self._talks[next(iter(self._talks))]
        return talk

    def _partial(self, heard: PartialHeard) -> None:
        one = heard.partial
        line = LiveLine(id=_line_id(one.side, one.n), side=one.side, at=one.at, text=one.text_display, final=False)
        known = self.of(one.call_id).lines.get(line.id)
        if known is None or not known.final:
            self._show(one.call_id, line)

    def _utterance(self, heard: UtteranceHeard) -> None:
        one: Utterance = heard.utterance
        line = LiveLine(id=_line_id(one.side, one.n), side=one.side, at=one.at, text=one.text_display)
        self._open(one.call_id).line_of[one.id] = line.id
        self._show(one.call_id, line)

    def _show(self, call_id: CallId, line: LiveLine) -> None:
        talk = self._open(call_id)
        talk.lines = {**talk.lines, line.id: line}  # a picture that was cut before keeps its own
        while len(talk.lines) > LINES:
            gone = next(iter(talk.lines))
            talk.lines = {key: one for key, one in talk.lines.items() if key != gone}
            talk.line_of = {key: one for key, one in talk.line_of.items() if one != gone}
        self.touched(call_id)

    def _alerted(self, alerted: WordsAlerted) -> None:
        alert: WordAlert = alerted.alert
        talk = self.of(alert.call_id)
        line = talk.lines.get(talk.line_of.get(alert.utterance_id, ""))
        if line is not None and (line.severity is None or _GRAVITY[alert.severity] > _GRAVITY[line.severity]):
            talk.hidden = talk.hidden - {line.id} if alert.tell_agent else talk.hidden | {line.id}
            self._show(
                alert.call_id, replace(line, severity=alert.severity, kind=alert.kind, phrase=alert.phrase)
            )  # fmt: skip

    def _offered(self, offered: HintOffered) -> None:
        self._offer(offered.hint, None)

    def _offer(self, one: Hint, mark: HintMark | None) -> None:
        talk = self._open(one.call_id)
        hint = LiveHint(
            id=one.id, name=one.name, answer=one.answer, next_step=one.next_step, phrase=one.phrase, at=one.at,
            disposition=one.disposition, mark=mark,
        )  # fmt: skip
        talk.hints = dict([*talk.hints.items(), (hint.id, hint)][-HINTS:])
        self.touched(one.call_id)

    def _marked(self, marked: HintMarked) -> None:
        talk = self.of(marked.call_id)
        if (hint := talk.hints.get(marked.hint_id)) is not None:
            talk.hints = {**talk.hints, hint.id: replace(hint, mark=marked.mark)}
            self.touched(marked.call_id)

    async def recall(self, store: Store, calls: Iterable[Call]) -> None:
        """Show again what was offered in calls under way before this program started.

        Raises:
            StoreError: the database cannot be read.
        """
        for call in calls:
            for row in (await hints_of(store, call.id) if call.connected_at is not None else [])[-HINTS:]:
                self._offer(hint_of(row), HintMark(row["mark"]) if row["mark"] else None)

    def _drafted(self, drafted: SummaryDrafted) -> None:
        if drafted.agent_id is not None:
            self.summaries[drafted.agent_id] = drafted.summary.call_id
            self.touched(drafted.summary.call_id)

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.agent_id is not None and change.entered is CallState.CONNECTED:
            self.summaries.pop(call.agent_id, None)
        if call.state is CallState.ENDED and call.id in self._talks:
            self._ended[call.id] = self._clock.now()
        if change.entered in {CallState.WRAP_UP, CallState.ENDED}:
            self.touched(call.id)
        self._let_go()

    def _let_go(self) -> None:
        before = self._clock.now() - KEPT
        for call_id, ended_at in list(self._ended.items()):
            if ended_at > before:
                break
            del self._ended[call_id]
            self._talks.pop(call_id, None)


def _line_id(side: Side, n: int) -> str:
    return f"{side}-{n}"
