"""Rows of an imported list: what a good one says, and why a bad one is not taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from waihu_models.lead import Consent, TimesOfDay
from waihu_models.phone import E164


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What a row says."""

    line: int
    cells: Sequence[str]
    number: E164
    more_numbers: tuple[E164, ...] = ()
    name: str = ""
    external_id: str = ""
    priority: float = 0.0
    zone: str | None = None
    recording_consent: Consent = Consent.UNKNOWN
    custom: Mapping[str, str] = field(default_factory=dict)
    postcode: str = ""
    region: str = ""
    call_consent: Consent = Consent.UNKNOWN
    urgency: float | None = None
    value: float | None = None
    level: str = ""
    score: float = 0.0
    tags: tuple[str, ...] = ()
    preferred: TimesOfDay = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not imported, and why; ``reason`` is a stable code."""

    line: int
    cells: Sequence[str]
    reason: str
    text: str
