"""``waihu abandoned`` and ``waihu evidence``, as people type them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from waihu.cli import app
from waihu.store.campaigns import campaign_named
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu_models.call import CallState
from waihu_models.errors import BadInput, NotFound
from waihu_models.outcome import Outcome

NUMBER = "+441632960200"
DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WAIHU_SETTINGS", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "500")
    said("migrate")
    said("campaign", "add", "spring", "--rules", "us-federal")
    return tmp_path / "var"


def ran(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    result = ran(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def happened(var: Path, count: int, at: datetime, **changes: Any) -> None:
    async def work() -> None:
        store = await Store.open(f"sqlite+aiosqlite:///{var / 'waihu.db'}")
        campaign, unit = await campaign_named(store, "spring"), Unit()
        for _ in range(count):
            unit.save_call(
                a_call(
                    campaign_id=campaign.id,
                    state=CallState.ENDED,
                    rules_version="us-federal@2026.1",
                    dialled_at=at,
                    answered_at=at,
                    **changes,
                )
            )
        await store.commit(unit)
        await store.close()

    asyncio.run(work())


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_what_is_left_is_shown_and_a_limit_that_is_exceeded_makes_the_exit_status_1(var: Path) -> None:
    happened(var, 97, an_hour_ago(), connected_at=an_hour_ago(), outcome=Outcome.ANSWERED)
    happened(var, 2, an_hour_ago(), abandoned=True, outcome=Outcome.ABANDONED)
    text = said("abandoned", "spring")
    (row,) = [line for line in text.splitlines() if "us-federal" in line and "30 days" in line]
    assert row.split()[1:8] == ["us-federal", "30", "days", "99", "2", "2.02%", "2.02%"]
    assert "1 more may be abandoned" in row
    happened(var, 1, an_hour_ago(), abandoned=True, outcome=Outcome.ABANDONED)
    assert ran("abandoned", "--all").exit_code == 0, "three of a hundred are three percent"
    happened(var, 1, an_hour_ago(), abandoned=True, outcome=Outcome.ABANDONED)
    result = ran("abandoned", "--all", "--lang", "zh")
    assert result.exit_code == 1
    assert "已超上限" in result.stdout
    found = json.loads(ran("abandoned", "spring", "--format", "json").stdout)
    assert {count["pack"] for count in found["counts"]} == {"", "us-federal"}


def test_a_campaign_or_all_of_them_have_to_be_named() -> None:
    assert isinstance(ran("abandoned").exception, BadInput)
    assert isinstance(ran("abandoned", "spring", "--all").exception, BadInput)
    assert isinstance(ran("abandoned", "autumn").exception, NotFound)


def test_the_evidence_of_a_day_in_a_zone_is_written_and_a_changed_line_named(var: Path, tmp_path: Path) -> None:
    for hours in (-9, -7, 15, 17):  # the day of Shanghai begins eight hours before that of Greenwich
        happened(var, 1, DAY + timedelta(hours=hours))
    out = tmp_path / "out"
    text = said("evidence", "--day", "2026-11-20", "--zone", "Asia/Shanghai", "--out", str(out))
    file = out / "evidence.jsonl"
    assert "2 call" in text
    whole = said("evidence", "--verify", str(file))
    assert "is whole" in whole
    head = whole.splitlines()[0].rpartition(" ")[2]
    assert head in text
    assert head in said("audit")
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:1] + lines[2:]), "utf-8")
    result = ran("evidence", "--verify", str(file))
    assert result.exit_code == 1
    assert "line 2 was removed" in result.stderr


def test_the_evidence_of_a_number_nobody_called_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out"
    said("evidence", "--number", NUMBER, "--out", str(out))
    assert not (out / "call.csv").exists()
    first = json.loads((out / "evidence.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["kind"], first["record"]["number_e164"]) == ("export", NUMBER)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--number", NUMBER],
        ["--number", NUMBER, "--day", "2026-11-20", "--out", "x"],
        ["--day", "yesterday", "--out", "x"],
        ["--day", "2026-11-20", "--zone", "Moon/North", "--out", "x"],
    ],
)
def test_what_is_meant_has_to_be_clear(words: list[str]) -> None:
    assert isinstance(ran("evidence", *words).exception, BadInput)
    assert not Path("x").exists()
