"""What routing rules may ask about a call that is about to be made."""

from datetime import datetime

from waihu_models.call_facts import CallFacts
from waihu_models.campaign import Campaign
from waihu_models.lead import DialFacts, Lead


def outbound_facts(lead: Lead, campaign: Campaign, now: datetime, known: DialFacts) -> CallFacts:
    """Return the facts of a call to a lead.

    What the list says of the customer comes before what the customer's own record says; tags are those of both.

    Args:
        lead: Whom it is to.
        campaign: For which it is made.
        now: When.
        known: What the store knows of number and customer, read with the lead.
    """
    local = now.astimezone()
    days = (now - known.contacted_at).total_seconds() / 86400.0 if known.contacted_at is not None else None
    return CallFacts(
        direction="outbound",
        number=lead.number_e164,
        campaign=campaign.name,
        language=campaign.speech_language,
        customer_known=lead.customer_id is not None,
        level=lead.level or known.level,
        value=lead.value,
        tags=tuple(dict.fromkeys((*lead.tags, *known.tags))),
        last_outcome=lead.last_outcome,
        last_agent=known.last_agent or "",
        days_since_contact=days,
        hour=local.hour + local.minute / 60,
        weekday=local.isoweekday(),
        probability=lead.hint or None,
    )
