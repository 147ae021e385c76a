from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.lead_steps import REFUSALS, delay, next_step
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead
from waihu_models.campaign import RefusalRule, RetryRule
from waihu_models.disposition import STANDARD, Category, Disposition
from waihu_models.ids import AgentId
from waihu_models.lead import LeadState, LeadStep
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

CAMPAIGN = a_campaign(max_attempts=6)
DAY = timedelta(days=1)
RETRIED = sorted(CAMPAIGN.retries)


def after(call: dict[str, Any], lead: dict[str, Any] | None = None, **rules: Any) -> LeadStep:
    campaign = a_campaign(**{"max_attempts": 6, **rules})
    return next_step(campaign, a_lead(campaign, **(lead or {})), a_call(agent_id=AgentId("agent1"), **call), NOON)


def judged(category: Category, **call: Any) -> LeadStep:
    disposition = Disposition("mine", "Mine", "我的", category)
    return after({"disposition": disposition, "outcome": Outcome.ANSWERED, **call})


@pytest.mark.parametrize(("category", "step"), [
    (Category.SUCCESS, LeadStep(LeadState.DONE, "mine")),
    (Category.REFUSED, LeadStep(LeadState.DONE, "mine", refused=True)),
    (Category.DO_NOT_CALL, LeadStep(LeadState.CLOSED, "mine")),
    (Category.INVALID, LeadStep(LeadState.CLOSED, "mine", mark_number_invalid=True)),
    (Category.CALLBACK, LeadStep(LeadState.CALLBACK, "mine", next_at=NOON + DAY, callback_agent_id=AgentId("agent1"))),
    (Category.OTHER, LeadStep(LeadState.RETRY, "mine", next_at=NOON + DAY)),
    (Category.NO_CONTACT, LeadStep(LeadState.RETRY, "answered", next_at=NOON + DAY, attempts_of_outcome=1)),
])  # fmt: skip
def test_the_agent_s_judgement_decides_the_next_step(category: Category, step: LeadStep) -> None:
    assert judged(category) == step


def test_a_callback_is_promised_for_the_time_that_was_agreed() -> None:
    assert judged(Category.CALLBACK, callback_at=NOON + timedelta(hours=3)).next_at == NOON + timedelta(hours=3)


def test_nobody_spoke_leaves_it_to_the_technical_outcome() -> None:
    step = after({"disposition": STANDARD["machine"], "outcome": Outcome.MACHINE})
    assert (step.state, step.reason) == (LeadState.RETRY, "machine")
    assert step.next_at == NOON + timedelta(seconds=CAMPAIGN.retries[Outcome.MACHINE].delay_s)


@pytest.mark.parametrize("outcome", RETRIED)
def test_an_outcome_with_a_retry_rule_is_tried_again_after_its_delay(outcome: Outcome) -> None:
    step = after({"outcome": outcome})
    delay = timedelta(seconds=CAMPAIGN.retries[outcome].delay_s)
    refused = outcome is Outcome.REJECTED
    assert step == LeadStep(LeadState.RETRY, outcome, next_at=NOON + delay, attempts_of_outcome=1, refused=refused)


@pytest.mark.parametrize("outcome", RETRIED)
def test_an_outcome_is_tried_again_only_as_often_as_its_rule_says(outcome: Outcome) -> None:
    limit = CAMPAIGN.retries[outcome].max_attempts
    before = {"last_outcome": str(outcome), "attempts_of_outcome": limit - 2}
    assert after({"outcome": outcome}, before).state is (LeadState.RETRY if limit > 1 else LeadState.CLOSED)
    before["attempts_of_outcome"] = limit - 1
    closed = after({"outcome": outcome}, before)
    refused = outcome is Outcome.REJECTED
    assert closed == LeadStep(LeadState.CLOSED, outcome, attempts_of_outcome=limit, refused=refused)


def test_another_outcome_in_between_begins_the_row_anew() -> None:
    step = after({"outcome": Outcome.BUSY}, {"last_outcome": "no_answer", "attempts_of_outcome": 3})
    assert (step.state, step.attempts_of_outcome) == (LeadState.RETRY, 1)


@pytest.mark.parametrize(("attempts", "state"), [(4, LeadState.RETRY), (5, LeadState.CLOSED), (9, LeadState.CLOSED)])
def test_the_attempt_under_way_counts_towards_the_limit_of_the_campaign(attempts: int, state: LeadState) -> None:
    assert after({"outcome": Outcome.BUSY}, {"attempts": attempts}).state is state


def test_an_outcome_without_a_rule_closes_the_lead() -> None:
    assert after({"outcome": Outcome.BUSY}, retries={}).state is LeadState.CLOSED


def test_a_vacant_number_is_marked_and_never_called_again_not_even_as_a_callback() -> None:
    for state in (LeadState.DIALLING, LeadState.CALLBACK):
        step = after({"outcome": Outcome.INVALID_NUMBER}, {"state": state})
        assert step == LeadStep(LeadState.CLOSED, Outcome.INVALID_NUMBER, mark_number_invalid=True)


def test_a_call_that_nobody_judged_is_followed_up_the_next_day() -> None:
    step = after({"outcome": Outcome.ANSWERED})
    assert step == LeadStep(LeadState.RETRY, "answered", next_at=NOON + DAY, attempts_of_outcome=1)


def test_a_call_without_an_outcome_has_failed() -> None:
    assert after({"outcome": None}).reason == Outcome.FAILED


@pytest.mark.parametrize("outcome", RETRIED)
def test_a_promised_callback_stays_promised_to_the_same_agent_until_it_is_kept(outcome: Outcome) -> None:
    lead = {"state": LeadState.CALLBACK, "attempts": 8, "callback_agent_id": AgentId("agent7")}
    step = after({"outcome": outcome}, lead)
    assert (step.state, step.callback_agent_id) == (LeadState.CALLBACK, "agent7")
    assert step.next_at is not None


@pytest.mark.parametrize("outcome", RETRIED)
def test_a_promise_is_given_up_after_twice_the_ordinary_attempts(outcome: Outcome) -> None:
    assert after({"outcome": outcome}, {"state": LeadState.CALLBACK, "attempts": 11}).state is LeadState.CLOSED


# ---- growth of delays, and passes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "waits_s"), [(1, 300), (2, 600), (3, 1200), (4, 1500), (99, 1500), (5000, 1500)])
def test_each_delay_is_so_many_times_the_one_before_up_to_the_longest(row: int, waits_s: float) -> None:
    assert delay(RetryRule(300.0, 9999, 2.0, 1500.0), row) == timedelta(seconds=waits_s)


def test_without_growth_every_delay_is_the_same() -> None:
    assert {delay(RetryRule(1e6, 9), row) for row in range(1, 9)} == {timedelta(seconds=1e6)}


def test_the_second_busy_in_a_row_waits_for_the_grown_delay() -> None:
    rules = {Outcome.BUSY: RetryRule(300.0, 9, 3.0)}
    step = after({"outcome": Outcome.BUSY}, {"last_outcome": "busy", "attempts_of_outcome": 1}, retries=rules)
    assert step.next_at == NOON + timedelta(seconds=900)


def test_a_lead_whose_attempts_of_an_outcome_are_used_up_waits_for_the_next_pass() -> None:
    used_up = {"last_outcome": "busy", "attempts_of_outcome": 3, "attempts": 3}
    rules = {"passes": 2, "pass_delay_s": 3600.0}
    step = after({"outcome": Outcome.BUSY}, used_up, **rules)
    assert step == LeadStep(LeadState.RETRY, Outcome.BUSY, next_at=NOON + timedelta(hours=1), pass_no=2)
    assert after({"outcome": Outcome.BUSY}, {**used_up, "pass_no": 2}, **rules).state is LeadState.CLOSED
    assert after({"outcome": Outcome.BUSY}, {**used_up, "attempts": 5}, **rules).state is LeadState.CLOSED


# ---- refusals -----------------------------------------------------------------------------------------------------


def test_the_third_declined_call_pauses_a_lead() -> None:
    states = [after({"outcome": Outcome.REJECTED}, {"refusals": refusals}).state for refusals in range(4)]
    assert states == [LeadState.RETRY, LeadState.RETRY, LeadState.PAUSED, LeadState.PAUSED]
    third = after({"outcome": Outcome.REJECTED}, {"refusals": 2})
    assert (third.reason, third.next_at, third.refused) == (REFUSALS, None, True)


def test_a_refusal_told_to_an_agent_counts_where_it_is_not_final() -> None:
    rule = RefusalRule(pause_after=2, judged_final=False, again_s=60.0)
    call = {"disposition": STANDARD["refused"], "outcome": Outcome.ANSWERED}
    first = after(call, refusals=rule)
    assert first == LeadStep(LeadState.RETRY, "refused", next_at=NOON + timedelta(seconds=60), refused=True)
    assert after(call, {"refusals": 1}, refusals=rule).state is LeadState.PAUSED
    assert after(call, {"refusals": 1}, refusals=RefusalRule(pause_after=2)).state is LeadState.DONE


def test_nothing_pauses_a_lead_where_no_number_of_refusals_does() -> None:
    never = RefusalRule(pause_after=0)
    assert after({"outcome": Outcome.REJECTED}, {"refusals": 9}, refusals=never).state is LeadState.RETRY
    assert after({"outcome": Outcome.BUSY}, {"refusals": 9}).state is LeadState.RETRY


# ---- several numbers ----------------------------------------------------------------------------------------------

HOME, WORK, MOBILE = E164("+441632960201"), E164("+441632960202"), E164("+441632960203")
NUMBERS: dict[str, Any] = {"number_e164": HOME, "more_numbers": (WORK, MOBILE)}


@pytest.mark.parametrize(("outcome", "numbers"), [
    (Outcome.NO_ANSWER, (WORK, MOBILE, HOME)), (Outcome.UNREACHABLE, (WORK, MOBILE, HOME)),
    (Outcome.MACHINE, (WORK, MOBILE, HOME)), (Outcome.BUSY, ()), (Outcome.CONGESTION, ()), (Outcome.HUNG_UP, ()),
])  # fmt: skip
def test_who_is_not_reached_is_tried_at_the_next_number(outcome: Outcome, numbers: tuple[E164, ...]) -> None:
    assert after({"outcome": outcome}, NUMBERS).numbers == numbers
    assert after({"outcome": outcome}).numbers == ()


def test_a_vacant_number_of_several_gives_way_to_the_next_and_is_marked() -> None:
    step = after({"outcome": Outcome.INVALID_NUMBER}, NUMBERS)
    assert (step.state, step.next_at, step.numbers) == (LeadState.RETRY, NOON, (WORK, MOBILE))
    assert step.mark_number_invalid
    wrong = after({"outcome": Outcome.ANSWERED, "disposition": STANDARD["wrong_number"]}, NUMBERS)
    assert (wrong.numbers, wrong.mark_number_invalid) == ((WORK, MOBILE), True)


LEADS = st.fixed_dictionaries(
    {"state": st.sampled_from(LeadState), "attempts": st.integers(0, 20), "refusals": st.integers(0, 5)},
    optional={"more_numbers": st.just((WORK, MOBILE))},
)


@given(
    st.none() | st.sampled_from(Outcome),
    st.none() | st.sampled_from(sorted(STANDARD)),
    LEADS,
    st.dictionaries(st.sampled_from(Outcome), st.builds(RetryRule, st.floats(1, 1e6), st.integers(0, 9))),
)
def test_every_step_either_ends_a_lead_or_says_when_to_go_on(
    outcome: Outcome | None, code: str | None, lead: dict[str, Any], retries: dict[Outcome, RetryRule]
) -> None:
    call = {"outcome": outcome, "disposition": STANDARD[code] if code else None}
    step = after(call, lead, retries=retries, passes=2)
    assert step.state not in {LeadState.NEW, LeadState.DIALLING}
    assert (step.next_at is None) == (step.state in {LeadState.DONE, LeadState.CLOSED, LeadState.PAUSED})
    if step.next_at is not None and not step.mark_number_invalid:
        assert step.next_at > NOON
    assert step.reason
