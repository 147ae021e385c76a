"""``waihu say`` and what the doctor says of speaking."""

import wave
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from waihu.cli import app
from waihu_models.errors import BadInput, NotSpoken


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAIHU_SETTINGS", raising=False)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "500")


def ran(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(("language", "text"), [("en", "You are number 3 in line."), ("zh", "你是第3位")])
def test_a_text_is_made_into_a_file_that_can_be_listened_to(tmp_path: Path, language: str, text: str) -> None:
    done = ran("say", text, "--language", language)
    assert done.exit_code == 0, done.output
    with wave.open(done.stdout.strip()) as file:
        assert file.getframerate() == 8000
        assert file.getnframes() > 4000
    assert Path(done.stdout.strip()).parent == tmp_path / "var" / "sounds" / "spoken"


def test_it_is_written_where_one_wants_it(tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    assert ran("say", "hello", "--out", str(out)).stdout.strip() == str(out)
    with wave.open(str(out)) as file:
        assert file.getnframes() > 1000


def test_what_cannot_be_spoken_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(ran("say", "hello", "--voice", "nosuch").exception, BadInput)
    assert isinstance(ran("say", " ").exception, BadInput)
    monkeypatch.setenv("WAIHU_SPEAKING__ENGINE", "null")
    assert isinstance(ran("say", "hello").exception, NotSpoken)


def test_the_doctor_tries_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    line = next(line for line in ran("doctor").stdout.splitlines() if "speaking" in line)
    assert "espeak-ng" in line
    assert "en 0." in line
    assert "zh 0." in line
    monkeypatch.setenv("WAIHU_SPEAKING__VOICE_ZH", "nosuch")
    line = next(line for line in ran("doctor").stdout.splitlines() if "speaking" in line)
    assert "warning" in line
    assert "does not exist" in line
    monkeypatch.setenv("WAIHU_SPEAKING__ENGINE", "null")
    assert "off (speaking.engine is null)" in ran("doctor").stdout
