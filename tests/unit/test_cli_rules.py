"""``waihu rules`` and ``waihu consent``, as people type them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu_models.errors import BadInput, BadNumber, BadRulePack, NotFound, WaihuError

NUMBER = "+441632960200"


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAIHU_SETTINGS", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "500")
    said("migrate")


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def failed(*words: str) -> WaihuError:
    error = CliRunner().invoke(app, list(words)).exception
    assert isinstance(error, WaihuError), error
    return error


def line_of(text: str, *words: str) -> str:
    (line,) = [line for line in text.splitlines() if all(word in line for word in words)]
    return line


# ---- rules ---------------------------------------------------------------------------------------------------------


def test_the_packs_are_listed_with_the_campaigns_under_them() -> None:
    said("campaign", "add", "spring", "--rules", "us-federal", "--rules", "us-florida")
    text = said("rules", "list")
    assert "spring" in line_of(text, "us-florida", "2026.1")
    assert "spring" not in line_of(text, "china-carrier-strict")


def test_one_pack_or_what_several_ask_together_is_shown_in_words() -> None:
    uk = said("rules", "show", "uk")
    assert "at most 0.0% of live answers in 24 hours" in uk
    assert "3 days, except with an agent kept free" in uk
    both = said("rules", "show", "us-federal", "us-florida")
    assert "us-federal@2026.1+us-florida@2026.1" in both
    assert "08:00-20:00" in line_of(both, "sunday")
    assert "at most 3 in 24 hours" in both
    assert "not ended before 15 s" in both
    assert "at most 3.0% of live answers in 30 days" in both
    assert "needed" in line_of(both, "consent to recording")
    china = said("rules", "show", "china")
    assert "at most 3 in 5 minutes" in china
    assert "Asia/Shanghai" in china
    assert isinstance(failed("rules", "show", "mars"), BadRulePack)


def test_a_file_is_checked_and_a_bad_one_named_with_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "moon.toml"
    file.write_text('name = "moon"\nversion = "1"\n[hours]\nevery_day = ["09:00-24:00"]\nsunday = []\n', "utf-8")
    text = said("rules", "check", str(file))
    assert "09:00-24:00" in line_of(text, "monday")
    assert "nobody is called" in line_of(text, "sunday")
    file.write_text('name = "moon"\nversion = "1"\n[ring]\nmin_s = -5\n', "utf-8")
    error = failed("rules", "check", str(file))
    assert str(error).startswith(f"{file}:4: ring.min_s: ")
    assert error.code.startswith("bad_"), "which makes the exit status 2"


def test_packs_of_one_s_own_folder_are_there_beside_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.setenv("WAIHU_RULES__DIRECTORY", str(folder))
    (folder / "moon.toml").write_text('name = "moon"\nversion = "7"\ntitle = "The Moon"\n', "utf-8")
    text = said("rules", "list")
    assert "The Moon" in line_of(text, "moon", "7")
    assert line_of(text, "us-federal")
    monkeypatch.setenv("WAIHU_RULES__DIRECTORY", str(tmp_path / "nosuch"))
    assert "there is no folder" in str(failed("rules", "list"))


def test_a_campaign_is_put_under_packs_and_taken_out_again() -> None:
    said("campaign", "add", "spring")
    assert "Campaign spring is under uk, eu." in said("rules", "assign", "spring", "uk", "eu")
    assert "spring" in line_of(said("rules", "list"), "uk", "United Kingdom")
    assert "packs: [] → ['uk', 'eu']" in said("audit")
    assert "under no rule pack" in said("rules", "assign", "spring")
    assert "spring" not in said("rules", "list")
    assert isinstance(failed("rules", "assign", "spirng", "uk"), NotFound)


def test_packs_that_do_not_exist_or_cannot_hold_for_a_campaign_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = failed("campaign", "add", "spring", "--rules", "mars")
    assert "there is no rule pack 'mars'; there are: china, china-carrier-strict, eu, uk" in str(missing)
    closed = failed("campaign", "add", "spring", "--rules", "us-federal", "--hours", "06:00-08:00")
    assert "us-federal@2026.1 allows no hour at which campaign 'spring' dials" in str(closed)
    answer = '[drops]\nagent_within_s = 2\ncounted_from = "answer"\n'
    (tmp_path / "moon.toml").write_text(f'name = "moon"\nversion = "7"\n{answer}', "utf-8")
    monkeypatch.setenv("WAIHU_RULES__DIRECTORY", str(tmp_path))
    assert "leave out --screening" in str(failed("campaign", "add", "spring", "--rules", "moon", "--screening"))
    assert "There are no campaigns" in said("campaign", "list")


def test_a_campaign_whose_pack_is_gone_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moon.toml").write_text('name = "moon"\nversion = "7"\n', "utf-8")
    monkeypatch.setenv("WAIHU_RULES__DIRECTORY", str(tmp_path))
    said("campaign", "add", "spring", "--rules", "moon")
    (tmp_path / "moon.toml").unlink()
    assert "there is no rule pack 'moon'" in str(failed("campaign", "start", "spring"))
    assert " draft " in said("campaign", "list")


# ---- consent -------------------------------------------------------------------------------------------------------


def word(*more: str, state: str = "granted", purpose: str = "call") -> str:
    return said("consent", "add", NUMBER, "--purpose", purpose, "--state", state, "--source", "form 7", *more)


def test_words_are_kept_and_shown_the_latest_first() -> None:
    assert "There is no word on this number." in said("consent", "list", NUMBER)
    word("--channel", "web", "--proof", "https://forms.example/7", "--at", "2025-11-23T09:00+08:00")
    word("--channel", "phone", state="denied")
    lines = said("consent", "list", "01632 960200", "--region", "GB").splitlines()
    words = [line for line in lines if "form 7" in line]
    assert ["denied" in line for line in words] == [True, False]
    assert "https://forms.example/7" in words[1]
    assert "phone" in words[0]
    assert "consent.add" in said("audit")
    assert NUMBER not in said("audit")


def test_a_word_that_says_nothing_or_was_not_said_yet_is_refused() -> None:
    add = ("consent", "add", NUMBER, "--purpose", "call", "--source", "form")
    assert isinstance(failed(*add, "--state", "unknown"), BadInput)
    assert "has not come yet" in str(failed(*add, "--state", "granted", "--at", "2999-01-01T00:00+00:00"))
    assert "is not a time" in str(failed(*add, "--state", "granted", "--at", "yesterday"))
    assert isinstance(failed("consent", "list", "hello"), BadNumber)


def test_a_list_says_postcode_state_and_consent(tmp_path: Path) -> None:
    said("campaign", "add", "spring", "--region", "GB", "--rules", "eu")
    file = tmp_path / "list.csv"
    file.write_text("手机号,邮编,省份,外呼授权\n+12125550123,90001,CA,是\n+12125550124,,,\n", "utf-8")
    said("import", str(file), "--campaign", "spring", "--allow-fictional")
    silent = said("why", "lead", "+12125550124", "--lang", "en")
    assert "a rule pack asks for a yes" in silent
    assert "a rule pack asks for a yes" not in said("why", "lead", "+12125550123", "--lang", "en")
