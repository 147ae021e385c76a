"""From what the settings say to a recogniser: with models, without, and with broken ones."""

from pathlib import Path

import pytest

from waihu.speech.engines import EnginePlan, build
from waihu.speech.model_pack import unpack
from waihu.speech.port import StreamPlan
from waihu.speech.vosk_hearing import heard_of
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
