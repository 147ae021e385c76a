"""A flood of malformed events between the real ones: nothing crashes, each is counted, and calls go on and end."""

import asyncio
import copy
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.asterisk.scenes import Relay
from tests.asterisk.support import until
from tests.asterisk.test_faults import balance
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared, some_agents

from waihu.app import App
from waihu.telephony.exchange import Exchange
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.outcome import Outcome

FLOOD = 20_000
CALLS = {  # the last digits say what the far end does
    "10023": Outcome.ANSWERED, "11023": Outcome.ANSWERED, "12023": Outcome.ANSWERED, "13023": Outcome.ANSWERED,
    "14022": Outcome.ANSWERED, "15022": Outcome.ANSWERED, "16002": Outcome.BUSY, "17004": Outcome.INVALID_NUMBER,
}  # fmt: skip
TALKS = "+441632960099"

NOT_JSON = [
    "",
    "{",
    "nul",
    "[1,",
    '{"type":',
    '"\\ud800"',
    "\x00",
    "NaN",
    "1e999",
    "9" * 5000,
    "{'type': 'Dial'}",
    "<a/>",
]
SHAPELESS: list[Any] = [None, 0, -1.5, "Dial", True, [], ["Dial"], {}, {"type": None}, {"type": 7}, {"type": ["Dial"]}]
NO_TEXT: list[Any] = [None, 7, 1.5, True, [], ["x"], {}, {"id": "x"}]
NO_OBJECT: list[Any] = [None, 7, "x", [], ["id"]]
NO_NUMBER: list[Any] = ["seventeen", "1.5", [], {}]
_CHANNEL = {"id": "c-" + "0" * 32, "name": "PJSIP/carrier-1", "state": "Up"}
# Each event that is read, and what in it can be broken: the path, and what may stand there instead.
EVENTS: list[tuple[dict[str, Any], dict[str, list[Any]]]] = [
    ({"type": "StasisStart", "channel": _CHANNEL, "args": ["out"]},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "args": ["out", 7, True, {}, [7], ["phone", "agent1", "9"]]}),
    ({"type": "Dial", "peer": _CHANNEL, "dialstatus": "RINGING"},
     {"peer": NO_OBJECT, "peer.id": NO_TEXT, "dialstatus": NO_TEXT}),
    ({"type": "ChannelStateChange", "channel": _CHANNEL},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "channel.state": NO_TEXT}),
    ({"type": "ChannelEnteredBridge", "channel": _CHANNEL, "bridge": {"id": "b"}},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "bridge": NO_OBJECT, "bridge.id": NO_TEXT}),
    ({"type": "BridgeDestroyed", "bridge": {"id": "b"}}, {"bridge": NO_OBJECT, "bridge.id": NO_TEXT}),
    ({"type": "ChannelLeftBridge", "channel": _CHANNEL, "bridge": {"id": "b"}},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "bridge": NO_OBJECT, "bridge.id": NO_TEXT}),
    ({"type": "ChannelDestroyed", "channel": _CHANNEL, "cause": 16, "tech_cause": 200},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "cause": NO_NUMBER, "tech_cause": NO_NUMBER}),
    ({"type": "ChannelDtmfReceived", "channel": _CHANNEL, "digit": "5"},
     {"channel": NO_OBJECT, "channel.id": NO_TEXT, "digit": NO_TEXT}),
    ({"type": "ChannelHold", "channel": _CHANNEL}, {"channel": NO_OBJECT, "channel.id": NO_TEXT}),
    ({"type": "PlaybackFinished", "playback": {"id": "p", "target_uri": "channel:x", "state": "done"}},
     {"playback": NO_OBJECT, "playback.id": NO_TEXT, "playback.target_uri": NO_TEXT, "playback.state": NO_TEXT}),
    ({"type": "EndpointStateChange", "endpoint": {"resource": "agent1", "state": "online"}},
     {"endpoint": NO_OBJECT, "endpoint.resource": NO_TEXT, "endpoint.state": NO_TEXT}),
    ({"type": "ContactStatusChange", "contact_info": {"aor": "agent1", "contact_status": "Reachable"}},
     {"contact_info": NO_OBJECT, "contact_info.aor": NO_TEXT, "contact_info.contact_status": NO_TEXT}),
]  # fmt: skip


class Frame(NamedTuple):
    """What is added, and under which name it has to be counted."""

    counted_as: str
    content: str | bytes


def broken(chance: random.Random) -> Frame:
    """One of the events with one thing wrong in it."""
    template, weak = chance.choice(EVENTS)
    event = copy.deepcopy(template)
    *parents, last = chance.choice(list(weak)).split(".")
    inside = event
    for name in parents:
        inside = inside[name]
    inside[last] = chance.choice(weak[".".join([*parents, last])])
    return Frame(event["type"], json.dumps(event))


def of_nobody(chance: random.Random) -> Frame:
    """A sound event of a leg that there is not."""
    leg = chance.choice(["c-" + f"{chance.getrandbits(120):032x}", "a-nobody-1.0", "1764094000.17"])
    channel = {"id": leg, "name": "PJSIP/carrier-2", "state": "Up"}
    kinds = {"ChannelDestroyed": {"cause": 16}, "ChannelHold": {}, "ChannelDtmfReceived": {"digit": "1"},
             "ChannelStateChange": {}, "StasisStart": {"args": ["amd", "HUMAN", "x"]}}  # fmt: skip
    kind = chance.choice(list(kinds))
    return Frame("of nobody", json.dumps({"type": kind, "channel": channel, **kinds[kind]}))


def flood(chance: random.Random, count: int) -> Iterator[Frame]:
    for _ in range(count):
        match chance.choices(["broken", "not json", "shapeless", "of nobody", "not text"], [70, 10, 10, 8, 2])[0]:
            case "broken":
                yield broken(chance)
            case "not json":
                yield Frame("not json", chance.choice(NOT_JSON))
            case "shapeless":
                yield Frame("unknown", json.dumps(chance.choice(SHAPELESS)))
            case "of nobody":
                yield of_nobody(chance)
            case _:
                yield Frame("not text", chance.randbytes(20))


def metric(metric_: Any) -> float:
    """The sum of a counter over its labels."""
    return sum(s.value for m in metric_.collect() for s in m.samples if s.name.endswith("_total"))


@asynccontextmanager
async def relayed(exchange: Exchange, url: str) -> AsyncIterator[tuple[Relay, App, Seen, AsteriskSwitch]]:
    recordings, sounds = exchange.config.recordings_dir, exchange.config.sounds_dir
    assert recordings is not None
    async with Relay.to(exchange.ari_url) as relay:
        switch = AsteriskSwitch(
            AriAccess(relay.url, exchange.ari_user, exchange.ari_password),
            AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password),
            recordings_dir=recordings,
            media={"safe-harbour": f"sound:{sounds}/en/safe-harbour"},
        )
        async with controller(plan_of(exchange, url, switch=switch)) as (app, seen):
            await logged_in(app)
            yield relay, app, seen, switch


async def two_talk(seen: Seen, count: int = 2) -> None:
    await until(
        lambda: sum(c.state is CallState.CONNECTED for c in seen.calls.values()) >= count, 15.0, f"{count} talk"
    )


async def test_twenty_thousand_malformed_events_between_real_ones(exchange: Exchange, tmp_path: Path) -> None:
    numbers = [f"+4416329{digits}" for digits in CALLS]
    url, _ = await prepared(tmp_path, numbers, agents=some_agents(2, wrap_limit_s=0.2), mode=DialMode.PROGRESSIVE)
    expected: Counter[str] = Counter()
    async with relayed(exchange, url) as (relay, app, seen, switch):
        await app.dialling.start("spring")
        await two_talk(seen)
        for frame in flood(random.Random(7), FLOOD):
            await relay.add(frame.content)
            expected[frame.counted_as] += 1
        await until(lambda: len(seen.ended) == len(CALLS), 60.0, "all calls end")
        of_nobody_, not_json, not_text = (expected.pop(name) for name in ("of nobody", "not json", "not text"))
        assert switch.malformed == expected
        assert (switch.ari.counters["not_json"], switch.ari.counters["not_text"]) == (not_json, not_text)
        assert metric(app.metrics.unknown_legs) >= of_nobody_
        assert metric(app.metrics.illegal) == metric(app.metrics.queue_full) == app.tasks.failures == 0
        assert switch.ari.counters["connects"] == 1, "the connection was held throughout"
    assert expected.total() + of_nobody_ + not_json + not_text == FLOOD
    assert {call.number_e164[-5:]: call.outcome for call in seen.ended} == CALLS
    attempts, outcomes = await balance(url)
    assert attempts == outcomes == len(CALLS)


def about(leg_id: str, kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, "channel": {"id": leg_id, "state": "Up"}, "peer": {"id": leg_id}, **fields})


def impossible(leg_id: str, count: int) -> list[str]:
    """Events that a connected call cannot have: a verdict, early media."""
    verdict = about(leg_id, "StasisStart", args=["amd", "MACHINE", "LONGGREETING"])
    return [verdict, about(leg_id, "Dial", dialstatus="PROGRESS")] * (count // 2)


async def test_impossible_events_of_a_live_call_are_counted_and_it_goes_on(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [TALKS], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    async with relayed(exchange, url) as (relay, app, seen, switch):
        await app.dialling.start("spring")
        await two_talk(seen, 1)
        call = next(iter(seen.calls.values()))
        asked = switch.ari.counters["requests"]
        for frame in impossible(call.leg_id, 1000):
            await relay.add(frame)

        def counted() -> bool:
            return metric(app.metrics.illegal) + metric(app.metrics.queue_full) == 1000

        await until(counted, 20.0, "each is counted")
        await switch.view()
        assert switch.ari.counters["requests"] - asked <= 100, "the exchange is looked at for many of them at once"
        assert app.calls.get(call.id) == seen.calls[call.id]
        assert seen.calls[call.id].state is CallState.CONNECTED
        assert app.tasks.failures == 0
    assert seen.calls[call.id].outcome is Outcome.ANSWERED
    attempts, outcomes = await balance(url)
    assert attempts == outcomes == 1


async def test_the_end_of_a_call_is_not_lost_in_a_burst_about_it(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, [TALKS], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    async with relayed(exchange, url) as (relay, app, seen, switch):
        await app.dialling.start("spring")
        await two_talk(seen, 1)
        call = next(iter(seen.calls.values()))
        held_back: list[dict[str, Any]] = []

        def is_its_end(event: dict[str, Any]) -> bool:
            if event.get("type") == "ChannelDestroyed" and event["channel"]["id"] == call.leg_id:
                held_back.append(event)
            return event in held_back

        relay.lose_event = is_its_end
        await switch.ari.request("DELETE", f"channels/{call.leg_id}")
        await until(lambda: held_back, 5.0, "the leg is gone")
        for frame in [about(call.leg_id, "ChannelHold")] * 2000 + [json.dumps(held_back[0])]:
            await relay.add(frame)
        await until(lambda: seen.calls[call.id].ended_at, 15.0, "the call ends")
    assert seen.calls[call.id].outcome is Outcome.ANSWERED


@pytest.mark.parametrize("frame", ["[" * 100_000, '{"type":' * 50_000, '{"a":' * 50_000 + "1" + "}" * 50_000])
async def test_an_event_nested_beyond_all_sense_is_counted_and_costs_no_connection(
    exchange: Exchange, tmp_path: Path, frame: str
) -> None:
    url, _ = await prepared(tmp_path, [])
    async with relayed(exchange, url) as (relay, _app, _seen, switch):
        await relay.add(frame)
        async with asyncio.timeout(5):
            view = await switch.view()  # answered on the same connection, after the frame
        assert view.phones
        assert (switch.ari.counters["not_json"], switch.ari.counters["connects"]) == (1, 1)
