"""What every speaker promises: espeak-ng, and the fake that other tests use."""

import asyncio
from array import array

import pytest

from waihu.telephony.espeak import Espeak
from waihu.telephony.speaking import LONGEST_TEXT, Saying, Speaker
from waihu.telephony.tones import RATE_HZ
from waihu.testing.fake_speaker import FakeSpeaker
from waihu_models.errors import BadInput


@pytest.fixture(params=["fake", "espeak"])
def speaker(request: pytest.FixtureRequest) -> Speaker:
    return FakeSpeaker() if request.param == "fake" else Espeak()


def loudest(sound: bytes) -> int:
    return max(map(abs, array("h", sound)))


TEXTS = {"en": "You are number 3 in line. The estimated wait is 2 minutes.", "zh": "你是第三位，预计等待两分钟。"}


@pytest.mark.parametrize("language", TEXTS)
async def test_a_text_becomes_sound_of_8_khz_that_can_be_heard(speaker: Speaker, language: str) -> None:
    sound = await speaker.speak(Saying(TEXTS[language], language))
    assert len(sound) % 2 == 0
    assert 0.5 < len(sound) / 2 / RATE_HZ < 15.0
    assert loudest(sound) > 3000


async def test_the_same_text_sounds_the_same_and_another_differs(speaker: Speaker) -> None:
    first, again, other = [await speaker.speak(Saying(text)) for text in ("One two", "One two", "Three")]
    assert first == again
    assert first != other


async def test_longer_texts_take_longer_and_the_longest_can_be_spoken(speaker: Speaker) -> None:
    short = await speaker.speak(Saying("wait"))
    longest = await speaker.speak(Saying(("wait " * LONGEST_TEXT)[:LONGEST_TEXT].strip()))
    assert len(longest) > 5 * len(short)


@pytest.mark.parametrize("text", ["-w /etc/passwd", "$(touch x); `id` | cat", "<speak>\n& 'quotes\"", "名字 Ada"])
async def test_a_text_is_never_anything_but_a_text(speaker: Speaker, text: str) -> None:
    assert await speaker.speak(Saying(text, "zh"))


@pytest.mark.parametrize("text", ["", "  \n", "a\0b", "\x1b[2J", "x" * (LONGEST_TEXT + 1)])
async def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Saying(text)


async def test_a_language_nobody_speaks_is_refused() -> None:
    with pytest.raises(BadInput, match="en and zh"):
        Saying("bonjour", "fr")


async def test_a_voice_can_be_chosen_and_one_that_is_not_there_is_refused(speaker: Speaker) -> None:
    usual, chosen = await speaker.speak(Saying("hello")), await speaker.speak(Saying("hello", voice="en-gb"))
    assert usual != chosen
    for voice in ("nosuch", "../../etc/passwd", "-x"):
        with pytest.raises(BadInput):
            await speaker.speak(Saying("hello", voice=voice))


async def test_several_texts_are_spoken_at_once(speaker: Speaker) -> None:
    sounds = await asyncio.gather(*(speaker.speak(Saying(f"caller {number}")) for number in range(6)))
    assert len(set(sounds)) == 6


async def test_an_edition_names_the_engine(speaker: Speaker) -> None:
    edition = await speaker.edition()
    assert edition == await speaker.edition()
    assert any(sign.isdigit() for sign in edition)
