"""What a finished call means for its lead: closed, called again and when, promised a callback."""

from datetime import datetime, timedelta

from waihu_models.call import Call
from waihu_models.campaign import Campaign
from waihu_models.disposition import Category, Disposition
from waihu_models.lead import Lead, LeadState, LeadStep
from waihu_models.outcome import Outcome

DAY = timedelta(days=1)


def next_step(campaign: Campaign, lead: Lead, call: Call, now: datetime) -> LeadStep:
    """Decide a lead's next step; the agent's judgement counts before the technical outcome.

    Args:
        campaign: Its rules for retries.
        lead: As it was when it was dialled.
        call: The ended call.
        now: When the step is taken.
    """
    if call.disposition is not None and call.disposition.category is not Category.NO_CONTACT:
        return _by_disposition(call, call.disposition, now)
    return _by_outcome(campaign, lead, call.outcome or Outcome.FAILED, now)


def _by_disposition(call: Call, disposition: Disposition, now: datetime) -> LeadStep:
    code = disposition.code
    match disposition.category:
        case Category.SUCCESS | Category.REFUSED:
            return LeadStep(LeadState.DONE, code)
        case Category.DO_NOT_CALL:
            return LeadStep(LeadState.CLOSED, code, add_do_not_call=True)
        case Category.INVALID:
            return LeadStep(LeadState.CLOSED, code, mark_number_invalid=True)
        case Category.CALLBACK:
            at = call.callback_at or now + DAY
            return LeadStep(LeadState.CALLBACK, code, next_at=at, callback_agent_id=call.agent_id)
        case _:
            return LeadStep(LeadState.RETRY, code, next_at=now + DAY)


def _by_outcome(campaign: Campaign, lead: Lead, outcome: Outcome, now: datetime) -> LeadStep:
    if outcome is Outcome.INVALID_NUMBER:
        return LeadStep(LeadState.CLOSED, outcome, mark_number_invalid=True)
    row = lead.attempts_of_outcome + 1 if lead.last_outcome == outcome else 1
    if outcome is Outcome.ANSWERED:  # talked, but nobody judged the call
        return LeadStep(LeadState.RETRY, outcome, next_at=now + DAY, attempts_of_outcome=row)
    rule = campaign.retries.get(outcome)
    promised = lead.state is LeadState.CALLBACK
    # A promise is kept beyond the ordinary attempts, but not for ever.
    most = campaign.max_attempts * (2 if promised else 1)
    if rule is None or lead.attempts + 1 >= most or (row >= rule.max_attempts and not promised):
        return LeadStep(LeadState.CLOSED, outcome, attempts_of_outcome=row)
    state = LeadState.CALLBACK if promised else LeadState.RETRY
    return LeadStep(
        state,
        outcome,
        next_at=now + timedelta(seconds=rule.delay_s),
        attempts_of_outcome=row,
        callback_agent_id=lead.callback_agent_id,
    )
