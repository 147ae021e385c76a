"""Rule packs: read from TOML, joined so that the strictest counts, laid upon a campaign.

A pack is taken whole or not at all; what is wrong with it is said with file, line and field.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, NoReturn

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.dialer.calling_hours import zone_named
from waihu.dialer.toml_lines import Path, line_of
from waihu_models.campaign import Campaign
from waihu_models.errors import BadRulePack, BadSettings
from waihu_models.rule_pack import (
    ANY_TIME,
    DROP_WINDOW_S,
    LONGEST_S,
    Cap,
    ConsentRule,
    CountedFrom,
    DropLimit,
    RulePack,
    Rules,
    Week,
    Window,
    meeting,
)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLACE = re.compile(r"(?P<said>.*?) - at `\$(?P<at>.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]+)`")
_WINDOW = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")

Span = Annotated[float, Meta(gt=0, le=LONGEST_S)]
Day = tuple[str, ...] | UnsetType


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts: no key that is not declared."""


class _Hours(_Part, frozen=True, kw_only=True):
    every_day: Day = UNSET
    monday: Day = UNSET
    tuesday: Day = UNSET
    wednesday: Day = UNSET
    thursday: Day = UNSET
    friday: Day = UNSET
    saturday: Day = UNSET
    sunday: Day = UNSET
    closed_on: tuple[date, ...] = ()
    zone: str | None = None


class _Cap(_Part, frozen=True, kw_only=True):
    most: Annotated[int, Meta(ge=1, le=1000)]
    within_s: Span


class _Ring(_Part, frozen=True, kw_only=True):
    min_s: Annotated[int, Meta(ge=0, le=60)] = 0


class _Drops(_Part, frozen=True, kw_only=True):
    limit_ratio: Annotated[float, Meta(ge=0, le=1)] = 1.0
    window_s: Annotated[float, Meta(ge=60, le=366 * 86_400)] = DROP_WINDOW_S
    agent_within_s: Annotated[float, Meta(gt=0, le=60)] | None = None
    counted_from: CountedFrom = CountedFrom.GREETING
    redial_lockout_s: Annotated[float, Meta(ge=0, le=LONGEST_S)] = 0.0
    redial_with_agent: bool = True
    message: Annotated[str, Meta(pattern="^[a-z0-9-]*$")] = ""


class _Consent(_Part, frozen=True, kw_only=True):
    call: ConsentRule = ConsentRule.NONE
    record: ConsentRule = ConsentRule.NONE


class _Pack(_Part, frozen=True, kw_only=True):
    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$")]
    version: Annotated[str, Meta(pattern="^[0-9A-Za-z][0-9A-Za-z.-]{0,15}$")]
    title: str = ""
    hours: _Hours | None = None
    caps: tuple[_Cap, ...] = ()
    ring: _Ring = _Ring()
    drops: _Drops = _Drops()
    consent: _Consent = _Consent()


def parse_pack(text: str, file: str) -> RulePack:
    """Read a pack.

    Args:
        text: TOML; the fields are described in docs/howto/add-a-rule-pack.md.
        file: Its name for messages; a pack is called like its file.
    Raises:
        BadRulePack: it cannot be read, or cannot hold; nothing of it is used.
    """
    return _Reading(text, file).pack()


class _Reading:
    """One text on its way to a pack."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file

    def pack(self) -> RulePack:
        """Read all of it."""
        said = self._said()
        stem = self._file.replace("\\", "/").rpartition("/")[2].removesuffix(".toml")
        if said.name != stem:
            self._refuse(("name",), f"the pack calls itself {said.name!r}, its file {stem!r}: give both one name")
        hours, drops = said.hours, said.drops
        rules = Rules(
            version=f"{said.name}@{said.version}",
            week=self._week(hours) if hours else ANY_TIME,
            closed_on=frozenset(hours.closed_on) if hours else frozenset(),
            zone=self._zone(hours.zone) if hours and hours.zone is not None else None,
            caps=self._caps(said.caps),
            ring_min_s=said.ring.min_s,
            drop_limits=(DropLimit(drops.window_s, drops.limit_ratio),) if drops.limit_ratio < 1 else (),
            agent_within_s=drops.agent_within_s,
            counted_from=drops.counted_from,
            redial_lockout_s=drops.redial_lockout_s,
            redial_with_agent=drops.redial_with_agent,
            call_consent=said.consent.call,
            record_consent=said.consent.record,
            message=drops.message,
        )
        return RulePack(said.name, said.version, said.title, rules, self._text)

    def _said(self) -> _Pack:
        try:
            return msgspec.convert(tomllib.loads(self._text), _Pack)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            where = f"{self._file}:{line[1]}" if line else self._file
            raise BadRulePack(f"{where}: this is not TOML: {error}") from error
        except msgspec.ValidationError as error:
            found = _PLACE.fullmatch(str(error))
            said, at = (found["said"], found["at"]) if found else (str(error), "")
            path = tuple(step["key"] or int(step["index"]) for step in _STEP.finditer(at))
            unknown = _UNKNOWN.search(said)
            self._refuse((*path, unknown["key"]) if unknown else path, said)

    def _refuse(self, path: Path, said: str) -> NoReturn:
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        raise BadRulePack(f"{self._file}:{line_of(self._text, path)}: {field or 'the pack'}: {said}")

    def _zone(self, name: str) -> str:
        try:
            return zone_named(name).key
        except BadSettings as error:
            self._refuse(("hours", "zone"), str(error))

    def _week(self, hours: _Hours) -> Week:
        week = tuple(self._day(hours, name) for name in DAYS)
        if not any(week):
            self._refuse(("hours",), "nobody could ever be called")
        return week

    def _day(self, hours: _Hours, name: str) -> tuple[Window, ...]:
        written: Day = getattr(hours, name)
        field = name
        if written is UNSET:
            written, field = hours.every_day, "every_day"
        if written is UNSET:
            self._refuse(("hours", name), f"{name} is missing; write {name} = [] if nobody is called on it")
        path = ("hours", field)
        windows = sorted(self._window(text, path) for text in written)
        for (_, end), (start, _) in pairwise(windows):
            if start < end:
                self._refuse(path, f"the hours overlap between {start:%H:%M} and {end:%H:%M}")
        return tuple(windows)

    def _window(self, text: str, path: Path) -> Window:
        found = _WINDOW.fullmatch(text)
        try:
            start, end = (_clock(part) for part in found.groups()) if found else (time.max, time.min)
        except ValueError:
            start, end = time.max, time.min
        if start >= end:
            self._refuse(path, f"{text!r}: write hours as 08:00-21:00, the first before the second, at most 24:00")
        return start, end

    def _caps(self, caps: Sequence[_Cap]) -> tuple[Cap, ...]:
        spans = [cap.within_s for cap in caps]
        for index, span in enumerate(spans):
            if span in spans[:index]:
                self._refuse(("caps", index, "within_s"), f"there is a cap for {span:g} seconds already")
        return tuple(sorted(Cap(cap.within_s, cap.most) for cap in caps))


def _clock(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


# ---- joined ---------------------------------------------------------------------------------------------------------


def strictest(packs: Iterable[RulePack]) -> Rules:
    """Join packs: of each thing they ask the strictest counts, of hours what all allow.

    Raises:
        BadRulePack: they cannot hold together; the message names them.
    """
    joined, zones = Rules(), set()
    for pack in packs:
        joined = _joined(joined, pack.rules)
        zones |= {pack.rules.zone} - {None}
    return replace(joined, zone=zones.pop() if len(zones) == 1 else None)


def _joined(one: Rules, other: Rules) -> Rules:
    version = "+".join(filter(None, (one.version, other.version)))
    week = meeting(one.week, other.week)
    if not any(week):
        raise BadRulePack(f"{version}: there is no hour at which all of them allow a call")
    messages = {one.message, other.message} - {""}
    if len(messages) > 1:
        raise BadRulePack(f"{version}: they want different messages: {', '.join(sorted(messages))}")
    limits = [limit for limit in (one.agent_within_s, other.agent_within_s) if limit is not None]
    locked = [rules for rules in (one, other) if rules.redial_lockout_s]
    return Rules(
        version=version,
        week=week,
        closed_on=one.closed_on | other.closed_on,
        caps=tuple(_fewest((*one.caps, *other.caps))),
        ring_min_s=max(one.ring_min_s, other.ring_min_s),
        drop_limits=tuple(_lowest((*one.drop_limits, *other.drop_limits))),
        agent_within_s=min(limits, default=None),
        counted_from=_later(CountedFrom, one.counted_from, other.counted_from),
        # The longest lock-out, and an exception only if every lock-out makes it.
        redial_lockout_s=max(one.redial_lockout_s, other.redial_lockout_s),
        redial_with_agent=all(rules.redial_with_agent for rules in locked),
        call_consent=_later(ConsentRule, one.call_consent, other.call_consent),
        record_consent=_later(ConsentRule, one.record_consent, other.record_consent),
        message="".join(messages),
    )


def _fewest(caps: Iterable[Cap]) -> Iterator[Cap]:
    """Of caps for one span the lowest."""
    lowest: dict[float, int] = {}
    for cap in caps:
        lowest[cap.within_s] = min(cap.most, lowest.get(cap.within_s, cap.most))
    yield from (Cap(within_s, most) for within_s, most in sorted(lowest.items()))


def _lowest(limits: Iterable[DropLimit]) -> Iterator[DropLimit]:
    """Of limits over one span the lowest; limits over different spans all hold."""
    lowest: dict[float, float] = {}
    for limit in limits:
        lowest[limit.window_s] = min(limit.ratio, lowest.get(limit.window_s, limit.ratio))
    yield from (DropLimit(window_s, ratio) for window_s, ratio in sorted(lowest.items()))


def _later(kind: Any, *values: Any) -> Any:
    order = list(kind)
    return max(values, key=order.index)


# ---- upon a campaign ------------------------------------------------------------------------------------------------


def under_law(campaign: Campaign, packs: Mapping[str, RulePack]) -> Campaign:
    """Return a campaign as the packs it names let it dial.

    Raises:
        BadRulePack: a pack it names is not among ``packs``, or they cannot hold together.
    """
    missing = [name for name in campaign.packs if name not in packs]
    if missing:
        known = ", ".join(sorted(packs)) or "none"
        raise BadRulePack(f"campaign {campaign.name!r}: there is no rule pack {missing[0]!r}; there are: {known}")
    return lawful(campaign, strictest(packs[name] for name in campaign.packs))


def lawful(campaign: Campaign, rules: Rules) -> Campaign:
    """Return a campaign as it may dial: the stricter of its own limits and the rules'. It is never stored.

    Raises:
        BadRulePack: its own hours and the rules' leave none.
    """
    hours = campaign.hours
    week = meeting(hours.windows, rules.week)
    if any(hours.windows) and not any(week):
        raise BadRulePack(f"{rules.version} allows no hour at which campaign {campaign.name!r} dials")
    # While machine detection listens, an answered person waits; that time is not there when it counts.
    screening = campaign.screening and not (rules.agent_within_s and rules.counted_from is CountedFrom.ANSWER)
    return replace(
        campaign,
        hours=replace(
            hours,
            windows=week,
            default_zone=hours.default_zone or rules.zone,
            closed_on=hours.closed_on | rules.closed_on,
        ),
        ring_timeout_s=max(campaign.ring_timeout_s, rules.ring_min_s),
        patience_s=min(campaign.patience_s, rules.agent_within_s or campaign.patience_s),
        target_drop_ratio=min(campaign.target_drop_ratio, rules.drop_limit_ratio),
        screening=screening,
        recording_needs_consent=campaign.recording_needs_consent or rules.record_consent is ConsentRule.OPT_IN,
        drop_media=rules.message or campaign.drop_media,
        law=rules,
    )
