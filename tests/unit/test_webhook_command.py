"""``waihu webhook``, as people type it; and the topics there are."""

import ast
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from waihu.cli import app
from waihu.cli.webhook import _known
from waihu_models.errors import BadField, Conflict, NotFound
from waihu_models.outward import FAMILIES

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAIHU_SETTINGS", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "300")
    said("migrate")


def ran(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    result = ran(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def added() -> str:
    text = said("webhook", "add", "https://crm.example.com/hook", "--topic", "call.ended", "--topic", "lead.*")
    assert re.search(r"shown only now: whsec_\S{40,}", text)
    return text.split()[1]


def test_a_webhook_is_added_listed_paused_and_removed() -> None:
    assert "Nobody is told anything" in said("webhook", "list")
    webhook_id = added()
    shown = said("webhook", "list")
    assert all(part in shown for part in (webhook_id, "crm.example.com", "call.ended, lead.*", "active"))
    assert "whsec_" not in shown
    said("webhook", "pause", webhook_id)
    assert "paused" in said("webhook", "list")
    said("webhook", "resume", webhook_id)
    assert "Nothing was set aside" in said("webhook", "set-aside", webhook_id)
    assert said("webhook", "again", webhook_id).startswith("0 ")
    said("webhook", "remove", webhook_id)
    assert "Nobody is told anything" in said("webhook", "list")
    audited = said("audit")
    assert all(action in audited for action in ("webhook.add", "webhook.change", "webhook.remove"))


def test_ids_are_completed_with_the_tab_key() -> None:
    webhook_id = added()
    assert _known(webhook_id[:5]) == [(webhook_id, "crm.example.com")]
    assert _known("x") == []


def test_the_secret_of_call_tasks_is_had_by_making_a_new_one() -> None:
    first, second = (said("webhook", "rotate", "call-tasks").split()[-1] for _ in range(2))
    assert first.startswith("whsec_")
    assert first != second
    assert isinstance(ran("webhook", "remove", "call-tasks").exception, Conflict)


def test_a_trial_that_fails_says_why() -> None:
    webhook_id = said("webhook", "add", "https://crm.invalid/hook").split()[1]
    result = ran("webhook", "test", webhook_id)
    assert (result.exit_code, result.stdout.startswith("Not taken: ")) == (1, True)


def test_what_is_wrong_is_said() -> None:
    assert isinstance(ran("webhook", "add", "http://crm.example.com/").exception, BadField)
    assert isinstance(ran("webhook", "add", "https://crm.example.com/", "--topic", "cal.ended").exception, BadField)
    assert isinstance(ran("webhook", "test", "nothing").exception, NotFound)


def test_every_topic_of_the_program_can_be_asked_for() -> None:
    """The first word of whatever is put into the outbox is one that subscriptions may name."""
    first_words = set()
    for file in (ROOT / "controller/waihu").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_outbox" and node.args:
                first_words |= set(re.findall(r"""^f?['"]([a-z_]+)""", ast.unparse(node.args[0])))
    assert len(first_words) >= 5
    assert first_words <= set(FAMILIES)
