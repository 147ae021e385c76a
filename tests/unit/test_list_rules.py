from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.list_rules import ALLOWED, BUSY_AGAIN, CONSENT_AGAIN, STALE_AGAIN, Permission, may_call
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import CallingHours, DialMode
from waihu_models.lead import Consent, DialFacts, LeadState, Refusal
from waihu_models.rule_pack import LIFETIME_S, Cap, ConsentRule, Rules

CAMPAIGN = a_campaign(max_attempts=6, max_attempts_per_day=3)
MORNINGS = CallingHours((((time(9), time(10)),),) * 7, "Europe/London")


def judged(lead: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **rules: Any) -> Permission:
    campaign = replace(CAMPAIGN, **rules)
    return may_call(a_lead(campaign, **(lead or {})), DialFacts(**(facts or {})), campaign, NOON)


def test_a_new_lead_inside_hours_may_be_called() -> None:
    assert judged() == ALLOWED
    assert ALLOWED.refusal is None


def ago(*hours: float) -> tuple[datetime, ...]:
    return tuple(NOON - timedelta(hours=since) for since in hours)


CAPPED = Rules(caps=(Cap(6 * 3600.0, 2),))
LOCKED = Rules(redial_lockout_s=72 * 3600.0)
SOON = NOON + timedelta(minutes=5)
REFUSALS: list[tuple[Refusal, dict[str, Any], datetime | None]] = [
    (Refusal.LEAD_CLOSED, {"lead": {"state": LeadState.CLOSED}}, None),
    (Refusal.LEAD_CLOSED, {"lead": {"state": LeadState.DONE}}, None),
    (Refusal.DO_NOT_CALL, {"facts": {"do_not_call": True}}, None),
    (Refusal.CONSENT_DENIED, {"facts": {"call_consent": Consent.DENIED}}, None),
    (Refusal.NUMBER_INVALID, {"facts": {"number_valid": False}}, None),
    (Refusal.ATTEMPTS_USED, {"lead": {"attempts": 6}}, None),
    (Refusal.NUMBER_USED, {"number_caps": (Cap(LIFETIME_S, 2),), "facts": {"attempts_at": ago(900, 9000)}}, None),
    (Refusal.TOO_EARLY, {"lead": {"next_at": SOON}}, SOON),
    (Refusal.DO_NOT_CALL_STALE, {"facts": {"stale_list": "national"}}, NOON + STALE_AGAIN),
    (Refusal.NUMBER_BUSY, {"facts": {"in_call": True}}, NOON + BUSY_AGAIN),
    (Refusal.DAILY_LIMIT, {"facts": {"attempts_at": ago(1, 5, 9)}}, NOON + timedelta(hours=15, seconds=1)),
    (Refusal.CONSENT_NEEDED, {"law": Rules(call_consent=ConsentRule.OPT_IN)}, NOON + CONSENT_AGAIN),
    (Refusal.FREQUENCY_CAP, {"law": CAPPED, "facts": {"attempts_at": ago(1, 2)}}, NOON + timedelta(hours=4, seconds=1)),
    (
        Refusal.DROP_LOCKOUT,
        {"law": LOCKED, "facts": {"dropped_at": NOON - timedelta(hours=71)}},
        NOON + timedelta(hours=1, seconds=1),
    ),
    (Refusal.ZONE_UNKNOWN, {"hours": CallingHours()}, None),
    (Refusal.OUTSIDE_HOURS, {"hours": MORNINGS}, NOON + timedelta(hours=21)),
]


def test_a_campaign_s_own_cap_holds_over_its_span_beside_those_of_the_packs() -> None:
    week = (Cap(7 * 86_400.0, 3),)
    assert judged(number_caps=week, facts={"attempts_at": ago(30, 100)}) == ALLOWED
    refused = judged(number_caps=week, facts={"attempts_at": ago(30, 100, 160)})
    assert refused == Permission(Refusal.FREQUENCY_CAP, NOON + timedelta(hours=8, seconds=1))
    strictest = judged(number_caps=week, law=CAPPED, facts={"attempts_at": ago(1, 2, 160)})
    assert strictest == Permission(Refusal.FREQUENCY_CAP, NOON + timedelta(hours=8, seconds=1))


@pytest.mark.parametrize(("refusal", "given_facts", "again_at"), REFUSALS)
def test_each_rule_refuses_with_its_own_reason_and_says_when_to_try_again(
    refusal: Refusal, given_facts: dict[str, Any], again_at: datetime | None
) -> None:
    assert judged(**given_facts) == Permission(refusal, again_at)


def test_every_refusal_is_tried_here() -> None:
    # What people want (``dial_rules``), and what is found out when a call is made.
    elsewhere = {Refusal.LEAD_PAUSED, Refusal.PREFERRED_TIME, Refusal.CALLER_ID_USED_UP}
    assert {refusal for refusal, *_ in REFUSALS} == set(Refusal) - elsewhere


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


# ---- rule packs ----------------------------------------------------------------------------------------------------

OPT_IN = Rules(call_consent=ConsentRule.OPT_IN)


@pytest.mark.parametrize(("of_list", "own", "refusal"), [
    (Consent.UNKNOWN, Consent.UNKNOWN, Refusal.CONSENT_NEEDED),
    (Consent.GRANTED, Consent.UNKNOWN, None),
    (Consent.UNKNOWN, Consent.GRANTED, None),
    (Consent.GRANTED, Consent.DENIED, Refusal.CONSENT_DENIED),
    (Consent.DENIED, Consent.UNKNOWN, Refusal.CONSENT_DENIED),
    (Consent.DENIED, Consent.GRANTED, None),
])  # fmt: skip
def test_where_silence_is_a_refusal_the_customer_s_own_word_counts_before_the_list_s(
    of_list: Consent, own: Consent, refusal: Refusal | None
) -> None:
    assert judged(lead={"call_consent": of_list}, facts={"call_consent": own}, law=OPT_IN).refusal is refusal


@pytest.mark.parametrize(("mode", "screening", "refused"), [
    (DialMode.PREDICTIVE, False, True), (DialMode.RATIO, False, True),
    (DialMode.PROGRESSIVE, False, False), (DialMode.PREVIEW, False, False),
    (DialMode.PROGRESSIVE, True, True),
])  # fmt: skip
def test_who_was_abandoned_is_called_soon_only_where_an_agent_is_kept_free(
    mode: DialMode, screening: bool, refused: bool
) -> None:
    given_facts = {"facts": {"dropped_at": NOON - timedelta(hours=1)}, "law": LOCKED}
    permission = judged(mode=mode, screening=screening, **given_facts)
    assert (permission.refusal is Refusal.DROP_LOCKOUT) is refused
    never = replace(LOCKED, redial_with_agent=False)
    assert judged(mode=mode, screening=screening, **{**given_facts, "law": never}).refusal is Refusal.DROP_LOCKOUT


def test_a_lock_out_ends_by_itself() -> None:
    assert judged(facts={"dropped_at": NOON - timedelta(hours=72, seconds=1)}, law=LOCKED) == ALLOWED


def test_of_several_caps_the_one_that_holds_longest_says_when() -> None:
    china = Rules(caps=(Cap(300.0, 3), Cap(86_400.0, 5)))
    minutes = tuple(NOON - timedelta(minutes=m) for m in (1, 2, 3, 4, 5, 6))
    many = {"max_attempts_per_day": 99, "law": china}
    assert judged(facts={"attempts_at": minutes[:3]}, **many).again_at == NOON + timedelta(minutes=2, seconds=1)
    after_a_day = minutes[4] + timedelta(days=1, seconds=1)
    assert judged(facts={"attempts_at": minutes}, **many) == Permission(Refusal.FREQUENCY_CAP, after_a_day)
    assert judged(facts={"attempts_at": minutes[3:5]}, **many) == ALLOWED


FACTS = st.builds(
    DialFacts,
    do_not_call=st.booleans(),
    call_consent=st.sampled_from(Consent),
    number_valid=st.booleans(),
    attempts_at=st.lists(st.floats(0, 40), max_size=9).map(lambda hours: ago(*sorted(hours))),
    dropped_at=st.none() | st.floats(0, 99).map(lambda hours: ago(hours)[0]),
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
    campaign = replace(CAMPAIGN, law=replace(LOCKED, caps=CAPPED.caps))
    lead = a_lead(campaign, state=state, attempts=attempts, next_at=next_at)
    permission = may_call(lead, facts, campaign, NOON)
    if facts.do_not_call or facts.call_consent is Consent.DENIED or not facts.number_valid or facts.in_call:
        assert permission.refusal is not None
    if permission.again_at is not None:
        assert permission.again_at > NOON
