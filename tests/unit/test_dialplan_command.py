"""``waihu dialplan``, as people type it; with a controller it is in ``tests/asterisk/test_dialplan_changes.py``."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu.cli import dialplan as command
from waihu.cli.heartbeat import Heartbeat
from waihu.cli.opened import by_shell, with_store
from waihu.clock import SystemClock
from waihu.store import dialplan as stored
from waihu.store.store import Store
from waihu.telephony.rendering import shipped_dialplans
from waihu_models.dialplan import TemplateVersion, VersionState
from waihu_models.errors import BadField, BadInput, Conflict, NotFound, WaihuError

PHONES = shipped_dialplans()["phones"]
GOOD = f"{PHONES}exten => 88,1,Wait(1)\n same => n,Hangup()\n"


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    said("migrate")


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def failed(*words: str) -> WaihuError:
    error = CliRunner().invoke(app, list(words)).exception
    assert isinstance(error, WaihuError), error
    return error


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "phones.conf.j2"
    path.write_text(GOOD, "utf-8")
    return str(path)


def applied(text: str, **values: str | int) -> None:
    """Put a version into the store as a controller that applied it would."""
    now = SystemClock().now()

    async def work(store: Store) -> None:
        draft = TemplateVersion(
            id=0, template="phones", number=0, text=text, values=values, author="", reason="of a test", at=now,
            state=VersionState.DRAFT, state_at=now,
        )  # fmt: skip
        kept = await stored.add_version(store, draft, by_shell())
        await stored.settle(store, kept, VersionState.APPLIED, (), by_shell())

    with_store(None, work)


def test_the_shipped_templates_are_listed_rendered_and_good() -> None:
    for name in shipped_dialplans():
        assert name in said("dialplan", "list")
    assert "exten => *43,1,Answer()" in said("dialplan", "render", "phones")
    assert "Set(TIMEOUT(absolute)=77)" in said("dialplan", "render", "phones", "--set", "echo_limit_s=77")
    assert "Nothing keeps it from the exchange" in said("dialplan", "check", "--no-trial")
    assert "shipped" in said("dialplan", "history", "phones")


def test_a_changed_template_is_looked_at_and_compared(good: str) -> None:
    assert "Nothing keeps it" in said("dialplan", "check", "phones", "--file", good, "--no-trial")
    told = said("dialplan", "diff", "phones", "--file", good)
    assert "+exten => 88,1,Wait(1)" in told
    assert said("dialplan", "diff", "phones") == "Nothing differs.\n"
    assert "exten => 88" in said("dialplan", "render", "phones", "-f", good)


def test_a_mistake_is_named_with_its_line_in_the_language_people_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.conf.j2"
    path.write_text("[c]\nexten => s,1,Answerr()\n same => n,Hangup()\n", "utf-8")
    result = CliRunner().invoke(app, ["dialplan", "check", "phones", "--file", str(path), "--no-trial"])
    assert result.exit_code == 1
    assert result.stdout == "phones:2:14: error: there is no application Answerr [unknown-application]\n"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    result = CliRunner().invoke(app, ["dialplan", "check", "phones", "--file", str(path), "--no-trial"])
    assert "没有应用 Answerr" in result.stdout
    path.write_text("{% if %}", "utf-8")
    assert CliRunner().invoke(app, ["dialplan", "render", "phones", "--file", str(path)]).exit_code == 1


def test_what_is_applied_counts_for_what_is_looked_at() -> None:
    applied(GOOD, echo_limit_s=66)
    assert "exten => 88" in said("dialplan", "render", "phones")
    assert "absolute)=66" in said("dialplan", "render", "phones")
    assert "exten => 88" not in said("dialplan", "render", "phones", "--version", "0")
    listed = next(line for line in said("dialplan", "list").splitlines() if "phones" in line)
    assert "1 applied" in listed
    assert "of a test" in said("dialplan", "history", "phones")
    assert "-exten => 88,1,Wait(1)" in said("dialplan", "diff", "phones", "--version", "0")


def test_without_a_controller_nothing_is_changed(good: str) -> None:
    for words in (("apply", "phones", "--file", good, "--reason", "x"), ("rollback", "phones")):
        error = failed("dialplan", *words)
        assert isinstance(error, Conflict)
        assert "waihu run" in str(error)


def alive(tmp_path: Path) -> None:
    sign = Heartbeat(1, SystemClock().now().timestamp(), True, 0)
    (tmp_path / "var" / "controller.json").write_bytes(msgspec.json.encode(sign))


def test_what_cannot_be_asked_is_said(tmp_path: Path, good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alive(tmp_path)
    monkeypatch.setattr(command, "PATIENCE_S", 0.05)
    assert isinstance(failed("dialplan", "apply", "phones", "--file", good), BadField)
    assert "version 0" in str(failed("dialplan", "apply", "phones", "--version", "0"))
    assert "nothing to take back" in str(failed("dialplan", "rollback", "phones"))
    assert isinstance(failed("dialplan", "render", "nobody"), NotFound)
    assert isinstance(failed("dialplan", "render", "phones", "--set", "x"), BadInput)
    assert isinstance(failed("dialplan", "render", "phones", "--set", "x=1"), BadField)
    # A controller that is there and does nothing is waited for, and not for ever.
    alive(tmp_path)
    late = failed("dialplan", "apply", "phones", "--file", good, "--reason", "x")
    assert "has not done it within" in str(late)
    assert "dialplan.ask_apply" in said("audit")


def test_a_name_that_is_new_is_a_template_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "clock.conf.j2"
    path.write_text("[clock]\nexten => s,1,Answer()\n same => n,Hangup()\n", "utf-8")
    assert "[clock]" in said("dialplan", "render", "clock", "--file", str(path))
