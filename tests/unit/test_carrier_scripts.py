"""Callees of the simulated carrier who follow a script: their sounds exist, and the fixture models hear the words."""

import os
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from asr_fixture.arrays import Floats
from asr_fixture.channel import RATE_HZ, mu_law
from asr_fixture.recognition import HeardWord, Recognition
from asr_fixture.scoring import Score, score
from asr_fixture.texts import expected, read_words, tokens
from waihu.speech.model_pack import unpack
from waihu.telephony.carrier_scripts import Script, script_pauses, script_sounds, scripts, spoken
from waihu.telephony.prompts import sound_set

PACKED = Path(__file__).resolve().parents[1] / "fixtures" / "asr"
WORST_RATIO = {"en": 0.08, "zh": 0.05}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("espeak-ng") is None or shutil.which("sox") is None:
        message = "no espeak-ng or no sox here: run scripts/bootstrap"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return sound_set(tmp_path_factory.mktemp("sounds"), "scripts", script_sounds())


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def recognition(language: str, tmp_path_factory: pytest.TempPathFactory) -> Recognition:
    folder = tmp_path_factory.mktemp("models") / language
    return Recognition(unpack(PACKED / f"fixture-{language}.zip", folder))


def read_wav(path: Path) -> Floats:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)


def call(sounds: Path, digits: str, language: str) -> Floats:
    """A whole call's sound, as the dialplan plays it."""
    parts = [np.zeros(int(0.3 * RATE_HZ))]
    for number, pause_s in enumerate(script_pauses()[digits]):
        parts += [read_wav(sounds / language / f"script-{digits}-{number}.wav"), np.zeros(int(pause_s * RATE_HZ))]
    return mu_law(np.concatenate(parts))


def said(script: Script) -> list[str]:
    words = read_words(script.language)
    return [word for phrase in script.phrases for word in expected(tokens(phrase, words))]


def test_the_fixture_model_hears_what_every_script_says(sounds: Path, language: str, recognition: Recognition) -> None:
    whole = Score()
    for digits in script_pauses():
        script, sound = scripts()[digits, language], call(sounds, digits, language)
        assert 10 < len(sound) / RATE_HZ < 25
        heard = [word.text for word in recognition.hear(sound)]
        one = score(language, said(script), heard)
        assert one.ratio < 2 * WORST_RATIO[language], (digits, said(script), heard)
        whole += one
    assert whole.ratio < WORST_RATIO[language]


def times(heard: list[HeardWord], word: str) -> list[float]:
    return [found.start_s for found in heard if found.text == word]


def test_words_that_alerts_look_for_are_heard(sounds: Path, language: str, recognition: Recognition) -> None:
    wanted = {
        "en": ["expensive", "complaint", "refund", "lawyer", "again"],
        "zh": ["太贵", "投诉", "退款", "律师", "再打"],
    }[language]
    heard = recognition.hear(call(sounds, "30", language))
    begins = [times(heard, word) for word in wanted]
    assert all(begins), [word.text for word in heard]
    assert begins == sorted(begins)


def test_the_wish_not_to_be_called_again_is_heard_word_for_word(
    sounds: Path, language: str, recognition: Recognition
) -> None:
    wanted = {"en": "do not call me again", "zh": "不要 再打 电话"}[language]
    for digits in ("30", "32"):
        assert wanted in " ".join(word.text for word in recognition.hear(call(sounds, digits, language)))


def test_the_last_two_digits_choose_the_script_and_the_country_the_language() -> None:
    for digits in ("30", "31", "32", "33"):
        for number in (f"+441632960{digits}", f"00441632960{digits}", f"441632960{digits}", f"+153055501{digits}"):
            assert spoken(number) == scripts()[digits, "en"]
        for number in (f"+86101000{digits}", f"0086101000{digits}", f"86101000{digits}"):
            assert spoken(number) == scripts()[digits, "zh"]
    for number in ("+44163296000", "+44163296034", "agent1", ""):
        assert spoken(number) is None


def test_both_languages_have_the_same_scripts_of_the_same_length() -> None:
    pauses = script_pauses()
    assert {digits for digits, _ in scripts()} == set(pauses)
    for (digits, _), script in scripts().items():
        assert len(script.phrases) == len(script.sounds) == len(pauses[digits])
        assert all(1 <= pause_s <= 2 for pause_s in pauses[digits])


def test_scripts_say_few_words_that_the_models_do_not_know() -> None:
    for script in scripts().values():
        every = sum(len(phrase.split()) for phrase in script.phrases)
        assert len(said(script)) > every * (0.5 if script.language == "en" else 0.99)
