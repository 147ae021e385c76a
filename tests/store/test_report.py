from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from waihu.services.report import DEFINITIONS, Report, build_report
from waihu.services.report_text import as_csv, as_json, as_text
from waihu.store.agents import add_agent
from waihu.store.leads import add_leads
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_lead, an_agent
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState, Direction
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD
from waihu_models.errors import NotFound
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState

EVENING = NOON + timedelta(hours=8)


class Evening:
    """A clock that stands still."""

    def now(self) -> datetime:
        return EVENING

    def monotonic(self) -> float:
        return 0.0


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ended(outcome: Outcome, **changes: Any) -> Call:
    return a_call(**{"state": CallState.ENDED, "outcome": outcome, "hung_up_at": at(60), "ended_at": at(60), **changes})


def talked(wait_s: float, talk_s: float = 30.0, agent: str = "agent1", **changes: Any) -> Call:
    return ended(
        Outcome.ANSWERED,
        **{
            "agent_id": agent,
            "answered_at": at(0),
            "greeting_ended_at": at(wait_s / 2),
            "connected_at": at(wait_s),
            "hung_up_at": at(wait_s + talk_s),
            **changes,
        },
    )


def stretch(unit: Unit, agent: Agent, state: AgentState, start_s: float, length_s: float) -> None:
    was = an_agent(agent.id, state=state, state_since=at(start_s))
    unit.agent_state_ended(was, at(start_s + length_s))


@pytest.fixture
async def a_day(store: Store, campaign: Campaign) -> Store:
    """Thirteen outbound calls, one inbound one, two agents, three recordings, two leads."""
    mine: dict[str, Any] = {"campaign_id": campaign.id}
    calls = [
        talked(1.0, 30.0, **mine, disposition=STANDARD["sale"]),
        talked(2.0, 40.0, **mine, disposition=STANDARD["sale"]),
        talked(3.0, 50.0, "agent2", **mine, disposition=STANDARD["refused"]),
        ended(Outcome.ABANDONED, **mine, answered_at=at(0), abandoned=True),
        ended(Outcome.HUNG_UP, **mine, answered_at=at(0)),
        *(ended(Outcome.MACHINE, **mine) for _ in range(2)),
        *(ended(Outcome.BUSY, **mine) for _ in range(3)),
        ended(Outcome.NO_ANSWER, **mine),
        a_call(**mine, state=CallState.RINGING),
        a_call(
            **mine,
            state=CallState.CONNECTED,
            answered_at=at(0),
            greeting_ended_at=at(2),
            connected_at=at(4),
            agent_id="agent1",
        ),
        talked(0.5, 10.0, direction=Direction.INBOUND),
    ]
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    one, two = (
        an_agent("agent1", name="Ann"),
        an_agent("agent2", name="Bob", state=AgentState.PAUSED, state_since=at(28_000)),
    )
    for agent in (one, two):
        await add_agent(store, agent)
    for state, start_s, length_s in (
        (AgentState.AVAILABLE, 0, 100), (AgentState.TALKING, 100, 300), (AgentState.WRAP_UP, 400, 100),
        (AgentState.PAUSED, 500, 500), (AgentState.OFFLINE, 1000, 5000),
    ):  # fmt: skip
        stretch(unit, one, state, start_s, length_s)
    for name, state, length_s in (("r1", "stored", 30.0), ("r2", "repaired", 12.5), ("r3", "failed", 0.0)):
        unit.save_recording(
            Recording(id=name, call_id=calls[0].id, state=RecordingState(state), started_at=NOON, duration_s=length_s)
        )
    await store.commit(unit)
    await add_leads(store, [a_lead(campaign), a_lead(campaign, "+441632960201")])
    return store


async def report_of(store: Store, **span: Any) -> Report:
    return await build_report(store, clock=Evening(), **span)


async def test_every_attempt_is_counted_once(a_day: Store, campaign: Campaign) -> None:
    report = await report_of(a_day, campaign=campaign.name)
    assert (report.attempts, report.open_calls, report.inbound, report.balanced) == (13, 2, 0, True)
    assert report.outcomes == {
        "answered": 3, "abandoned": 1, "hung_up": 1, "machine": 2, "busy": 3, "no_answer": 1,
    }  # fmt: skip
    assert sum(report.outcomes.values()) + report.open_calls == report.attempts
    assert (report.live_answers, report.machines, report.drops) == (5, 2, 1)
    assert report.connect_ratio == pytest.approx(5 / 13)
    assert report.drop_ratio == pytest.approx(1 / 5)
    assert report.drop_limit == 0.03
    assert report.dispositions == {"sale": 2, "refused": 1}
    assert report.leads == {"new": 2}


async def test_latencies_are_of_real_calls_not_between_them(a_day: Store, campaign: Campaign) -> None:
    report = await report_of(a_day, campaign=campaign.name)
    assert (report.answer_to_agent.count, report.answer_to_agent.p50_ms, report.answer_to_agent.p99_ms) == (
        4,
        2000,
        4000,
    )
    assert report.greeting_to_agent.p50_ms == 1000
    assert report.talk_s == 120.0


@pytest.mark.parametrize(
    ("count", "p50_ms", "p99_ms"), [(1, 1, 1), (2, 1, 2), (99, 50, 99), (100, 50, 99), (101, 51, 100)]
)
async def test_a_percentile_is_the_smallest_value_that_share_of_calls_does_not_exceed(
    store: Store, count: int, p50_ms: float, p99_ms: float
) -> None:
    unit = Unit()
    for number in range(count, 0, -1):
        unit.save_call(talked(number / 1000))
    await store.commit(unit)
    latency = (await report_of(store)).answer_to_agent
    assert (latency.count, latency.p50_ms, latency.p99_ms) == (count, pytest.approx(p50_ms), pytest.approx(p99_ms))


async def test_an_agent_s_time_adds_up(a_day: Store) -> None:
    ann, bob = (await report_of(a_day)).agents
    assert (ann.name, ann.calls, ann.logged_in_s) == ("Ann", 4, 1000.0)
    assert (ann.talk_s, ann.wrap_up_s, ann.idle_s, ann.paused_s) == (300.0, 100.0, 100.0, 500.0)
    assert ann.utilisation == pytest.approx(400 / 500)
    assert (bob.name, bob.paused_s, bob.utilisation) == ("Bob", 800.0, None), "the pause that has not ended counts"


async def test_only_recordings_that_can_be_played_count(a_day: Store) -> None:
    recordings = (await report_of(a_day)).recordings
    assert (recordings.count, recordings.total_s, recordings.failed) == (2, 42.5, 1)


async def test_a_report_of_everything_has_inbound_calls_too(a_day: Store) -> None:
    report = await report_of(a_day)
    assert (report.attempts, report.inbound, report.campaign, report.drop_limit) == (13, 1, None, None)
    assert report.answer_to_agent.count == 5


async def test_a_span_begins_with_its_start_and_ends_before_its_end(store: Store) -> None:
    unit = Unit()
    for second in range(10):
        unit.save_call(ended(Outcome.BUSY, dialled_at=at(second)))
    await store.commit(unit)
    assert (await report_of(store, since=at(3), until=at(7))).attempts == 4
    assert (await report_of(store, since=at(9))).attempts == 1
    assert (await report_of(store, until=NOON)).attempts == 0


async def test_a_report_of_nothing_divides_by_nothing(store: Store) -> None:
    report = await report_of(store)
    assert (report.attempts, report.balanced, report.agents) == (0, True, [])
    assert (report.connect_ratio, report.drop_ratio, report.utilisation) == (None, None, None)
    assert (report.answer_to_agent.p50_ms, report.answer_to_agent.p99_ms) == (None, None)
    assert "-" in as_text(report)
    with pytest.raises(NotFound):
        await report_of(store, campaign="nosuch")


def test_every_definition_is_of_a_figure_that_is_shown() -> None:
    figures = {*Report.__struct_fields__, "idle_s", "talk_s"}
    assert set(DEFINITIONS) <= figures


async def test_the_same_figures_stand_in_text_json_and_csv(a_day: Store, campaign: Campaign) -> None:
    report = await report_of(a_day, campaign=campaign.name)
    shown = msgspec.json.decode(as_json(report))
    assert (shown["attempts"], shown["drop_ratio"], shown["outcomes"]["busy"]) == (13, 0.2, 3)
    rows = [line.split(",") for line in as_csv(report).splitlines()]
    assert ["calls", "attempts", "13"] in rows
    assert ["calls", "drop rate", "0.200"] in rows
    assert ["outcomes", "busy", "3"] in rows
    assert ["agent agent1", "talk time", "300.000"] in rows
    text = as_text(report, "zh")
    assert "20.0% (上限 3.0%)" in text
    assert "p50 2000 ms, p99 4000 ms" in text
    assert "平衡" in text
