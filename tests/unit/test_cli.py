import json
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner, Result

from waihu.cli import app, main
from waihu.cli.campaign import parse_window
from waihu_models.errors import BadInput, Conflict, NotFound, StoreTooOld, WaihuError


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAIHU_SETTINGS", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "500")  # nothing is wrapped, however long the paths are


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


@pytest.fixture
def migrated() -> str:
    return said("migrate")


def commands(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(command, "commands", {})
    return [path, *(found for name, sub in inner.items() for found in commands(sub, (*path, name)))]


EVERY_COMMAND = commands(typer.main.get_command(app))


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    assert "--help" in said(*words, "--help")


def test_the_commands_are_those_people_were_told_of() -> None:
    known = {" ".join(words) for words in EVERY_COMMAND}
    assert known >= {
        "run", "demo", "import", "report", "doctor", "check", "migrate", "campaign add", "campaign list",
        "campaign start", "campaign pause", "agent add", "agent list",
    }  # fmt: skip


def test_check_shows_the_settings_without_their_secrets(tmp_path: Path) -> None:
    file = tmp_path / "waihu.toml"
    file.write_text('[[trunks]]\nname = "carrier"\nhost = "127.0.0.1"\npassword = "hush"\n', "utf-8")
    text = said("check", "--settings", str(file))
    assert "hush" not in text
    shown = json.loads(text)
    assert shown["trunks"][0] | {"password": "(set)", "host": "127.0.0.1"} == shown["trunks"][0]
    assert shown["exchange"]["sip_port"] == 5060


@pytest.mark.parametrize(("words", "status", "line"), [
    (("check", "-c", "/nosuch.toml"), 2, "waihu: there is no settings file /nosuch.toml"),
    (("campaign", "list"), 1, "waihu: the database has schema none"),
])  # fmt: skip
def test_an_error_of_ours_is_one_line_and_an_exit_status(
    words: tuple[str, ...],
    status: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["waihu", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == status
    assert capsys.readouterr().err.startswith(line)


def test_migrate_makes_the_database_and_takes_it_down_again(migrated: str, tmp_path: Path) -> None:
    assert migrated.startswith("The database is at schema 0")
    assert (tmp_path / "var" / "waihu.db").is_file()
    assert said("migrate") == migrated
    assert said("migrate", "--revision", "base") == "The database is at schema none.\n"
    assert isinstance(failed("campaign", "list"), StoreTooOld)


def test_a_campaign_is_made_shown_started_and_paused(migrated: str) -> None:
    assert "There are no campaigns" in said("campaign", "list")
    said("campaign", "add", "spring", "--mode", "ratio", "--trunk", "carrier", "--zone", "Europe/London")
    assert " draft " in said("campaign", "list")
    said("campaign", "start", "spring")
    assert " running " in said("campaign", "list")
    said("campaign", "start", "spring")
    said("campaign", "pause", "spring")
    shown = said("campaign", "list")
    assert " paused " in shown
    assert " ratio " in shown
    assert isinstance(failed("campaign", "add", "spring"), Conflict)
    assert "is no language" in str(failed("campaign", "add", "summer", "--language", "english"))
    said("campaign", "add", "summer", "--language", "zh_CN")
    missing = failed("campaign", "start", "sprnig")
    assert isinstance(missing, NotFound)
    assert "did you mean spring?" in str(missing)


@pytest.mark.parametrize("words", [("--mode", "fast"), ("--max-lines", "0"), ("--ring-timeout-s", "1"), ("--nosuch",)])
def test_an_option_out_of_its_range_is_a_usage_error(migrated: str, words: tuple[str, ...]) -> None:
    assert ran("campaign", "add", "spring", *words).exit_code == 2


@pytest.mark.parametrize("text", ["08:00", "21:00-08:00", "08:00-08:00", "8-21-22", "night", "25:00-26:00", ""])
def test_calling_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="calling hours"):
        parse_window(text)


def test_an_agent_is_made_and_shown(migrated: str) -> None:
    assert "There are no agents" in said("agent", "list")
    said("campaign", "add", "spring")
    said("agent", "add", "1001", "--name", "Zoë", "--phone", "agent1", "--mode", "on_hook", "--campaign", "spring")
    shown = said("agent", "list")
    assert all(word in shown for word in ("1001", "Zoë", "agent1", "on_hook", "offline"))
    assert isinstance(failed("agent", "add", "1001"), Conflict)
    assert isinstance(failed("agent", "add", "1002", "--campaign", "nosuch"), NotFound)


def test_a_list_is_imported_once_and_its_bad_rows_are_named(migrated: str, tmp_path: Path) -> None:
    said("campaign", "add", "spring", "--region", "GB")
    file = tmp_path / "list.csv"
    file.write_text("who,where to\nAnn,01632960123\nBob,+15550100199\nCara,hello\n", "utf-8")
    words = ("import", str(file), "--campaign", "spring", "--map", "phone=where to", "--map", "name=who")
    first = said(*words, "--allow-fictional")
    assert first.startswith("3 rows: 2 imported, 0 already on the list, 0 twice in the file, 1 rejected")
    assert "list.csv.errors.csv" in first
    assert said(*words, "--allow-fictional").startswith("3 rows: 0 imported, 2 already on the list")
    assert "2 new" in said("campaign", "list")
    assert isinstance(failed("import", str(file), "--campaign", "spring"), BadInput)
    assert isinstance(failed("import", str(file), "--campaign", "spring", "--map", "phone"), BadInput)
    assert isinstance(failed("import", str(file), "--campaign", "nosuch"), NotFound)
    assert ran("import", str(tmp_path / "nosuch.csv"), "--campaign", "spring").exit_code == 2


@pytest.mark.parametrize(("lang", "title", "attempts"), [("en", "Report", "attempts"), ("zh", "报表", "外呼次数")])
def test_a_report_is_written_in_each_form_and_language(migrated: str, lang: str, title: str, attempts: str) -> None:
    said("campaign", "add", "spring")
    text = said("report", "--lang", lang)
    assert text.startswith(title)
    assert attempts in text
    rows = said("report", "--lang", lang, "--format", "csv", "--campaign", "spring").splitlines()
    assert rows[:2] == ["section,name,value", f"calls,{attempts},0"]
    made: dict[str, Any] = json.loads(said("report", "--lang", lang, "-f", "json", "--since", "2026-11-23T09:00+08:00"))
    assert (made["attempts"], made["balanced"], made["drop_ratio"]) == (0, True, None)
    assert made["since"] == "2026-11-23T01:00:00Z"


def test_a_report_goes_to_a_file_and_follows_the_language_of_the_machine(
    migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    out = tmp_path / "report.txt"
    assert said("report", "--out", str(out)).strip().endswith("report.txt")
    assert out.read_text("utf-8").startswith("报表")


def test_a_report_of_a_time_that_is_none_is_refused(migrated: str) -> None:
    assert "--until 'yesterday' is not a time" in str(failed("report", "--until", "yesterday"))
    assert isinstance(failed("report", "--campaign", "nosuch"), NotFound)


def test_doctor_names_what_is_bad_and_how_to_mend_it(migrated: str, tmp_path: Path) -> None:
    file = tmp_path / "waihu.toml"
    file.write_text("[exchange]\nsip_port = 99999\n", "utf-8")
    result = ran("doctor", "--settings", str(file))
    assert result.exit_code == 1
    assert "$.exchange.sip_port" in result.stdout
    assert "waihu check" in result.stdout


def test_doctor_wants_a_running_controller_only_when_asked(migrated: str) -> None:
    findings = ran("doctor").stdout
    assert "does not run" in findings
    assert "none: nothing can be dialled" in findings
    live = ran("doctor", "--live", "--quiet")
    assert live.exit_code == 1
    assert "does not run" in live.stdout
    assert "nothing can be dialled" not in live.stdout


def test_doctor_sees_a_database_that_is_too_old(migrated: str) -> None:
    said("migrate", "--revision", "base")
    assert "not made yet" in ran("doctor").stdout


def test_a_campaign_with_a_message_for_machines_needs_detection(migrated: str) -> None:
    assert isinstance(failed("campaign", "add", "spring", "--voicemail", "Call us back."), BadInput)
    assert isinstance(failed("campaign", "add", "spring", "--screening", "--voicemail", " "), BadInput)
    said("campaign", "add", "spring", "--screening", "--voicemail", "Call us back.")
