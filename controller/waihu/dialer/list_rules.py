"""May this lead be called now? If not: why, and when it may be tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from waihu.dialer.calling_hours import may_call_at, next_allowed, zones_of
from waihu_models.campaign import Campaign, DialMode
from waihu_models.lead import Consent, DialFacts, Lead, LeadState, Refusal
from waihu_models.rule_pack import LIFETIME_S, Cap, ConsentRule

_CLOSED = frozenset({LeadState.DONE, LeadState.CLOSED})
BUSY_AGAIN = timedelta(seconds=30)
STALE_AGAIN = timedelta(minutes=15)
CONSENT_AGAIN = timedelta(hours=1)
_JUST_AFTER = timedelta(seconds=1)
_DAY_S = 86_400.0
_AGENT_KEPT_FREE = frozenset({DialMode.PREVIEW, DialMode.PROGRESSIVE})


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
    zones = zones_of(lead, campaign.hours.default_zone)
    return may_call_at(campaign.hours, zones, now)


def _for_ever(lead: Lead, facts: DialFacts, campaign: Campaign) -> Refusal | None:
    checks = (
        (lead.state in _CLOSED, Refusal.LEAD_CLOSED),
        (facts.do_not_call, Refusal.DO_NOT_CALL),
        (_call_consent(lead, facts) is Consent.DENIED, Refusal.CONSENT_DENIED),
        (not facts.number_valid, Refusal.NUMBER_INVALID),
        (_used_up(facts, campaign), Refusal.NUMBER_USED),
        # A promised callback is kept even when ordinary attempts are used up.
        (lead.attempts >= _most(lead, campaign) and lead.state is not LeadState.CALLBACK, Refusal.ATTEMPTS_USED),
    )
    return next((refusal for refused, refusal in checks if refused), None)


def _for_now(lead: Lead, facts: DialFacts, campaign: Campaign, now: datetime) -> Permission:
    if lead.next_at is not None and lead.next_at > now:
        return Permission(Refusal.TOO_EARLY, lead.next_at)
    if facts.in_call:
        return Permission(Refusal.NUMBER_BUSY, now + BUSY_AGAIN)
    if facts.stale_list:
        return Permission(Refusal.DO_NOT_CALL_STALE, now + STALE_AGAIN)
    limited = _limited(lead, facts, campaign, now)
    if limited is not None:
        return limited
    zones = zones_of(lead, campaign.hours.default_zone)
    if not zones:
        return Permission(Refusal.ZONE_UNKNOWN)
    if not may_call_at(campaign.hours, zones, now):
        return Permission(Refusal.OUTSIDE_HOURS, next_allowed(campaign.hours, zones, now))
    return ALLOWED


def _most(lead: Lead, campaign: Campaign) -> int:
    return campaign.max_attempts if lead.max_attempts is None else min(lead.max_attempts, campaign.max_attempts)


def _used_up(facts: DialFacts, campaign: Campaign) -> bool:
    called = len(facts.attempts_at)
    return any(cap.within_s >= LIFETIME_S and called >= cap.most for cap in campaign.number_caps)


def _call_consent(lead: Lead, facts: DialFacts) -> Consent:
    """Return the customer's own word, else the list's."""
    return lead.call_consent if facts.call_consent is Consent.UNKNOWN else facts.call_consent


def _limited(lead: Lead, facts: DialFacts, campaign: Campaign, now: datetime) -> Permission | None:
    if campaign.law.call_consent is ConsentRule.OPT_IN and _call_consent(lead, facts) is not Consent.GRANTED:
        return Permission(Refusal.CONSENT_NEEDED, now + CONSENT_AGAIN)
    locked_until = _locked_until(facts, campaign)
    if locked_until is not None and locked_until >= now:
        return Permission(Refusal.DROP_LOCKOUT, locked_until + _JUST_AFTER)
    caps = (*campaign.law.caps, *(cap for cap in campaign.number_caps if cap.within_s < LIFETIME_S))
    over = [(_free_at(cap, facts, now), Refusal.FREQUENCY_CAP) for cap in caps]
    over.append((_free_at(Cap(_DAY_S, campaign.max_attempts_per_day), facts, now), Refusal.DAILY_LIMIT))
    waits = [(at, refusal) for at, refusal in over if at is not None]
    if not waits:
        return None
    at, refusal = max(waits)
    return Permission(refusal, at)


def _locked_until(facts: DialFacts, campaign: Campaign) -> datetime | None:
    """Return until when the number is left alone because it was abandoned."""
    # Machine detection may hang up on a person whom it takes for a machine, whatever agent is free.
    excepted = campaign.law.redial_with_agent and campaign.mode in _AGENT_KEPT_FREE and not campaign.screening
    if facts.dropped_at is None or not campaign.law.redial_lockout_s or excepted:
        return None
    return facts.dropped_at + timedelta(seconds=campaign.law.redial_lockout_s)


def _free_at(cap: Cap, facts: DialFacts, now: datetime) -> datetime | None:
    """Return when a cap allows the next call, None if it does now."""
    span = timedelta(seconds=cap.within_s)
    if facts.attempts_since(now - span) < cap.most:
        return None
    # One more is allowed as soon as fewer than ``most`` of the calls made so far lie within the span.
    oldest = facts.attempts_at[cap.most - 1] if cap.most else now
    return oldest + span + _JUST_AFTER
