"""Whether there is anything to hear with, and how that is said."""

import re
from pathlib import Path
from typing import Any

import pytest

from waihu.cli import doctor_speech
from waihu.cli.doctor_hearing import hearing_finding
from waihu.services.ears import EarsState, EarState
from waihu.services.findings import State
from waihu.services.hearing_health import ears_finding, why_off
from waihu.settings import SpeechSettings
from waihu.speech.model_pack import unpack
from waihu.telephony import prompts

FIXTURE = Path(__file__).parents[1] / "fixtures" / "asr" / "fixture-en.zip"
CARD = "model.toml"


def an_ear(**changes: Any) -> EarState:
    given = {
        "pid": 7, "engine": "vosk", "models": ("fixture-en",), "problems": (), "streams": 2, "ratio": 0.11,
        "takes_more": True, "dropped": 0, "restarts": 0, **changes,
    }  # fmt: skip
    return EarState(**given)


def ears(*each: EarState, restarts: int = 0) -> EarsState:
    return EarsState(ears=each, streams=2, ratio=0.11, dropped=0, restarts=restarts)


@pytest.mark.parametrize(
    ("state", "level", "said"),
    [
        (ears(an_ear(), an_ear()), State.GOOD, "vosk: fixture-en; 2 streams, busy 11%, 2 of 2 ears"),
        (ears(an_ear(engine=""), restarts=3), State.WARNING, "no ear is ready, 3 restarts"),
        (ears(an_ear(engine="null", problems=("vosk is missing",))), State.WARNING, "with: vosk is missing"),
        (ears(an_ear(problems=("x: cut off",))), State.WARNING, "1 of 1 ears; x: cut off"),
    ],
)
def test_how_the_ears_are_is_one_line_in_both_languages(state: EarsState, level: State, said: str) -> None:
    found = ears_finding(state)
    assert found.state is level
    assert said in found.seen.en
    assert found.seen.zh
    assert bool(found.mend.en) is (level is not State.GOOD)


def test_without_a_model_it_is_off_unless_somebody_wants_it(tmp_path: Path) -> None:
    off = why_off(SpeechSettings(), tmp_path)
    assert off is not None
    assert str(tmp_path / "models") in off.en
    assert "fetch-asr-model" in off.en
    assert why_off(SpeechSettings(engine="null"), tmp_path) is not None
    assert why_off(SpeechSettings(engine="vosk"), tmp_path) is None
    assert why_off(SpeechSettings(servers=("ws://127.0.0.1:2700",)), tmp_path) is None


def test_one_usable_model_is_enough_and_a_broken_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "models" / "broken").mkdir(parents=True)
    assert why_off(SpeechSettings(), tmp_path) is not None
    unpack(FIXTURE, tmp_path / "models" / "fixture-en")
    assert why_off(SpeechSettings(), tmp_path) is None


def test_doctor_tries_every_model_and_says_what_each_is(tmp_path: Path) -> None:
    assert hearing_finding(SpeechSettings(), tmp_path).state is State.GOOD
    none = hearing_finding(SpeechSettings(engine="vosk"), tmp_path)
    assert (none.state, "no usable model" in none.seen.en) == (State.WARNING, True)
    assert "fetch-asr-model" in none.mend.en
    unpack(FIXTURE, tmp_path / "models" / "fixture-en")
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert found.state is State.GOOD
    assert "fixture-en (en, " in found.seen.en
    assert "synthetic callers only" in found.seen.en
    (tmp_path / "models" / "fixture-en" / "conf" / "mfcc.conf").unlink()
    broken = hearing_finding(SpeechSettings(engine="vosk"), tmp_path)
    assert broken.state is State.WARNING
    assert "fixture-en: " in broken.seen.en


@pytest.mark.parametrize(("language", "of"), [("en", 8), ("zh", 5)])
def test_doctor_proves_recognition_by_a_spoken_sentence(tmp_path: Path, language: str, of: int) -> None:
    unpack(FIXTURE.with_name(f"fixture-{language}.zip"), tmp_path / "models" / f"fixture-{language}")
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert found.state is State.GOOD
    match = re.search(rf"understood (\d) of {of} spoken words", found.seen.en)
    assert match is not None
    assert int(match[1]) >= of // 2, found.seen.en


def test_doctor_warns_of_a_model_that_understands_nothing_of_what_is_said_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "fixture-en"
    unpack(FIXTURE.with_name("fixture-zh.zip"), folder)
    card = folder / CARD
    card.write_text(card.read_text("utf-8").replace('language = "zh"', 'language = "en"'), "utf-8")
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert (found.state, "understood 0 of 8 spoken words" in found.seen.en) == (State.WARNING, True), found.seen.en


def test_a_model_of_another_language_and_one_that_is_large_are_only_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models" / "fixture-en"
    unpack(FIXTURE, folder)
    with monkeypatch.context() as patched:
        patched.setattr(doctor_speech, "LARGEST_MB", 0.1)
        assert "no speech tried, it is large" in hearing_finding(SpeechSettings(), tmp_path).seen.en
    card = folder / CARD
    card.write_text(card.read_text("utf-8").replace('language = "en"', 'language = "fr"'), "utf-8")
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert (found.state, "spoken words" in found.seen.en) == (State.GOOD, False)


def test_without_espeak_the_doctor_says_that_no_speech_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack(FIXTURE, tmp_path / "models" / "fixture-en")
    monkeypatch.setattr(prompts.shutil, "which", lambda _: None)
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert (found.state, "no speech tried: espeak-ng is missing" in found.seen.en) == (State.GOOD, True)


def test_speech_that_a_model_does_not_recognise_in_time_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack(FIXTURE, tmp_path / "models" / "fixture-en")
    monkeypatch.setattr(doctor_speech, "HEARD_WITHIN_S", 0.0)
    found = hearing_finding(SpeechSettings(), tmp_path)
    assert (found.state, "speech failed: not recognised within 0 s" in found.seen.en) == (State.WARNING, True)


def test_the_doctor_asks_servers_whether_they_answer(tmp_path: Path) -> None:
    found = hearing_finding(SpeechSettings(engine="vosk-server", servers=("ws://127.0.0.1:1 en",)), tmp_path)
    assert found.state is State.WARNING
    assert "ws://127.0.0.1:1 does not answer" in found.seen.en
    assert "speech.servers" in found.mend.en
    assert hearing_finding(SpeechSettings(engine="vosk-server"), tmp_path).state is State.WARNING
