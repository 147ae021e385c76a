import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.asterisk.support import until
from tests.unit.ami_server import AmiServer

from waihu.telephony import ami
from waihu.telephony.ami import MAX_VALUE_CHARS, AmiAccess, AmiClient, checked
from waihu_models.errors import BadInput, LegGone, SwitchRefused, SwitchTimeout, SwitchUnreachable


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ami, "ACTION_TIMEOUT_S", 0.3)
    monkeypatch.setattr(ami, "LOGIN_TIMEOUT_S", 1.0)
    monkeypatch.setattr(ami, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(ami, "LONGEST_PAUSE_S", 0.1)


@pytest.fixture
async def server() -> AsyncIterator[AmiServer]:
    async with AmiServer.running() as running:
        yield running


@pytest.fixture
async def client(server: AmiServer) -> AsyncIterator[AmiClient]:
    made = AmiClient(server.access)
    task = asyncio.create_task(made.run())
    await until(lambda: made.reachable)
    yield made
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_an_action_is_sent_and_its_answer_returned(server: AmiServer, client: AmiClient) -> None:
    answer = await client.act("MixMonitor", Channel="PJSIP/carrier-00000001", File="/tmp/ü.raw", Options="D")
    assert answer["Response"] == "Success"
    (sent,) = server.sent("MixMonitor")
    assert {"Channel": "PJSIP/carrier-00000001", "File": "/tmp/ü.raw", "Options": "D"}.items() <= sent.items()


async def test_a_header_may_have_several_values(server: AmiServer, client: AmiClient) -> None:
    await client.act("Originate", Channel="Local/1", Variable=["A=1", "B=2"])
    assert [line for line in server.lines if line.startswith("Variable")] == ["Variable: A=1", "Variable: B=2"]


@pytest.mark.parametrize(("mood", "error"), [("refuse", SwitchRefused), ("gone", LegGone)])
async def test_a_refusal_says_whether_the_channel_is_gone(
    server: AmiServer, client: AmiClient, mood: str, error: type[Exception]
) -> None:
    server.mood = mood
    with pytest.raises(error, match="StopMixMonitor: "):
        await client.act("StopMixMonitor", Channel="PJSIP/carrier-00000001")
    assert client.reachable


async def test_an_action_without_an_answer_times_out_and_is_never_sent_again(
    server: AmiServer, client: AmiClient
) -> None:
    server.mood = "hang"
    with pytest.raises(SwitchTimeout, match="no answer within"):
        await client.act("MixMonitor", Channel="PJSIP/x")
    server.mood = "answer"
    server.cut()
    await until(lambda: server.log_ins == 2 and client.reachable)
    await client.act("Marker")
    assert len(server.sent("MixMonitor")) == 1


async def test_an_action_cut_off_in_the_middle_of_its_answer_is_never_sent_again(
    server: AmiServer, client: AmiClient
) -> None:
    server.mood = "close"
    with pytest.raises(SwitchTimeout):
        await client.act("MixMonitor", Channel="PJSIP/x")
    server.mood = "answer"
    await until(lambda: server.log_ins == 2 and client.reachable)
    await client.act("Marker")
    assert len(server.sent("MixMonitor")) == 1


async def test_without_a_connection_nothing_is_sent_or_kept_for_later(server: AmiServer, client: AmiClient) -> None:
    server.cut()
    await until(lambda: not client.reachable)
    with pytest.raises(SwitchUnreachable):
        await client.act("MixMonitor", Channel="PJSIP/x")
    await until(lambda: client.reachable)
    await client.act("Marker")
    assert not server.sent("MixMonitor")


async def test_a_server_that_stops_answering_is_left_and_called_again(
    server: AmiServer, client: AmiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami, "PING_EVERY_S", 0.05)
    server.cut()  # the first connection still has the long interval
    await until(lambda: server.log_ins == 2 and client.reachable)
    server.mood = "dead"
    await until(lambda: not client.reachable)
    server.mood = "answer"
    await until(lambda: server.log_ins >= 3 and client.reachable)


async def test_a_log_in_that_is_refused_is_tried_again_and_never_counts_as_reachable(
    server: AmiServer, client: AmiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami, "LOGIN_TIMEOUT_S", 0.1)
    server.mood = "deny"
    server.cut()
    await until(lambda: server.log_ins >= 3)
    assert not client.reachable
    server.mood = "answer"
    await until(lambda: client.reachable)


async def test_only_so_many_actions_may_wait_for_an_answer(
    server: AmiServer, client: AmiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami, "MAX_IN_FLIGHT", 3)
    server.mood = "hang"
    waiting = [asyncio.create_task(client.act("Wait")) for _ in range(3)]
    await until(lambda: len(server.sent("Wait")) == 3)
    with pytest.raises(SwitchUnreachable, match="3 actions are waiting"):
        await client.act("Wait")
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [SwitchTimeout] * 3
    server.mood = "answer"
    await client.act("Marker")
    assert len(server.sent("Wait")) == 3


@pytest.mark.parametrize("headers", [
    {"Channel": "PJSIP/x\r\nAction: Command\r\nCommand: core stop now"},
    {"Channel": "PJSIP/x\n"},
    {"Channel\r\nAction": "x"},
    {"Variable": ["A=1", "B=2\r\nX: y"]},
    {"Channel": "zero\0"},
    {"Channel": "x" * (MAX_VALUE_CHARS + 1)},
])  # fmt: skip
async def test_a_value_that_could_become_a_second_header_is_refused_before_anything_is_sent(
    server: AmiServer, client: AmiClient, headers: dict[str, str]
) -> None:
    with pytest.raises(BadInput):
        await client.act("MixMonitor", **headers)
    await client.act("Marker")
    assert [action["Action"] for action in server.actions if action["Action"] != "Ping"] == ["Login", "Marker"]


async def test_a_server_that_is_not_there_is_no_reason_to_end() -> None:
    made = AmiClient(AmiAccess("127.0.0.1", 1, "waihu", "secret"))
    task = asyncio.create_task(made.run())
    await asyncio.wait({task}, timeout=0.2)
    assert not task.done()
    assert not made.reachable
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@given(st.text(max_size=MAX_VALUE_CHARS))
def test_a_checked_text_is_itself_and_one_line(text: str) -> None:
    try:
        assert checked(text) == text
    except BadInput:
        assert set(text) & {"\r", "\n", "\0"}
    else:
        assert not set(text) & {"\r", "\n", "\0"}


def test_the_password_is_not_part_of_what_is_printed() -> None:
    assert "secret" not in repr(AmiAccess("127.0.0.1", 5038, "waihu", "secret"))
