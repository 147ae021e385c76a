"""In whose name a SIP message speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.api.sip_names import speaks_as

PHONE = "w-" + "a" * 32
OTHER = "w-" + "b" * 32
OWN = f"<sip:{PHONE}@waihu>;tag=1"


def a_message(
    start: str = "INVITE sip:*43@waihu SIP/2.0", body: str = "", length: int | None = None, **headers: str
) -> str:
    given = {"Via": "SIP/2.0/WS x.invalid;branch=z9", "From": OWN, "To": "<sip:*43@waihu>", "Call-ID": "1", **headers}
    lines = [start, *(f"{name.rstrip('_').replace('__', '-')}: {value}" for name, value in given.items() if value)]
    size = len(body.encode()) if length is None else length
    return "\r\n".join([*lines, f"Content-Length: {size}", "", body])


@pytest.mark.parametrize("said", [
    OWN, f'"Ann" {OWN}', f"Ann {OWN}", f"<sips:{PHONE}@waihu.example:5061>", f"<SIP:{PHONE}@[::1]>;tag=x;y=z",
])  # fmt: skip
def test_a_phone_speaks_in_its_own_name(said: str) -> None:
    assert speaks_as(PHONE, a_message(From=said))
    assert speaks_as(PHONE, a_message("REGISTER sip:waihu SIP/2.0", From=said))
    assert speaks_as(PHONE, a_message(body="v=0\r\nö", From=said))


@pytest.mark.parametrize("said", [
    f"<sip:{OTHER}@waihu>;tag=1",
    "<sip:carrier@127.0.0.1>",
    f"<sip:{PHONE}x@waihu>",
    f"<sip:x{PHONE}@waihu>",
    f"<sip:{PHONE.upper()}@waihu>",
    f"sip:{PHONE}@waihu;tag=1",
    f'"a\\" <sip:{PHONE}@waihu>" <sip:carrier@waihu>',
    f'"<sip:{PHONE}@waihu>" <sip:carrier@waihu>',
    f"<sip:{PHONE}@waihu>, <sip:carrier@waihu>",
    f"<sip:{PHONE}@waihu\r\n <sip:carrier@waihu>",
    "",
])  # fmt: skip
def test_a_phone_does_not_speak_in_another_name(said: str) -> None:
    assert not speaks_as(PHONE, a_message(From=said))


def test_within_a_call_the_exchange_knows_whose_it_is() -> None:
    named_by_contact = "<sip:x7h2@abc.invalid;transport=ws>;tag=2"
    within = a_message("BYE sip:asterisk@127.0.0.1 SIP/2.0", From=named_by_contact, To="<sip:w@waihu>;tag=as5")
    assert speaks_as(PHONE, within)
    for outside in ("<sip:w@waihu>", "<sip:w@waihu;tag=as5>", '"x>;tag=1" <sip:w@waihu>', "<sip:w@waihu>;tag="):
        assert not speaks_as(PHONE, a_message(From=named_by_contact, To=outside))


def test_a_response_answers_only_what_was_asked() -> None:
    assert speaks_as(PHONE, a_message("SIP/2.0 200 OK", From="<sip:asterisk@127.0.0.1>"))


@pytest.mark.parametrize("keep_alive", ["", "\r\n", "\r\n\r\n"])
def test_a_keep_alive_says_nothing(keep_alive: str) -> None:
    assert speaks_as(PHONE, keep_alive)


@pytest.mark.parametrize("twice", [
    {"f": "<sip:carrier@waihu>"}, {"from_": "<sip:carrier@waihu>"}, {"FROM": "<sip:carrier@waihu>"},
    {"t": "<sip:x@waihu>;tag=1"}, {"l": "0"}, {"content__length": "0"},
])  # fmt: skip
def test_what_is_said_twice_is_refused(twice: dict[str, str]) -> None:
    assert not speaks_as(PHONE, a_message(**twice))


def test_a_second_message_behind_the_first_is_refused() -> None:
    hidden = a_message(From="<sip:carrier@waihu>")
    for first in (a_message("SIP/2.0 200 OK"), a_message()):
        assert not speaks_as(PHONE, first + hidden)
    assert not speaks_as(PHONE, a_message(body=hidden, length=0))
    assert not speaks_as(PHONE, "\r\n\r\n" + hidden)


@pytest.mark.parametrize("end", ["\n", "\r", "\0"])
def test_lines_that_end_otherwise_are_refused(end: str) -> None:
    assert not speaks_as(PHONE, a_message(From=f"{OWN}{end}From: <sip:carrier@waihu>"))
    assert not speaks_as(PHONE, a_message(Subject=f"x{end}From: <sip:carrier@waihu>"))


@given(st.text(st.sampled_from('\r\n <>:;@"\\,abw-From: sip:SIP/2.0ToVia0123'), max_size=200))
def test_nothing_makes_it_fail(text: str) -> None:
    assert speaks_as(PHONE, text) in {True, False}
