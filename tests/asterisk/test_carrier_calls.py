"""The carrier as the phones of agents, as a registrar, and as the source of calls into our exchange."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.asterisk.support import bare_ari, until

from waihu.telephony.carrier import Account, Carrier, CarrierConfig
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Phone
from waihu.telephony.install import AsteriskInstall


@pytest.mark.parametrize(
    ("phone", "status", "cause"), [("agent1", "ANSWER", 16), ("lazy1", "RINGING", 19), ("busy1", "BUSY", 17)]
)
async def test_phones_answer_ring_or_reject(exchange: Exchange, phone: str, status: str, cause: int) -> None:
    async with bare_ari(exchange, "phones") as ari:
        leg = f"a-{phone}"
        await ari.request("POST", f"/channels/{leg}", endpoint=f"PJSIP/{phone}", app="phones", timeout=1)
        await until(lambda: status in ari.statuses(leg), 5)
        if status == "ANSWER":
            await ari.event(leg, "StasisStart")
            await ari.hang_up(leg)
        assert (await ari.event(leg, "ChannelDestroyed"))["cause"] == cause


@pytest.mark.parametrize(
    ("dialled", "caller", "arguments"),
    [
        ("+493012345", "+49301777", ["in", "carrier", "+49301777", "+493012345"]),
        ("4000", "anonymous", ["in", "carrier", "anonymous", "4000"]),
    ],
)
async def test_a_call_from_outside_reaches_the_application(
    exchange: Exchange, carrier: Carrier, dialled: str, caller: str, arguments: list[str]
) -> None:
    async with bare_ari(exchange) as ari:
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", dialled, caller)
        start = (await until(lambda: [e for e in ari.events if e["type"] == "StasisStart"]))[0]
        assert start["args"] == arguments
        await ari.hear_of(start["channel"]["id"])
        await ari.hang_up(start["channel"]["id"])


async def test_a_comma_from_outside_does_not_shift_the_arguments(exchange: Exchange, carrier: Carrier) -> None:
    async with bare_ari(exchange) as ari:
        to = f"sip:40,00)x@{exchange.host}:{exchange.sip_port}"
        await carrier.cli(f"channel originate PJSIP/waihu/{to} application Wait 5")
        start = (await until(lambda: [e for e in ari.events if e["type"] == "StasisStart"]))[0]
        assert start["args"][:2] == ["in", "carrier"]
        assert start["args"][3:] == ["4000x"]
        await ari.hear_of(start["channel"]["id"])
        await ari.hang_up(start["channel"]["id"])


async def test_a_call_from_outside_arrives_once_also_when_it_ends(exchange: Exchange, carrier: Carrier) -> None:
    async with bare_ari(exchange) as ari:
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "4000", "+49301777")
        start = (await until(lambda: [e for e in ari.events if e["type"] == "StasisStart"]))[0]
        await ari.hear_of(start["channel"]["id"])
        await ari.hang_up(start["channel"]["id"])
        assert len(ari.of(start["channel"]["id"], "StasisStart")) == 1


@pytest.fixture
def own_carrier(install: AsteriskInstall, sounds_cache: Path, tmp_path: Path):
    accounts = (Account(username="customer", password='p;"ss\\ word'),)
    carrier = Carrier(install, CarrierConfig(directory=tmp_path / "own-carrier", cache=sounds_cache, accounts=accounts))
    asyncio.run(carrier.start())
    yield carrier
    asyncio.run(carrier.stop())


async def test_a_trunk_registers_with_a_difficult_password(
    own_exchange: Callable[..., Exchange], own_carrier: Carrier
) -> None:
    trunk = own_carrier.trunk("line", username="customer", password='p;"ss\\ word', register=True)
    exchange = own_exchange(trunks=(trunk,), phones=())
    await exchange.start()

    async def registered() -> bool:
        return " Registered " in await exchange.cli("pjsip show registrations")

    await until(registered, 15)
    assert "customer/sip:customer@127.0.0.1" in await own_carrier.cli("pjsip show contacts")


async def test_a_phone_that_vanishes_without_a_word_is_noticed(
    own_exchange: Callable[..., Exchange], own_carrier: Carrier
) -> None:
    exchange = own_exchange(trunks=(), phones=(own_carrier.phone("agent1"),), rtp_timeout_s=2, qualify_frequency_s=1)
    await exchange.start()
    async with bare_ari(exchange) as ari:
        await ari.request("POST", "/channels/a-1", endpoint="PJSIP/agent1", app="waihu")
        await ari.event("a-1", "StasisStart")
        assert (await ari.request("GET", "/endpoints/PJSIP/agent1"))["state"] == "online"
        own_carrier.kill()
        await ari.event("a-1", "ChannelDestroyed", 10)

        async def offline() -> bool:
            return (await ari.request("GET", "/endpoints/PJSIP/agent1"))["state"] == "offline"

        await until(offline, 10)


async def test_a_phone_that_hangs_up_at_its_side_is_noticed_at_once(
    own_exchange: Callable[..., Exchange], own_carrier: Carrier
) -> None:
    exchange = own_exchange(trunks=(), phones=(own_carrier.phone("agent1"), Phone(name="desk")))
    await exchange.start()
    async with bare_ari(exchange) as ari:
        await ari.request("POST", "/channels/a-1", endpoint="PJSIP/agent1", app="waihu")
        await ari.event("a-1", "StasisStart")
        await own_carrier.hang_up_all()
        await ari.event("a-1", "ChannelDestroyed", 3)
