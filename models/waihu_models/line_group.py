"""Line groups: trunks of one kind that calls are routed to together, and the limits that hold for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class LineKind(StrEnum):
    """What the lines of a group are."""

    GATEWAY_4G = "4g_gateway"
    VOIP = "voip"
    E1 = "e1"


@dataclass(frozen=True, slots=True)
class LineWindow:
    """Hours of some weekdays (Monday is 1), end excluded; an end before its start lies on the next day."""

    days: frozenset[int]
    start: time
    end: time

    @property
    def usable(self) -> bool:
        """Whether it has weekdays, and some time between its start and its end."""
        return bool(self.days) and self.days <= set(range(1, 8)) and self.start != self.end

    def holds(self, local: datetime) -> bool:
        """Say whether a moment, in the time of the place, lies inside."""
        now, today = local.time(), local.isoweekday()
        if self.start < self.end:
            return today in self.days and self.start <= now < self.end
        yesterday = today - 1 or 7
        return (today in self.days and now >= self.start) or (yesterday in self.days and now < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """A group of lines. A trunk is in one group at most; one that is in none has only its own limits.

    Attributes:
        trunks: Names of the trunks in it.
        capacity: Calls on all of them together; 0: what they carry each.
        calls_per_s: Calls started a second on all of them together; 0: as fast as each may.
        cost_per_min: In the currency of the deployment; breaks a tie.
        prefixes: A number has to begin with one of them (E.164); none: any number.
        windows: When calls may be started; none: always.
        zone: IANA name of the time the windows are in.
        caller_id_set: The numbers shown on these lines; "": those of the campaign.
    """

    name: str
    kind: LineKind = LineKind.VOIP
    trunks: tuple[str, ...] = ()
    capacity: int = 0
    calls_per_s: float = 0.0
    cost_per_min: float = 0.0
    prefixes: tuple[str, ...] = ()
    windows: tuple[LineWindow, ...] = ()
    zone: str = "UTC"
    caller_id_set: str = ""
    enabled: bool = True
    version: int = 1

    def open_at(self, now: datetime) -> bool:
        """Say whether calls may be started at a moment."""
        return self.enabled and open_at(self.windows, self.zone, now)

    def reaches(self, number: str) -> bool:
        """Say whether its lines lead to a number."""
        return not self.prefixes or number.startswith(self.prefixes)


def open_at(windows: Sequence[LineWindow], zone: str, now: datetime) -> bool:
    """Say whether a moment lies in one of the windows of a time zone; none: always."""
    if not windows:
        return True
    local = now.astimezone(ZoneInfo(zone))
    return any(window.holds(local) for window in windows)


def is_zone(name: str) -> bool:
    """Say whether there is a time zone of this IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
