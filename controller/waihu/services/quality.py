"""Quality checks: every call in which people talked is held against the rules, and again when more of it was heard."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.speech.quality_rules import HeardCall, RuleBook, score_of, why_unjudged
from waihu.speech.sampling import is_sampled
from waihu.speech.shipped_rules import shipped_rules
from waihu.store.calls import call_by_id
from waihu.store.quality import heard_since, save_score, unscored
from waihu.store.quality_rules import changed_rules, load_shipped_rules, quality_rules
from waihu.store.store import Store
from waihu.store.transcripts import transcripts_of, utterances_of
from waihu_models.call import Call, CallState
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import CallChanged, CallScored, TranscriptChanged
from waihu_models.ids import CallId
from waihu_models.quality import QualityScore, Unjudged
from waihu_models.transcript import TranscriptState

log = structlog.get_logger()

SETTLE_S = 3.0
"""After a call or a transcript of it has ended: the other side's ends about now as well."""
LOOK_S = 1.0
RULES_S = 5.0
"""So often changes of rules are looked for."""
AGAIN_S = 30.0
"""A call whose score the store did not take is scored again so much later."""
MOST = 10_000
"""Calls that wait; one more is found by the next sweep."""
SWEEP_S = 600.0
SWEPT = timedelta(days=7)
AT_ONCE = 500
_OVER = {TranscriptState.DONE, TranscriptState.FAILED, TranscriptState.NO_MODEL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What quality checks work with. ``share``: of all calls, those that people review."""

    store: Store
    bus: Bus
    clock: Clock
    share: Callable[[], float]


class Quality:
    """Scores calls, one after another, while nobody waits for it."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._due: dict[CallId, float] = {}
        self._sign: object = None
        self._ruled_s = self._swept_s = float("-inf")
        self.book = RuleBook()
        around.bus.subscribe(TranscriptChanged, self._transcript_changed)
        around.bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many calls wait to be scored."""
        return len(self._due)

    # ---- what comes in ---------------------------------------------------------------------------------------------

    def _transcript_changed(self, changed: TranscriptChanged) -> None:
        if changed.transcript.state in _OVER:
            self._wants(changed.transcript.call_id)

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.state is CallState.ENDED and call.connected_at is not None:
            self._wants(call.id)

    def _wants(self, call_id: CallId, after_s: float = SETTLE_S) -> None:
        if call_id in self._due or len(self._due) < MOST:
            self._due[call_id] = self._of.clock.monotonic() + after_s

    # ---- the work --------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Add the rules that are shipped and were never here, and read all.

        Raises:
            StoreError: the database cannot be read or written.
        """
        added = await load_shipped_rules(self._of.store, shipped_rules(), self._of.clock.now())
        if added:
            log.info("shipped_rules_loaded", rules=len(added))
        await self.refresh()

    async def refresh(self) -> None:
        """Read the rules if they have changed.

        Raises:
            StoreError: the database cannot be read.
        """
        self._ruled_s = self._of.clock.monotonic()
        sign = await changed_rules(self._of.store)
        if sign != self._sign:
            self.book = RuleBook(await quality_rules(self._of.store))
            self._sign = sign

    async def run(self) -> None:
        """Score what is due, until cancelled."""
        while True:
            try:
                await self.step()
            except StoreError as error:
                log.warning("quality_not_checked", problem=str(error))
            await asyncio.sleep(LOOK_S)

    async def step(self) -> None:
        """Score the calls that are due now; look for forgotten ones from time to time.

        Raises:
            StoreError: the database cannot be read or written.
        """
        now_s = self._of.clock.monotonic()
        if now_s - self._ruled_s >= RULES_S:
            await self.refresh()
        if now_s - self._swept_s >= SWEEP_S:
            self._swept_s = now_s
            since = self._of.clock.now() - SWEPT
            for forgotten in (unscored, heard_since):
                for call_id in await forgotten(self._of.store, since, AT_ONCE):
                    self._due.setdefault(CallId(call_id), now_s)
        for call_id in [call_id for call_id, due_s in self._due.items() if due_s <= now_s]:
            del self._due[call_id]
            try:
                await self._score(call_id)
            except StoreError:
                self._wants(call_id, AGAIN_S)
                raise

    async def _score(self, call_id: CallId) -> None:
        store = self._of.store
        try:
            call = await call_by_id(store, call_id)
        except NotFound:  # deleted meanwhile
            return
        over_at = call.hung_up_at or call.ended_at
        if call.connected_at is None or over_at is None:
            return
        heard = HeardCall(
            campaign_id=call.campaign_id, connected_at=call.connected_at, held_s=call.held_s,
            talk_s=(over_at - call.connected_at).total_seconds(),
            transcripts=await transcripts_of(store, call_id), said=await utterances_of(store, call_id),
        )  # fmt: skip
        score = await asyncio.to_thread(self._held_against, call, heard)
        await save_score(store, score, call.connected_at)
        self._of.bus.publish(CallScored(score))

    def _held_against(self, call: Call, heard: HeardCall) -> QualityScore:
        findings = self.book.judge(heard)
        score = score_of(findings)
        why = why_unjudged(findings) if score is None else None
        if any(one.why is Unjudged.WAITING for one in findings):
            why = Unjudged.WAITING
        return QualityScore(
            call_id=call.id, agent_id=call.agent_id, campaign_id=call.campaign_id, score=score, findings=findings,
            why=why, language=heard.language,
            sampled=is_sampled(call.id, self._of.share()), at=self._of.clock.now(),
        )  # fmt: skip
