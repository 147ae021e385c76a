"""``waihu queue`` and ``waihu agent skills``, as people type them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu_models.errors import BadField, BadInput, Conflict, NotFound, WaihuError


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "waihu.toml"
    settings.write_text("", "utf-8")
    monkeypatch.setenv("WAIHU_SETTINGS", str(settings))
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "300")
    said("migrate")


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def failed(*words: str) -> WaihuError:
    error = CliRunner().invoke(app, list(words)).exception
    assert isinstance(error, WaihuError), error
    return error


def test_a_queue_is_made_shown_changed_and_removed() -> None:
    assert "waihu queue set" in said("queue", "list")
    said("queue", "set", "expert")
    made = said("queue", "set", "sales", "--title", "Sales desk", "--strategy", "skill_rank", "--skill", "loans=5",
                "--skill", "english", "--priority", "7", "--hours", "1-5,09:00-18:00", "--zone", "Europe/London",
                "--patience-s", "90", "--overflow-to", "expert", "--no-recall")  # fmt: skip
    assert "waihu agent skills ID --queue sales" in made
    shown = said("queue", "list")
    for part in ("Sales desk", "skill_rank", "english=1, loans=5", "90 s", "12345 09:00-18:00 Europe/London", "expert"):
        assert part in shown, part
    said("queue", "set", "sales", "--skill", "", "--hours", "", "--priority", "3", "--off")
    shown = said("queue", "show", "sales")
    assert "always" in shown
    assert "loans" not in shown
    assert "skill_rank" in shown, "what is not given stays"
    said("queue", "set", "sales", "--overflow-to", "")
    said("queue", "remove", "expert")
    assert "expert" not in said("queue", "list")
    assert {"queue.add", "queue.change", "queue.remove"} <= set(said("audit").split())


def test_what_no_caller_could_meet_is_said() -> None:
    said("queue", "set", "a")
    said("queue", "set", "b", "--overflow-to", "a")
    assert "a → b → a" in str(failed("queue", "set", "a", "--overflow-to", "b"))
    assert isinstance(failed("queue", "set", "c", "--overflow-to", "nowhere"), BadField)
    assert isinstance(failed("queue", "set", "c", "--hours", "always"), BadInput)
    assert isinstance(failed("queue", "set", "c", "--skill", "loans=much"), BadInput)
    assert isinstance(failed("queue", "remove", "a"), Conflict)
    assert isinstance(failed("queue", "remove", "c"), NotFound)
    assert isinstance(failed("queue", "show", "c"), NotFound)


def test_queues_and_skills_of_an_agent_are_set_and_shown() -> None:
    said("agent", "add", "1001")
    said("queue", "set", "sales")
    assert said("agent", "skills", "1001").splitlines() == ["queues: none", "skills: none", "calls of campaigns: yes"]
    said("agent", "skills", "1001", "--queue", "sales", "--skill", "loans=7", "--not-blended")
    shown = said("agent", "skills", "1001")
    assert shown.splitlines() == ["queues: sales", "skills: loans=7", "calls of campaigns: no"]
    assert "agents" in said("queue", "list")
    said("agent", "skills", "1001", "--skill", "")
    assert "skills: none" in said("agent", "skills", "1001")
    assert "queues: sales" in said("agent", "skills", "1001"), "what is not given stays"
    assert isinstance(failed("agent", "skills", "1001", "--queue", "nowhere"), BadField)
    assert isinstance(failed("agent", "skills", "9", "--queue", "sales"), NotFound)
    assert isinstance(failed("agent", "skills", "9"), NotFound)
