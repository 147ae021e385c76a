"""May this lead be dialled now: what the law and the campaign say, and then what the customer wishes."""

from datetime import datetime, timedelta

from waihu.dialer.calling_hours import next_allowed, zones_of
from waihu.dialer.list_rules import ALLOWED, Permission, inside_hours, may_call
from waihu.dialer.preferred_time import inside, next_inside
from waihu_models.campaign import Campaign
from waihu_models.lead import DialFacts, Lead, LeadState, Refusal

WISH_AGAIN = timedelta(days=1)
"""After which a lead is looked at again whose preferred hours lie outside all calling hours."""


def may_dial(lead: Lead, facts: DialFacts, campaign: Campaign, now: datetime) -> Permission:
    """Apply every rule there is."""
    if lead.state is LeadState.PAUSED:
        return Permission(Refusal.LEAD_PAUSED)
    permission = may_call(lead, facts, campaign, now)
    return permission if permission.refusal is not None else _as_preferred(lead, campaign, now)


def right_time(lead: Lead, campaign: Campaign, now: datetime) -> Permission:
    """Apply the rules that ask for nothing but the hour: leads read ahead are sorted out by them, many at once."""
    zones = zones_of(lead, campaign.hours.default_zone)
    if zones and not inside_hours(lead, campaign, now):
        return Permission(Refusal.OUTSIDE_HOURS, next_allowed(campaign.hours, zones, now))
    return _as_preferred(lead, campaign, now)


def _as_preferred(lead: Lead, campaign: Campaign, now: datetime) -> Permission:
    """A promise for an hour is kept at that hour, whatever was preferred before."""
    zones = zones_of(lead, campaign.hours.default_zone)
    if lead.state is LeadState.CALLBACK or not zones or inside(lead.preferred, zones, now):
        return ALLOWED
    at = next_inside(lead.preferred, campaign.hours, zones, now)
    return Permission(Refusal.PREFERRED_TIME, at or now + WISH_AGAIN)
