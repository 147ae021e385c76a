from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.list_rules import ALLOWED, BUSY_AGAIN, LIMIT_AGAIN, Permission, may_call
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import CallingHours
from waihu_models.lead import Consent, DialFacts, LeadState, Refusal

CAMPAIGN = a_campaign(max_attempts=6, max_attempts_per_day=3)
MORNINGS = CallingHours((((time(9), time(10)),),) * 7, "Europe/London")


def judged(lead: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **rules: Any) -> Permission:
    campaign = replace(CAMPAIGN, **rules)
    return may_call(a_lead(campaign, **(lead or {})), DialFacts(**(facts or {})), campaign, NOON)


def test_a_new_lead_inside_hours_may_be_called() -> None:
    assert judged() == ALLOWED
    assert ALLOWED.refusal is None


SOON = NOON + timedelta(minutes=5)
REFUSALS: list[tuple[Refusal, dict[str, Any], datetime | None]] = [
    (Refusal.LEAD_CLOSED, {"lead": {"state": LeadState.CLOSED}}, None),
    (Refusal.LEAD_CLOSED, {"lead": {"state": LeadState.DONE}}, None),
    (Refusal.DO_NOT_CALL, {"facts": {"do_not_call": True}}, None),
    (Refusal.CONSENT_DENIED, {"facts": {"call_consent": Consent.DENIED}}, None),
    (Refusal.NUMBER_INVALID, {"facts": {"number_valid": False}}, None),
    (Refusal.ATTEMPTS_USED, {"lead": {"attempts": 6}}, None),
    (Refusal.TOO_EARLY, {"lead": {"next_at": SOON}}, SOON),
    (Refusal.NUMBER_BUSY, {"facts": {"in_call": True}}, NOON + BUSY_AGAIN),
    (Refusal.DAILY_LIMIT, {"facts": {"attempts_24h": 3}}, NOON + LIMIT_AGAIN),
    (Refusal.ZONE_UNKNOWN, {"hours": CallingHours()}, None),
    (Refusal.OUTSIDE_HOURS, {"hours": MORNINGS}, NOON + timedelta(hours=21)),
]


@pytest.mark.parametrize(("refusal", "given_facts", "again_at"), REFUSALS)
def test_each_rule_refuses_with_its_own_reason_and_says_when_to_try_again(
    refusal: Refusal, given_facts: dict[str, Any], again_at: datetime | None
) -> None:
    assert judged(**given_facts) == Permission(refusal, again_at)


def test_every_refusal_is_tried_here() -> None:
    assert {refusal for refusal, *_ in REFUSALS} == set(Refusal)


def test_what_holds_for_ever_is_said_before_what_holds_for_now() -> None:
    permission = judged(lead={"next_at": SOON}, facts={"do_not_call": True, "in_call": True}, hours=MORNINGS)
    assert permission == Permission(Refusal.DO_NOT_CALL)


def test_a_promised_callback_is_kept_when_attempts_are_used_up() -> None:
    assert judged(lead={"state": LeadState.CALLBACK, "attempts": 60, "next_at": NOON}) == ALLOWED


def test_even_a_promised_callback_gives_way_to_the_do_not_call_list() -> None:
    permission = judged(lead={"state": LeadState.CALLBACK}, facts={"do_not_call": True})
    assert permission.refusal is Refusal.DO_NOT_CALL


@pytest.mark.parametrize("consent", [Consent.UNKNOWN, Consent.GRANTED])
def test_only_a_spoken_no_is_a_no(consent: Consent) -> None:
    assert judged(facts={"call_consent": consent}) == ALLOWED


FACTS = st.builds(
    DialFacts,
    do_not_call=st.booleans(),
    call_consent=st.sampled_from(Consent),
    number_valid=st.booleans(),
    attempts_24h=st.integers(0, 9),
    in_call=st.booleans(),
)


@given(
    FACTS,
    st.sampled_from(LeadState),
    st.integers(0, 9),
    st.none() | st.timedeltas(timedelta(-3), timedelta(3)).map(lambda d: NOON + d),
)
def test_nobody_on_the_do_not_call_list_is_ever_called_and_a_second_try_is_never_in_the_past(
    facts: DialFacts, state: LeadState, attempts: int, next_at: datetime | None
) -> None:
    lead = a_lead(CAMPAIGN, state=state, attempts=attempts, next_at=next_at)
    permission = may_call(lead, facts, CAMPAIGN, NOON)
    if facts.do_not_call or facts.call_consent is Consent.DENIED or not facts.number_valid or facts.in_call:
        assert permission.refusal is not None
    if permission.again_at is not None:
        assert permission.again_at > NOON
