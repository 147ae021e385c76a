"""The feed: who is told what, when, and what happens to those who cannot keep up."""

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.services.test_wallboard import EVERYBODY, board_of, quick, shift, some_leads
from tests.services.world import FIRST, World, numbers, world

from waihu.services import live_channel, live_feed
from waihu.services.live_channel import Client
from waihu.services.live_feed import LiveFeed
from waihu.services.wallboard_view import Walls
from waihu.store.agents import set_agent_team
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.access import Role, Viewer
from waihu_models.agent import AgentState
from waihu_models.campaign import DialMode
from waihu_models.errors import BadInput, NotAllowed, TooOften
from waihu_models.events import AlertRaised
from waihu_models.ids import AgentId
from waihu_models.live import LiveState
from waihu_models.live_apply import apply_all
from waihu_models.live_events import (
    AgentChanged,
    AgentGone,
    Changes,
    DeskAgentChanged,
    Hello,
    LiveMessage,
    Resumed,
    Snapshot,
)

ADMIN = Viewer(user_id="u1", login="ada", role=Role.ADMIN)
LEAD = Viewer(user_id="u2", login="lena", role=Role.SUPERVISOR, team_id="north")
AGENT = Viewer(user_id="u3", login="abe", role=Role.AGENT, agent_id=FIRST)
DECODED = msgspec.json.Decoder(LiveMessage)


class Screen:
    """A client as a browser is one: it takes what waits for it and applies it."""

    def __init__(
        self, feed: LiveFeed, viewer: Viewer, view: str, epoch: str = "", after: int = 0, *, call_id: str = ""
    ) -> None:
        self.feed, self.viewer, self.view = feed, viewer, view
        self.follower = feed.enter(viewer)
        self.client: Client = feed.follow(self.follower, Hello(view=view, call_id=call_id, epoch=epoch, after=after))
        self.messages: list[Any] = []
        self.raw: list[bytes] = []
        self.state: LiveState | None = None
        self.epoch, self.seq = epoch, after

    async def take(self) -> list[Any]:
        """Take everything that waits, and return it."""
        taken = []
        while self.client._waiting or self.client._needs_picture:
            self.raw.append(await self.client.next())
            taken.append(self._apply(DECODED.decode(self.raw[-1])))
        self.messages += taken
        return taken

    def _apply(self, message: Any) -> Any:
        match message:
            case Snapshot():
                self.state, self.epoch, self.seq = message.state, message.epoch, message.seq
            case Changes():
                assert (message.epoch, message.seq) == (self.epoch, self.seq + 1), "no message is missing"
                self.seq = message.seq
                self.state = apply_all(self.state, message.events) if self.state else None
            case Resumed():
                assert message.epoch == self.epoch
        return message

    def close(self) -> None:
        self.feed.leave(self.follower)


async def feed_of(w: World) -> LiveFeed:
    """The feed of a world, at work."""
    await board_of(w).fill()
    w.app.live.watch(w.app.tasks)
    await w.after(0.01)
    return w.app.live


def alert(w: World, text: str = "x", agent_id: AgentId | None = None) -> None:
    w.app.bus.publish(AlertRaised("code", text, w.now, agent_id))


# ---- when ----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_desk_is_told_at_once_and_a_wall_at_its_next_tick(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        desk, wall = Screen(feed, AGENT, "desk"), Screen(feed, ADMIN, "wall")
        assert [type(message) for message in (*await desk.take(), *await wall.take())] == [Snapshot, Snapshot]
        await w.log_in()
        await w.until(lambda: not feed._desks_to_tell)
        (*_, last) = await desk.take()
        assert any(isinstance(event, DeskAgentChanged) for event in last.events)
        assert desk.state is not None
        assert desk.state.desk is not None
        assert desk.state.desk.agent.state is AgentState.AVAILABLE
        await w.after(live_feed.TICK_S)
        (*_, last) = await wall.take()
        assert any(isinstance(event, AgentChanged) for event in last.events)


@in_virtual_time
async def test_whatever_happens_a_wall_is_told_four_times_a_second_at_most(database: Path) -> None:
    async with world(database, numbers(200, "23"), agents=8, fake={"far_end": quick}) as w:
        feed = await feed_of(w)
        await w.log_in()
        wall = Screen(feed, ADMIN, "wall")
        await w.dial()
        await wall.take()
        for _ in range(20):
            for _ in range(30):
                alert(w)
                await w.after(1 / 30)
            told = await wall.take()
            assert 3 <= len(told) <= 5
        assert len(w.moves) > 100


@in_virtual_time
async def test_nothing_is_sent_while_nothing_happens(database: Path) -> None:
    async with world(database, agents=2) as w:
        feed = await feed_of(w)
        wall, desk = Screen(feed, ADMIN, "wall"), Screen(feed, AGENT, "desk")
        await w.after(1.0)
        await wall.take()
        await desk.take()
        await w.after(30.0)  # inside one minute of the clock
        assert (await wall.take(), await desk.take()) == ([], [])


# ---- what ----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_after_a_shift_every_screen_shows_what_a_fresh_picture_does(database: Path) -> None:
    dice = random.Random(6)
    async with world(
        database, some_leads(dice, 150), agents=5, mode=DialMode.RATIO, lines_per_agent=2.0, screening=True,
        target_drop_ratio=1.0, ring_timeout_s=15, fake={"far_end": quick},
    ) as w:  # fmt: skip
        feed = await feed_of(w)
        screens = [Screen(feed, ADMIN, "wall"), Screen(feed, LEAD, "wall"), Screen(feed, AGENT, "desk")]
        await w.log_in()
        await w.dial()
        for _ in range(25):
            await shift(w, dice, 1)
            for screen in screens:
                await screen.take()
        await set_agent_team(w.app.store, AgentId("agent2"), "south")
        await w.app.dialling.pause(w.campaign.name)
        await w.after(3.0)
        feed.board.refresh()
        feed.tell_walls()
        for screen in screens:
            await screen.take()
        wall, team_wall, desk = screens
        walls = feed._walls
        assert wall.state == walls.picture(EVERYBODY)
        assert team_wall.state == walls.picture(live_feed.scope_of(LEAD))  # type: ignore[arg-type]
        assert desk.state == board_of(w).desk(FIRST)
        assert team_wall.state is not None
        assert "agent2" not in team_wall.state.agents
        seen = {
            type(event) for screen in screens for m in screen.messages if isinstance(m, Changes) for event in m.events
        }
        assert AgentGone in seen
        assert len(seen) >= 9


@in_virtual_time
async def test_a_message_is_written_once_for_all_who_see_the_same(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        one, two = Screen(feed, ADMIN, "wall"), Screen(feed, ADMIN, "wall")
        for screen in (one, two):
            await screen.take()
        alert(w)
        await w.after(0.5)
        for screen in (one, two):
            await screen.take()
        assert len(one.raw) == len(two.raw) >= 2
        assert all(mine is yours for mine, yours in zip(one.raw[1:], two.raw[1:], strict=True))


# ---- coming back, and being slow -----------------------------------------------------------------------------------


@in_virtual_time
async def test_who_comes_back_soon_gets_only_what_was_missed(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        before = Screen(feed, ADMIN, "wall")
        await before.take()
        before.close()
        for _ in range(5):
            alert(w)
            await w.after(live_feed.TICK_S)
        back = Screen(feed, ADMIN, "wall", before.epoch, before.seq)
        back.state = before.state
        told = await back.take()
        assert isinstance(told[0], Resumed)
        assert len(told) >= 6
        assert back.state == Walls(board_of(w)).picture(EVERYBODY)
        again = Screen(feed, ADMIN, "wall", back.epoch, back.seq)
        assert [type(message) for message in await again.take()] == [Resumed]


@pytest.mark.parametrize(
    ("epoch", "after"), [("", 0), ("another.1", 3), (None, 999), (None, 0)], ids=["new", "other run", "future", "old"]
)
@in_virtual_time
async def test_who_has_nothing_of_use_gets_the_whole_picture(database: Path, epoch: str | None, after: int) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        first = Screen(feed, ADMIN, "wall")
        for _ in range(live_channel.KEPT + 2):
            alert(w)
            feed.tell_walls()
        await first.take()
        screen = Screen(feed, ADMIN, "wall", first.epoch if epoch is None else epoch, after)
        assert [type(message) for message in await screen.take()] == [Snapshot]
        assert screen.state == Walls(board_of(w)).picture(EVERYBODY)


@in_virtual_time
async def test_a_slow_client_gets_a_fresh_picture_and_holds_nobody_up(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        slow, quick_one = Screen(feed, ADMIN, "wall"), Screen(feed, ADMIN, "wall")
        await slow.take()
        for _ in range(3 * live_channel.QUEUE_SIZE):
            alert(w)
            feed.tell_walls()
            await quick_one.take()
            assert len(slow.client._waiting) <= live_channel.QUEUE_SIZE
        assert slow.client.behind == 1
        assert [type(message) for message in await slow.take()] == [Snapshot]
        assert slow.state == quick_one.state == Walls(board_of(w)).picture(EVERYBODY)
        assert len(quick_one.messages) == 3 * live_channel.QUEUE_SIZE
        slow.close()
        assert w.count(w.app.metrics.live_behind) == 1


# ---- who -----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_view_is_only_for_those_it_is_meant_for(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        stranger = Viewer(user_id="u4", login="new", role=Role.AGENT, agent_id=AgentId("nobody"))
        for viewer, view in ((AGENT, "wall"), (LEAD, "desk"), (stranger, "desk")):
            with pytest.raises(NotAllowed):
                Screen(feed, viewer, view)
        with pytest.raises(BadInput):
            Screen(feed, ADMIN, "everything")


@in_virtual_time
async def test_one_person_and_all_together_may_have_only_so_many_screens(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "MOST_OF_ONE", 3)
    monkeypatch.setattr(live_feed, "MOST_CLIENTS", 5)
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        screens = [Screen(feed, ADMIN, "wall") for _ in range(3)]
        with pytest.raises(TooOften):
            feed.enter(ADMIN)
        screens += [Screen(feed, AGENT, "desk") for _ in range(2)]
        with pytest.raises(TooOften):
            feed.enter(LEAD)
        for screen in screens:
            screen.close()
        assert len(feed) == 0
        feed.enter(LEAD)


@in_virtual_time
async def test_a_channel_nobody_follows_is_let_go_after_a_while(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        stays, goes = Screen(feed, ADMIN, "wall"), Screen(feed, LEAD, "wall")
        await w.after(2.0)
        goes.close()
        await w.after(live_feed.LINGER_S - 5)
        assert len(feed._channels) == 2
        await w.after(10.0)
        assert list(feed._channels) == [EVERYBODY]
        assert [type(m) for m in await Screen(feed, LEAD, "wall", goes.epoch, goes.seq).take()] == [Snapshot]
        stays.close()


@in_virtual_time
async def test_who_asks_again_and_again_gets_what_happened_between(database: Path) -> None:
    async with world(database, agents=1) as w:
        feed = await feed_of(w)
        first = feed.look(ADMIN, Hello(view="wall"))
        assert isinstance(first, Snapshot)
        alert(w, "one")
        alert(w, "two")
        then = feed.look(ADMIN, Hello(view="wall", epoch=first.epoch, after=first.seq))
        assert isinstance(then, Changes)
        assert apply_all(first.state, then.events) == Walls(board_of(w)).picture(EVERYBODY)
        assert feed.look(ADMIN, Hello(view="wall", epoch=then.epoch, after=then.seq)).seq == then.seq
