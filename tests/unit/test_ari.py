import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.asterisk.support import until
from tests.unit.ari_server import AriServer

from waihu.telephony import ari
from waihu.telephony.ari import AriClient, AriHooks, part
from waihu_models.errors import LegGone, SwitchRefused, SwitchTimeout, SwitchUnreachable


@dataclass
class Link:
    """A client that is running, and what it told."""

    client: AriClient
    task: "asyncio.Task[None]"
    events: list[Any] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ari, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(ari, "LONGEST_PAUSE_S", 0.08)


@pytest.fixture
async def server() -> AsyncIterator[AriServer]:
    async with AriServer.running() as running:
        yield running


async def linked(server: AriServer, events: list[Any], losses: list[str]) -> Link:
    async def up() -> None:
        client.mark_up()

    client = AriClient(server.access, "waihu", AriHooks(events.append, up, losses.append))
    return Link(client, asyncio.create_task(client.run()), events, losses)


@pytest.fixture
async def link(server: AriServer) -> AsyncIterator[Link]:
    made = await linked(server, [], [])
    await until(lambda: made.client.up)
    yield made
    made.task.cancel()
    with suppress(asyncio.CancelledError):
        await made.task


async def test_it_connects_as_the_application_and_with_its_password(server: AriServer, link: Link) -> None:
    assert dict(server.connections[0].query) == {"app": "waihu", "subscribeAll": "false"}
    assert "secret" not in repr(server.access)


async def test_events_are_told_in_the_order_in_which_they_came(server: AriServer, link: Link) -> None:
    for number in range(100):
        await server.tell("ChannelVarset", value=number)
    await until(lambda: len(link.events) == 100)
    assert [event["value"] for event in link.events] == list(range(100))


async def test_a_request_brings_its_own_answer_back(server: AriServer, link: Link) -> None:
    server.answers = {f"GET channels/{n}": (200, {"id": str(n)}) for n in range(50)}
    answers = await asyncio.gather(*(link.client.request("GET", f"channels/{n}") for n in range(50)))
    assert [answer["id"] for answer in answers] == [str(n) for n in range(50)]
    assert not link.events, "answers are no events"


async def test_query_and_body_arrive_as_they_were_given(server: AriServer, link: Link) -> None:
    body = {"variables": {"A": "ü;1"}}
    await link.client.request("POST", f"channels/{part('c-1/2')}", body, callerId="Ü & co <1>", left_out=None)
    (asked,) = server.requests
    assert asked["uri"] == "channels/c-1%2F2?callerId=%C3%9C%20%26%20co%20%3C1%3E"
    assert (asked["method"], asked["message_body"]) == ("POST", '{"variables":{"A":"ü;1"}}')


@pytest.mark.parametrize(("status", "error"), [
    (400, SwitchRefused), (403, SwitchRefused), (404, LegGone), (409, LegGone), (422, SwitchRefused),
    (500, SwitchRefused), (503, SwitchRefused),
])  # fmt: skip
async def test_an_error_says_whether_the_leg_is_gone(
    server: AriServer, link: Link, status: int, error: type[Exception]
) -> None:
    server.answers["DELETE channels/x"] = (status, {"message": "Channel not found"})
    with pytest.raises(error, match=f"DELETE channels/x: {status} .*Channel not found"):
        await link.client.request("DELETE", "channels/x")
    assert link.client.up


async def test_a_request_without_an_answer_times_out_and_a_late_answer_harms_nobody(
    server: AriServer, link: Link
) -> None:
    server.mute = True
    with pytest.raises(SwitchTimeout, match=r"no answer within 0\.05 s"):
        await link.client.request("POST", "channels/x", timeout_s=0.05)
    server.mute = False
    await server.tell("RESTResponse", request_id=server.requests[0]["request_id"], status_code=200)
    assert await link.client.request("GET", "channels") is None
    assert link.client.counters["timeouts"] == 1
    assert len(server.asked("POST", "channels/x")) == 1


@pytest.mark.parametrize("answer", [{"status_code": "abc"}, {"status_code": None}, {"message_body": "{"},
                                    {"message_body": 7}])  # fmt: skip
async def test_an_answer_that_cannot_be_read_is_a_refusal(
    server: AriServer, link: Link, answer: dict[str, Any]
) -> None:
    server.mute = True
    asked = asyncio.create_task(link.client.request("GET", "channels"))
    await until(lambda: server.requests)
    await server.tell("RESTResponse", **{"request_id": server.requests[-1]["request_id"], "status_code": 200, **answer})
    with pytest.raises(SwitchRefused, match="unreadable"):
        await asked


async def test_requests_under_way_fail_at_once_when_the_connection_is_lost_and_are_never_sent_again(
    server: AriServer, link: Link
) -> None:
    server.mute = True
    waiting = [asyncio.create_task(link.client.request("POST", "channels/x", timeout_s=60)) for _ in range(5)]
    await until(lambda: len(server.requests) == 5)
    await server.cut()
    results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 2.0)
    assert [type(result) for result in results] == [SwitchTimeout] * 5
    server.mute = False
    await until(lambda: link.client.up)
    await link.client.request("GET", "channels")
    assert len(server.asked("POST", "channels/x")) == 5


async def test_each_loss_is_told_once_and_each_return_marked(server: AriServer, link: Link) -> None:
    for number in (1, 2):
        await server.cut()
        await until(lambda number=number: link.client.counters["connects"] == number + 1)
    assert len(link.losses) == 2
    assert "1001" in link.losses[0]


async def test_while_not_connected_nothing_is_sent(server: AriServer, link: Link) -> None:
    server.closed = True
    await server.cut()
    await until(lambda: not link.client.up)
    with pytest.raises(SwitchUnreachable):
        await link.client.request("GET", "channels")
    assert not server.requests


async def test_it_tries_again_ever_more_slowly_until_the_server_is_back(
    server: AriServer, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "LONGEST_PAUSE_S", 60.0)
    monkeypatch.setattr(ari.random, "uniform", lambda low, high: 1.0)  # the pauses without their spread
    loop = asyncio.get_running_loop()
    server.closed, begun = True, loop.time()
    await server.cut()
    await until(lambda: server.refused >= 4)  # after 0.02, 0.04, 0.08 and 0.16 s
    assert loop.time() - begun >= 0.3 - 0.01
    await until(lambda: link.client.counters["connect_failed"] >= 4)
    server.closed = False
    await until(lambda: link.client.up)
    assert len(link.losses) == 1


async def test_what_is_no_json_or_no_text_is_counted_and_left(server: AriServer, link: Link) -> None:
    for text in ("{", "", "\0", "nul", '{"type": "x"} {', b"\x00\x01"):
        await server.say(text)
    await server.tell("ChannelVarset")
    await until(lambda: link.events)
    assert link.client.counters["not_json"] == 5
    assert link.client.counters["not_text"] == 1
    assert link.client.up


async def test_answers_that_nobody_waits_for_are_left(server: AriServer, link: Link) -> None:
    for request_id in ("no-such", None, ["x"], {"a": 1}):
        await server.tell("RESTResponse", request_id=request_id, status_code=200)
    await server.tell("RESTResponse")
    assert await link.client.request("GET", "channels") is None
    assert not link.events


async def test_only_so_many_requests_may_wait_for_an_answer(
    server: AriServer, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ari, "MAX_IN_FLIGHT", 3)
    server.mute = True
    waiting = [asyncio.create_task(link.client.request("GET", "slow", timeout_s=0.3)) for _ in range(3)]
    await until(lambda: len(server.requests) == 3)
    with pytest.raises(SwitchUnreachable, match="3 requests are waiting"):
        await link.client.request("GET", "fast")
    await asyncio.gather(*waiting, return_exceptions=True)
    server.mute = False
    await link.client.request("GET", "fast")
    assert len(server.asked("GET", "fast")) == 1


async def test_an_end_that_is_wanted_is_told_to_nobody(server: AriServer) -> None:
    made = await linked(server, [], [])
    await until(lambda: made.client.up)
    made.client.closing = True
    made.task.cancel()
    with suppress(asyncio.CancelledError):
        await made.task
    assert not made.losses
    assert not made.client.up


async def test_an_opening_that_fails_closes_the_connection_and_is_tried_again(server: AriServer) -> None:
    attempts: list[int] = []

    async def up() -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise SwitchRefused("not yet")
        client.mark_up()

    client = AriClient(server.access, "waihu", AriHooks(lambda _: None, up, lambda _: None))
    task = asyncio.create_task(client.run())
    await until(lambda: client.up)
    assert len(server.connections) == 3
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
