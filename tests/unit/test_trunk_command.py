"""``waihu trunk``, as people type it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu.cli.opened import with_store
from waihu.clock import SystemClock
from waihu.services.leg_tally import LegTally
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu_models.errors import BadField, BadInput, Conflict, NotFound, WaihuError
from waihu_models.ids import LegId
from waihu_models.media import CameInBroken, LegSide, MediaCounts


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "waihu.toml"
    settings.write_text('[[trunks]]\nname = "alpha"\nhost = "sip.example.net"\n', "utf-8")
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


def test_a_group_is_made_shown_changed_and_removed() -> None:
    said("trunk", "add-group", "mobile", "--kind", "4g_gateway", "--trunk", "alpha", "--capacity", "8", "--prefix",
         "+44", "--hours", "1-5,09:00-18:00", "--zone", "Europe/London", "--cost-per-min", "0.02")  # fmt: skip
    shown = said("trunk", "groups")
    for part in ("mobile", "4g_gateway", "alpha", "8", "+44", "12345 09:00-18:00 Europe/London", "0.02"):
        assert part in shown, part
    said("trunk", "change-group", "mobile", "--capacity", "3", "--off")
    shown = said("trunk", "groups")
    assert "mobile (off)" in shown
    assert "4g_gateway" in shown, "what is not given stays"
    said("trunk", "remove-group", "mobile")
    assert "mobile" not in said("trunk", "groups")
    assert {"line_group.add", "line_group.change", "line_group.remove"} <= set(said("audit").split())


def test_what_cannot_be_is_said() -> None:
    assert isinstance(failed("trunk", "add-group", "x", "--trunk", "nowhere"), BadField)
    assert isinstance(failed("trunk", "add-group", "x", "--hours", "always"), BadInput)
    assert isinstance(failed("trunk", "change-group", "x"), NotFound)
    said("trunk", "add-group", "x", "--trunk", "alpha")
    assert isinstance(failed("trunk", "add-group", "y", "--trunk", "alpha"), Conflict)


def test_what_calls_say_of_a_carrier_is_shown() -> None:
    now = SystemClock().now()
    call = a_call(trunk="alpha", dialled_at=now, answered_at=now, connected_at=now, hung_up_at=now, ended_at=now)
    tally = LegTally(MediaCounts())
    tally.take(MediaCounts(900, 100, 20.0, 1000, 0, 1.0, 80.0), CameInBroken())
    quality = tally.quality(call, LegId(f"c-{call.id}"), LegSide.CUSTOMER, None, now)
    assert quality is not None

    async def work(store: Store) -> None:
        unit = Unit()
        unit.save_call(call)
        unit.save_leg_quality(quality)
        await store.commit(unit)

    with_store(None, work)
    shown = said("trunk", "list")
    for part in ("alpha", "100%", "3.3", "10.0%", "20 ms", "80 ms", "0 of 1"):
        assert part in shown, (part, shown)
