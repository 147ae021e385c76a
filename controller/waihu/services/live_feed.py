"""The feed of live screens: who follows what, and when they are told.

A desk is told at once, because somebody works at it. A wall is told four times a second at most, whatever happens in
between; its figures are added up once a second.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.live_channel import Channel, Client
from waihu.services.tasks import Tasks
from waihu.services.wallboard import Wallboard
from waihu.services.wallboard_view import Walls, WallScope, scope_of
from waihu_models.access import Right, Viewer
from waihu_models.errors import BadInput, NotAllowed, NotFound, TooOften
from waihu_models.ids import CallId, new_id
from waihu_models.live import LiveState, LiveView
from waihu_models.live_events import Changes, Hello, Snapshot

log = structlog.get_logger()

TICK_S = 0.25
REFRESH_S = 1.0
LINGER_S = 60.0
"""A channel nobody follows is kept so long, for those who reload their page."""
MOST_CLIENTS = 2000
MOST_OF_ONE = 10
"""Screens one person may have open."""


@dataclass(frozen=True, slots=True)
class CallKey:
    """One call, as a scope sees it."""

    call_id: CallId
    scope: WallScope


_Key: TypeAlias = str | WallScope | CallKey  # the agent whose desk it is, what of the wall is seen, or a call


@dataclass(slots=True)
class _Kept:
    """A channel, and since when nobody follows it."""

    channel: Channel
    alone_since_s: float = 0.0


@dataclass(eq=False, slots=True)
class Follower:
    """Somebody's open screen."""

    viewer: Viewer
    client: Client | None = None


class LiveFeed:
    """Every channel and everybody who follows one."""

    def __init__(self, board: Wallboard, clock: Clock, metrics: Metrics) -> None:
        self.board = board
        self._clock = clock
        self._metrics = metrics
        self._walls = Walls(board)
        self._run = new_id()
        self._made = 0
        self._channels: dict[_Key, _Kept] = {}
        self._followers: set[Follower] = set()
        self._of_user: Counter[str] = Counter()
        self._desks_to_tell: set[str] = set()
        self._calls_to_tell: set[CallId] = set()
        self._told_version = -1
        board.touched = self._touched
        board.talks.touched = self._spoken

    def __len__(self) -> int:
        """Return how many screens are open."""
        return len(self._followers)

    # ---- who follows -----------------------------------------------------------------------------------------------

    def enter(self, viewer: Viewer) -> Follower:
        """Count a screen that opens; it has to be let go again with ``leave``.

        Raises:
            TooOften: there are too many, of this person or altogether.
        """
        if self._of_user[viewer.user_id] >= MOST_OF_ONE:
            raise TooOften(f"{MOST_OF_ONE} screens are open under this log-in: close one", LINGER_S)
        if len(self._followers) >= MOST_CLIENTS:
            raise TooOften("too many screens are open", LINGER_S)
        follower = Follower(viewer)
        self._followers.add(follower)
        self._of_user[viewer.user_id] += 1
        self._metrics.live_clients.set(len(self._followers))
        return follower

    def leave(self, follower: Follower) -> None:
        """Forget a screen that was closed."""
        self._part(follower)
        self._followers.discard(follower)
        self._of_user[follower.viewer.user_id] -= 1
        if self._of_user[follower.viewer.user_id] <= 0:
            del self._of_user[follower.viewer.user_id]
        self._metrics.live_clients.set(len(self._followers))

    def follow(self, follower: Follower, hello: Hello) -> Client:
        """Let a screen follow a view, from where it was or from the beginning.

        Raises:
            BadInput: there is no such view.
            NotAllowed: it is not for this person.
        """
        key, view = self._key(follower.viewer, hello)
        self._part(follower)
        follower.client = self._channel(key, view).join(hello.epoch, hello.after)
        return follower.client

    def look(self, viewer: Viewer, hello: Hello) -> Snapshot | Changes:
        """Return what a screen that cannot keep a connection open gets when it asks again.

        Raises:
            BadInput, NotAllowed: as for ``follow``.
        """
        key, view = self._key(viewer, hello)
        return self._channel(key, view).look(hello.epoch, hello.after)

    def _part(self, follower: Follower) -> None:
        client, follower.client = follower.client, None
        if client is not None:
            client.channel.clients.discard(client)
            if client.behind:
                self._metrics.live_behind.inc(client.behind)

    def _key(self, viewer: Viewer, hello: Hello) -> tuple[_Key, LiveView]:
        view = hello.view
        if view == LiveView.DESK:
            if viewer.scope(Right.DESK) is None or viewer.agent_id is None:
                raise NotAllowed("this log-in does not work as an agent")
            return viewer.agent_id, LiveView.DESK
        if view == LiveView.WALL:
            scope = scope_of(viewer)
            if scope is None:
                raise NotAllowed(f"the role {viewer.role} does not see the wall")
            return scope, LiveView.WALL
        if view == LiveView.CALL:
            return self._call_key(viewer, CallId(hello.call_id)), LiveView.CALL
        raise BadInput(f"there is no view {view!r}; there are {', '.join(LiveView)}")

    def _call_key(self, viewer: Viewer, call_id: CallId) -> CallKey:
        scope, row = scope_of(viewer), self.board.calls.get(call_id)
        if scope is None or viewer.scope(Right.TRANSCRIPTS_READ) is None:
            raise NotAllowed(f"the role {viewer.role} does not follow calls")
        if row is None or not self._walls.sees_call(scope, row):
            raise NotAllowed(f"no call {call_id!r} is under way that may be seen")
        return CallKey(call_id, scope)

    def _channel(self, key: _Key, view: LiveView) -> Channel:
        kept = self._channels.get(key)
        if kept is None:
            self._made += 1
            epoch = f"{self._run[:12]}.{self._made}"
            kept = self._channels[key] = _Kept(Channel(view, epoch, self._picture_of(key), self._clock.now))
        return kept.channel

    def _picture_of(self, key: _Key) -> Callable[[], LiveState]:
        if isinstance(key, WallScope):
            return lambda: self._walls.picture(key)
        if isinstance(key, CallKey):
            return lambda: self.board.call(key.call_id)
        try:
            self.board.desk(key)
        except NotFound as error:
            raise NotAllowed(f"there is no agent {key!r} yet") from error
        return lambda: self.board.desk(key)

    # ---- when they are told ----------------------------------------------------------------------------------------

    def _touched(self, agent_id: str | None) -> None:
        """Tell a desk, or (None) all of them, as soon as what happens now has happened."""
        desks = [agent_id] if agent_id is not None else [key for key in self._channels if isinstance(key, str)]
        if desks and not self._desks_to_tell:
            asyncio.get_running_loop().call_soon(self._tell_desks)
        self._desks_to_tell.update(desks)

    def _spoken(self, call_id: CallId) -> None:
        """Tell who has a call, and who follows it, what is said in it."""
        if any(isinstance(key, CallKey) and key.call_id == call_id for key in self._channels):
            if not self._calls_to_tell:
                asyncio.get_running_loop().call_soon(self._tell_calls)
            self._calls_to_tell.add(call_id)
        holder = self.board.holder(call_id)
        if holder is not None and holder in self._channels:
            self._touched(holder)

    def _tell_calls(self) -> None:
        touched, self._calls_to_tell = self._calls_to_tell, set()
        for key, kept in self._channels.items():
            if isinstance(key, CallKey) and key.call_id in touched:
                kept.channel.flush()

    def _tell_desks(self) -> None:
        touched, self._desks_to_tell = self._desks_to_tell, set()
        for agent_id in touched:
            kept = self._channels.get(agent_id)
            if kept is not None:
                kept.channel.flush()

    def tell_walls(self) -> None:
        """Tell every wall what has changed since the last time."""
        if self._told_version == self.board.version:
            return
        self._told_version = self.board.version
        for key, kept in self._channels.items():
            if isinstance(key, WallScope):
                kept.channel.flush()

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.forever(self.run, "live screens")
        tasks.forever(self.board.teams.follow, "teams")
        tasks.forever(self.board.follow_left, "leads left")

    async def run(self) -> None:
        """Tell walls, refresh what is looked at once a second, let go of channels nobody follows, until cancelled."""
        refreshed_s = -REFRESH_S
        while True:
            now_s = self._clock.monotonic()
            if now_s - refreshed_s >= REFRESH_S - TICK_S / 2:
                refreshed_s = now_s
                self.board.refresh()
                self._let_go(now_s)
            self.tell_walls()
            await asyncio.sleep(TICK_S)

    def _let_go(self, now_s: float) -> None:
        for key, kept in list(self._channels.items()):
            if kept.channel.clients or not kept.alone_since_s:
                kept.alone_since_s = now_s
            elif now_s - kept.alone_since_s > LINGER_S:
                del self._channels[key]
