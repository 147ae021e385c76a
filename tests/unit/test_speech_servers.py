"""How servers of vosk-server are named in the settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.server_address import ServerAddress, server_named
from waihu_models.errors import BadInput


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ws://10.0.0.7:2700", ServerAddress("ws://10.0.0.7:2700")),
        ("  wss://asr.example/en 2.5 ", ServerAddress("wss://asr.example/en", 2.5)),
        ("ws://h:1 zh-yue en 3", ServerAddress("ws://h:1", 3.0, ("zh-yue", "en"))),
    ],
)
def test_an_address_has_a_weight_and_languages_where_they_are_said(text: str, address: ServerAddress) -> None:
    assert server_named(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "h:2700", "http://h:1", "ws://", "ws://user@h:1", "ws://h:1 0", "ws://h:1 -2", "ws://h:1 x.y", "ws://h:1 1e9"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match=r"speech\.servers: "):
        server_named(text)


@given(st.text(max_size=40).filter(lambda text: not text.strip().startswith("ws")))
def test_no_text_that_is_no_address_is_taken(text: str) -> None:
    with pytest.raises(BadInput):
        server_named(text)


def test_a_server_knows_dialects_of_its_languages_and_what_the_settings_say_where_it_names_none() -> None:
    named, silent = ServerAddress("ws://h", 1.0, ("zh",)), ServerAddress("ws://h")
    assert [named.knows(language, "en") for language in ("zh", "zh-yue", "en")] == [True, True, False]
    assert [silent.knows(language, "en") for language in ("zh", "en-in", "en")] == [False, True, True]
