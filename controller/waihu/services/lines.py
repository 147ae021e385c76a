"""Lines: how many calls each trunk may still carry, how fast calls may be started, and on which one the next starts."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.line_health import LineHealth, LineState
from waihu.services.line_use import GroupUse, LineUse, Trunk
from waihu_models.call import Call
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.call_transfer import SUPERVISOR
from waihu_models.campaign import Campaign
from waihu_models.errors import Conflict, NotFound
from waihu_models.events import CallChanged
from waihu_models.ids import CallId
from waihu_models.line_group import LineGroup

__all__ = ["Lines", "Route", "Trunk"]

log = structlog.get_logger()

Route: TypeAlias = Callable[[CallFacts], RouteDecision | None]
"""Decides by rules where a call goes; None: no rule says."""
Routed: TypeAlias = Callable[[CallId, CallFacts, RouteDecision], None]
"""Is told of a call that starts on a line a rule chose."""


class Lines:
    """Counts the calls on every trunk, meters new ones, and chooses.

    Args:
        trunks: Those that may be used.
        route: Routing rules; None: there are none.
    """

    def __init__(self, trunks: tuple[Trunk, ...], bus: Bus, clock: Clock, route: Route | None = None) -> None:
        self._clock = clock
        self.route = route
        self.routed: Routed = lambda *_: None
        now_s = clock.monotonic()
        self._lines = {trunk.name: LineUse(trunk, LineHealth(), now_s) for trunk in trunks}
        self._groups: dict[str, GroupUse] = {}
        self._known: tuple[LineGroup, ...] = ()
        self._open_to: dict[str, tuple[LineUse, ...]] = {}
        self._arrange(now_s)
        bus.subscribe(CallChanged, self._call_changed)

    # ---- what there is ---------------------------------------------------------------------------------------------

    @property
    def names(self) -> frozenset[str]:
        """Return the names a campaign may give as its trunk: those of trunks and of line groups."""
        return frozenset((*self._present(), *self._groups))

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        """The trunks that may be used now."""
        return tuple(self._present().values())

    @property
    def health(self) -> Mapping[str, LineHealth]:
        """How well each trunk does."""
        return {name: line.health for name, line in self._lines.items() if line.present}

    def health_of(self, name: str) -> LineHealth | None:
        """Return how well a trunk does."""
        line = self._lines.get(name)
        return line.health if line is not None else None

    @property
    def choosy(self) -> bool:
        """Whether a call may have to wait for its own line while others are free."""
        return bool(self._groups) or self.route is not None

    def adopt(self, trunks: tuple[Trunk, ...]) -> None:
        """Take other trunks, or other limits of the same, from this moment on.

        Calls on a trunk that is taken away go on and stay counted, so that it comes back with the right number.
        """
        now_s = self._clock.monotonic()
        for line in self._lines.values():
            line.present = False
        for trunk in trunks:
            if trunk.name in self._lines:
                self._lines[trunk.name].adopt(trunk, now_s)
            else:
                self._lines[trunk.name] = LineUse(trunk, LineHealth(), now_s)
        self._arrange(now_s)

    def group(self, groups: Collection[LineGroup]) -> None:
        """Take other line groups from this moment on."""
        self._known = tuple(groups)
        self._arrange(self._clock.monotonic())

    def _present(self) -> dict[str, Trunk]:
        return {name: line.trunk for name, line in self._lines.items() if line.present}

    def _arrange(self, now_s: float) -> None:
        """Work out once, for all calls to come, which lines are open to whom."""
        before, self._groups = self._groups, {}
        here = {name: line for name, line in self._lines.items() if line.present}
        for line in self._lines.values():
            line.group = None
            if line.trunk.caller_id_set:
                line.trunk = replace(line.trunk, caller_id_set="")
        for group in self._known:
            members = tuple(here[name] for name in group.trunks if name in here)
            was = before.get(group.name)
            use = GroupUse(group, members, now_s)
            if was is not None and was.group.calls_per_s == group.calls_per_s:
                use.bucket = was.bucket  # to change something else lets nobody start more calls
            self._groups[group.name] = use
            for line in members:
                line.group = use
                line.trunk = replace(line.trunk, caller_id_set=group.caller_id_set)
        self._open_to = {"": tuple(here.values()), **{name: (line,) for name, line in here.items()}}
        self._open_to |= {name: tuple(use.lines) for name, use in self._groups.items()}

    # ---- how they are used -----------------------------------------------------------------------------------------

    def used(self, name: str) -> int:
        """Return how many calls are on a trunk now."""
        line = self._lines.get(name)
        return line.used if line is not None else 0

    def started(self, name: str, span_s: float = 10.0) -> float:
        """Return how many calls a second were started on a trunk in the last seconds."""
        now_s, line = self._clock.monotonic(), self._lines.get(name)
        return sum(now_s - at <= span_s for at in (line.starts if line is not None else ())) / span_s

    def get(self, name: str) -> Trunk | None:
        """Return a trunk by name."""
        line = self._lines.get(name)
        return line.trunk if line is not None and line.present else None

    def free(self, campaign: Campaign) -> int:
        """Return how many calls the trunks open to a campaign can still carry."""
        lines = self._usable(campaign.trunk, self._clock.monotonic())
        if not self._groups:
            return sum([line.room for line in lines])
        return self._within(lines, lambda line: line.room, lambda group: group.room())

    def budget(self, campaign: Campaign) -> int:
        """Return how many calls may be started at this moment."""
        now_s = self._clock.monotonic()
        lines = self._usable(campaign.trunk, now_s)
        if not self._groups:
            return sum([int(line.bucket.available(now_s)) for line in lines])
        return self._within(
            lines,
            lambda line: int(line.bucket.available(now_s)),
            lambda group: int(group.bucket.available(now_s)) if group.bucket is not None else None,
        )

    def _usable(self, name: str, now_s: float) -> Sequence[LineUse]:
        """Return the lines a campaign may use now: not drained ones, unless there are no others."""
        lines: Sequence[LineUse] = self._open_to.get(name, ())
        if self._groups:
            lines = [line for line in lines if self._is_open(line, now_s)]
        for line in lines:
            if line.health.state is not LineState.OPEN:
                return [line for line in lines if line.health.state_at(now_s) is not LineState.DRAINED] or lines
        return lines  # as nearly always

    def _within(
        self, lines: Iterable[LineUse], of_line: Callable[[LineUse], int], of_group: Callable[[GroupUse], int | None]
    ) -> int:
        """Add up what lines allow, no more for those of a group than the group allows."""
        total, grouped = 0, dict[str, int]()
        for line in lines:
            if line.group is None:
                total += of_line(line)
            else:
                name = line.group.group.name
                grouped[name] = grouped.get(name, 0) + of_line(line)
        for name, allowed in grouped.items():
            most = of_group(self._groups[name])
            total += allowed if most is None else min(allowed, most)
        return total

    # ---- choosing --------------------------------------------------------------------------------------------------

    def take_on(self, name: str) -> Trunk:
        """Count the start of a call on one trunk.

        Raises:
            NotFound: there is no such trunk, or it is switched off.
            Conflict: it carries as many calls as it may, or starts them as fast as it may.
        """
        line, now_s = self._lines.get(name), self._clock.monotonic()
        if line is None or not line.present:
            raise NotFound(f"there is no trunk {name!r} in use")
        if not line.able(now_s):
            raise Conflict(f"trunk {name!r} is full: {line.used} of {line.trunk.max_lines} lines are in use")
        line.start(now_s)
        return line.trunk

    def take(
        self,
        campaign: Campaign,
        facts: CallFacts | None = None,
        without: Collection[str] = (),
        call_id: CallId | None = None,
    ) -> Trunk | None:
        """Choose the line of a call and count its start; None: it has to wait.

        By rule, where one names a group that leads to the number now; then the one of which most is idle, then the
        better one. A drained trunk is taken only where there is no other; one on trial gets a small share.

        Args:
            campaign: Its trunk, or group, bounds the choice.
            facts: Of the call; None: the choice is not by rules and numbers.
            without: Trunks that have failed it already.
            call_id: What the call will be known by; None: why it goes where it goes is not kept.
        """
        now_s = self._clock.monotonic()
        decision = self._decided(campaign, facts, now_s)
        lines = self._open_to.get(campaign.trunk, ()) if decision is None else self._groups[decision.target].lines
        line = self._chosen(lines, facts, without, now_s)
        if line is None:
            return None
        line.start(now_s)
        if decision is not None and facts is not None and call_id is not None:
            self.routed(call_id, facts, decision)
        return line.trunk

    def _decided(self, campaign: Campaign, facts: CallFacts | None, now_s: float) -> RouteDecision | None:
        """Return a decision for a group that can carry the call; None: any line of the campaign."""
        if facts is None or self.route is None or not self._groups or campaign.trunk in self._lines:
            return None  # a campaign that names one trunk has chosen
        try:
            decision = self.route(facts)
        except Exception:
            log.exception("route_not_decided", campaign=facts.campaign)
            return None  # a rule that fails does not stop calling
        if decision is None or decision.kind is not RouteKind.LINE_GROUP:
            return None
        use = self._groups.get(decision.target)
        if use is None or not use.lines or not use.is_open(now_s, self._clock.now):
            return None
        return decision if use.group.reaches(facts.number) else None

    def _chosen(
        self, lines: Iterable[LineUse], facts: CallFacts | None, without: Collection[str], now_s: float
    ) -> LineUse | None:
        best = trial = last = None
        others = False
        for line in lines:
            if line.trunk.name in without or (line.group is not None and not self._leads_to(line, facts, now_s)):
                continue
            state = line.health.state
            if state is LineState.OPEN:
                others = True
                # The choice before the meters: most lines are out of the running by then.
                if (best is None or line.better(best)) and line.able(now_s):
                    best = line
            elif line.health.state_at(now_s) is LineState.DRAINED:
                last = _better(line, last) if line.able(now_s) else last
            elif line.able(now_s):
                trial = _better(line, trial)
            else:
                others = True  # the trial is full: to wait is better than a drained line
        if trial is not None and (not others or trial.health.is_turn(now_s)):
            trial.health.tried(now_s)
            return trial
        return best if others else last

    def _leads_to(self, line: LineUse, facts: CallFacts | None, now_s: float) -> bool:
        if not self._is_open(line, now_s):
            return False
        return facts is None or line.group is None or line.group.group.reaches(facts.number)

    def _is_open(self, line: LineUse, now_s: float) -> bool:
        return line.group is None or line.group.is_open(now_s, self._clock.now)

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        line = self._lines.get(call.trunk)
        if line is not None:
            line.used += _lines_of(call) - (_lines_of(was) if was is not None else 0)


def _better(line: LineUse, other: LineUse | None) -> LineUse:
    return line if other is None or line.better(other) else other


def _lines_of(call: Call) -> int:
    """Return how many lines a call takes: a second one while it is passed on to a number, or its agent asks one."""
    if not call.live:
        return 0
    asked = call.consult is not None and call.consult.agent_id is None
    return 1 + (call.transfer_leg_id is not None and not call.transfer_to.startswith(SUPERVISOR)) + asked
