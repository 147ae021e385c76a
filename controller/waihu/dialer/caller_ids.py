"""Which of a company's own numbers a call is made from."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import phonenumbers

from waihu.dialer.calling_hours import zone_named
from waihu_models.caller_id import CallerIdSet, NoCallerId, NumberState, OwnNumber, Usage
from waihu_models.phone import E164

TRIAL_AGAIN = timedelta(minutes=15)
"""When a trial is looked at whose calls are all made, and not all judged."""
_UNUSED = Usage()


def choose(numbers: CallerIdSet, callee: E164, now: datetime, usage: Mapping[E164, Usage]) -> E164 | NoCallerId:
    """Return the number nearest to the callee; among equally near ones that with the fewest calls today.

    The same question has the same answer: what is still equal is in the order of the numbers themselves.
    """
    waits: list[tuple[str, datetime | None]] = []
    usable: list[tuple[int, int, E164]] = []
    for own in numbers.numbers:
        used = usage.get(own.number_e164, _UNUSED)
        wait = _wait(own, numbers, used, now)
        if wait is None:
            usable.append((-nearness(own.number_e164, callee), used.today, own.number_e164))
        else:
            waits.append(wait)
    return min(usable)[2] if usable else _none(waits)


def has_any(numbers: CallerIdSet, now: datetime, usage: Mapping[E164, Usage]) -> bool:
    """Say whether any number may be used: whom it is to be shown decides which, never whether."""
    return any(_wait(own, numbers, usage.get(own.number_e164, _UNUSED), now) is None for own in numbers.numbers)


def _wait(own: OwnNumber, numbers: CallerIdSet, used: Usage, now: datetime) -> tuple[str, datetime | None] | None:
    """Return why a number may not be used, and until when; None: it may."""
    if own.state in {NumberState.RESTED, NumberState.QUARANTINED}:
        return str(own.state), own.until
    if own.owned_since > now.astimezone(zone_named(numbers.zone)).date():
        return "not owned yet", _start_of(own.owned_since, numbers.zone)
    if used.today >= numbers.cap_per_day:
        return "used up for today", next_day(numbers.zone, now)
    if own.state is NumberState.TRIAL and used.tried >= numbers.trial_calls:
        return "on trial", now + TRIAL_AGAIN
    return None


def _none(waits: list[tuple[str, datetime | None]]) -> NoCallerId:
    reasons = ", ".join(f"{count} {why}" for why, count in sorted(Counter(why for why, _ in waits).items()))
    again_at = min((at for _, at in waits if at is not None), default=None)
    return NoCallerId(reasons or "the set has no numbers", again_at)


# ---- days ----------------------------------------------------------------------------------------------------------


def day_start(zone: str, now: datetime) -> datetime:
    """Return when the present day of a zone began."""
    return _start_of(now.astimezone(zone_named(zone)).date(), zone)


def next_day(zone: str, now: datetime) -> datetime:
    """Return when the next day of a zone begins."""
    return _start_of(now.astimezone(zone_named(zone)).date() + timedelta(days=1), zone)


def _start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_named(zone)).astimezone(UTC)


# ---- places --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """Where a number belongs: calling code, country where it is known, area code (of mobile numbers: the network's)."""

    calling_code: int
    country: str | None
    code: str


@lru_cache(maxsize=16_384)
def area_of(number: E164) -> Area:
    """Return where a number belongs."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Area(0, None, "")
    digits = phonenumbers.length_of_geographical_area_code(parsed)
    digits = digits or phonenumbers.length_of_national_destination_code(parsed)
    country = phonenumbers.region_code_for_number(parsed)
    return Area(parsed.country_code or 0, country, phonenumbers.national_significant_number(parsed)[:digits])


def nearness(own: E164, callee: E164) -> int:
    """Return 2 for the same area code, 1 for the same country, 0 for numbers of different countries."""
    here, there = area_of(own), area_of(callee)
    # Countries may share a calling code; a number of a range that is not in use says no country.
    abroad = None not in {here.country, there.country} and here.country != there.country
    if abroad or not here.calling_code or here.calling_code != there.calling_code:
        return 0
    return 2 if here.code and here.code == there.code else 1
