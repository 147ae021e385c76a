"""``/push`` over real sockets: who is let in, what they get, and how a connection ends."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import WSMsgType, web
from tests.api.conftest import Person, Site

from waihu.api import live
from waihu.api.gate import socket_log_in
from waihu.services import live_feed
from waihu.settings import WebSettings
from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.events import AlertRaised
from waihu_models.ids import AgentId

NORTH = AgentId("north_agent")


class Socket:
    """An open WebSocket as a page of ours opens it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def hello(self, view: str = "wall", **more: Any) -> "Socket":
        await self.ws.send_json({"type": "hello", "view": view, **more})
        return self

    async def next(self) -> Any:
        message = await self.ws.receive(5.0)
        assert message.type is WSMsgType.TEXT, message
        return msgspec.json.decode(message.data)

    async def until_event(self, kind: str) -> Any:
        """Wait for an event of this type."""
        async with asyncio.timeout(5.0):
            while True:
                message = await self.next()
                for event in message.get("events", ()):
                    if event["type"] == kind:
                        return event

    async def code(self) -> int | None:
        """Wait for the end, and return its code."""
        async with asyncio.timeout(5.0):
            while not self.ws.closed:
                await self.ws.receive()
        return self.ws.close_code


@asynccontextmanager
async def opened(person: Person, headers: dict[str, str] | None = None, **wishes: Any) -> AsyncIterator[Socket]:
    url = f"{person.base}/push"
    async with person.http.ws_connect(url, headers=person.headers(**(headers or {})), **wishes) as ws:
        yield Socket(ws)


def alert(site: Site, text: str = "x") -> None:
    site.app.bus.publish(AlertRaised("code", text, site.app.clock.now()))


async def known(site: Site) -> None:
    """Wait until the wallboard has heard of everybody, and whose they are."""
    board = site.app.live.board
    await until(lambda: NORTH in board.agents and board.teams.team_of_agent(NORTH) == site.teams["north"])


# ---- being let in --------------------------------------------------------------------------------------------------


async def test_without_a_log_in_and_from_another_site_nothing_opens(site: Site) -> None:
    admin = await site.person("admin")
    for person, headers, status in (
        (site.stranger(), {}, 401),
        (admin, {"Origin": "https://evil.example"}, 403),
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with opened(person, headers):
                pass
        assert refused.value.status == status
    assert len(site.app.live) == 0


async def test_a_hello_is_answered_with_the_picture_and_then_with_what_happens(site: Site) -> None:
    await known(site)
    async with opened(await site.person("admin"), {"Origin": site.base}) as socket:
        snapshot = await (await socket.hello()).next()
        assert (snapshot["type"], snapshot["view"]) == ("snapshot", "wall")
        assert snapshot["state"]["agents"][NORTH]["state"] == "offline"
        site.app.agents.log_in(NORTH)
        await until(lambda: site.app.agents.get(NORTH).state is AgentState.AVAILABLE)
        event = await socket.until_event("agent_changed")
        assert event["agent"]["id"] == NORTH


async def test_an_agent_has_a_desk_and_no_wall_and_a_supervisor_the_teams_wall(site: Site) -> None:
    async with opened(await site.person("north_agent")) as socket:
        snapshot = await (await socket.hello("desk")).next()
        assert snapshot["state"]["desk"]["agent"]["id"] == NORTH
        assert snapshot["state"]["agents"] == {}
        await socket.hello("wall")
        assert await socket.code() == live.NOT_FOR_YOU
    await known(site)
    async with opened(await site.person("south_lead")) as socket:
        snapshot = await (await socket.hello("wall")).next()
        assert set(snapshot["state"]["agents"]) == {"south_agent"}


async def test_what_the_figures_mean_can_be_asked_and_names_every_figure_there_is(site: Site) -> None:
    person = await site.person("south_lead")
    meanings = (await person.get("/live/figures")).ok()
    whole = (await person.get("/live/wall")).ok()
    assert {one["name"] for one in meanings} == set(whole["state"]["figures"])
    assert all(one[key] for one in meanings for key in ("label_en", "label_zh", "meaning_en", "meaning_zh"))
    agent = await site.person("north_agent")
    assert (await agent.get("/live/wall")).status == (await agent.get("/live/figures")).status == 403
    assert (await agent.get("/live/desk")).ok()["state"]["desk"]["agent"]["id"] == NORTH
    after = {"epoch": whole["epoch"], "after": str(whole["seq"])}
    assert (await person.get("/live/wall", params=after)).ok()["type"] in {"changes", "snapshot"}


# ---- coming back ---------------------------------------------------------------------------------------------------


async def test_after_a_loss_only_what_was_missed_is_sent(site: Site) -> None:
    admin = await site.person("admin")
    async with opened(admin) as socket:
        snapshot = await (await socket.hello()).next()
    alert(site, "missed")
    await until(lambda: [kept for kept in site.app.live._channels.values() if kept.channel.seq > snapshot["seq"]])
    async with opened(admin) as socket:
        resumed = await (await socket.hello(epoch=snapshot["epoch"], after=snapshot["seq"])).next()
        assert resumed["type"] == "resumed"
        event = await socket.until_event("alert_raised")
        assert event["alert"]["text"] == "missed"


# ---- misbehaving ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["{", "[]", '{"type":"hello"}', '{"type":"hello","view":"roof"}', '{"type":"hello","view":"wall","x":1}']
)
async def test_what_is_no_message_ends_the_connection_with_a_reason(site: Site, said: str) -> None:
    async with opened(await site.person("admin")) as socket:
        await socket.ws.send_str(said)
        message = await socket.ws.receive(5.0)
        assert (message.type, message.data) == (WSMsgType.CLOSE, live.PROTOCOL)
        assert message.extra


async def test_bytes_and_long_messages_are_not_taken(site: Site) -> None:
    admin = await site.person("admin")
    async with opened(admin) as socket:
        await socket.ws.send_bytes(b"{}")
        assert await socket.code() == live.PROTOCOL
    async with opened(admin) as socket:
        await socket.ws.send_str(" " * (live.LONGEST_MESSAGE + 1))
        assert await socket.code() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_who_says_too_much_is_cut_off(site: Site) -> None:
    async with opened(await site.person("admin")) as socket:
        for _ in range(int(live.SAYS_AT_ONCE) + 2):
            await socket.hello()
        assert await socket.code() == live.TOO_MUCH


async def test_who_says_nothing_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HELLO_LIMIT_S", 0.1)
    async with opened(await site.person("admin")) as socket:
        assert await socket.code() == live.PROTOCOL


async def test_who_gives_no_sign_of_life_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.2)
    async with opened(await site.person("admin"), autoping=False) as socket:
        await socket.hello()
        await until(lambda: len(site.app.live) == 1)
        await until(lambda: len(site.app.live) == 0, 3.0)


async def test_one_more_screen_than_one_person_may_have_is_closed_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "MOST_OF_ONE", 1)
    admin = await site.person("admin")
    async with opened(admin) as first, opened(admin) as second:
        assert await second.code() == live.TOO_MUCH
        assert (await (await first.hello()).next())["type"] == "snapshot"


@contextmanager
def deaf(person: Person) -> Iterator[socket.socket]:
    """A client that says hello and then reads nothing."""
    host, _, port = person.base.removeprefix("http://").partition(":")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((host, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /push HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Cookie: {person.cookie}", "", "",
        ]  # fmt: skip
        said = b'{"type":"hello","view":"wall"}'
        frame = bytes([0x81, 0x80 | len(said), 0, 0, 0, 0]) + said  # masked with zeros
        connection.sendall("\r\n".join(lines).encode() + frame)
        yield connection


async def test_a_client_that_reads_nothing_holds_nobody_up_and_is_let_go(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SEND_LIMIT_S", 0.5)
    admin, text = await site.person("admin"), "x" * 500_000  # more than the system keeps for a deaf client
    async with opened(admin) as listens:
        await (await listens.hello()).next()
        with deaf(admin):
            await until(lambda: len(site.app.live) == 2)
            for _ in range(30):
                alert(site, text)
                site.app.live.tell_walls()
                await listens.until_event("alert_raised")
            await until(lambda: len(site.app.live) == 1, 5.0)


# ---- the end -------------------------------------------------------------------------------------------------------


async def test_the_end_of_the_log_in_ends_the_connection(site: Site) -> None:
    admin = await site.person("admin")
    async with opened(admin) as socket:
        await (await socket.hello()).next()
        (await admin.delete("/session")).ok(204)
        assert await socket.code() == live.LOGGED_OUT
    await until(lambda: len(site.app.live) == 0)


async def test_when_the_program_ends_everybody_is_told_so_within_two_seconds(site: Site) -> None:
    admin = await site.person("admin")
    house = site.app.house(WebSettings())
    server = web.Application()
    live.Push(site.app.live, lambda request: socket_log_in(request, house), house.clock).add_to(server)
    runner = web.AppRunner(server, shutdown_timeout=live.CLOSE_LIMIT_S)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    admin.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with opened(admin) as socket, opened(admin) as silent:
        for each in (socket, silent):
            await (await each.hello()).next()
        with deaf(admin):
            await until(lambda: len(site.app.live) == 3)
            began_s, told = asyncio.get_running_loop().time(), asyncio.create_task(socket.code())
            await runner.cleanup()
            assert asyncio.get_running_loop().time() - began_s < 2.0
            assert await told == aiohttp.WSCloseCode.GOING_AWAY
    assert len(site.app.live) == 0
