import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu_models.outcome import LIVE_ANSWERS, LegEnd, Outcome, decide_outcome
from waihu_models.signals import Verdict

# What a carrier did, as the exchange reports it at the end of an unanswered leg: cause, SIP code.
UNANSWERED = [
    ("486 busy", 17, 486, Outcome.BUSY),
    ("404 vacant", 1, 404, Outcome.INVALID_NUMBER),
    ("410 changed", 22, 410, Outcome.INVALID_NUMBER),
    ("484 incomplete", 28, 484, Outcome.INVALID_NUMBER),
    ("604 nowhere", 28, 604, Outcome.INVALID_NUMBER),
    ("403 forbidden", 21, 403, Outcome.REJECTED),
    ("603 declined", 21, 603, Outcome.REJECTED),
    ("607 unwanted", 21, 607, Outcome.REJECTED),
    ("608 rejected", 21, 608, Outcome.REJECTED),
    ("408 time-out", 18, 408, Outcome.UNREACHABLE),
    ("480 switched off", 19, 480, Outcome.UNREACHABLE),
    ("500 broken", 38, 500, Outcome.CONGESTION),
    ("502 bad gateway", 27, 502, Outcome.CONGESTION),
    ("503 overloaded", 34, 503, Outcome.CONGESTION),
    ("600 busy everywhere", 17, 600, Outcome.BUSY),
    ("699 unheard of", 0, 699, Outcome.REJECTED),
    ("401 our password is wrong", 21, 401, Outcome.FAILED),
    ("488 no common codec", 58, 488, Outcome.FAILED),
    ("cause 17 alone", 17, 0, Outcome.BUSY),
    ("cause 1 alone", 1, 0, Outcome.INVALID_NUMBER),
    ("cause 19 alone", 19, 0, Outcome.NO_ANSWER),
    ("cause 34 alone", 34, 0, Outcome.CONGESTION),
    ("cause 44 alone: torn down on our side", 44, 0, Outcome.FAILED),
    ("nothing said at all", 0, 0, Outcome.FAILED),
]


@pytest.mark.parametrize(("carrier", "cause", "sip_code", "outcome"), UNANSWERED)
def test_what_the_carrier_did_decides_an_unanswered_call(
    carrier: str, cause: int, sip_code: int, outcome: Outcome
) -> None:
    end = LegEnd(cause=cause, sip_code=sip_code, ring_s=3.0, ring_timeout_s=27.0)
    assert decide_outcome(end) is outcome, carrier


@pytest.mark.parametrize(("ring_s", "outcome"), [
    (27.0, Outcome.NO_ANSWER), (26.6, Outcome.NO_ANSWER), (31.0, Outcome.NO_ANSWER),
    (26.4, Outcome.UNREACHABLE), (1.0, Outcome.UNREACHABLE),
])  # fmt: skip
def test_only_the_time_tells_our_own_ring_time_out_from_a_phone_that_is_switched_off(
    ring_s: float, outcome: Outcome
) -> None:
    assert decide_outcome(LegEnd(cause=19, sip_code=480, ring_s=ring_s, ring_timeout_s=27.0)) is outcome


@pytest.mark.parametrize("sip_code", [404, 486, 503, 603])
def test_a_refusal_that_comes_as_late_as_the_ring_time_out_is_still_a_refusal(sip_code: int) -> None:
    late = decide_outcome(LegEnd(sip_code=sip_code, ring_s=27.0, ring_timeout_s=27.0))
    assert late is decide_outcome(LegEnd(sip_code=sip_code, ring_s=1.0, ring_timeout_s=27.0))
    assert late is not Outcome.NO_ANSWER


def test_without_a_ring_time_out_nothing_can_have_timed_out() -> None:
    assert decide_outcome(LegEnd(cause=19, sip_code=480, ring_s=60.0)) is Outcome.UNREACHABLE


@pytest.mark.parametrize(("end", "outcome"), [
    (LegEnd(answered=True, connected=True, cause=16), Outcome.ANSWERED),
    (LegEnd(answered=True, connected=True, lost=True), Outcome.ANSWERED),
    (LegEnd(answered=True, connected=True, verdict=Verdict.MACHINE), Outcome.ANSWERED),
    (LegEnd(answered=True, abandoned=True), Outcome.ABANDONED),
    (LegEnd(answered=True, abandoned=True, lost=True), Outcome.ABANDONED),
    (LegEnd(answered=True, verdict=Verdict.MACHINE, hang_up_asked=True), Outcome.MACHINE),
    (LegEnd(answered=True, cause=16), Outcome.HUNG_UP),
    (LegEnd(answered=True, cause=0), Outcome.HUNG_UP),
    (LegEnd(answered=True, verdict=Verdict.UNSURE), Outcome.HUNG_UP),
    (LegEnd(answered=True, lost=True), Outcome.FAILED),
    (LegEnd(lost=True, sip_code=486), Outcome.FAILED),
    (LegEnd(hang_up_asked=True, cause=19, sip_code=487, ring_s=27.0, ring_timeout_s=27.0), Outcome.CANCELLED),
])  # fmt: skip
def test_after_an_answer_it_counts_who_was_there(end: LegEnd, outcome: Outcome) -> None:
    assert decide_outcome(end) is outcome


ENDS = st.builds(
    LegEnd,
    answered=st.booleans(),
    connected=st.booleans(),
    abandoned=st.booleans(),
    verdict=st.none() | st.sampled_from(Verdict),
    ring_s=st.floats(0, 300),
    ring_timeout_s=st.sampled_from([0.0, 27.0]),
    hang_up_asked=st.booleans(),
    cause=st.integers(-1, 300),
    sip_code=st.integers(-1, 999),
    lost=st.booleans(),
)


@given(ENDS)
def test_every_end_has_an_outcome_and_only_answered_calls_count_as_live(end: LegEnd) -> None:
    outcome = decide_outcome(end)
    assert isinstance(outcome, Outcome)
    if outcome in LIVE_ANSWERS:
        assert end.answered or end.connected
