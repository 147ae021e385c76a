from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu_models.errors import BadInput, Conflict, NotFound, WaihuError

FIRST, SECOND = "+441632960001", "+441632960002"


def said(*words: str) -> str:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*words: str) -> WaihuError:
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, WaihuError), result.output
    return result.exception


@pytest.fixture
def spring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign with two leads in a var folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("WAIHU_SETTINGS", raising=False)
    said("migrate")
    said("campaign", "add", "spring", "--zone", "Europe/London")
    (tmp_path / "web.csv").write_text(f"phone\n{FIRST}\n{SECOND}\n", "utf-8")
    said("import", "web.csv", "--campaign", "spring", "--list", "web", "--allow-fictional")


def test_a_lead_is_paused_resumed_and_closed_with_the_reason_in_the_audit_log(spring: None) -> None:
    assert said("lead", "pause", FIRST, "--reason", "on holiday") == "1 lead paused.\n"
    assert "it is paused" in said("why", "lead", FIRST, "--lang", "en")
    assert said("lead", "resume", FIRST) == "1 lead resumed.\n"
    assert "it is paused" not in said("why", "lead", FIRST, "--lang", "en")
    assert isinstance(failed("lead", "resume", FIRST), Conflict)
    said("lead", "close", FIRST)
    assert "it is done" in said("why", "lead", FIRST, "--lang", "en")
    assert isinstance(failed("lead", "pause", FIRST), Conflict)
    assert "lead.pause" in said("audit")


def test_a_lead_gets_another_number_unless_it_is_another_one_s(spring: None) -> None:
    assert isinstance(failed("lead", "number", FIRST, SECOND, "--allow-fictional"), Conflict)
    said("lead", "number", FIRST, "+441632960003", "--allow-fictional", "--campaign", "spring")
    assert isinstance(failed("lead", "close", FIRST), NotFound)
    assert said("lead", "close", "+441632960003") == "1 lead closed.\n"


def test_limits_of_a_number_over_any_span_and_for_ever_are_kept_and_taken_away(
    spring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # otherwise the table breaks its lines
    said("campaign", "order", "spring", "--limit", "5=7", "--limit", "20=ever")
    assert "number_caps: [] → [[604800.0, 5], [3155760000.0, 20]]" in said("audit")
    said("campaign", "order", "spring", "--limit", "none")
    assert "number_caps: [[604800.0, 5], [3155760000.0, 20]] → []" in said("audit")


def test_the_order_of_a_campaign_is_changed_and_shown(spring: None) -> None:
    shown = said(
        "campaign", "order", "spring", "--urgency-weight", "0.2", "--level", "gold=9", "--level", "普通=2",
        "--tag", "hot=3", "--new-every", "3", "--mix", "web=70", "--mix", "=30", "--quota", "web=5",
        "--retry", "busy=60,3,2,600", "--passes", "2", "--pause-after", "5",
    )  # fmt: skip
    assert "urgency_weight: 0.2\n" in shown
    assert "value_weight: 0.4\n" in shown
    assert "levels: {'gold': 9.0, '普通': 2.0}\n" in shown
    assert "quotas: {'web': 5}\n" in shown
    assert "mix: ()\n" in said("campaign", "order", "spring", "--mix", "none")
    assert "new_every: 3\n" in said("campaign", "order", "spring")


@pytest.mark.parametrize("words", [
    ("--level", "A"), ("--level", "A=high"), ("--level", "A=nan"), ("--quota", "web=0"), ("--mix", "web=-1"),
    ("--mix", "web"), ("--mix", "a=1", "--mix", "a=2"), ("--mix", "=1", "--mix", "=2"), ("--retry", "busy=0,3"),
    ("--limit", "5=0"), ("--limit", "0=7"), ("--limit", "5"), ("--limit", "5=never"),
    ("--retry", "busy=60"), ("--retry", "busy=60,3,0.5"), ("--retry", "asleep=60,3"), ("--urgency-weight", "inf"),
])  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(spring: None, words: tuple[str, ...]) -> None:
    assert isinstance(failed("campaign", "order", "spring", *words), BadInput)
