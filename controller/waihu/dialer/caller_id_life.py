"""How a caller id moves between its states; the graph stands in ``waihu_models.caller_id``."""

from dataclasses import replace
from datetime import datetime, timedelta

from waihu.dialer.answer_rates import limit, on_trial, restarted, watched
from waihu_models.caller_id import CallerIdSet, NumberState, OwnNumber, StateReason, Tally


def after_period(number: OwnNumber, rules: CallerIdSet, own: Tally, others: Tally, at: datetime) -> OwnNumber:
    """Return the number after a quarter hour that ended at ``at``.

    Args:
        number: As it was.
        rules: Of its set.
        own: Its calls.
        others: Calls from the set's numbers that are neither this one nor on trial.
        at: When the quarter hour ended.
    """
    if not own.dialled:
        return number
    if number.state is NumberState.TRIAL:
        tried = replace(number, watch=on_trial(number.watch, own, others))
        return _judged(tried, rules, at) if tried.watch.own.dialled >= rules.trial_calls else tried
    if number.state is not NumberState.ACTIVE:
        return number
    later = replace(number, watch=watched(number.watch, own, others))
    if later.watch.score < limit(rules.false_alarm_ratio):
        return later
    return _quarantined(later, rules, StateReason.ANSWERS_FELL, at)


def _judged(number: OwnNumber, rules: CallerIdSet, at: datetime) -> OwnNumber:
    """End a trial: is it more likely to be answered as usual, or half as often?"""
    if number.watch.score > 0:
        return _quarantined(number, rules, StateReason.TRIAL_FAILED, at)
    return active(number, StateReason.TRIAL_PASSED, at)


def _quarantined(number: OwnNumber, rules: CallerIdSet, reason: StateReason, at: datetime) -> OwnNumber:
    # The watch stays as it is: it holds the figures people are shown.
    until = at + timedelta(seconds=rules.quarantine_s)
    return replace(number, state=NumberState.QUARANTINED, since=at, until=until, reason=reason, note="")


def when_due(number: OwnNumber, now: datetime) -> OwnNumber:
    """Return the number as it is at this moment: a rest ends by itself, and a quarantine becomes a trial."""
    if number.until is None or number.until > now:
        return number
    if number.state is NumberState.QUARANTINED:
        begun = replace(number, state=NumberState.TRIAL, since=now, until=None, reason=StateReason.QUARANTINE_OVER)
        return replace(begun, watch=restarted(number.watch))
    return active(number, StateReason.REST_OVER, now)


def active(number: OwnNumber, reason: StateReason, at: datetime, note: str = "") -> OwnNumber:
    """Return the number in use again; its test begins anew."""
    free = replace(number, state=NumberState.ACTIVE, since=at, until=None, reason=reason, note=note)
    return replace(free, watch=restarted(number.watch))


def rested(number: OwnNumber, until: datetime | None, at: datetime, note: str = "") -> OwnNumber:
    """Return the number left alone by a person's wish; None: until it is released."""
    return replace(number, state=NumberState.RESTED, since=at, until=until, reason=StateReason.BY_HAND, note=note)
