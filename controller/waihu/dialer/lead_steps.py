"""What a finished call means for its lead: closed, paused, called again and when, promised a callback."""

from dataclasses import replace
from datetime import datetime, timedelta

from waihu_models.call import Call
from waihu_models.campaign import Campaign, RetryRule
from waihu_models.disposition import Category, Disposition
from waihu_models.lead import Lead, LeadState, LeadStep
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

DAY = timedelta(days=1)
REFUSALS = "refusals"
"""Why a lead is paused."""
_OTHER_NUMBER_NEXT = frozenset({Outcome.NO_ANSWER, Outcome.UNREACHABLE, Outcome.MACHINE})
"""Nobody was reached here, perhaps elsewhere; a busy phone has somebody at it."""


def next_step(campaign: Campaign, lead: Lead, call: Call, now: datetime) -> LeadStep:
    """Decide a lead's next step; the agent's judgement counts before the technical outcome.

    Args:
        campaign: Its rules for retries, passes and refusals.
        lead: As it was when it was dialled.
        call: The ended call.
        now: When the step is taken.
    """
    if call.disposition is not None and call.disposition.category is not Category.NO_CONTACT:
        step = _by_disposition(campaign, lead, call, call.disposition, now)
    else:
        step = _by_outcome(campaign, lead, call.outcome or Outcome.FAILED, now)
    return _no_more(lead, call, _paused(campaign, lead, step))


def _no_more(lead: Lead, call: Call, step: LeadStep) -> LeadStep:
    """Close a lead that has had as many attempts as its call task wants, unless an agent has promised another."""
    promised = call.disposition is not None and call.disposition.category is Category.CALLBACK
    over = lead.max_attempts is not None and lead.attempts + 1 >= lead.max_attempts
    if not over or promised or step.state not in {LeadState.RETRY, LeadState.CALLBACK}:
        return step
    return replace(step, state=LeadState.CLOSED, next_at=None, callback_agent_id=None, numbers=())


def _paused(campaign: Campaign, lead: Lead, step: LeadStep) -> LeadStep:
    """Leave a customer alone who has refused often enough, until a person decides otherwise."""
    most = campaign.refusals.pause_after
    if not step.refused or step.state is LeadState.DONE or not 0 < most <= lead.refusals + 1:
        return step
    return replace(step, state=LeadState.PAUSED, reason=REFUSALS, next_at=None)


# ---- what the agent said -------------------------------------------------------------------------------------------


def _by_disposition(campaign: Campaign, lead: Lead, call: Call, disposition: Disposition, now: datetime) -> LeadStep:
    code = disposition.code
    match disposition.category:
        case Category.SUCCESS:
            return LeadStep(LeadState.DONE, code)
        case Category.REFUSED:
            return _refused(campaign, code, now)
        case Category.DO_NOT_CALL:
            return LeadStep(LeadState.CLOSED, code)
        case Category.INVALID:
            return _number_lost(lead, code, now)
        case Category.CALLBACK:
            at = call.callback_at or now + DAY
            return LeadStep(LeadState.CALLBACK, code, next_at=at, callback_agent_id=call.agent_id)
        case _:
            return LeadStep(LeadState.RETRY, code, next_at=now + DAY)


def _refused(campaign: Campaign, code: str, now: datetime) -> LeadStep:
    if campaign.refusals.judged_final:
        return LeadStep(LeadState.DONE, code, refused=True)
    return LeadStep(LeadState.RETRY, code, next_at=now + timedelta(seconds=campaign.refusals.again_s), refused=True)


def _number_lost(lead: Lead, reason: str, now: datetime) -> LeadStep:
    """Mark a number that is vacant, or somebody else's; go on to the next one, if there is one."""
    if not lead.more_numbers:
        return LeadStep(LeadState.CLOSED, reason, mark_number_invalid=True)
    state = LeadState.CALLBACK if lead.state is LeadState.CALLBACK else LeadState.RETRY
    return LeadStep(
        state,
        reason,
        next_at=now,
        mark_number_invalid=True,
        callback_agent_id=lead.callback_agent_id,
        numbers=lead.more_numbers,
    )


# ---- what technically became of the call ---------------------------------------------------------------------------


def _by_outcome(campaign: Campaign, lead: Lead, outcome: Outcome, now: datetime) -> LeadStep:
    if outcome is Outcome.INVALID_NUMBER:
        return _number_lost(lead, outcome, now)
    row = lead.attempts_of_outcome + 1 if lead.last_outcome == outcome else 1
    if outcome is Outcome.ANSWERED:  # talked, but nobody judged the call
        return LeadStep(LeadState.RETRY, outcome, next_at=now + DAY, attempts_of_outcome=row)
    step = _again(campaign, lead, outcome, row, now)
    return replace(step, refused=outcome is Outcome.REJECTED, numbers=_numbers_after(lead, outcome))


def _again(campaign: Campaign, lead: Lead, outcome: Outcome, row: int, now: datetime) -> LeadStep:
    rule = campaign.retries.get(outcome)
    promised = lead.state is LeadState.CALLBACK
    # A promise is kept beyond the ordinary attempts, but not for ever.
    most = campaign.max_attempts * (2 if promised else 1)
    if rule is None or lead.attempts + 1 >= most:
        return LeadStep(LeadState.CLOSED, outcome, attempts_of_outcome=row)
    if row >= rule.max_attempts and not promised:
        return _next_pass(campaign, lead, outcome, row, now)
    return LeadStep(
        LeadState.CALLBACK if promised else LeadState.RETRY,
        outcome,
        next_at=now + delay(rule, row),
        attempts_of_outcome=row,
        callback_agent_id=lead.callback_agent_id,
    )


def _next_pass(campaign: Campaign, lead: Lead, outcome: Outcome, row: int, now: datetime) -> LeadStep:
    """Let a lead wait for the next pass over the list, after all who are still in this one; close it after the last."""
    if lead.pass_no >= campaign.passes:
        return LeadStep(LeadState.CLOSED, outcome, attempts_of_outcome=row)
    at = now + timedelta(seconds=campaign.pass_delay_s)
    return LeadStep(LeadState.RETRY, outcome, next_at=at, pass_no=lead.pass_no + 1)


def delay(rule: RetryRule, row: int) -> timedelta:
    """Return how long to wait after the ``row``-th attempt of one outcome in a row."""
    try:
        grown_s = rule.delay_s * rule.growth ** (row - 1)
    except OverflowError:
        grown_s = rule.longest_delay_s
    # A rule whose first delay is longer than the longest means that first delay.
    return timedelta(seconds=min(grown_s, max(rule.longest_delay_s, rule.delay_s)))


def _numbers_after(lead: Lead, outcome: Outcome) -> tuple[E164, ...]:
    """Return the numbers in the order in which they are tried from now on: who was not reached is tried elsewhere."""
    if not lead.more_numbers or outcome not in _OTHER_NUMBER_NEXT:
        return ()
    return (*lead.more_numbers, lead.number_e164)
