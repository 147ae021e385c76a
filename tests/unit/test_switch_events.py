"""What AsteriskSwitch makes of events, through its own connection to an ARI on loopback."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.asterisk.support import until
from tests.unit.ari_server import AriServer
from tests.unit.samples import LEG

from waihu.telephony.ami import AmiAccess
from waihu.telephony.switch import AsteriskSwitch
from waihu.telephony.translate import WANTED
from waihu.testing.factories import NOON
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import BadInput, LegGone, SwitchRefused, SwitchUnreachable


def phone(name: str, **state: str) -> dict[str, str]:
    return {"technology": "PJSIP", "resource": name, **state}


@pytest.fixture
async def server() -> AsyncIterator[AriServer]:
    async with AriServer.running() as running:
        running.answers = {
            "GET channels": (
                200,
                [{"id": LEG, "state": "Up", "dialplan": {"app_name": "Stasis"}}, {"id": "c-ringing", "state": "Down"}],
            ),
            "GET bridges": (200, [{"id": "b-agent1-s1", "channels": [LEG]}]),
            "GET endpoints": (
                200,
                [phone("agent1", state="online"), phone("agent2", state="offline"), phone("agent3")],
            ),
        }
        yield running


def switch_at(server: AriServer) -> AsteriskSwitch:
    nobody = AmiAccess("127.0.0.1", 1, "waihu", "secret")
    media = {"beep": "sound:beep"}
    return AsteriskSwitch(server.access, nobody, recordings_dir=Path("/rec"), media=media, now=lambda: NOON)


@pytest.fixture
async def signals() -> list[Any]:
    return []


@pytest.fixture
async def switch(server: AriServer, signals: list[Any]) -> AsyncIterator[AsteriskSwitch]:
    made = switch_at(server)
    made.subscribe(signals.append)
    async with made:
        await until(lambda: made.reachable and signals)
        yield made


async def test_its_first_signal_says_what_the_exchange_holds(switch: AsteriskSwitch, signals: list[Any]) -> None:
    legs = {
        LEG: sig.LegFacts(LEG, True, "b-agent1-s1"),
        "c-ringing": sig.LegFacts("c-ringing", False, None, in_app=False),
    }
    phones = {"agent1": True, "agent2": False, "agent3": True}
    assert signals == [sig.SwitchBack(NOON, legs, frozenset({"b-agent1-s1"}), phones=phones)]


async def test_it_sees_which_phones_can_be_reached(switch: AsteriskSwitch) -> None:
    assert (await switch.view()).phones == {"agent1": True, "agent2": False, "agent3": True}


async def test_a_phone_that_is_listed_but_is_no_more_does_not_keep_the_exchange_away(
    server: AriServer, signals: list[Any]
) -> None:
    def gone(asked: dict[str, Any]) -> tuple[int, Any] | None:
        return (422, None) if "agent2" in asked["uri"] else None

    server.answer = gone
    made = switch_at(server)
    made.subscribe(signals.append)
    async with made:
        await until(lambda: made.reachable and signals)
        assert signals[0].phones == {"agent1": True, "agent3": True}


async def test_a_call_that_came_while_nobody_listened_is_seen(switch: AsteriskSwitch, server: AriServer) -> None:
    def at(leg: str, app_data: str) -> dict[str, Any]:
        return {"id": leg, "state": "Ring", "dialplan": {"app_name": "Stasis", "app_data": app_data}}

    channels = [at("1.1", "waihu,in,carrier,441632960777,0800"), at("1.2", "other,in,carrier,1,2"), {"id": "1.3"}]
    server.answers["GET channels"] = (200, [{"state": "Up", **channel} for channel in channels])
    assert (await switch.view()).arrivals == (sig.LegArrived("1.1", NOON, "carrier", "441632960777", "0800"),)


async def test_it_asks_for_no_other_events_than_those_it_reads(switch: AsteriskSwitch, server: AriServer) -> None:
    (asked,) = server.asked("PUT", "applications/waihu/eventFilter")
    assert all(f'"{kind}"' in asked["message_body"] for kind in (*WANTED, "RESTResponse"))


async def test_malformed_events_are_counted_by_type_and_harm_nothing(
    switch: AsteriskSwitch, server: AriServer, signals: list[Any]
) -> None:
    await server.tell("ChannelDestroyed", channel={"id": 7})
    await server.tell("ChannelDestroyed", channel=None)
    await server.tell("Dial", peer=[])
    await server.say("[1, 2]")
    await server.say('"text"')
    await server.tell("ChannelVarset", variable="X")
    await server.tell("ChannelHold", channel={"id": LEG})
    await until(lambda: len(signals) == 2)
    assert signals[-1] == sig.LegHeld(LEG, NOON)
    assert switch.malformed == {"ChannelDestroyed": 2, "Dial": 1, "unknown": 2}
    assert switch.events == {"LegHeld": 1}
    assert switch.reachable


async def test_a_loss_is_a_signal_and_commands_are_refused_until_it_is_back(
    switch: AsteriskSwitch, server: AriServer, signals: list[Any]
) -> None:
    server.closed = True
    await server.cut()
    await until(lambda: not switch.reachable)
    assert isinstance(signals[-1], sig.SwitchLost)
    with pytest.raises(SwitchUnreachable):
        await switch.execute(do.HangUp(LEG))
    server.closed = False
    await until(lambda: switch.reachable)
    assert isinstance(signals[-1], sig.SwitchBack)


async def test_a_controller_whose_application_was_taken_over_gives_the_exchange_up_for_good(
    switch: AsteriskSwitch, server: AriServer, signals: list[Any]
) -> None:
    await server.tell("ApplicationReplaced")
    await until(lambda: not switch.reachable)
    assert signals[-1] == sig.SwitchLost(NOON, "another controller took over")
    with pytest.raises(SwitchUnreachable):
        await switch.execute(do.HangUp(LEG))
    with pytest.raises(AssertionError):  # several times as long as a lost connection is missed
        await until(lambda: len(server.connections) > 1, 0.5)


async def test_a_call_is_placed_on_its_trunk_with_the_name_of_its_leg(
    switch: AsteriskSwitch, server: AriServer
) -> None:
    await switch.execute(do.PlaceCall(LEG, do.TrunkAddress("carrier", "441632960200"), "+441632960000", 20))
    (asked,) = server.asked("POST", f"channels/{LEG}")
    assert json.loads(asked["message_body"]) == {
        "endpoint": "PJSIP/441632960200@carrier", "app": "waihu", "appArgs": "out", "callerId": "+441632960000",
        "timeout": 20, "variables": {},
    }  # fmt: skip


@pytest.mark.parametrize("command", [
    do.PlaceCall(LEG, do.TrunkAddress("carrier", "44\r\nX: y"), "1", 20),
    do.PlaceCall(LEG, do.PhoneAddress("agent1\0"), "1", 20),
    do.PlaceCall(LEG, do.PhoneAddress("agent1"), "1\n2", 20),
])  # fmt: skip
async def test_line_breaks_never_reach_the_exchange(
    switch: AsteriskSwitch, server: AriServer, command: do.Command
) -> None:
    before = len(server.requests)
    with pytest.raises(BadInput):
        await switch.execute(command)
    assert len(server.requests) == before


async def test_hanging_up_what_is_gone_is_no_error_but_joining_it_is(switch: AsteriskSwitch, server: AriServer) -> None:
    server.answers |= {f"DELETE channels/{LEG}": (404, None), "POST bridges/b-1/addChannel": (422, None)}
    await switch.execute(do.HangUp(LEG))
    with pytest.raises(LegGone):
        await switch.execute(do.Join("b-1", LEG))


async def test_an_announcement_that_does_not_exist_is_refused_with_those_that_do(switch: AsteriskSwitch) -> None:
    with pytest.raises(SwitchRefused, match="known: beep"):
        await switch.execute(do.Play(LEG, "bepe", "p1"))
