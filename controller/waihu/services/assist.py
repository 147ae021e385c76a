"""Summaries: drafted as soon as a call is over and its last words are known, for its agent to accept or to edit."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from sqlalchemy import true

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.phrase_shelf import PhraseShelf
from waihu.services.tasks import Tasks
from waihu.services.word_findings import Choices
from waihu.speech.summary import Case, draft
from waihu.store.campaigns import campaign_row_by_id
from waihu.store.leads import lead_by_id
from waihu.store.rows import campaign_of
from waihu.store.store import Store
from waihu.store.summaries import save_draft
from waihu.store.transcripts import utterances_of
from waihu_models.assist import Summary
from waihu_models.call import Call
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import CallChanged, SummaryDrafted, TranscriptChanged
from waihu_models.ids import CallId
from waihu_models.transcript import Route, Side, TranscriptState

log = structlog.get_logger()

WITHIN_S = 3.0
"""An ear that has not said by then that it heard the end of a call is not waited for: its agent wraps up."""
MOST = 5000
"""Calls that are remembered at once; one more, and the oldest is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What assist works with."""

    store: Store
    bus: Bus
    clock: Clock
    tasks: Tasks
    shelf: PhraseShelf
    choices: Choices


class Assist:
    """Drafts summaries; ``counts`` says what became of it."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._sides: dict[CallId, dict[Side, bool]] = {}  # which of them are heard to the end
        self._ends: dict[CallId, asyncio.Event] = {}
        self.counts: Counter[str] = Counter()
        around.bus.subscribe(TranscriptChanged, self._transcript_changed)
        around.bus.subscribe(CallChanged, self._call_changed)

    # ---- when ------------------------------------------------------------------------------------------------------

    def _transcript_changed(self, changed: TranscriptChanged) -> None:
        one = changed.transcript
        if one.route is Route.POST_CALL:
            return
        sides = self._sides.setdefault(one.call_id, {})
        sides[one.side] = one.state is not TranscriptState.LISTENING
        if len(self._sides) > MOST:
            del self._sides[next(iter(self._sides))]
        if (end := self._ends.get(one.call_id)) is not None and self._is_heard(one.call_id):
            end.set()

    def _is_heard(self, call_id: CallId) -> bool:
        sides = self._sides.get(call_id, {})
        return len(sides) == len(Side) and all(sides.values())

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if was is None or not was.live or call.live:
            return
        if call.connected_at is None or call.agent_id is None:
            self._sides.pop(call.id, None)
            return
        self._of.tasks.start(self._soon(call), f"summary of call {call.id}")

    async def _soon(self, call: Call) -> None:
        end = self._ends[call.id] = asyncio.Event()
        try:
            if not self._is_heard(call.id):
                with suppress(TimeoutError):
                    async with asyncio.timeout(WITHIN_S):
                        await end.wait()
        finally:
            del self._ends[call.id]
            self._sides.pop(call.id, None)
        try:
            summary = await self.make(call)
        except StoreError as error:  # the next start of the program makes it
            self.counts["not_stored"] += 1
            log.error("summary_not_drafted", call_id=call.id, problem=str(error))
            return
        if summary is not None:
            self._of.bus.publish(SummaryDrafted(summary, call.agent_id))

    # ---- what ------------------------------------------------------------------------------------------------------

    async def late(self, call: Call) -> None:
        """Draft the summary of a call anew that was heard from its recording; nobody is told.

        Raises:
            StoreError: the database cannot be read or written.
        """
        if call.agent_id is not None:
            await self.make(call)

    async def make(self, call: Call) -> Summary | None:
        """Draft a summary and keep it; None: nothing was said, or somebody has decided on one already.

        Raises:
            StoreError: the database cannot be read or written.
        """
        said = await utterances_of(self._of.store, call.id)
        case = Case(
            call_id=call.id, said=said, lexicon=self._of.shelf.lexicon, campaign_id=call.campaign_id,
            choices=self._of.choices(call.campaign_id), zone=await zone_of(self._of.store, call),
            now=self._of.clock.now(),
        )  # fmt: skip
        summary = await asyncio.to_thread(draft, case)  # long calls take some time
        if summary is None:
            return None
        kept = await save_draft(self._of.store, summary, call.agent_id, call.campaign_id)
        self.counts["drafted" if kept is not None else "decided_before"] += 1
        return kept


async def zone_of(store: Store, call: Call) -> ZoneInfo:
    """Return the time zone of who was called: the lead's, else that of the campaign's hours, else UTC.

    Raises:
        StoreError: the database cannot be read.
    """
    try:
        zone = (await lead_by_id(store, call.lead_id)).zone if call.lead_id is not None else None
        if not zone and call.campaign_id is not None:
            zone = campaign_of(await campaign_row_by_id(store, call.campaign_id, true())).hours.default_zone
    except NotFound:
        zone = None
    try:
        return ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
