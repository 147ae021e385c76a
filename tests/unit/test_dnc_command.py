"""``waihu dnc``, as people type it."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from waihu.cli import app
from waihu_models.errors import BadInput, BadNumber, NotFound, NumberKeyLost, WaihuError

NUMBER = "+441632960001"


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


def failed(*words: str) -> WaihuError:
    error = ran(*words).exception
    assert isinstance(error, WaihuError), error
    return error


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def day(days_ago: int) -> str:
    return str((datetime.now(UTC) - timedelta(days=days_ago)).date())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("555,0100101\n555,0100102\n", "utf-8")
    return path


def the_import(file: Path, days_ago: int, *more: str) -> tuple[str, ...]:
    words = ("dnc", "import", str(file), "--name", "national", "--source", "regulator", "--region", "us")
    return (*words, "--obtained-on", day(days_ago), *more)


def test_a_number_is_put_on_the_list_looked_up_and_taken_off() -> None:
    assert "is on no do-not-call list" in said("dnc", "check", NUMBER)
    assert said("dnc", "add", NUMBER, "--reason", "letter") == "+44****0001 is not called any more.\n"
    on_it = said("dnc", "check", "01632 960001", "--region", "GB")
    assert on_it.startswith("internal: since ")
    assert ", letter" in on_it
    assert said("dnc", "allow-again", NUMBER) == "+44****0001 is taken off.\n"
    off = said("dnc", "check", NUMBER)
    assert "taken off" in off
    assert "is on no do-not-call list" in off
    assert isinstance(failed("dnc", "allow-again", NUMBER), NotFound)
    assert isinstance(failed("dnc", "add", "01632960001"), BadNumber)
    audit = said("audit")
    assert "dnc.add" in audit
    assert "dnc.allow_again" in audit


def test_a_file_is_imported_shown_and_forgotten(file: Path) -> None:
    assert said(*the_import(file, 3)).startswith("2 rows: 2 numbers are in force, a new list")
    shown = said("dnc", "list")
    assert all(word in shown for word in ("national", "imported", "all +1", "regulator", day(3), "28 days", "internal"))
    assert said("dnc", "check", "+15550100102").startswith(f"national: since {day(3)}, by regulator")
    assert "2 lists, 2 numbers" in said_by_doctor()
    said("dnc", "forget", "national")
    assert "national" not in said("dnc", "list")
    assert isinstance(failed("dnc", "forget", "internal"), BadInput)


def said_by_doctor() -> str:
    return ran("doctor").stdout


@pytest.mark.parametrize(("days_ago", "status", "words", "state"), [
    (26, 0, "5 days", "warning"), (33, 1, "too old since 2 days", "bad"),
])  # fmt: skip
def test_an_old_list_warns_and_a_stale_one_is_bad(
    file: Path, days_ago: int, status: int, words: str, state: str
) -> None:
    said(*the_import(file, days_ago))
    shown = ran("dnc", "list")
    assert (shown.exit_code, words in shown.stdout) == (status, True)
    (line,) = [line for line in said_by_doctor().splitlines() if "do-not-call" in line]
    assert state in line
    assert words in line


def test_a_list_for_one_campaign_says_so(file: Path) -> None:
    said("campaign", "add", "spring")
    said("dnc", "add", NUMBER, "--campaign", "spring")
    said(*the_import(file, 1, "--campaign", "spring"))
    shown = said("dnc", "list")
    assert all(words in shown for words in (" campaign spring ", " national ", " spring +1 ", " spring  "))
    assert isinstance(failed("dnc", "add", NUMBER, "--campaign", "nosuch"), NotFound)
    assert "on no do-not-call list" not in said("dnc", "check", NUMBER)


def test_why_names_the_list_and_its_date(file: Path, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("phone\n+15550100102\n+15550100103\n+441632960001\n", "utf-8")
    said("campaign", "add", "spring", "--zone", "Europe/London")
    said("import", str(leads), "--campaign", "spring", "--allow-fictional")
    said(*the_import(file, 3))
    assert f"on the do-not-call list (national, {day(3)})" in said("why", "lead", "+15550100102")
    assert f"勿扰名单中（national，{day(3)}）" in said("why", "lead", "+15550100102", "--lang", "zh")
    said("dnc", "forget", "national")
    said(*the_import(file, 40))
    assert "list national is too old" in said("why", "lead", "+15550100103")
    assert "national" not in said("why", "lead", "+441632960001")


@pytest.mark.parametrize(("words", "says"), [
    (("--obtained-on", "yesterday"), "is no day"), (("--map", "phone=nosuch"), "there is no column 'nosuch'"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused(file: Path, words: tuple[str, ...], says: str) -> None:
    assert says in str(failed(*the_import(file, 1), *words))


def test_a_lost_key_is_said_by_doctor_and_stops_the_controller_before_it_starts(file: Path, tmp_path: Path) -> None:
    said(*the_import(file, 1))
    (tmp_path / "var" / "do-not-call.key").unlink()
    assert "do-not-call.key is missing" in said_by_doctor()
    assert isinstance(failed("dnc", "check", NUMBER), NumberKeyLost)
    settings = tmp_path / "waihu.toml"
    settings.write_text("[exchange]\nmanaged = false\nari_url = 'http://127.0.0.1:9/ari'\n", "utf-8")
    words = (sys.executable, "-m", "waihu", "run", "--settings", str(settings))
    ended = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60, env=environment())
    assert (ended.returncode, "do-not-call.key is missing" in ended.stderr) == (1, True)


def test_the_key_may_lie_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIHU_STORE__HASH_KEY_FILE", str(tmp_path / "secret" / "key"))
    said("dnc", "add", NUMBER)
    assert (tmp_path / "secret" / "key").stat().st_mode & 0o777 == 0o600
    assert json.loads(said("check"))["store"]["hash_key_file"].endswith("secret/key")
