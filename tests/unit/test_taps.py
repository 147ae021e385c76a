"""Taps on an ARI on loopback: what is asked for, and what follows when the snoop does not come."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.asterisk.support import until
from tests.unit.ari_server import AriServer
from tests.unit.samples import LEG

from waihu.telephony import taps
from waihu.telephony.ami import AmiAccess
from waihu.telephony.switch import AsteriskSwitch
from waihu.telephony.taps import extension_of
from waihu.telephony.translate import Tapped, translate
from waihu.testing.factories import NOON
from waihu_models.commands import Tap, Untap
from waihu_models.errors import BadInput, LegGone, SwitchTimeout
from waihu_models.ids import CallId, LegId, agent_of_leg, call_of_leg, is_tap_leg, tap_leg
from waihu_models.transcript import Side

CALL, STREAM = CallId("0" * 31 + "1"), "ab" * 16
TAP = Tap(tap_leg(CALL, Side.AGENT, STREAM), LegId(LEG), Side.AGENT, STREAM, "127.0.0.1", 4573)


def came(leg_id: str) -> dict[str, Any]:
    return {"type": "StasisStart", "args": ["tap"], "channel": {"id": leg_id, "state": "Up"}}


@pytest.fixture
async def server() -> AsyncIterator[AriServer]:
    async with AriServer.running() as running:
        running.answers = {f"GET {what}": (200, []) for what in ("channels", "bridges", "endpoints")}
        yield running


@pytest.fixture
async def switch(server: AriServer) -> AsyncIterator[AsteriskSwitch]:
    nobody = AmiAccess("127.0.0.1", 1, "waihu", "secret")
    async with AsteriskSwitch(server.access, nobody, recordings_dir=Path("/rec"), media={}, now=lambda: NOON) as made:
        await until(lambda: made.reachable, 5.0)
        yield made


def test_a_taps_leg_is_no_leg_of_a_call_or_an_agent() -> None:
    assert is_tap_leg(TAP.leg_id)
    assert not is_tap_leg(LEG)
    assert call_of_leg(TAP.leg_id) is None
    assert agent_of_leg(TAP.leg_id) is None


def test_stream_address_and_port_are_said_in_one_extension() -> None:
    assert extension_of(TAP) == f"{STREAM}*127.0.0.1*4573"


def test_of_a_tap_only_its_coming_means_something_and_is_no_signal() -> None:
    assert translate(came(TAP.leg_id), NOON) == Tapped(TAP.leg_id)
    gone = {"type": "ChannelDestroyed", "cause": 16, "channel": {"id": TAP.leg_id}}
    assert translate(gone, NOON) is None


async def test_it_is_sent_on_only_when_it_has_come(server: AriServer, switch: AsteriskSwitch) -> None:
    opening = asyncio.create_task(switch.execute(TAP))
    snoop = f"channels/{LEG}/snoop/{TAP.leg_id}"
    await until(lambda: server.asked("POST", snoop), 5.0)
    assert "spy=out" in server.asked("POST", snoop)[0]["uri"]
    on = f"channels/{TAP.leg_id}/continue"
    assert server.asked("POST", on) == []
    await server.say(json.dumps(came("h-another")))
    await server.say(json.dumps(came(TAP.leg_id)))
    await opening
    assert f"context={taps.HEARING}" in server.asked("POST", on)[0]["uri"]
    assert switch.taps.counts["opened"] == 1


async def test_one_that_does_not_come_is_a_time_out_and_is_not_asked_for_again(
    server: AriServer, switch: AsteriskSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taps, "REQUEST_TIMEOUT_S", 0.1)
    with pytest.raises(SwitchTimeout):
        await switch.execute(TAP)
    await server.say(json.dumps(came(TAP.leg_id)))
    assert [request for request in server.requests if "continue" in request["uri"]] == []


async def test_a_leg_that_is_gone_and_a_tap_that_has_ended(server: AriServer, switch: AsteriskSwitch) -> None:
    server.answers[f"POST channels/{LEG}/snoop/{TAP.leg_id}"] = (404, {"message": "Channel not found"})
    with pytest.raises(LegGone):
        await switch.execute(TAP)
    server.answers[f"DELETE channels/{TAP.leg_id}"] = (404, {"message": "Channel not found"})
    await switch.execute(Untap(TAP.leg_id))


@pytest.mark.parametrize("wrong", [{"host": "ear.example"}, {"port": 65536}, {"stream_id": STREAM[:-1] + ")"}])
def test_what_the_dialplan_could_not_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        extension_of(replace(TAP, **wrong))
