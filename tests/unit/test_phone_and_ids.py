import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu_models.errors import BadNumber
from waihu_models.ids import (
    AgentId,
    CallId,
    SessionId,
    agent_bridge,
    agent_leg,
    agent_of_leg,
    call_of_leg,
    customer_leg,
)
from waihu_models.ids import new_id as make_id
from waihu_models.phone import mask, parse_e164

FICTIONAL = "+441632960123"


@pytest.mark.parametrize(("text", "region"), [
    ("+441632960123", None),
    ("+44 1632 960123", None),
    ("00441632960123", None),
    (" +44 (0)1632 960-123 ", None),
    ("+４４１６３２９６０１２３", None),
    ("01632 960123", "GB"),
    ("(01632) 960 123", "GB"),
    ("+441632960123", "CN"),
    ("tel:+44-1632-960123", None),
])  # fmt: skip
def test_a_number_has_one_spelling_however_it_is_written(text: str, region: str | None) -> None:
    assert parse_e164(text, region, allow_fictional=True) == FICTIONAL


def test_a_chinese_mobile_number_is_read_in_its_own_region() -> None:
    assert parse_e164("138 0013 8000", "CN") == "+8613800138000"


@pytest.mark.parametrize(("text", "why"), [
    ("", "not a phone number"),
    ("hello", "not a phone number"),
    ("01632960123", "no region is set"),
    ("+44163", "wrong number of digits"),
    ("+4416329601230000", "wrong number of digits"),
    ("+999123456789", "not a phone number"),
])  # fmt: skip
def test_what_is_no_number_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadNumber, match=why):
        parse_e164(text, allow_fictional=True)


def test_a_number_given_to_nobody_is_refused_unless_that_is_wanted() -> None:
    with pytest.raises(BadNumber, match="no range that is in use"):
        parse_e164("+15550100199")


@pytest.mark.parametrize("text", ["01632960123", "+4416329601230000", "+15550100199"])
def test_a_refusal_never_repeats_the_whole_number(text: str) -> None:
    with pytest.raises(BadNumber) as caught:
        parse_e164(text)
    assert text not in str(caught.value)
    assert text[-4:] in str(caught.value)


@pytest.mark.parametrize(("number", "masked"), [
    ("13800138000", "138****8000"),
    ("+8613800138000", "138****8000"),
    ("+441632960123", "+44****0123"),
    ("12345678", "123****5678"),
    ("1234567", "****67"),
    ("1", "****1"),
    ("", "****"),
])  # fmt: skip
def test_a_masked_number_shows_only_its_ends(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(st.text(max_size=40), st.none() | st.sampled_from(["GB", "CN", "US"]))
def test_any_text_is_either_a_number_or_refused(text: str, region: str | None) -> None:
    try:
        number = parse_e164(text, region, allow_fictional=True)
    except BadNumber:
        return
    assert number.startswith("+")
    assert number[1:].isdigit()
    assert number.isascii()


# ---- identifiers --------------------------------------------------------------------------------------------------


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = make_id()
    assert len(made) == 32
    assert made[12] == "7"
    assert made[16] in "89ab"
    assert abs(int(made[:12], 16) / 1000 - time.time()) < 5


def test_ids_sort_by_the_time_they_were_made_and_never_repeat() -> None:
    made = [make_id() for _ in range(5000)]
    assert len(set(made)) == 5000
    stamps = [one[:12] for one in made]
    assert stamps == sorted(stamps)


NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=1, max_size=32)


@given(st.uuids())
def test_the_leg_of_a_call_says_whose_it_is(value: object) -> None:
    call_id = CallId(str(value).replace("-", ""))
    assert call_of_leg(customer_leg(call_id)) == call_id
    assert agent_of_leg(customer_leg(call_id)) is None


@given(NAMES, st.integers(0, 99))
def test_the_leg_and_the_bridge_of_an_agent_say_whose_they_are(name: str, count: int) -> None:
    session = SessionId(f"{make_id()}.{count}")
    for made in (agent_leg(AgentId(name), session), agent_bridge(AgentId(name), session)):
        assert agent_of_leg(made) == name
        assert call_of_leg(made) is None


@pytest.mark.parametrize("leg", ["", "1764000000.12", "c-", "c-short", "a-", "a-agent1", "a--s1", "b-", "PJSIP/x-1"])
def test_a_leg_named_by_somebody_else_is_nobody_s(leg: str) -> None:
    assert call_of_leg(leg) is None
    assert agent_of_leg(leg) is None
