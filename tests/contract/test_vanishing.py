"""Phones that lose their network, an exchange that is killed: on Asterisk with an exchange and a carrier of its own."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.contract.bench import PHONES, Bench, Scenario, contract, play_on_asterisk, play_on_fake

from waihu.telephony.carrier import Carrier, CarrierConfig
from waihu.telephony.exchange import Exchange
from waihu.telephony.install import AsteriskInstall
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import SwitchRefused


@pytest.fixture
def own_carrier(install: AsteriskInstall, sounds_cache: Path, tmp_path: Path) -> Iterator[Carrier]:
    carrier = Carrier(install, CarrierConfig(directory=tmp_path / "own-carrier", cache=sounds_cache))
    asyncio.run(carrier.start())
    yield carrier
    asyncio.run(carrier.stop())


def on_own_asterisk(carrier: Carrier, make: Callable[..., Exchange], folder: Path) -> Callable[[Scenario], None]:
    folder.mkdir()
    exchange = make(
        trunks=(), phones=tuple(carrier.phone(name) for name in PHONES), recordings_dir=folder, qualify_frequency_s=1
    )
    asyncio.run(exchange.start())
    return play_on_asterisk(exchange, carrier)


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=pytest.mark.asterisk)])
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Scenario], None]:
    if request.param == "fake":
        return play_on_fake(tmp_path)
    given = (request.getfixturevalue(name) for name in ("own_carrier", "own_exchange"))
    return on_own_asterisk(*given, tmp_path / "recordings")


@contract
async def test_a_phone_that_vanishes_is_told_and_cannot_be_called_and_its_leg_can_be_hung_up(bench: Bench) -> None:
    leg = await bench.ring("agent1")
    await bench.told(sig.LegEntered, leg)
    await bench.viewed(lambda view: view.phones["agent1"])
    await bench.phones_vanish()
    view = await bench.viewed(lambda view: not view.phones["agent1"], 20.0)
    assert view.legs[leg].answered, "the leg stays until its silence is noticed"
    gone = [s for s in bench.all(sig.PhoneReachable) if not s.reachable and s.phone == "agent1"]
    assert gone
    with pytest.raises(SwitchRefused):
        await bench.ring("agent1")
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)


@contract
async def test_an_exchange_that_was_killed_comes_back_empty(bench: Bench) -> None:
    leg = await bench.ring("agent1")
    await bench.told(sig.LegEntered, leg)
    await bench.bridge(leg)
    before = len(bench.signals)
    await bench.kill_and_restart()
    await until(lambda: len(bench.all(sig.SwitchBack)) == 2, 20.0)
    back = bench.all(sig.SwitchBack)[-1]
    assert (back.legs, back.bridges) == ({}, frozenset())
    assert [type(s).__name__ for s in bench.signals[before:][:2]] == ["SwitchLost", "SwitchBack"]
    assert "LegEnded" not in bench.story(leg)
