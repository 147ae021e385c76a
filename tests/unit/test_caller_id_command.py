"""``waihu caller-id``, as people type it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu.cli.caller_id_text import HEADINGS, reason_text, state_text
from waihu.testing.factories import NOON
from waihu_models.caller_id import CallerIdSetId, NumberState, OwnNumber, StateReason, Tally, Watch
from waihu_models.errors import BadInput, BadNumber, BadSettings, NotFound, WaihuError
from waihu_models.phone import E164

LONDON, LEEDS = "+442079460001", "+441134960001"  # numbers of Ofcom's drama ranges that its plan knows


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAIHU_SETTINGS", "LANG"):
        monkeypatch.delenv(name, raising=False)
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


def row_of(number: str, *words: str) -> list[str]:
    (line,) = [line for line in said("caller-id", "list", *words).splitlines() if number in line]
    return [cell.strip() for cell in line.split("│")[1:-1]]


@pytest.fixture
def _uk() -> None:
    said("caller-id", "add-set", "uk", "--zone", "Europe/London", "--cap-per-day", "50")
    said("caller-id", "add", "uk", LONDON, "0113 496 0001", "--region", "GB", "--owned-since", "2026-01-01")


@pytest.mark.usefixtures("_uk")
def test_a_number_is_added_rested_released_and_removed() -> None:
    assert row_of(LONDON) == [LONDON, "active", "", "new", "0", "0/0", "-", "0/50"]
    said("caller-id", "rest", "020 7946 0001", "--region", "GB", "--why", "labelled [spam]")
    assert row_of(LONDON)[1:4] == ["rested", "", "by hand: labelled [spam]"]
    said("caller-id", "rest", LONDON, "--days", "2")
    assert row_of(LONDON)[2] != ""
    said("caller-id", "release", LONDON)
    assert row_of(LONDON)[1] == "active"
    said("caller-id", "remove", LONDON)
    assert isinstance(failed("caller-id", "rest", LONDON), NotFound)
    assert row_of(LEEDS)[0] == LEEDS
    assert "caller_id.remove" in said("audit")


@pytest.mark.usefixtures("_uk")
def test_a_campaign_is_given_a_set_and_goes_without_it_again() -> None:
    said("campaign", "add", "spring")
    said("caller-id", "assign", "spring", "uk")
    assert "campaigns: spring" in said("caller-id", "list")
    said("caller-id", "assign", "spring")
    assert "campaigns: none" in said("caller-id", "list")
    assert isinstance(failed("caller-id", "assign", "spring", "us"), NotFound)


@pytest.mark.usefixtures("_uk")
def test_rules_of_a_set_are_changed_one_by_one() -> None:
    assert "70 calls a day" in said("caller-id", "change-set", "uk", "--cap-per-day", "70")
    assert "70 calls a day" in said("caller-id", "change-set", "uk", "--trial-calls", "20")
    assert isinstance(failed("caller-id", "change-set", "us", "--trial-calls", "20"), NotFound)


@pytest.mark.usefixtures("_uk")
@pytest.mark.parametrize(("words", "error"), [
    (("add", "uk", "+441632960001"), BadNumber), (("add", "uk", "020 7946 0002"), BadNumber),
    (("add", "us", "+442079460002"), NotFound), (("add", "uk", "+442079460002", "--owned-since", "May"), BadInput),
    (("add-set", "moon", "--zone", "Moon/Crater"), BadSettings),
])  # fmt: skip
def test_what_is_no_number_of_anybody_s_is_refused(words: tuple[str, ...], error: type[WaihuError]) -> None:
    assert isinstance(failed("caller-id", *words), error)
    assert "+442079460002" not in said("caller-id", "list")


@pytest.mark.usefixtures("_uk")
def test_the_table_speaks_chinese_too() -> None:
    assert row_of(LONDON, "--lang", "zh")[1:4] == ["使用中", "", "新号码"]
    assert "接听率" in said("caller-id", "list", "--lang", "zh")


def test_every_state_and_every_reason_has_words_in_both_languages() -> None:
    assert len(HEADINGS[0]) == len(HEADINGS[1])
    for state in NumberState:
        for reason in StateReason:
            own = OwnNumber(
                number_e164=E164(LONDON), set_id=CallerIdSetId("1"), owned_since=NOON.date(), since=NOON, state=state,
                reason=reason, watch=Watch(own=Tally(9, 8, 1), others=Tally(70, 60, 20)),
            )  # fmt: skip
            words = [(state_text(own, zh), reason_text(own, zh)) for zh in (False, True)]
            assert words[0] != words[1]
            if reason in {StateReason.ANSWERS_FELL, StateReason.TRIAL_FAILED}:
                assert all("1/8" in why and "20/60" in why for _, why in words)
