"""``waihu menu``, as people type it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu_models.errors import BadField, BadInput, NotFound, WaihuError

MAIN = """
name = "main"
title = "Front door"
numbers = ["441632960999"]
notice = true
prompt_en = "For sales, press 1."
prompt_zh = "销售请按1。"
zone = "Asia/Shanghai"
windows = [{days = [1, 2, 3, 4, 5], start = 09:00:00, end = 18:00:00}]
[keys.1]
to = "sales"
business_type = "sale"
[closed]
action = "hang_up"
say_en = "We are closed."
"""


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAIHU_SETTINGS", raising=False)
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


def put(folder: Path, text: str) -> tuple[str, ...]:
    file = folder / "menu.toml"
    file.write_text(text, encoding="utf-8")
    return ("menu", "put", str(file))


def test_a_menu_is_made_of_a_file_changed_listed_and_removed(tmp_path: Path) -> None:
    assert said(*put(tmp_path, MAIN)) == "menu main was made\n"
    line = next(line for line in said("menu", "list").splitlines() if "main" in line)
    assert "441632960999" in line
    assert "1: queue sales" in line
    assert "1 windows, Asia/Shanghai" in line
    assert said(*put(tmp_path, MAIN.replace("sales", "support"))) == "menu main was changed\n"
    assert "1: queue support" in said("menu", "list")
    assert said("menu", "remove", "main") == "menu main is gone\n"
    assert "main" not in said("menu", "list")


def test_what_is_no_menu_is_refused_with_its_place(tmp_path: Path) -> None:
    assert "'colour'" in str(failed(*put(tmp_path, 'name = "main"\ncolour = "red"')))
    assert "$.keys" in str(failed(*put(tmp_path, 'name = "main"\n[keys.1]\naction = "dance"')))
    assert isinstance(failed(*put(tmp_path, "name =")), BadInput)
    assert isinstance(failed(*put(tmp_path, 'name = "main"\ntries = 9')), BadField)


def test_a_menu_that_is_missing_or_led_to_is_not_removed(tmp_path: Path) -> None:
    assert isinstance(failed("menu", "remove", "main"), NotFound)
    said(*put(tmp_path, MAIN))
    said(*put(tmp_path, 'name = "second"\n[keys.1]\naction = "menu"\nto = "main"'))
    assert "second" in str(failed("menu", "remove", "main"))
