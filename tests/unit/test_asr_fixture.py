"""The packed fixture models load with the vosk package and recognise espeak-ng; nothing held out was trained on."""

import os
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asr_fixture import texts
from asr_fixture.channel import RATE_HZ, to_8khz
from asr_fixture.drawn_voices import definition
from asr_fixture.espeak import Espeak, SpeechFailed, the_espeak
from asr_fixture.measure import over_line
from asr_fixture.model_folder import pack
from asr_fixture.progress import say_nothing
from asr_fixture.recognition import Recognition
from asr_fixture.scoring import Score, score
from asr_fixture.texts import LANGUAGES, Use, expected, read_texts, read_words
from asr_fixture.training import RECIPES, build, build_alone
from asr_fixture.voices import Manner, drawn_names, speeds_wpm, voices
from waihu.speech.model_pack import contents_sha256, unpack
from waihu_models.errors import BadModel

PACKED = Path(__file__).resolve().parents[1] / "fixtures" / "asr"
WORST_RATIO = {"en": 0.2, "zh": 0.15}  # on a few phrases at 20 dB; the whole sets stand in the README beside the models
PHRASES = 10


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    try:
        return the_espeak()
    except SpeechFailed as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(language: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(PACKED / f"fixture-{language}.zip", tmp_path_factory.mktemp("models") / f"fixture-{language}")


def some_manner(language: str, chance: random.Random) -> Manner:
    """A held-out voice and speed."""
    return Manner(chance.choice(voices(language, Use.HELD_OUT)), chance.choice(speeds_wpm(Use.HELD_OUT)))


def test_held_out_phrases_are_recognised_and_words_lie_inside_the_sound(
    language: str, folder: Path, espeak: Espeak
) -> None:
    recognition, chance, whole = Recognition(folder), random.Random(7), Score()
    for phrase in chance.sample(read_texts(language, Use.HELD_OUT).phrases, PHRASES):
        spoken = espeak.say([token.spoken for token in phrase], some_manner(language, chance))
        sound = over_line(to_8khz(spoken.samples, spoken.rate_hz), 20.0, seed=1)
        heard = recognition.hear(sound)
        whole += score(language, expected(phrase), [word.text for word in heard])
        ends = [0.0, *(word.end_s for word in heard)]
        for before_s, word in zip(ends, heard, strict=False):
            assert before_s <= word.start_s + 0.05 <= word.end_s + 0.05  # in order
            assert word.end_s <= len(sound) / RATE_HZ + 0.1
            assert 0 <= word.confidence <= 1
    assert whole.said > 2 * PHRASES
    assert whole.ratio < WORST_RATIO[language]


def test_the_words_of_a_result_lie_where_they_were_spoken(language: str, folder: Path, espeak: Espeak) -> None:
    word = {"en": "complaint", "zh": "投诉"}[language]
    spoken = espeak.say([read_words(language)[word]], some_manner(language, random.Random(3)))
    speech = to_8khz(spoken.samples, spoken.rate_hz)
    heard = [found for found in Recognition(folder).hear(over_line(speech, 40.0, seed=1)) if found.text == word]
    begins_s = 0.5  # of line before it
    assert [abs(found.start_s - begins_s) < 0.15 for found in heard] == [True]
    assert abs(heard[0].end_s - begins_s - spoken.phones[-1].start_s) < 0.3


def test_a_packed_model_is_small_and_says_that_it_is_a_fixture(language: str, folder: Path) -> None:
    assert (PACKED / f"fixture-{language}.zip").stat().st_size < 500_000
    card = (folder / "model.toml").read_text("utf-8")
    assert "fixture = true" in card
    assert f'language = "{language}"' in card
    assert "sample_rate_hz = 8000" in card


def test_a_packed_model_knows_the_words_of_the_list(language: str, folder: Path) -> None:
    lines = (folder / "graph" / "words.txt").read_text("utf-8").splitlines()
    assert {line.split()[0] for line in lines} == {*read_words(language), "<eps>", "[unk]"}


def test_packing_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    pack(folder, again)
    assert again.read_bytes() == (PACKED / f"{folder.name}.zip").read_bytes()


def test_what_is_held_out_is_not_in_the_texts_voices_or_speeds_of_training(language: str) -> None:
    for other in (Use.DEVELOPMENT, Use.HELD_OUT):
        trained, held = read_texts(language, Use.TRAINING), read_texts(language, other)
        assert not set(trained.phrases) & set(held.phrases)
        assert not set(trained.running) & set(held.running)
        assert not set(voices(language, Use.TRAINING)) & set(voices(language, other))
        assert not set(speeds_wpm(Use.TRAINING)) & set(speeds_wpm(other))


def test_training_opens_no_text_of_another_use(
    language: str, espeak: Espeak, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: set[str] = set()
    real = Path.read_text

    def watched(path: Path, *arguments: Any, **named: Any) -> str:
        if path.parent == texts.FOLDER:
            opened.add(path.name)
        return real(path, *arguments, **named)

    monkeypatch.setattr(Path, "read_text", watched)
    tiny = replace(RECIPES[language], hours=0.04, passes=1, hidden=8)
    build(tiny, tmp_path, say_nothing)
    assert opened == {f"{name}.{language}" for name in ("words", "phrases", "running")}


def test_the_same_recipe_gives_the_same_model(espeak: Espeak, tmp_path: Path) -> None:
    tiny = replace(RECIPES["en"], hours=0.04, passes=1, hidden=8)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda name: build_alone(tiny, tmp_path / name, say_nothing), ("first", "second"))
    assert contents_sha256(first) == contents_sha256(second)


def test_drawn_voices_are_the_same_each_time_and_differ_from_each_other_and_between_uses() -> None:
    names = drawn_names()
    assert len({definition(name).split("\n", 2)[2] for name in names}) == len(names)
    assert [definition(name) for name in names] == [definition(name) for name in names]
    assert not set(drawn_names(Use.TRAINING)) & set(drawn_names(Use.DEVELOPMENT))
    assert not {voice for voice in voices("en", Use.HELD_OUT) if "drawn" in voice}


def test_a_drawn_voice_speaks_otherwise_than_the_standard_voice(espeak: Espeak) -> None:
    drawn = espeak.say(["hello"], Manner(f"en-us+{drawn_names(Use.TRAINING)[0]}", 150))
    plain = espeak.say(["hello"], Manner("en-us", 150))
    assert [phone.name for phone in drawn.phones] == [phone.name for phone in plain.phones]
    assert len(drawn.samples) != len(plain.samples) or (drawn.samples != plain.samples).any()


def test_a_shorter_vocal_tract_is_higher_and_about_as_fast(espeak: Espeak) -> None:
    words = ["complaint", "refund", "hello"]
    plain, short = (espeak.say(words, Manner("en-us", 150, tract=tract)) for tract in (1.0, 1.4))
    assert short.rate_hz == round(1.4 * plain.rate_hz)
    assert short.phones[-1].end_s == pytest.approx(plain.phones[-1].end_s, rel=0.15)
    assert short.phones[-1].end_s == pytest.approx(len(short.samples) / short.rate_hz)


# ---- archives that are not whole ------------------------------------------------------------------------------------


def test_a_truncated_model_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    whole = (PACKED / "fixture-en.zip").read_bytes()
    for length in (0, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        with pytest.raises(BadModel, match="fetch or copy it again"):
            unpack(tmp_path / "cut.zip", tmp_path / "models" / "cut")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_with_changed_bytes_is_refused(tmp_path: Path) -> None:
    content = bytearray((PACKED / "fixture-en.zip").read_bytes())
    content[len(content) // 3] ^= 0xFF
    (tmp_path / "changed.zip").write_bytes(content)
    with pytest.raises(BadModel):
        unpack(tmp_path / "changed.zip", tmp_path / "changed")
    assert not (tmp_path / "changed").exists()


def _archive(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members:
            packed.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["../evil", "model/../../evil", "/tmp/evil", "..\\evil"])
def test_an_archive_that_writes_outside_is_refused(name: str, tmp_path: Path) -> None:
    archive = _archive(tmp_path / "evil.zip", ("m/am/final.mdl", b"x"), (name, b"evil"))
    with pytest.raises(BadModel, match="outside"):
        unpack(archive, tmp_path / "models" / "evil")
    assert list((tmp_path / "models").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("m/am/final.mdl")
    link.external_attr = 0o120777 << 16
    with pytest.raises(BadModel, match="outside"):
        unpack(_archive(tmp_path / "link.zip", (link, b"/etc/passwd")), tmp_path / "link")


def test_an_archive_too_large_or_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="more than"):
        unpack(PACKED / "fixture-en.zip", tmp_path / "large", most_bytes=1000)
    with pytest.raises(BadModel, match=r"no Vosk model: am/final\.mdl"):
        unpack(_archive(tmp_path / "other.zip", ("readme.txt", b"hello")), tmp_path / "other")
    with pytest.raises(BadModel, match="fetch or copy"):
        unpack(tmp_path / "missing.zip", tmp_path / "missing")


def test_a_model_is_never_unpacked_over_another_one(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine").write_text("precious", "utf-8")
    with pytest.raises(BadModel):
        unpack(PACKED / "fixture-en.zip", tmp_path / "model")
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["mine"]
