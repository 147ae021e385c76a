"""The demo's list, what it hears with, and what it prints of that."""

import asyncio
import csv
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from waihu import paths
from waihu.bus import Bus
from waihu.cli.demo_list import write_list
from waihu.cli.demo_words import DemoWords, speech_of_demo
from waihu.speech.library import read_library
from waihu.telephony.carrier_scripts import spoken
from waihu.testing.factories import NOON, an_utterance
from waihu_models.events import UtteranceHeard, WordsAlerted
from waihu_models.ids import CallId, new_id
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity, WordAlert


def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def printed(where: Console) -> str:
    return cast("io.StringIO", where.file).getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_lists_have_people_who_follow_a_script_in_their_language(tmp_path: Path, language: str) -> None:
    write_list(tmp_path / "list.csv", 300, 1, language)
    with (tmp_path / "list.csv").open(encoding="utf-8") as file:
        numbers = [row["phone"] for row in csv.DictReader(file)]
    assert len(set(numbers)) == 300
    scripts = [script for number in numbers if (script := spoken(number)) is not None]
    assert {script.language for script in scripts} == {language}
    assert len(scripts) > 40


def test_the_demo_hears_with_the_fixtures_and_says_that_they_are_such(tmp_path: Path) -> None:
    said = console()
    for _ in range(2):
        settings = speech_of_demo(tmp_path, said)
        assert [(card.name, card.fixture) for card in read_library(Path(settings.models))] == [
            ("fixture-en", True),
            ("fixture-zh", True),
        ]
    assert "fixture models" in printed(said)
    assert "useless on real people" in printed(said)


def test_without_the_fixtures_the_demo_goes_on_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "checkout", lambda: None)
    said = console()
    assert speech_of_demo(tmp_path, said).engine == "null"
    assert "not transcribed" in printed(said)


async def test_what_a_customer_says_is_printed_and_its_alert_stands_below_it() -> None:
    said, bus = console(), Bus()
    words = DemoWords(cast("Any", SimpleNamespace(bus=bus)), said)
    utterance = an_utterance("0" * 28 + "4f2a", "I want a refund", start_s=3.5, end_s=5.0)
    alert = WordAlert(
        id=new_id(), call_id=CallId(utterance.call_id), agent_id=None, campaign_id=None, side=Side.CUSTOMER,
        utterance_id=utterance.id, list_id="refunds", list_name="Refund", kind=PhraseKind.OTHER,
        severity=Severity.WARNING, phrase="refund", text="I want a refund", start_s=4.2, said_at=NOON, at=NOON,
    )  # fmt: skip
    bus.publish(WordsAlerted(alert))
    bus.publish(UtteranceHeard(utterance))
    bus.publish(UtteranceHeard(an_utterance("0" * 32, "good day", side=Side.AGENT)))
    await asyncio.sleep(0)
    lines = [line.strip() for line in printed(said).splitlines()]
    assert lines == ["4f2a   3.5 s  I want a refund", "4f2a   4.2 s  ▲ warning: Refund: refund"]
    assert (words.lines, words.alerts) == (1, 1)
