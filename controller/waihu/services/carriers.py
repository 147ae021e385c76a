"""Carriers: what calls say of each trunk is held against what may be expected; a bad one is drained and tried again."""

from collections.abc import Callable, Mapping

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.line_health import CallResult, DrainReason, LegHeard, LineFigures, LineHealth, LineState
from waihu.services.failover import not_carried
from waihu.services.lines import Lines
from waihu.telephony.trunk_state import Registration, SipState
from waihu_models.call import Call, CallState, Direction
from waihu_models.errors import NotFound
from waihu_models.events import CallChanged, LegRated
from waihu_models.media import LegSide
from waihu_models.outcome import Outcome

log = structlog.get_logger()

SILENT_S = 10.0
"""A call that nothing was heard of for so long, and that was then given up, was not carried."""
_TELLS_NOTHING = frozenset({Outcome.CANCELLED, Outcome.FAILED})
_TOLD = frozenset({CallState.RINGING, CallState.EARLY_MEDIA})
_WHY = {
    DrainReason.FAILING: "its last calls were not carried",
    DrainReason.INEFFECTIVE: "too many of its calls are not carried",
    DrainReason.SOUND: "its calls sound bad",
    DrainReason.UNREACHABLE: "the carrier does not answer",
    DrainReason.REJECTED: "the carrier refuses our registration",
}


class Carriers:
    """Follows calls and tells the lines; every change of state is logged, and a drain is an alert."""

    def __init__(self, lines: Lines, bus: Bus, clock: Clock, alert: Callable[[str, str], None]) -> None:
        self._lines = lines
        self._clock = clock
        self._alert = alert
        self._rings: set[str] = set()  # trunks that tell when a phone rings: there silence means something
        self._told: set[str] = set()  # trunks of whose drain somebody was told
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(LegRated, self._leg_rated)

    def figures(self, name: str) -> tuple[LineHealth, LineFigures]:
        """Return state and figures of a trunk.

        Raises:
            NotFound: there is no such trunk in use.
        """
        health = self._lines.health.get(name)
        if health is None:
            raise NotFound(f"there is no trunk {name!r} in use")
        now_s = self._clock.monotonic()
        health.state_at(now_s)
        return health, health.figures(now_s)

    def try_again(self, name: str) -> None:
        """Give a drained trunk a share of the calls now; one that is not drained stays as it is.

        Raises:
            NotFound: there is no such trunk in use.
        """
        health, _ = self.figures(name)
        if health.state is LineState.DRAINED:
            health.try_again(self._clock.monotonic())
            log.info("trunk_tried", trunk=name, by_hand=True)

    def connected(self, states: Mapping[str, SipState]) -> None:
        """Take in what the exchange says of trunks."""
        now_s = self._clock.monotonic()
        for name, health in self._lines.health.items():
            state = states.get(name)
            if state is not None and health.connection(now_s, _problem(state)):
                self._moved(name, health)

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if was is None or call.direction is not Direction.OUTBOUND or call.state is was.state:
            return
        health = self._lines.health_of(call.trunk)
        if health is None:
            return
        if call.state in _TOLD:
            self._rings.add(call.trunk)
        if was.state is CallState.DIALLING and call.live:
            health.first_sign(self._clock.monotonic(), (call.state_since - call.dialled_at).total_seconds())
            if health.state is LineState.OPEN and call.trunk in self._told:
                self._told.discard(call.trunk)
                log.info("trunk_moved", trunk=call.trunk, state=health.state)
        if call.answered_at is not None and was.answered_at is None:
            self._ended(health, call, CallResult.ANSWERED)
        elif not call.live and was.live and call.answered_at is None:
            result = _result(call, tells_ringing=call.trunk in self._rings)
            if result is not None:
                self._ended(health, call, result)

    def _ended(self, health: LineHealth, call: Call, result: CallResult) -> None:
        if health.ended(self._clock.monotonic(), result):
            self._moved(call.trunk, health)

    def _leg_rated(self, event: LegRated) -> None:
        quality = event.quality
        health = self._lines.health_of(quality.trunk) if quality.side is LegSide.CUSTOMER else None
        if health is None:
            return
        heard = LegHeard(
            quality.mos,
            max(quality.loss_in_ratio, quality.loss_out_ratio),
            max(quality.jitter_in_ms, quality.jitter_out_ms),
            quality.round_trip_ms,
        )
        if health.heard(self._clock.monotonic(), heard):
            self._moved(quality.trunk, health)

    def _moved(self, name: str, health: LineHealth) -> None:
        log.warning("trunk_moved", trunk=name, state=health.state, reason=health.reason)
        if health.state is not LineState.DRAINED or health.reason is None or name in self._told:
            return
        self._told.add(name)
        if len(self._lines.trunks) < 2:  # it carries what there is all the same: there is no other
            return
        back_s = health.until_s - health.since_s
        back = f"it is tried again in {back_s:.0f} s" if back_s < float("inf") else "it comes back by itself"
        self._alert(
            "trunk_drained",
            f"trunk {name} gets no new calls while others can carry them: {_WHY[health.reason]}; {back},"
            " or at once, by the button on the page of trunks",
        )


def _problem(state: SipState) -> DrainReason | None:
    if state.registration is Registration.REJECTED:
        return DrainReason.REJECTED
    return DrainReason.UNREACHABLE if state.reachable is False else None


def _result(call: Call, *, tells_ringing: bool) -> CallResult | None:
    """Return what a call that nobody answered says of its carrier, None for nothing."""
    unseen = tells_ringing and call.ringing_at is None and call.early_media_at is None
    if not_carried(call) or call.outcome is Outcome.CONGESTION:
        return CallResult.FAILED
    if call.outcome in _TELLS_NOTHING:
        return None
    lasted_s = ((call.hung_up_at or call.dialled_at) - call.dialled_at).total_seconds()
    silent = unseen and call.outcome in {Outcome.NO_ANSWER, Outcome.UNREACHABLE} and lasted_s >= SILENT_S
    return CallResult.FAILED if silent else CallResult.CARRIED
