"""``waihu routing``, and why a call was sent where it went, as people type it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waihu.cli import app
from waihu.cli.opened import with_store
from waihu.store.routing_calls import KeptDecision, keep_decisions
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import BadField, BadInput, Conflict, NotFound, WaihuError
from waihu_models.ids import CallId

EXAMPLE = Path(__file__).parents[2] / "rules/routing-example.dmn"
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "waihu.toml"
    settings.write_text('[[trunks]]\nname = "alpha"\nhost = "sip.example.net"\n', "utf-8")
    monkeypatch.setenv("WAIHU_SETTINGS", str(settings))
    monkeypatch.setenv("WAIHU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("LANG", "C.UTF-8")
    said("migrate")


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def failed(*words: str) -> WaihuError:
    error = CliRunner().invoke(app, list(words)).exception
    assert isinstance(error, WaihuError), error
    return error


def without_lines(folder: Path) -> Path:
    """The example without its rule for lines, so that it can go live anywhere."""
    text = EXAMPLE.read_text("utf-8")
    start = text.index('      <rule id="row_4"')
    file = folder / "callers.dmn"
    file.write_text(text[:start] + text[text.index('      <rule id="row_default"') :], "utf-8")
    return file


def test_a_table_is_imported_checked_tried_and_made_live(tmp_path: Path) -> None:
    said("routing", "import", str(without_lines(tmp_path)), "--reason", "the first rules")
    shown = said("routing", "show", "1")
    for part in ("Platinum customers", 'level: "platinum"', "agent @last", "queue general"):
        assert part in shown, part
    without = CliRunner().invoke(app, ["routing", "check", "1"])
    assert (without.exit_code, "there is no queue 'expert'" in without.stdout) == (2, True)
    for name in ("expert", "quality", "general"):
        said("queue", "set", name)
    assert "It can go live" in said("routing", "check", "1")
    assert "0 of 0 calls" in said("routing", "try", "1")
    said("routing", "live", "1")
    listed = said("routing", "list")
    assert "live" in listed
    assert "the first rules" in listed
    assert isinstance(failed("routing", "live", "1"), Conflict)
    said("routing", "import", str(without_lines(tmp_path)))
    said("routing", "live", "2", "--reason", "another try")
    said("routing", "live", "1", "--reason", "back")
    assert {"routing.draft", "routing.live"} <= set(said("audit").split())
    for name, user in (("expert", "rule Platinum customers to the experts"), ("general", "the default")):
        refused = failed("queue", "remove", name)
        assert isinstance(refused, Conflict)
        assert user in str(refused)


def test_a_table_comes_out_as_dmn_and_goes_in_again(tmp_path: Path) -> None:
    said("routing", "import", str(EXAMPLE))
    said("routing", "export", "1", str(tmp_path / "out.dmn"))
    assert (tmp_path / "out.dmn").read_text("utf-8") == EXAMPLE.read_text("utf-8")


def test_what_cannot_be_is_said_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dmn"
    bad.write_text(EXAMPLE.read_text("utf-8").replace('"platinum"', "platinum"), "utf-8")
    error = failed("routing", "import", str(bad))
    assert isinstance(error, BadField)
    assert error.path == "$.rules[0].conditions.level"
    assert isinstance(failed("routing", "show", "9"), NotFound)
    assert isinstance(failed("routing", "check", "nowhere.dmn"), BadInput)
    checked = CliRunner().invoke(app, ["routing", "check", str(EXAMPLE)])
    assert checked.exit_code == 2
    assert "there is no line group '4g'" in checked.stdout


def test_hits_are_shown_and_why_a_call_was_sent_where_it_went() -> None:
    call = a_call(id=CallId("c1"))
    decision = RouteDecision(kind=RouteKind.QUEUE, target="expert", rule="gold", table_version=3)

    async def work(store: Store) -> None:
        unit = Unit()
        unit.save_call(call)
        await store.commit(unit)
        kept = KeptDecision(
            call_id="c1", at=NOW, decision=decision, facts=CallFacts(), held=(("level", '"gold"', '"gold"'),)
        )
        await keep_decisions(store, [kept], {(3, "gold", NOW.astimezone().date().isoformat()): 2})

    with_store(None, work)
    assert "gold" in said("routing", "hits")
    why = said("why", "call", "c1")
    assert """queue expert by rule 'gold' of routing table 3: level "gold".""" in why
    assert "队列 expert" in said("why", "call", "c1", "--lang", "zh")
    assert isinstance(failed("why", "call", "none"), NotFound)
