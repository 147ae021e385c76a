import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.recorded_shift import record
from typer.testing import CliRunner, Result

from waihu.cli import app
from waihu.cli.simulate import _run
from waihu.dialer.pacing import Pacer, PacerConfig, RatioPacer
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_course import Course, Figures, figures
from waihu.dialer.simulation_forecast import Forecast, Run, Team
from waihu.dialer.simulation_history import History
from waihu.dialer.simulation_world import Pause, Scenario
from waihu.services.forecast import read_history
from waihu.services.forecast_text import COLUMNS, forecast_text, ranged
from waihu.services.replay import Recording, Replay, read_day, team_of
from waihu.services.simulation_runs import runs
from waihu.store import past_calls
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign
from waihu_models.call import CallState
from waihu_models.campaign import Campaign, DialMode
from waihu_models.errors import BadInput
from waihu_models.outcome import Outcome

# Unlike the defaults in everything that matters.
TRUTH = Scenario(
    "truth", agents=8, hours=2.0, human=0.15, talk_s=60.0, wrap_s=35.0, cps=5.0, channels=100, hint_spread=0.0
)
DAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def ratio(config: PacerConfig, _: Simulation) -> Pacer:
    return RatioPacer(config, 1.5)


@pytest.fixture
async def a_history(store: Store, campaign: Campaign) -> History:
    for day in range(2):
        await record(store, campaign, TRUTH, day, ratio, DAY + timedelta(days=day))
    return await read_history(store, campaign)


def truth() -> list[Figures]:
    found = []
    for seed in range(100, 106):
        course = Course(TRUTH)
        Simulation(TRUTH, seed, ratio, measures=course).run()
        found.append(figures(course.quarters, TRUTH.hours))
    return found


def forecast(campaign: Campaign, history: History, seeds: int = 10) -> list[Run]:
    team = Team(TRUTH.agents, TRUTH.hours, 9.0, DialMode.RATIO, 1.5)
    tasks = [Forecast("ratio", campaign, history, team, 5000, seed, full_days=1) for seed in range(seeds)]
    return list(runs(tasks, jobs=1))


async def test_a_forecast_from_the_history_of_a_known_campaign_covers_the_truth(
    campaign: Campaign, a_history: History
) -> None:
    true, told = truth(), forecast(campaign, a_history)
    blind = forecast(campaign, History(), seeds=3)
    for column in COLUMNS:
        middle = sum(map(column.of, true)) / len(true)
        span = ranged([column.of(run.figures) for run in told])
        assert span.low <= middle <= span.high, column.name
        if column.name in {"talk_min_per_agent_hour", "utilisation"}:
            assert span.high - span.low < 0.2 * middle
            guessed = ranged([column.of(run.figures) for run in blind])
            assert not guessed.low <= middle <= guessed.high, "a forecast without the history is right as well"


async def test_the_history_is_what_was_stored(store: Store, campaign: Campaign, a_history: History) -> None:
    assert a_history.all.people / a_history.all.attempts == pytest.approx(0.15, abs=0.03)
    assert set(a_history.hours) == {9, 10}
    assert sum(a_history.talk_s.values) / a_history.talk_s.number == pytest.approx(60.0, rel=0.15)
    assert sum(a_history.wrap_s.values) / a_history.wrap_s.number == pytest.approx(35.0, rel=0.15)
    assert a_history.logged_in_s == pytest.approx(2 * 8 * 7200, rel=0.01)
    newest = await read_history(store, campaign, most=300)
    assert 300 <= newest.all.attempts + newest.undecided < 310


async def test_the_table_says_what_rests_on_the_history_and_what_on_a_default(
    campaign: Campaign, a_history: History
) -> None:
    from waihu.dialer.simulation_forecast import shift_of
    from waihu.dialer.simulation_history import Draws

    told = forecast(campaign, a_history, seeds=1)
    team = Team(TRUTH.agents, TRUTH.hours, 9.0, DialMode.RATIO, 1.5)
    lines = forecast_text(told, Draws(a_history, shift_of(campaign, team), 0).bases, 5000).splitlines()
    assert any("talk" in line and f"{a_history.talk_s.number} observations" in line for line in lines)
    assert any("patience of callers" in line and "default" in line for line in lines)


async def test_past_calls_come_in_order_and_once_whatever_the_page(
    store: Store, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_calls, "PAGE", 4)
    unit = Unit()
    for number in range(23):
        at = NOON + timedelta(seconds=number // 6)  # many in the same moment
        unit.save_call(
            a_call(campaign_id=campaign.id, dialled_at=at, state=CallState.ENDED, outcome=Outcome.BUSY, hung_up_at=at)
        )
    unit.save_call(a_call(campaign_id=campaign.id))  # not over
    await store.commit(unit)
    found = [row async for row in past_calls.past_calls(store, campaign.id, None)]
    assert len({row["id"] for row in found}) == len(found) == 23
    assert [row["dialled_at"] for row in found] == sorted(row["dialled_at"] for row in found)


# ---- a recorded day ------------------------------------------------------------------------------------------------


def lived_again(campaign: Campaign, recording: Recording, mode: DialMode, seeds: int = 3) -> list[Run]:
    team = replace(team_of(recording, campaign), mode=mode)
    return [Replay(str(mode), campaign, recording.day, team, seed).run() for seed in range(seeds)]


async def test_a_recorded_day_under_the_same_pacer_gives_its_figures_again(store: Store, campaign: Campaign) -> None:
    shift = replace(TRUTH, human=0.3, late=0.3, early=0.3, pauses=(Pause(0.8, 10.0, share=0.5),))
    true = await record(store, campaign, shift, 5, ratio, DAY)
    recording = await read_day(store, campaign, date(2026, 11, 20))
    assert len(recording.day.rosters) == shift.agents
    was = recording.figures
    assert (was.utilisation, was.talk_min_per_h) == pytest.approx(
        (true.utilisation, figures(true.quarters, shift.hours).talk_min_per_h), rel=0.01
    )
    for run in lived_again(campaign, recording, DialMode.RATIO):
        again = run.figures
        assert again.utilisation == pytest.approx(was.utilisation, rel=0.02)
        assert again.talk_min_per_h == pytest.approx(was.talk_min_per_h, rel=0.02)
        assert again.calls_per_h == pytest.approx(was.calls_per_h, rel=0.03)
        assert again.drops == pytest.approx(was.drops, abs=4)
        assert run.drawn == recording.day.unknown
    slower = lived_again(campaign, recording, DialMode.PROGRESSIVE, 1)[0].figures
    assert slower.utilisation < 0.97 * was.utilisation


async def test_a_day_without_calls_cannot_be_lived_again(store: Store, campaign: Campaign) -> None:
    with pytest.raises(BadInput, match="no call of 2026-11-21"):
        await read_day(store, campaign, date(2026, 11, 21))


# ---- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def at_hand(store: Store, campaign: Campaign, file: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign with a recorded day, where the command looks for it."""
    monkeypatch.setenv("WAIHU_VAR", str(file.parent))
    monkeypatch.delenv("WAIHU_SETTINGS", raising=False)
    await record(store, campaign, replace(TRUTH, agents=3, hours=0.5), 1, ratio, DAY)
    return campaign


def ran(*words: str) -> Result:
    result = CliRunner().invoke(app, ["simulate", "--jobs", "1", "--runs", "2", *words])
    if isinstance(result.exception, BadInput):
        raise result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def test_the_command_forecasts_a_list_and_draws_it(at_hand: Campaign, tmp_path: Path) -> None:
    leads, picture = tmp_path / "leads.csv", tmp_path / "day.svg"
    leads.write_text("phone\n" + "".join(f"+44163296{n:04}\n" for n in range(40)))
    words = ("--campaign", at_hand.name, "--agents", "3", "--hours", "0.5", "--list", str(leads))
    said = ran(*words, "--mode", "ratio", "--mode", "progressive", "--plot", str(picture)).stdout
    assert "ratio, 2 runs" in said
    assert "progressive, 2 runs" in said
    assert "40 leads" in said
    drawn = picture.read_text()
    assert "utilisation %" in drawn
    assert "agents' time %" in drawn
    told = json.loads(ran(*words, "--mode", "ratio", "--json").stdout)
    assert set(told["pacers"]["ratio"]) >= {"utilisation", "drop_ratio", "list_hours", "list_days"}
    assert told["leads"] == 40


def test_the_command_lives_a_day_again(at_hand: Campaign, tmp_path: Path) -> None:
    picture = tmp_path / "day.png"
    said = ran("--campaign", at_hand.name, "--replay", "2026-11-20", "--mode", "ratio", "--plot", str(picture)).stdout
    assert "recorded" in said
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("words", "what"), [
    (("--agents", "3"), "no open lead"),
    ((), "--agents is needed"),
    (("--replay", "yesterday"), "not a day"),
    (("--agents", "3", "--leads", "9", "--plot", "day.txt"), "svg or .png"),
    (("--agents", "3", "--leads", "9", "--mode", "preview"), "preview"),
])  # fmt: skip
def test_what_cannot_be_simulated_is_said_in_one_line(at_hand: Campaign, words: tuple[str, ...], what: str) -> None:
    with pytest.raises(BadInput, match=what):
        ran("--campaign", at_hand.name, *words)


@dataclass
class Interrupted:
    """Ends its second run as Ctrl-C does."""

    label: str
    left: list[int]

    def run(self) -> Run:
        if not self.left.pop():
            raise KeyboardInterrupt
        return Run(self.label, figures([], 1.0), [])


def test_ctrl_c_leaves_the_runs_that_are_done() -> None:
    left = [1, 0, 1]
    assert [run.label for run in _run([Interrupted(f"run {n}", left) for n in range(3)], jobs=1)] == ["run 0"]


def test_processes_give_the_same_runs_as_one() -> None:
    campaign = a_campaign()
    team = Team(2, 0.25, 9.0, DialMode.RATIO, 1.5)
    tasks = [Forecast(str(seed), campaign, History(), team, 2000, seed, 1) for seed in range(2)]
    alone, beside = (sorted(runs(tasks, jobs), key=_label) for jobs in (1, 2))
    assert [run.figures for run in alone] == [run.figures for run in beside]


def _label(run: Run) -> str:
    return run.label
