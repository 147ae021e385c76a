"""The wallboard after a whole shift: its figures are the report's, and a fresh one reads what it was told."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace as with_changes
from sqlalchemy import update
from tests.services.world import FIRST, LINE, World, numbers, some_agents, world

from waihu.services import caller_ids, dial_loop, dialling, list_watch, recovery
from waihu.services.report import Report, build_report
from waihu.services.teams import Teams
from waihu.services.wallboard import Sources, Wallboard
from waihu.services.wallboard_view import Walls, WallScope
from waihu.store import campaigns as stored_campaigns
from waihu.store.agents import set_agent_team
from waihu.store.statements import table
from waihu.testing.factories import NOON
from waihu.testing.far_ends import FarEnd, number_plan
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import signals as sig
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.campaign import CampaignState, DialMode
from waihu_models.disposition import STANDARD
from waihu_models.events import AlertRaised, SupervisionChanged
from waihu_models.ids import AgentId, CampaignId, LegId
from waihu_models.live import LiveState
from waihu_models.live_apply import difference
from waihu_models.live_events import encode
from waihu_models.supervision import Spying, SpyMode, SpyState
from waihu_models.tables import CampaignRow

EVERYBODY = WallScope(all_teams=True)
BEHAVIOURS = ["22", "23", "24", "11", "01", "02", "03", "04", "13", "14", "17"]


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours pass in which nobody changes lists, campaigns or agents from outside: they need not be read so often."""
    for module, name in (
        (dialling, "FOLLOW_S"),
        (list_watch, "LOOK_S"),
        (list_watch, "KEEP_S"),
        (recovery, "FOLLOW_S"),
        (caller_ids, "FOLLOW_S"),
        (dial_loop, "TICK_S"),
    ):
        monkeypatch.setattr(module, name, 30.0)


def board_of(w: World) -> Wallboard:
    return w.app.live.board


async def fresh_board(w: World, **changes: object) -> Wallboard:
    """A second wallboard, which reads what the first was told."""
    await w.written()
    app = w.app
    teams = Teams(app.store)
    sources = Sources(
        calls=app.calls, agents=app.agents, dialling=app.dialling, lines=app.lines, teams=teams, store=app.store,
        queues=app.office.queues, bus=app.bus, clock=app.clock, reachable=app.switch.reachable,
    )  # fmt: skip
    made = Wallboard(replace(sources, **changes))  # type: ignore[arg-type]
    await made.fill()
    return made


def comparable(state: LiveState) -> LiveState:
    """Without what only those can know who were there: when the exchange was reached, and earlier alerts."""
    return with_changes(state, switch=with_changes(state.switch, since=None, reason=""), alerts={})


def quick(number: str) -> FarEnd:
    far_end = number_plan(number)
    return replace(far_end, talks_s=min(far_end.talks_s, 20.0))


def some_leads(dice: random.Random, count: int) -> list[str]:
    return [f"+44163{index:05d}{dice.randrange(8)}{dice.choice(BEHAVIOURS)}" for index in range(count)]


async def shift(w: World, dice: random.Random, rounds: int) -> None:
    """Work for a while: judge calls, pause, hang up, ring in."""
    for _ in range(rounds):
        await w.after(dice.uniform(0.5, 4.0))
        for call in w.in_state(CallState.CONNECTED, CallState.WRAP_UP):
            if dice.random() < 0.3:
                code = dice.choice(["sale", "sale", "refused", "machine"])
                w.app.calls.post(call.id, sig.Disposed(STANDARD[code], w.now))
        agent = dice.choice(list(w.app.agents))
        if agent.state is AgentState.PAUSED:
            w.app.agents.available(agent.id)
        elif agent.state is not AgentState.OFFLINE and dice.random() < 0.1:
            w.app.agents.pause(agent.id, "tea")
        if dice.random() < 0.1:
            w.switch.call_in("441632960999", "441632960123", talks_s=dice.uniform(1, 9))


def figures_are_the_reports(state: LiveState, hour: Report, day: Report, w: World) -> None:
    figures, row = state.figures, state.campaigns[w.campaign.id]
    assert (figures["connect"].part, figures["connect"].whole) == (hour.live_answers, hour.attempts)
    assert figures["connect"].value == hour.connect_ratio
    assert figures["machine"].part == hour.machines
    assert sum(minute.dialled for minute in state.minutes) == hour.attempts
    assert sum(minute.answered for minute in state.minutes) == hour.live_answers
    assert sum(minute.abandoned for minute in state.minutes) == hour.drops
    assert figures["sales"].value == hour.dispositions.get("sale", 0)
    assert (row.attempts, row.live_answers, row.connect_ratio) == (day.attempts, day.live_answers, day.connect_ratio)
    assert sum(agent.day.sales for agent in state.agents.values()) == day.dispositions.get("sale", 0)


def days_are_the_reports(state: LiveState, day: Report, now: datetime) -> None:
    for said in day.agents:
        agent = state.agents[said.agent_id]
        running = {str(agent.state): (now - agent.state_since).total_seconds()}
        spent = agent.day
        assert spent.calls == said.calls
        assert spent.talk_s + running.get("talking", 0.0) == pytest.approx(said.talk_s)
        assert spent.wrap_up_s + running.get("wrap_up", 0.0) == pytest.approx(said.wrap_up_s)
        assert spent.paused_s + running.get("paused", 0.0) == pytest.approx(said.paused_s)
        assert spent.idle_s + running.get("available", 0.0) == pytest.approx(said.idle_s)


async def is_true(w: World, began_at: datetime) -> None:
    """Hold the wallboard against the report, and against one that is made now."""
    board = board_of(w)
    report = lambda since: build_report(w.app.store, clock=w.app.clock, since=since)  # noqa: E731
    for _ in range(20):  # until nothing is told while the report is read: it is stored before it is told
        await w.written()
        now, told = w.now, len(w.moves) + len(w.agent_moves)
        board.refresh()
        state = Walls(board).picture(EVERYBODY)
        hour_began_at = now.replace(second=0, microsecond=0) - timedelta(minutes=59)
        hour, day = await report(hour_began_at), await report(began_at)
        if told == len(w.moves) + len(w.agent_moves):
            break
    figures_are_the_reports(state, hour, day, w)
    days_are_the_reports(state, day, now)
    other = await fresh_board(w)
    other._left, other.campaigns = board._left, {}
    board.refresh()
    other.refresh()
    pictures = [comparable(Walls(each).picture(EVERYBODY)) for each in (other, board)]
    assert difference(*pictures) == []
    assert pictures[0] == pictures[1]
    for agent in w.app.agents:
        assert comparable(other.desk(agent.id)) == comparable(board.desk(agent.id))


@pytest.mark.parametrize("seed", [3, 4])
@in_virtual_time
async def test_after_a_shift_the_figures_are_those_of_the_report_and_of_a_fresh_wallboard(
    database: Path, seed: int, long_ago: None
) -> None:
    dice = random.Random(seed)
    team = [*some_agents(4, wrap_limit_s=4.0), *some_agents(6, wrap_limit_s=4.0, mode=PhoneMode.ON_HOOK)[4:]]
    began_at = datetime(2026, 11, 23, tzinfo=UTC)
    async with world(
        database, some_leads(dice, 400), agents=team, mode=DialMode.RATIO, lines_per_agent=2.0, screening=True,
        target_drop_ratio=1.0, ring_timeout_s=15, fake={"far_end": quick},
    ) as w:  # fmt: skip
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await shift(w, dice, 40)
        await is_true(w, began_at)  # in the middle of calls
        await w.app.dialling.pause(w.campaign.name)
        for _ in range(30):  # more than an hour in all
            board_of(w).refresh()
            await w.after(110.0)
        await w.dial()
        await shift(w, dice, 15)
        await is_true(w, began_at)
        assert w.app.tasks.failures == 0


@in_virtual_time
async def test_a_day_begins_at_midnight_of_the_zone_and_then_counts_anew(database: Path, long_ago: None) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 11, 23, 23, 40, tzinfo=shanghai).astimezone(UTC)
    async with world(database, numbers(30, "23"), start=start, agents=2, fake={"far_end": quick}) as w:
        board = await fresh_board(w, zone=shanghai)
        assert board.books.day_began_at == datetime(2026, 11, 22, 16, tzinfo=UTC)
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.ended) >= 5, 600.0)
        board.refresh()
        before = board.campaigns[w.campaign.id].attempts
        assert before >= 5
        await w.app.dialling.pause(w.campaign.name)
        await w.after(30 * 60.0)
        board.refresh()
        state = Walls(board).picture(EVERYBODY)
        assert state.campaigns[w.campaign.id].attempts == 0
        assert all(agent.day.calls == 0 for agent in state.agents.values())
        assert state.figures["connect"].whole == before, "the last hour reaches back over midnight"


@in_virtual_time
async def test_after_an_hour_nothing_is_left_of_the_last_hour(database: Path, long_ago: None) -> None:
    async with world(database, numbers(3, "23"), agents=1, fake={"far_end": quick}) as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.ended) == 3, 300.0)
        await w.after(3600.0)
        board_of(w).refresh()
        state = Walls(board_of(w)).picture(EVERYBODY)
        assert state.figures["connect"].whole == 0
        assert state.figures["connect"].value is None
        assert len(state.minutes) == 60
        assert state.minutes[-1].at == w.now.replace(second=0, microsecond=0)


# ---- who sees what -------------------------------------------------------------------------------------------------


async def of_team(w: World, team_id: str | None, agents: Iterable[AgentId] = (), campaign: bool = False) -> None:
    for agent_id in agents:
        await set_agent_team(w.app.store, agent_id, team_id)
    if campaign:
        rows = table(CampaignRow)
        change = update(rows).where(rows.c.id == w.campaign.id).values(team_id=team_id)
        await w.app.store.write(lambda connection: connection.execute(change))
    await board_of(w).teams.refresh()
    board_of(w).refresh()


@in_virtual_time
async def test_a_team_sees_its_own_and_what_belongs_to_no_team(database: Path) -> None:
    async with world(database, numbers(4, "99"), agents=3) as w:
        await board_of(w).fill()
        await w.log_in()
        await of_team(w, "north", [FIRST], campaign=True)
        await of_team(w, "south", [AgentId("agent2")])
        await w.dial()
        await w.connected(3)
        board_of(w).refresh()
        walls = Walls(board_of(w))
        north, south = walls.picture(WallScope(team_id="north")), walls.picture(WallScope(team_id="south"))
        assert set(north.agents) == {"agent1", "agent3"}
        assert set(south.agents) == {"agent2", "agent3"}
        assert set(north.campaigns) == {w.campaign.id}
        assert (south.campaigns, south.calls) == ({}, {})
        assert len(north.calls) == 3, "calls are their campaign's"
        talking = south.agents["agent2"]
        assert talking.state is AgentState.TALKING
        assert (talking.customer, talking.number, talking.campaign_id) == ("", "", None), "whose customer is not theirs"
        assert south.figures["connect"].whole == 0
        assert north.figures["agents_talking"].value == south.figures["agents_talking"].value == 2
        assert set(walls.picture(WallScope()).agents) == {"agent3"}
        assert set(walls.picture(EVERYBODY).agents) == {"agent1", "agent2", "agent3"}


@in_virtual_time
async def test_who_was_made_a_moment_ago_is_seen_by_no_team_yet(database: Path) -> None:
    async with world(database, numbers(2, "99"), agents=1) as w:
        await w.log_in()
        await w.dial()
        await w.connected(1)
        board_of(w).refresh()  # before the teams were read
        walls = Walls(board_of(w))
        assert walls.picture(WallScope(team_id="north")).agents == {}
        assert walls.picture(WallScope(team_id="north")).calls == {}
        assert set(walls.picture(EVERYBODY).agents) == {FIRST}


@in_virtual_time
async def test_no_picture_holds_a_clear_number(database: Path) -> None:
    leads = numbers(3, "99")
    async with world(database, leads, agents=2, mode=DialMode.PREVIEW) as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        shown = await w.app.dialling.loops[w.campaign.id].preview(FIRST)
        assert shown is not None
        before = board_of(w).desk(FIRST)
        assert before.desk is not None
        assert before.desk.preview is not None
        assert before.desk.preview.lead_id == shown.id
        w.app.preview_call(loop, FIRST)
        await w.connected(1)
        desk = board_of(w).desk(FIRST)
        assert desk.desk is not None
        assert desk.desk.preview is None
        assert desk.desk.call is not None
        assert desk.desk.call.number.startswith("+44****")
        raw = b"".join(encode(state) for state in (before, desk, Walls(board_of(w)).picture(EVERYBODY)))
        assert not any(number[-9:].encode() in raw for number in leads)


@in_virtual_time
async def test_a_desk_holds_only_its_own(database: Path) -> None:
    async with world(database, numbers(4, "99"), agents=2) as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await w.connected(2)
        w.app.bus.publish(AlertRaised("mic", "your microphone is silent", w.now, FIRST))
        w.app.bus.publish(AlertRaised("disk_full", "make room", w.now))
        one, two = board_of(w).desk(FIRST), board_of(w).desk("agent2")
        assert one.desk is not None
        assert two.desk is not None
        assert one.desk.call is not None
        assert two.desk.call is not None
        assert one.desk.call.id != two.desk.call.id
        assert (one.agents, one.calls, one.campaigns, one.figures, one.minutes) == ({}, {}, {}, {}, ())
        assert [alert.code for alert in one.alerts.values()] == ["mic"]
        assert two.alerts == {}
        assert [a.code for a in Walls(board_of(w)).picture(EVERYBODY).alerts.values()] == ["mic", "disk_full"]


# ---- rows ----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_wishes_wrap_up_and_the_text_to_read_out_are_at_the_desk(database: Path) -> None:
    async with world(database, numbers(2, "23"), agents=1, fake={"far_end": quick}, script="# Hello\nGood day.") as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await w.connected(1)
        w.app.agents.pause(FIRST, "lunch")
        await w.after(1.0)
        board_of(w).refresh()
        desk = board_of(w).desk(FIRST).desk
        assert desk is not None
        assert (desk.agent.next_state, desk.agent.next_reason) == (AgentState.PAUSED, "lunch")
        assert desk.campaign is not None
        assert desk.campaign.script == "# Hello\nGood day."
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP, 60.0)
        desk = board_of(w).desk(FIRST).desk
        assert desk is not None
        assert desk.agent.wrap_ends_at == w.agent().wrap_ends_at
        assert desk.call is not None
        assert desk.call.state is CallState.WRAP_UP
        await w.until(lambda: w.agent().state is AgentState.PAUSED, 60.0)
        desk = board_of(w).desk(FIRST).desk
        assert desk is not None
        assert (desk.call, desk.day.calls, desk.agent.reason) == (None, 1, "lunch")
        assert desk.day.handling_s == pytest.approx(desk.day.talk_s + desk.day.wrap_up_s)


@in_virtual_time
async def test_a_person_without_an_agent_is_seen_waiting_and_a_supervisor_listening(database: Path) -> None:
    async with world(database, agents=1) as w:
        await board_of(w).fill()
        w.switch.call_in("441632960999", "441632960123", talks_s=60.0)
        await w.until(lambda: w.in_state(CallState.WAITING), 5.0)
        board_of(w).refresh()
        waiting = Walls(board_of(w)).picture(EVERYBODY).figures["waiting"]
        assert (waiting.value, waiting.since) == (1, w.call.greeting_ended_at)
        spying = Spying(
            leg_id=LegId("s-1"), supervisor="user:ada", phone="w-1", agent_id=FIRST, agent_leg_id=LegId("a-1"),
            mode=SpyMode.LISTEN, state=SpyState.ON, since=NOON, started_at=NOON,
        )  # fmt: skip
        w.app.bus.publish(SupervisionChanged(spying, None))
        seen = Walls(board_of(w)).picture(EVERYBODY).supervisions["s-1"]
        assert (seen.supervisor, seen.mode) == ("ada", SpyMode.LISTEN)
        w.app.bus.publish(SupervisionChanged(replace(spying, state=SpyState.ENDED), spying))
        assert Walls(board_of(w)).picture(EVERYBODY).supervisions == {}


@in_virtual_time
async def test_a_campaign_says_why_it_dials_so_and_when_its_list_ends(database: Path) -> None:
    async with world(database, numbers(200, "02"), agents=4, mode=DialMode.PREDICTIVE, ring_timeout_s=20) as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await w.after(90.0)
        board_of(w).refresh()
        await board_of(w).count_left()
        board_of(w).refresh()
        row = board_of(w).campaigns[w.campaign.id]
        assert row.state is CampaignState.RUNNING
        assert "agents ready" in row.pace.en
        assert "空闲坐席" in row.pace.zh
        assert row.pace.at is not None
        assert row.left == 200, "nobody was reached: every lead may be called again"
        assert row.empties_in_s is not None
        assert row.drops is not None
        figures = Walls(board_of(w)).picture(EVERYBODY).figures
        assert figures["empty_in"].campaign_id == w.campaign.id
        assert figures["lines"].limit == LINE.max_lines
        assert figures["drop"].limit == row.drops.limit_ratio


@in_virtual_time
async def test_leads_left_go_down_by_events_between_two_counts(database: Path) -> None:
    async with world(database, numbers(6, "23"), agents=1, fake={"far_end": quick}) as w:
        await board_of(w).fill()
        await w.log_in()
        await w.dial()
        await w.after(1.1)
        board_of(w).refresh()
        await board_of(w).count_left()
        await w.connected(1)
        w.app.calls.post(w.in_state(CallState.CONNECTED)[0].id, sig.Disposed(STANDARD["sale"], w.now))
        await w.until(lambda: len(w.ended) == 1, 60.0)
        await w.after(0.1)
        assert board_of(w)._left == {w.campaign.id: 5}


@in_virtual_time
async def test_a_campaign_that_is_not_running_is_shown_with_its_name(database: Path) -> None:
    async with world(database) as w:
        other = replace(w.campaign, id=CampaignId("0" * 32), name="autumn", state=CampaignState.PAUSED)
        await stored_campaigns.save_campaign(w.app.store, other)
        await board_of(w).fill()
        rows = {row.name: row for row in board_of(w).campaigns.values()}
        assert rows["autumn"].state is CampaignState.PAUSED
        assert rows["autumn"].drops is None
