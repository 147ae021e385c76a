"""The caller ids of all campaigns: which number a call is made from, counted in memory, kept true to the store."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.caller_ids import choose, day_start, has_any
from waihu.metrics import Metrics
from waihu.services.alerts import Alerts
from waihu.services.call_desk import NOT_STORED
from waihu.services.hopper import Hopper, put_off
from waihu.services.line_use import Trunk
from waihu.store.caller_id_test import Moved, is_due, judge
from waihu.store.caller_ids import sets_in_use
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.call import Call, Direction
from waihu_models.caller_id import CallerIdSet, NoCallerId, NumberState, OwnNumber, Usage
from waihu_models.campaign import Campaign
from waihu_models.errors import Conflict, StoreError
from waihu_models.events import CallChanged, LeadRefused
from waihu_models.lead import Lead, Refusal
from waihu_models.phone import E164, mask

log = structlog.get_logger()

FOLLOW_S = 1.0
"""How often the store is asked what commands and other controllers did: a cap may be overrun by the calls that another
controller starts in this time."""
_UNKNOWN = NoCallerId("there is no such set")


@dataclass(slots=True)
class _Known:
    """A set and how much of it is used."""

    numbers: CallerIdSet
    day: datetime
    usage: dict[E164, Usage] = field(default_factory=dict)


class CallerIds:
    """Chooses numbers; asks the store for nothing at the moment of a call."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, metrics: Metrics, alerts: Alerts) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._alerts = alerts
        self._known: dict[str, _Known] = {}
        self._empty: set[str] = set()  # names of sets in which a call found no number, and there is none since
        self._read_at: datetime | None = None  # calls dialled before this moment were counted by the store
        bus.subscribe(CallChanged, self._call_changed)

    # ---- choosing --------------------------------------------------------------------------------------------------

    def number_for(self, campaign: Campaign, callee: E164) -> str:
        """Return the number a call is made from, "" when the campaign names no set.

        Raises:
            Conflict: it names one, and none of its numbers may be shown now.
        """
        shown = self._shown(campaign, callee)
        if isinstance(shown, NoCallerId):
            raise Conflict(f"no number of caller-id set {campaign.caller_id_set!r} may be shown now: {shown.reason}")
        return shown

    def for_line(self, campaign: Campaign, trunk: Trunk, callee: E164) -> str:
        """Return the number a call on a trunk is made from: of the lines' own set, of the campaign's, or the trunk's.

        Raises:
            Conflict: the campaign names a set, and none of its numbers may be shown now.
        """
        if trunk.caller_id_set:
            return self.shown_on(trunk.caller_id_set, callee) or trunk.caller_id
        return self.number_for(campaign, callee) or campaign.caller_id or trunk.caller_id

    def shown_on(self, set_name: str, callee: E164) -> str:
        """Return the number of a set that a call on lines of their own is made from, "" where none may be shown now."""
        known = self._known.get(set_name)
        if known is None:
            return ""
        now = self._clock.now()
        shown = choose(known.numbers, callee, now, known.usage if _is_today(known, now) else {})
        return shown if isinstance(shown, str) else ""

    def left_for(self, lead: Lead, hopper: Hopper) -> bool:
        """Say whether there is a number to call a lead from; if there is none it is put off, and kept why."""
        shown = self._shown(hopper.campaign, lead.number_e164)
        if isinstance(shown, NoCallerId):
            self._refuse(lead, shown, hopper)
            return False
        return True

    def waits(self, campaign: Campaign) -> bool:
        """Say whether a lead was refused because no number was left, and none has been since: nothing is dialled."""
        return campaign.caller_id_set in self._empty

    def _shown(self, campaign: Campaign, callee: E164) -> str | NoCallerId:
        if not campaign.caller_id_set:
            return ""
        known = self._known.get(campaign.caller_id_set)
        if known is None:
            return _UNKNOWN
        now = self._clock.now()
        return choose(known.numbers, callee, now, known.usage if _is_today(known, now) else {})

    def _refuse(self, lead: Lead, none: NoCallerId, hopper: Hopper) -> None:
        campaign = hopper.campaign
        refused = LeadRefused(lead.id, Refusal.CALLER_ID_USED_UP, self._clock.now(), none.again_at)
        unit = Unit()
        unit.add_refusal(refused)
        unit.step_lead(lead.id, put_off(lead, refused), lead.last_outcome)
        unit.end_lease(lead.id, hopper.supply.holder)
        try:
            self._store.submit(unit)
        except StoreError as error:
            log.warning("refusal_not_stored", campaign=campaign.name, problem=str(error))
            hopper.unused(lead)
            return
        self._metrics.refusals.labels(str(refused.refusal)).inc()
        self._bus.publish(refused)
        if campaign.caller_id_set not in self._empty:
            log.warning("caller_id_used_up", campaign=campaign.name, why=none.reason, again_at=str(none.again_at))
        # All leads are alike in this: the others stay as they are, rather than being put off one by one.
        self._empty.add(campaign.caller_id_set)

    # ---- counting --------------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.direction is not Direction.OUTBOUND:
            return
        if change.was is None and self._read_at is not None and call.dialled_at >= self._read_at:
            self._count(call, 1)
        elif change.was is not None and call.reason == NOT_STORED and change.was.reason != NOT_STORED:
            self._count(call, -1)

    def _count(self, call: Call, more: int) -> None:
        number = E164(call.caller_id)
        for known in self._known.values():
            own = next((own for own in known.numbers.numbers if own.number_e164 == number), None)
            if own is not None:
                self._pass_midnight(known)
                used = known.usage.get(number, Usage())
                tried = more if own.state is NumberState.TRIAL else 0
                known.usage[number] = Usage(used.today + more, used.tried + tried)

    def _pass_midnight(self, known: _Known) -> None:
        now = self._clock.now()
        if not _is_today(known, now):
            known.day = day_start(known.numbers.zone, now)
            known.usage = {number: Usage(0, used.tried) for number, used in known.usage.items()}

    # ---- following -------------------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Keep to what the store says, and judge answer rates, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                await self.refresh()
            except StoreError as error:
                log.warning("caller_ids_not_read", problem=str(error))

    async def refresh(self) -> None:
        """Read sets, numbers and counts, and do what is due.

        Raises:
            StoreError: what was known before still counts.
        """
        now = self._clock.now()
        found = await sets_in_use(self._store, now)
        moved: list[Moved] = []
        for one, _ in found:
            if is_due(one, now):
                moved += await judge(self._store, one.id, now)
        if moved:
            found = await sets_in_use(self._store, now)
        self._known = {one.name: self._merged(one, usage, now) for one, usage in found}
        for known in self._known.values():
            if has_any(known.numbers, now, known.usage):
                self._empty.discard(known.numbers.name)
        self._read_at = self._read_at or now
        for move in moved:
            self._tell(move)

    def _merged(self, one: CallerIdSet, counted: dict[E164, Usage], now: datetime) -> _Known:
        """Take what the store has counted, but never less than was counted here: calls wait to be stored."""
        before = self._known.get(one.name)
        made = _Known(one, day_start(one.zone, now), dict(counted))
        if before is None:
            return made
        self._pass_midnight(before)
        trials = {own.number_e164: own.since for own in before.numbers.numbers if own.state is NumberState.TRIAL}
        for own in one.numbers:
            mine, theirs = before.usage.get(own.number_e164, Usage()), counted.get(own.number_e164, Usage())
            same_trial = trials.get(own.number_e164) == own.since
            tried = max(mine.tried, theirs.tried) if same_trial else theirs.tried
            today = max(mine.today, theirs.today) if before.day == made.day else theirs.today
            made.usage[own.number_e164] = Usage(today, tried)
        return made

    def _tell(self, move: Moved) -> None:
        own = move.now
        log.info("caller_id_moved", was=str(move.was.state), now=str(own.state), reason=str(own.reason))
        if own.state is NumberState.QUARANTINED:
            self._alerts("caller_id_quarantined", _alert(own))


def _alert(own: OwnNumber) -> str:
    watch = own.watch
    return (
        f"caller id {mask(own.number_e164)} is answered less than the set's others ({watch.own.answered} of"
        f" {watch.own.told} calls, theirs {watch.others.answered} of {watch.others.told}) and is not used until"
        f" {own.until}: ask its carrier how it is labelled; waihu caller-id list"
    )


def _is_today(known: _Known, now: datetime) -> bool:
    return known.day == day_start(known.numbers.zone, now)
