"""Which model hears a language, a region's, a dialect."""

from pathlib import Path

import pytest

from waihu.speech.library import Library, ModelCard, guessed_language
from waihu_models.errors import BadModel, NoModel


def card(name: str, language: str, *, fixture: bool = False) -> ModelCard:
    return ModelCard(name=name, folder=Path(name), language=language, rate_hz=16_000, fixture=fixture)


LIBRARY = Library(
    [
        card("cn", "zh"), card("cantonese", "zh-yue"), card("us", "en-us"), card("india", "en-in"),
        card("spoken-in-tests", "de", fixture=True), card("german", "de"), card("wu", "wuu-sh"),
    ],
    {"broken": "its graph is cut off"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "model"),
    [
        ("zh", "cn"), ("zh-yue", "cantonese"), ("zh-yue-hk", "cantonese"), ("zh-sc", "cn"), ("en-in", "india"),
        ("en-au", "india"), ("en", "india"), ("EN-US", "us"), ("de", "german"),
    ],
)  # fmt: skip
def test_a_dialect_has_its_own_model_or_that_of_its_language(language: str, model: str) -> None:
    assert LIBRARY.choose(language).name == model


def test_a_language_is_not_heard_by_the_model_of_a_dialect() -> None:
    with pytest.raises(NoModel, match="there are those for zh-yue"):
        Library([card("cantonese", "zh-yue")]).choose("zh")


def test_a_model_can_be_asked_for_by_name_and_a_broken_one_says_why() -> None:
    assert LIBRARY.choose("zh", "us").name == "us"
    with pytest.raises(BadModel, match="its graph is cut off"):
        LIBRARY.choose("zh", "broken")
    with pytest.raises(NoModel, match="no model 'other'"):
        LIBRARY.choose("zh", "other")


def test_without_any_model_it_is_said_how_to_get_one() -> None:
    with pytest.raises(NoModel, match="fetch-asr-model"):
        Library().choose("fr")


@pytest.mark.parametrize(
    ("folder", "language"),
    [
        ("vosk-model-small-cn-0.22", "zh"), ("vosk-model-en-us-0.22-lgraph", "en-us"),
        ("vosk-model-en-in-0.5", "en-in"), ("vosk-model-de-0.21", "de"), ("vosk-model-spk-0.4", ""), ("my-model", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_public_models_folder_says_its_language(folder: str, language: str) -> None:
    assert guessed_language(folder) == language
