"""Calling hours in the callee's own time.

A number may belong to several time zones; then it is called only when it is allowed in all of them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from waihu_models.campaign import CallingHours
from waihu_models.errors import BadSettings
from waihu_models.phone import E164

SEARCH_DAYS = 8


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        BadSettings: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSettings(f"there is no time zone {name!r}; names look like Asia/Shanghai") from error


def zones_of(number: E164, lead_zone: str | None, default_zone: str | None) -> tuple[str, ...]:
    """Return the zones a callee may be in: the lead's own if known, else those of the number, else the default."""
    if lead_zone:
        return (lead_zone,)
    return _zones_of_number(number) or ((default_zone,) if default_zone else ())


@lru_cache(maxsize=10_000)  # asked twice of each number, when it is staged and when it is dialled, at 0.1 ms each
def _zones_of_number(number: E164) -> tuple[str, ...]:
    # Imported here: the prefix tables take some 100 ms and several megabytes, and most tools never ask.
    from phonenumbers import timezone  # noqa: PLC0415

    zones = timezone.time_zones_for_number(phonenumbers.parse(number, None))
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def may_call_at(hours: CallingHours, zones: Iterable[str], now: datetime) -> bool:
    """Say whether it is inside calling hours in every zone; no zone at all is never inside."""
    named = [zone_named(zone) for zone in zones]
    return bool(named) and all(_inside(hours, now.astimezone(zone)) for zone in named)


def next_allowed(hours: CallingHours, zones: Iterable[str], now: datetime) -> datetime | None:
    """Return the first moment from now on inside calling hours in every zone; None within the next days.

    Windows only open at their starts, so only those moments have to be looked at: clock changes need no special care.
    """
    names = tuple(zones)
    if may_call_at(hours, names, now):
        return now
    openings = sorted(_openings(hours, names, now))
    return next((at for at in openings if may_call_at(hours, names, at)), None)


def _inside(hours: CallingHours, local: datetime) -> bool:
    clock = local.time()
    return any(start <= clock < end for start, end in hours.windows[local.weekday()])


def _openings(hours: CallingHours, zones: Iterable[str], now: datetime) -> Iterable[datetime]:
    for name in zones:
        zone = zone_named(name)
        today = now.astimezone(zone).date()
        for offset in range(SEARCH_DAYS):
            day = today + timedelta(days=offset)
            for start, _ in hours.windows[day.weekday()]:
                at = datetime.combine(day, start, tzinfo=zone).astimezone(now.tzinfo)
                if at > now:
                    yield at
