"""Words that were heard late: what came from the recording, after its call, is searched as well.

Nobody is disturbed by it: alerts are stored as late ones, and other systems are told. What was alerted during the call
already stays as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import RowMapping

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.phrase_shelf import PhraseShelf
from waihu.services.word_findings import Choices, Findings, Heard, Memory, find
from waihu.services.word_watch import unit_of
from waihu.store.assist import hints_of, replace_raised
from waihu.store.calls import call_by_id
from waihu.store.store import Store
from waihu.store.summaries import without_summary
from waihu.store.transcripts import HeardSide, sides_of
from waihu.store.word_alerts import alerts_of, replace_alerts
from waihu_models.assist import Hint
from waihu_models.call import Call
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import TranscriptChanged
from waihu_models.ids import CallId
from waihu_models.transcript import Route, Side, TranscriptState
from waihu_models.word_alert import WordAlert

log = structlog.get_logger()

MOST = 1000
"""Calls that wait to be searched; one more is left out until the next start."""
TRIES = 3
AGAIN_S = 5.0
SAME = timedelta(seconds=10)
"""Recognised twice, the same words lie so far apart at most."""
SWEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What it works with; ``then`` is told of each call that was searched."""

    store: Store
    bus: Bus
    clock: Clock
    metrics: Metrics
    shelf: PhraseShelf
    choices: Choices
    then: Callable[[Call], Awaitable[None]]


class LateWords:
    """Searches transcripts that were made after their calls, one call at a time."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._waiting: dict[CallId, None] = {}
        self._poke = asyncio.Event()
        self.left_out = 0
        around.bus.subscribe(TranscriptChanged, self._changed)

    def __len__(self) -> int:
        """Return how many calls wait."""
        return len(self._waiting)

    async def load(self) -> None:
        """Find at the start the calls an earlier run came not to.

        Raises:
            StoreError: the database cannot be read.
        """
        for row in await without_summary(self._of.store, self._of.clock.now() - SWEPT, MOST):
            self.enqueue(CallId(row["id"]))

    def _changed(self, changed: TranscriptChanged) -> None:
        one = changed.transcript
        if one.route is Route.POST_CALL and one.state is TranscriptState.DONE:
            self.enqueue(one.call_id)

    def enqueue(self, call_id: CallId) -> None:
        """Let a call be searched."""
        if len(self._waiting) >= MOST and call_id not in self._waiting:
            self.left_out += 1
            log.warning("call_not_searched", call_id=call_id, waiting=MOST)
            return
        self._waiting[call_id] = None
        self._poke.set()

    async def run(self) -> None:
        """Search until cancelled."""
        while True:
            self._poke.clear()
            while self._waiting:
                call_id = next(iter(self._waiting))
                del self._waiting[call_id]
                await self._patiently(call_id)
            await self._poke.wait()

    async def _patiently(self, call_id: CallId) -> None:
        for tries in range(1, TRIES + 1):
            try:
                await self.search(call_id)
            except NotFound:
                return  # deleted meanwhile
            except StoreError as error:
                log.warning("call_not_searched", call_id=call_id, tries=tries, problem=str(error))
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def search(self, call_id: CallId) -> None:
        """Search what was heard late of a call, and put what is found in the place of what was found before.

        Raises:
            NotFound: there is no such call any more.
            StoreError: the database cannot be read or written.
        """
        store = self._of.store
        call = await call_by_id(store, call_id)
        known, hints = await alerts_of(store, call_id), await hints_of(store, call_id)
        for side in await sides_of(store, call_id):
            if side.transcript.route is Route.POST_CALL:
                before = [alert for alert in known if alert.side is side.transcript.side]
                found = self._found(call, side, before)
                told = {alert.id for alert in before}
                unit = unit_of(call, Findings(found.alerts), told)
                await replace_alerts(store, call_id, side.transcript.side, unit)
                self._count(alert for alert in found.alerts if alert.id not in told)
                if side.transcript.side is Side.CUSTOMER:
                    news = tuple(hint for hint in found.raised if not _was_offered(hint, hints))
                    await replace_raised(store, call_id, unit_of(call, Findings(raised=news)))
        await self._of.then(call)

    def _count(self, alerts: Iterable[WordAlert]) -> None:
        for alert in alerts:
            self._of.metrics.word_alerts.labels(str(alert.kind), "yes").inc()

    def _found(self, call: Call, side: HeardSide, before: Sequence[WordAlert]) -> Findings:
        memory, now, left = Memory(), self._of.clock.now(), list(before)
        alerts: list[WordAlert] = []
        raised: list[Hint] = []
        for said in side.utterances:
            one = find(self._of.shelf.lexicon, Heard(call, said, now, late=True), memory, self._of.choices)
            alerts += [_as_before(alert, left) for alert in one.alerts]
            raised += one.raised
        return Findings(tuple(alerts), tuple(raised))


def _as_before(alert: WordAlert, left: list[WordAlert]) -> WordAlert:
    """Return an alert as what it was during the call, if it was raised then: others know it by its id."""
    for old in left:
        if old.list_id == alert.list_id and abs(old.said_at - alert.said_at) <= SAME:
            left.remove(old)
            return replace(alert, id=old.id, at=old.at, late=old.late)
    return alert


def _was_offered(hint: Hint, offered: Sequence[RowMapping]) -> bool:
    """Whether the answer to what was raised was offered during the call: it is counted there."""
    return any(row["objection_id"] == hint.objection_id for row in offered)
