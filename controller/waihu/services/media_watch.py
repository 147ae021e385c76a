"""Watches how calls sound: every few seconds while people talk and at the end; what nobody can bear is an alert."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.leg_tally import LegTally
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models.call import Call, CallState
from waihu_models.errors import LegGone, StoreError, WaihuError
from waihu_models.events import CallChanged, LegMeasured, LegRated
from waihu_models.ids import AgentId, CallId, LegId
from waihu_models.media import CameInBroken, LegMedia, LegSide, MediaCounts
from waihu_models.signals import LegEnded

log = structlog.get_logger()

TICK_S = 1.0
LOOK_EVERY_S = 5.0
"""As often as the exchange and far ends report to each other (RTCP): to look more often shows nothing new."""
FIRST_AFTER_S = 2.0
MOST = 3000
"""Legs that are watched at once; of further ones only the end is kept."""
MOST_A_TICK = 150
AT_ONCE = 10
FAILURES = 10
"""So many looks in a row that fail: the exchange has other troubles, and the rest waits for the next tick."""
BAD_IN_A_ROW = 2
QUIET_S = 300.0
"""After an alert about a trunk, or an agent, the next one about the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the watch works with."""

    switch: Switch
    agents: AgentDesk
    store: Store
    bus: Bus
    clock: Clock
    alert: Callable[[str, str], None]


@dataclass(slots=True, eq=False)
class _Leg:
    """A leg of a call in which people talk. ``was``: the last look; ``over``: the call is, one look is left."""

    call: Call
    leg_id: LegId
    side: LegSide
    agent_id: AgentId | None
    tally: LegTally
    due_s: float
    over: bool = False
    gone: bool = False
    last: LegMedia | None = None


class MediaWatch:
    """The sound of all calls under way. ``failed`` counts looks that came to nothing."""

    def __init__(self, around: Around) -> None:
        self._of = around
        self._legs: dict[LegId, _Leg] = {}
        self._calls: dict[CallId, list[_Leg]] = {}  # the same legs, by call
        self._quiet_until_s: dict[str, float] = {}
        self.failed = 0
        around.bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many legs are watched."""
        return len(self._legs)

    def of_call(self, call_id: CallId) -> list[LegMedia]:
        """Return the last looks at the legs of a call under way."""
        return [leg.last for leg in self._calls.get(call_id, ()) if leg.last is not None]

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.connected_at is None:  # most of what happens, in calls that nobody answers
            return
        if not call.live:
            if was is None or was.live:
                self._over(call)
        elif call.state is CallState.CONNECTED and (was is None or _newly_together(call, was)):
            self._talks(call)

    def _talks(self, call: Call) -> None:
        agent_leg = self._leg_of(call.agent_id)
        for leg in tuple(self._calls.get(call.id, ())):
            if leg.side is LegSide.AGENT and leg.leg_id != agent_leg:
                self._last_look(leg)
        if call.leg_id not in self._legs:
            self._watch(call, call.leg_id, LegSide.CUSTOMER, LegTally(MediaCounts()), FIRST_AFTER_S)
        if agent_leg is None:
            return
        known = self._legs.get(agent_leg)
        if known is not None and known.call.id != call.id:  # the look after their last call is still to come
            self._finish(known)
            known = None
        if known is None:
            # A nailed-up leg has carried other calls before: the first look says where this one begins.
            self._watch(call, agent_leg, LegSide.AGENT, LegTally(None), 0.0)

    def _leg_of(self, agent_id: AgentId | None) -> LegId | None:
        return self._of.agents.get(agent_id).leg_id if agent_id is not None and agent_id in self._of.agents else None

    def _watch(self, call: Call, leg_id: LegId, side: LegSide, tally: LegTally, after_s: float) -> None:
        if len(self._legs) >= MOST:
            log.warning("leg_not_watched", call_id=call.id)
            return
        due_s = self._of.clock.monotonic() + after_s
        leg = self._legs[leg_id] = _Leg(call, leg_id, side, call.agent_id, tally, due_s)
        self._calls.setdefault(call.id, []).append(leg)

    def leg_ended(self, signal: LegEnded) -> None:
        """Take in what was counted of a leg that is gone; told before its call is."""
        leg = self._legs.get(signal.leg_id)
        if leg is None or leg.gone:  # most things are said twice
            return
        leg.gone = True
        if signal.media is not None:
            leg.tally.take(signal.media, self._other(leg))

    def _over(self, call: Call) -> None:
        for leg in tuple(self._calls.get(call.id, ())):
            leg.call = call
            self._last_look(leg)

    def _last_look(self, leg: _Leg) -> None:
        leg.over, leg.due_s = True, self._of.clock.monotonic()
        if leg.gone or leg.side is LegSide.CUSTOMER:
            self._finish(leg)

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look at the legs whose turn it is, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            await self.look()

    async def look(self) -> None:
        """Look at the legs whose turn it is, those that have waited longest first, a bounded number of them."""
        now_s = self._of.clock.monotonic()
        due = sorted((leg for leg in self._legs.values() if leg.due_s <= now_s), key=lambda leg: leg.due_s)
        failures = 0
        for start in range(0, min(len(due), MOST_A_TICK), AT_ONCE):
            if failures >= FAILURES or not self._of.switch.reachable:
                return
            seen = await asyncio.gather(*(self._look_at(leg) for leg in due[start : start + AT_ONCE]))
            failures = 0 if all(seen) else failures + seen.count(False)

    async def _look_at(self, leg: _Leg) -> bool:
        """Look at one leg; return False if the exchange could not say."""
        leg.due_s = self._of.clock.monotonic() + LOOK_EVERY_S
        said = True
        try:
            counts = await self._of.switch.media(leg.leg_id)
        except LegGone:
            leg.gone = True
            leg.due_s = float("inf")
        except WaihuError as error:
            said = False
            self.failed += 1
            log.info("leg_not_seen", call_id=leg.call.id, problem=str(error))
        else:
            self._seen(leg, counts)
        if leg.over:
            self._finish(leg)
        return said

    def _seen(self, leg: _Leg, counts: MediaCounts) -> None:
        if leg.gone or self._legs.get(leg.leg_id) is not leg:
            return  # it ended while we looked
        figures = leg.tally.take(counts, self._other(leg))
        if figures is None:
            return
        leg.last = LegMedia(
            call_id=leg.call.id, leg_id=leg.leg_id, side=leg.side, trunk=leg.call.trunk, agent_id=leg.agent_id,
            at=self._of.clock.now(), figures=figures, bad_looks=leg.tally.bad_in_a_row,
        )  # fmt: skip
        self._of.bus.publish(LegMeasured(leg.last))
        if leg.tally.bad_in_a_row == BAD_IN_A_ROW:
            self._complain(leg.last)

    def _other(self, leg: _Leg) -> CameInBroken:
        others = (one.tally.came_in for one in self._calls.get(leg.call.id, ()) if one is not leg)
        return next(others, CameInBroken())

    def _complain(self, media: LegMedia) -> None:
        figures = media.figures
        log.warning("call_sounds_bad", call_id=media.call_id, side=media.side, mos=round(figures.mos, 2))
        whose = f"trunk {media.trunk}" if media.side is LegSide.CUSTOMER else f"the phone of agent {media.agent_id}"
        now_s = self._of.clock.monotonic()
        if now_s < self._quiet_until_s.get(whose, 0.0):
            return
        self._quiet_until_s[whose] = now_s + QUIET_S
        loss = max(figures.loss_in_ratio, figures.loss_out_ratio)
        jitter_ms = max(figures.jitter_in_ms, figures.jitter_out_ms)
        round_trip = "unknown" if figures.round_trip_ms is None else f"{figures.round_trip_ms:.0f} ms"
        self._of.alert(
            "call_sounds_bad",
            f"calls over {whose} sound bad (MOS {figures.mos:.1f}: {loss:.0%} of the packets lost, jitter"
            f" {jitter_ms:.0f} ms, round trip {round_trip}): look at the network between, and at the lines' figures",
        )

    # ---- the end ---------------------------------------------------------------------------------------------------

    def _finish(self, leg: _Leg) -> None:
        if self._legs.get(leg.leg_id) is leg:
            self._forget(leg)
        quality = leg.tally.quality(leg.call, leg.leg_id, leg.side, leg.agent_id, self._of.clock.now())
        if quality is None:
            return
        unit = Unit()
        unit.save_leg_quality(quality)
        try:
            self._of.store.submit(unit).add_done_callback(_report)
        except StoreError as error:
            log.warning("leg_quality_not_stored", call_id=leg.call.id, problem=str(error))
        self._of.bus.publish(LegRated(quality))

    def _forget(self, leg: _Leg) -> None:
        del self._legs[leg.leg_id]
        legs = self._calls[leg.call.id]
        legs.remove(leg)
        if not legs:
            del self._calls[leg.call.id]


def _newly_together(call: Call, was: Call) -> bool:
    return was.state is not CallState.CONNECTED or was.agent_id != call.agent_id


def _report(written: "asyncio.Future[None]") -> None:
    if not written.cancelled() and (error := written.exception()) is not None:
        log.warning("leg_quality_not_stored", problem=str(error))
