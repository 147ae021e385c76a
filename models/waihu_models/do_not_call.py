"""Do-not-call lists: whose they are, which numbers they speak of, how old they may become."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from waihu_models.ids import CampaignId

INTERNAL_ID = 1
"""The list of people who asked us; it is always there."""
US_MAX_AGE_DAYS = 31
"""A copy of the national list of the United States may be used so long. Source: 16 CFR 310.4(b)(3)(iv)."""
WARN_FROM = 0.8
"""Share of its longest age from which people are told that a list needs a newer file."""


class ListKind(StrEnum):
    """Whose list it is."""

    INTERNAL = "internal"  # people who asked us, one by one
    CAMPAIGN = "campaign"  # holds for one campaign only
    IMPORTED = "imported"  # somebody else's file: a regulator's, a client's


class ListState(StrEnum):
    """Only a list in force is asked; the others stay on record."""

    LOADING = "loading"
    IN_FORCE = "in_force"
    ENDED = "ended"  # replaced by a newer file, or forgotten


class Age(StrEnum):
    """How old a list is beside what it may be."""

    FRESH = "fresh"
    AGEING = "ageing"  # a newer file is needed soon
    STALE = "stale"  # nobody it speaks of is dialled until there is a newer file


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a number stands: on which list, and since when (the file's own date for imported ones)."""

    list_name: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNotCallList:
    """One list as it is in force."""

    id: int
    kind: ListKind
    name: str
    source: str = ""  # who says so
    campaign_id: CampaignId | None = None  # None: it holds for all campaigns
    prefix: str = ""  # what numbers it speaks of begin with, e.g. +1; "" all numbers
    obtained_on: date | None = None  # when its owner gave it out; None: kept by us
    max_age_days: int | None = None
    numbers: int = 0
    imported_at: datetime | None = None
    sha256: str = ""  # of the file

    def age(self, today: date) -> Age:
        """Say whether the list may still be relied on."""
        if self.obtained_on is None or self.max_age_days is None:
            return Age.FRESH
        days = (today - self.obtained_on).days
        if days > self.max_age_days:
            return Age.STALE
        return Age.AGEING if days >= self.max_age_days * WARN_FROM else Age.FRESH

    def holds_for(self, campaign_id: CampaignId, number: str) -> bool:
        """Say whether calls of a campaign to a number depend on this list."""
        return self.campaign_id in {None, campaign_id} and number.startswith(self.prefix)
