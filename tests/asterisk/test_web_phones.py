"""Phones of browsers on a real exchange, without a browser: passwords, WebSockets that close, reloads."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from tests.asterisk.sip import Message, _digest
from tests.asterisk.support import until
from tests.asterisk.world import switch_of

from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Phone
from waihu.telephony.port import Signal
from waihu.telephony.switch import AsteriskSwitch
from waihu.telephony.web_phones import AriWebPhones
from waihu_models import signals as sig
from waihu_models.errors import SwitchRefused, SwitchUnreachable
from waihu_models.ids import new_id, web_phone


class WebSocketPhone:
    """As much of a browser's phone as registers."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._numbers = count(1)
        self._name = f"p{id(self):x}"
        self._answers: asyncio.Queue[Message] = asyncio.Queue()

    @classmethod
    @asynccontextmanager
    async def open(cls, exchange: Exchange) -> AsyncIterator["WebSocketPhone"]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(
                exchange.sip_ws_url, protocols=("sip",), timeout=aiohttp.ClientWSTimeout(ws_close=0.1)
            ) as socket,
        ):
            phone = cls(socket)
            listening = asyncio.create_task(phone._listen(), name="web socket phone")
            try:
                yield phone
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def register(self, phone: str, password: str) -> int:
        """Register with digest authentication; return the final status."""
        answer = await self._registered(phone)
        if answer.status != 401:
            return answer.status
        proof = _digest(answer.get("WWW-Authenticate"), phone, password, "sip:waihu")
        return (await self._registered(phone, ("Authorization", proof))).status

    async def _registered(self, phone: str, *more: tuple[str, str]) -> Message:
        number = next(self._numbers)
        headers = [
            ("Via", f"SIP/2.0/WS {self._name}.invalid;branch=z9hG4bK-{self._name}-{number}"), ("Max-Forwards", "70"),
            ("From", f"<sip:{phone}@waihu>;tag=1"), ("To", f"<sip:{phone}@waihu>"), ("Call-ID", self._name),
            ("CSeq", f"{number} REGISTER"), ("Expires", "60"),
            ("Contact", f"<sip:{self._name}@{self._name}.invalid;transport=ws>"), *more,
        ]  # fmt: skip
        await self.socket.send_str(Message("REGISTER sip:waihu SIP/2.0", headers).text().decode())
        async with asyncio.timeout(5.0):
            return await self._answers.get()

    async def _listen(self) -> None:
        async for said in self.socket:
            message = Message.parse(said.data)
            self._answers.put_nowait(message)


@asynccontextmanager
async def made(exchange: Exchange, folder: Path) -> AsyncIterator[tuple[AriWebPhones, AsteriskSwitch, list[Signal]]]:
    signals: list[Signal] = []
    switch = switch_of(exchange, folder)
    switch.subscribe(signals.append)
    async with switch:
        await until(lambda: switch.reachable, 10.0)
        yield AriWebPhones(switch.ari), switch, signals


def reachable(signals: list[Signal], phone: str) -> list[bool]:
    return [signal.reachable for signal in signals if isinstance(signal, sig.PhoneReachable) and signal.phone == phone]


async def test_the_last_password_counts_and_after_the_phone_is_taken_none(exchange: Exchange, tmp_path: Path) -> None:
    phone = web_phone(new_id())
    async with made(exchange, tmp_path) as (phones, _switch, _signals), WebSocketPhone.open(exchange) as browser:
        await phones.make_phone(phone, "first")
        assert await browser.register(phone, "wrong") == 401
        assert await browser.register(phone, "first") == 200
        await phones.make_phone(phone, "second")
        assert await browser.register(phone, "first") == 401
        assert await browser.register(phone, "second") == 200
        await phones.take_phone(phone)
        assert await browser.register(phone, "second") == 401
        await phones.make_phone(phone, "third")
        assert await browser.register(phone, "third") == 200


async def test_a_phone_taken_away_and_made_again_is_said_to_be_there_only_while_it_is(
    exchange: Exchange, tmp_path: Path
) -> None:
    phone = web_phone(new_id())
    async with made(exchange, tmp_path) as (phones, switch, signals):
        for _ in range(3):
            await phones.make_phone(phone, "secret")
            async with WebSocketPhone.open(exchange) as browser:
                assert await browser.register(phone, "secret") == 200
                await phones.take_phone(phone)
            await until(lambda: reachable(signals, phone)[-1:] == [False], 5.0, "it is gone")
            assert (await switch.view()).phones[phone] is False


async def test_the_controller_is_told_at_once_that_a_websocket_came_and_went(
    exchange: Exchange, tmp_path: Path
) -> None:
    phone = web_phone(new_id())
    async with made(exchange, tmp_path) as (phones, switch, signals):
        await phones.make_phone(phone, "secret")
        async with WebSocketPhone.open(exchange) as browser:
            assert await browser.register(phone, "secret") == 200
            await until(lambda: reachable(signals, phone)[-1:] == [True], 5.0, "it is there")
            closed_at_s = asyncio.get_running_loop().time()
        await until(lambda: reachable(signals, phone)[-1] is False, 2.0, "it is gone")
        assert asyncio.get_running_loop().time() - closed_at_s < 1.0  # some milliseconds on an idle machine
        assert (await switch.view()).phones[phone] is False
        await phones.take_phone(phone)


async def test_phones_of_browsers_stay_when_the_configuration_of_others_changes(
    own_exchange: Callable[..., Exchange], tmp_path: Path
) -> None:
    exchange = own_exchange(phones=(Phone(name="desk1"),))
    await exchange.start()
    phone = web_phone(new_id())
    async with made(exchange, tmp_path) as (phones, switch, _signals), WebSocketPhone.open(exchange) as browser:
        await phones.make_phone(phone, "secret")
        await exchange.apply(replace(exchange.config, phones=(Phone(name="desk1"), Phone(name="desk2"))))
        assert await browser.register(phone, "secret") == 200
        assert {"desk1", "desk2", phone} <= set((await switch.view()).phones)


async def test_a_phone_of_the_configuration_is_never_made_another_one(exchange: Exchange, tmp_path: Path) -> None:
    async with made(exchange, tmp_path) as (phones, _switch, _signals):
        with pytest.raises(SwitchRefused, match="makes no phones of browsers"):
            await phones.make_phone("agent1", "stolen")
        assert await exchange.cli("pjsip show auth agent1")
        assert "stolen" not in await exchange.cli("pjsip show auth agent1")


async def test_an_exchange_that_is_gone_says_so(own_exchange: Callable[..., Exchange], tmp_path: Path) -> None:
    exchange = own_exchange(phones=())
    await exchange.start()
    async with made(exchange, tmp_path) as (phones, switch, _signals):
        exchange.kill()
        await until(lambda: not switch.reachable, 5.0)
        with pytest.raises(SwitchUnreachable):
            await phones.make_phone(web_phone(new_id()), "secret")
