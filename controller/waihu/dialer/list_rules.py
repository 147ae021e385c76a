"""May this lead be called now? If not: why, and when it may be tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from waihu.dialer.calling_hours import may_call_at, next_allowed, zones_of
from waihu_models.campaign import Campaign
from waihu_models.lead import Consent, DialFacts, Lead, LeadState, Refusal

_CLOSED = frozenset({LeadState.DONE, LeadState.CLOSED})
BUSY_AGAIN = timedelta(seconds=30)
LIMIT_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Permission:
    """``refusal`` is None when the lead may be called; ``again_at`` None: never, unless something changes."""

    refusal: Refusal | None = None
    again_at: datetime | None = None


ALLOWED = Permission()


def may_call(lead: Lead, facts: DialFacts, campaign: Campaign, now: datetime) -> Permission:
    """Apply every rule, those that hold for ever first."""
    refusal = _for_ever(lead, facts, campaign)
    if refusal is not None:
        return Permission(refusal)
    return _for_now(lead, facts, campaign, now)


def inside_hours(lead: Lead, campaign: Campaign, now: datetime) -> bool:
    """Say whether the lead is inside the campaign's calling hours now."""
    zones = zones_of(lead.number_e164, lead.zone, campaign.hours.default_zone)
    return may_call_at(campaign.hours, zones, now)


def _for_ever(lead: Lead, facts: DialFacts, campaign: Campaign) -> Refusal | None:
    checks = (
        (lead.state in _CLOSED, Refusal.LEAD_CLOSED),
        (facts.do_not_call, Refusal.DO_NOT_CALL),
        (facts.call_consent is Consent.DENIED, Refusal.CONSENT_DENIED),
        (not facts.number_valid, Refusal.NUMBER_INVALID),
        # A promised callback is kept even when ordinary attempts are used up.
        (lead.attempts >= campaign.max_attempts and lead.state is not LeadState.CALLBACK, Refusal.ATTEMPTS_USED),
    )
    return next((refusal for refused, refusal in checks if refused), None)


def _for_now(lead: Lead, facts: DialFacts, campaign: Campaign, now: datetime) -> Permission:
    if lead.next_at is not None and lead.next_at > now:
        return Permission(Refusal.TOO_EARLY, lead.next_at)
    if facts.in_call:
        return Permission(Refusal.NUMBER_BUSY, now + BUSY_AGAIN)
    if facts.attempts_24h >= campaign.max_attempts_per_day:
        return Permission(Refusal.DAILY_LIMIT, now + LIMIT_AGAIN)
    zones = zones_of(lead.number_e164, lead.zone, campaign.hours.default_zone)
    if not zones:
        return Permission(Refusal.ZONE_UNKNOWN)
    if not may_call_at(campaign.hours, zones, now):
        return Permission(Refusal.OUTSIDE_HOURS, next_allowed(campaign.hours, zones, now))
    return ALLOWED
