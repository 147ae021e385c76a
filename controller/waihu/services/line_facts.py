"""What routing rules may ask about a call that is about to be made."""

from datetime import datetime

from waihu_models.call_facts import CallFacts
from waihu_models.campaign import Campaign
from waihu_models.lead import Lead


def outbound_facts(lead: Lead, campaign: Campaign, now: datetime, contacted_at: datetime | None) -> CallFacts:
    """Return the facts of a call to a lead.

    Args:
        lead: Whom it is to.
        campaign: For which it is made.
        now: When.
        contacted_at: When the customer spoke with us last, as far as the store knows.
    """
    local = now.astimezone()
    days = (now - contacted_at).total_seconds() / 86400.0 if contacted_at is not None else None
    return CallFacts(
        direction="outbound",
        number=lead.number_e164,
        campaign=campaign.name,
        language=campaign.speech_language,
        customer_known=lead.customer_id is not None,
        level=lead.level,
        value=lead.value,
        tags=lead.tags,
        last_outcome=lead.last_outcome,
        days_since_contact=days,
        hour=local.hour + local.minute / 60,
        weekday=local.isoweekday(),
        probability=lead.hint or None,
    )
