"""From what the settings say to a recogniser: with models, without, and with broken ones."""

import shutil
import subprocess
from pathlib import Path

import pytest

from waihu.cli.speech import read_wav
from waihu.speech.engines import EnginePlan, build
from waihu.speech.model_pack import unpack
from waihu.speech.port import StreamPlan
from waihu.speech.trials import try_all
from waihu.speech.vosk_hearing import heard_of
from waihu.telephony.prompts import Speech, sound_set
from waihu_models.errors import NoModel
from waihu_models.ids import new_id

FIXTURE = Path(__file__).parents[1] / "fixtures" / "asr" / "fixture-en.zip"


async def test_models_of_the_machine_are_tried_and_recognise(tmp_path: Path) -> None:
    unpack(FIXTURE, tmp_path / "fixture-en")
    (tmp_path / "broken").mkdir()
    engine = await build(EnginePlan(models=tmp_path))
    try:
        assert (engine.name, engine.models) == ("vosk", ("fixture-en",))
        assert len(engine.problems) == 1
        assert "broken" in engine.problems[0]
        stream = await engine.recognizer.open(StreamPlan(stream_id=new_id(), language="en-gb"))
        assert (stream.voice.engine, stream.voice.model) == ("vosk", "fixture-en")
        await stream.send(bytes(3200))
        await stream.finish()
        assert [one.text for one in [heard async for heard in stream.heard()] if one.text] == []
        await stream.close()
        with pytest.raises(NoModel, match="zh"):
            await engine.recognizer.open(StreamPlan(stream_id=new_id(), language="zh"))
    finally:
        await engine.recognizer.close()


@pytest.mark.parametrize("name", ["auto", "vosk", "null"])
async def test_without_a_model_every_stream_is_refused_and_nothing_is_invented(tmp_path: Path, name: str) -> None:
    engine = await build(EnginePlan(engine=name, models=tmp_path / "none"))
    assert (engine.name, engine.models) == ("null", ())
    assert bool(engine.problems) is (name != "null")
    with pytest.raises(NoModel):
        await engine.recognizer.open(StreamPlan(stream_id=new_id()))


def test_words_that_the_recogniser_does_not_know_are_no_words() -> None:
    words = [{"word": word, "start": n, "end": n + 1, "conf": 1.0} for n, word in enumerate(["[unk]", "yes", "[unk]"])]
    heard = heard_of({"text": "[unk] yes [unk]", "result": words}, final=True)
    assert (heard.text, [word.text for word in heard.words]) == ("yes", ["yes"])
    assert heard_of({"partial": "[unk]"}, final=False).text == ""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "fixture-en"
    unpack(FIXTURE, folder)
    return folder


PUBLIC = "vosk-model-small-en-us-9"
"""A folder named as those of the Vosk project are; nothing in it says what it is."""
FILES = ("am/final.mdl", "conf/mfcc.conf", "graph/HCLG.fst", "graph/words.txt")


@pytest.mark.parametrize("damage", ["cut", "gone", "garbage"])
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("has_card", [True, False])
async def test_a_model_with_a_damaged_file_is_named_and_left_alone(
    tmp_path: Path, good: Path, file: str, damage: str, has_card: bool
) -> None:
    name = "damaged" if has_card else PUBLIC
    shutil.copytree(good, tmp_path / name)
    card = tmp_path / name / "model.toml"
    if has_card:
        card.write_text(card.read_text().replace("fixture-en", name))
    else:
        card.unlink()
    broken = tmp_path / name / file
    was = broken.read_bytes()
    if damage == "gone":
        broken.unlink()
    else:
        broken.write_bytes(was[: len(was) // 2] if damage == "cut" else bytes(255 - byte for byte in was))
    shutil.copytree(good, tmp_path / "good")
    engine = await build(EnginePlan(models=tmp_path))
    try:
        assert engine.models == ("fixture-en",)
        assert [problem.partition(":")[0] for problem in engine.problems] == [name]
        await (await engine.recognizer.open(StreamPlan(stream_id=new_id()))).close()
    finally:
        await engine.recognizer.close()


async def test_sound_at_another_rate_than_the_models_is_resampled(tmp_path: Path, good: Path) -> None:
    shutil.copytree(good, tmp_path / "fixture-en")
    made = sound_set(tmp_path, "said", {"said": Speech("complaint refund lawyer")})
    subprocess.run(["sox", made / "said.wav", "-r", "16000", tmp_path / "wide.wav"], check=True)  # noqa: ASYNC221 -- short
    rate_hz, pcm = read_wav(tmp_path / "wide.wav")
    engine = await build(EnginePlan(models=tmp_path))
    try:
        stream = await engine.recognizer.open(StreamPlan(stream_id=new_id(), rate_hz=rate_hz))
        for start in range(0, len(pcm), 6400):
            await stream.send(pcm[start : start + 6400])
        await stream.finish()
        said = [heard async for heard in stream.heard() if heard.final]
        await stream.close()
    finally:
        await engine.recognizer.close()
    assert rate_hz == 16_000
    assert " ".join(heard.text for heard in said).split() == ["complaint", "refund", "lawyer"]
    assert 0.5 < max(word.end_s for heard in said for word in heard.words) < len(pcm) / 2 / rate_hz


async def test_a_model_that_refuses_the_rate_of_calls_is_given_resampled_sound(tmp_path: Path, good: Path) -> None:
    shutil.copytree(good, tmp_path / PUBLIC)
    (tmp_path / PUBLIC / "model.toml").unlink()
    rates = tmp_path / PUBLIC / "conf" / "mfcc.conf"
    rates.write_text(rates.read_text().replace("=8000", "=16000").replace("--allow-upsample=true", ""))
    trials = await try_all(tmp_path)
    assert trials.tried[PUBLIC].rate_hz == 16_000
    _, pcm = read_wav(sound_set(tmp_path, "said", {"said": Speech("complaint refund lawyer")}) / "said.wav")
    engine = await build(EnginePlan(models=tmp_path))
    try:
        stream = await engine.recognizer.open(StreamPlan(stream_id=new_id()))
        for start in range(0, len(pcm), 3200):
            await stream.send(pcm[start : start + 3200])
        await stream.finish()
        said = [heard async for heard in stream.heard() if heard.final]
        await stream.close()
    finally:
        await engine.recognizer.close()
    assert " ".join(heard.text for heard in said) == "complaint refund lawyer"
    assert 0.5 < max(word.end_s for heard in said for word in heard.words) < len(pcm) / 2 / 8000


async def test_a_list_of_phrases_is_left_out_where_the_model_cannot_be_told_one(tmp_path: Path, good: Path) -> None:
    shutil.copytree(good, tmp_path / "fixture-en")
    engine = await build(EnginePlan(models=tmp_path))
    try:
        stream = await engine.recognizer.open(StreamPlan(stream_id=new_id(), phrases=("lawyer",)))
        assert not stream.voice.takes_phrases
        await stream.send(bytes(3200))
        await stream.close()
    finally:
        await engine.recognizer.close()
