"""Calling hours in the callee's own time.

A callee may be in one of several time zones; then they are called only when it is allowed in all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from waihu.dialer.place_zones import zones_of_place
from waihu_models.campaign import CallingHours
from waihu_models.errors import BadSettings
from waihu_models.lead import Lead
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


def zones_of(lead: Lead, default_zone: str | None) -> tuple[str, ...]:
    """Return every zone the callee may be in: what the list, the place and the number say, taken together.

    A number that says no more than a country (a mobile phone of some, a free-phone number) gives way to a place inside
    that country. ``default_zone`` counts only where nothing else is known.
    """
    number = _zones_of_number(lead.number_e164)
    place = zones_of_place(number.calling_code, lead.region, lead.postcode)
    said = (*((lead.zone,) if lead.zone else ()), *place)
    inside = not number.exact and bool(said) and set(said) <= set(number.zones)
    known = tuple(dict.fromkeys((*said, *(() if inside else number.zones))))
    return known or ((default_zone,) if default_zone else ())


@dataclass(frozen=True, slots=True)
class _NumberZones:
    """Zones of a number; ``exact``: of its area, not only of its country."""

    calling_code: str
    zones: tuple[str, ...]
    exact: bool


@lru_cache(maxsize=10_000)  # asked twice of each number, when it is staged and when it is dialled, at 0.1 ms each
def _zones_of_number(number: E164) -> _NumberZones:
    # Imported here: the prefix tables take some 100 ms and several megabytes, and most tools never ask.
    from phonenumbers import timezone  # noqa: PLC0415

    parsed = phonenumbers.parse(number, None)
    zones = tuple(zone for zone in timezone.time_zones_for_number(parsed) if zone != "Etc/Unknown")
    return _NumberZones(str(parsed.country_code), zones, phonenumbers.is_number_geographical(parsed))


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
    return local.date() not in hours.closed_on and any(
        start <= clock < end for start, end in hours.windows[local.weekday()]
    )


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
