"""Queues on a real exchange: what callers hear, who gets them, and that none of many is lost."""

import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time
from pathlib import Path

import numpy as np
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import read_raw
from tests.asterisk.test_spoken_sounds import what_is_sent
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared, some_agents

from waihu.app import App
from waihu.services.office import OfficePlan
from waihu.settings import QueueSettings, Settings
from waihu.store.audit import By
from waihu.store.queues import change_abilities
from waihu.telephony.carrier import Carrier
from waihu.telephony.espeak import Espeak
from waihu.telephony.exchange import Exchange
from waihu.telephony.spoken_sounds import SpeakingPlan
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId
from waihu_models.line_group import LineWindow
from waihu_models.outcome import Outcome
from waihu_models.queue import Abilities, Queue, SkillNeed, Strategy

CARE = Queue(name="care", announce_every_s=0.0)


@asynccontextmanager
async def queues_on(
    exchange: Exchange, folder: Path, queues: Sequence[Queue], able: dict[str, Abilities]
) -> AsyncIterator[tuple[App, Seen]]:
    """Run a controller with queues, and agents who take them, on a real exchange."""
    url, _ = await prepared(folder, [], agents=some_agents(len(able), wrap_limit_s=0.0))
    assert exchange.config.recordings_dir is not None
    speaking = SpeakingPlan(speaker=Espeak(), folder=exchange.config.recordings_dir / "spoken")
    office = OfficePlan(settings=Settings(queues=QueueSettings(default="care")))
    async with controller(plan_of(exchange, url, speaking=speaking, office=office)) as (app, seen):
        by = By("test", app.clock.now())
        for queue in queues:
            await app.queues.shelf.add(queue, by)
        for agent_id, wanted in able.items():
            await change_abilities(app.store, AgentId(agent_id), lambda _, wanted=wanted: wanted, by)  # type: ignore[misc]
        await app.queues.shelf.load()
        yield app, seen


def member(**skills: int) -> Abilities:
    return Abilities(queues=frozenset({"care"}), skills=skills)


async def call_in(exchange: Exchange, carrier: Carrier, seen: Seen, index: int) -> Call:
    """Let somebody call, and return the call once it has been answered."""
    number = f"44163296{index:04d}"
    await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", number)

    def answered() -> Call | None:
        known = (call for call in seen.calls.values() if call.number_e164.endswith(number))
        return next((call for call in known if call.answered_at is not None), None)

    call: Call = await until(answered, 15.0, "answered")
    return call


async def all_paused(app: App, count: int) -> None:
    if all(agent.state is AgentState.OFFLINE for agent in app.agents):
        await logged_in(app)
    for number in range(1, count + 1):
        app.agents.pause(AgentId(f"agent{number}"), "break")
    await until(lambda: sum(agent.state is AgentState.PAUSED for agent in app.agents) == count, 5.0, "paused")


def likeness(heard: Path, sound: Path) -> float:
    """How surely a sound is part of what was heard: the highest normalised correlation at any moment, 0..1."""
    with wave.open(f"{sound}.wav", "rb") as file:
        said = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(float)
    all_of_it = np.asarray(read_raw(heard), dtype=float)
    if len(all_of_it) < len(said):
        return 0.0
    size = 1 << (len(all_of_it) + len(said)).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(all_of_it, size) * np.conj(np.fft.rfft(said, size)), size)
    power = np.concatenate(([0.0], np.cumsum(all_of_it**2)))
    windows = np.sqrt(np.maximum(power[len(said) :] - power[: -len(said)], 1.0) * (said**2).sum())
    return float((crossed[: len(windows)] / windows).max())


async def test_the_place_is_heard_by_who_waits_and_the_agent_at_once(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    welcome = "Welcome. All of our staff are busy at the moment, and we will be with you as soon as we can. " * 3
    told = replace(CARE, announce_every_s=30.0)
    async with queues_on(exchange, tmp_path, [told], {"agent1": member()}) as (app, seen):
        await all_paused(app, 1)
        first = await call_in(exchange, carrier, seen, 1)
        sent = await what_is_sent(app.switch, exchange, first.leg_id)
        sound = await app.speaking.sound("You are next in line.", "en")
        await until(lambda: likeness(sent, sound) > 0.6, 15.0, "the place is heard")
        await until(lambda: seen.calls[first.id].announcement is None, 10.0, "said")
        app.agents.available(AgentId("agent1"))
        await until(lambda: seen.calls[first.id].state is CallState.CONNECTED, 5.0, "connected")
        app.calls.ask(first.id, sig.HangUpAsked(app.clock.now(), "over"))
        await until(lambda: seen.calls[first.id].ended_at, 10.0, "ended")
        await all_paused(app, 1)
        by = By("test", app.clock.now())
        await app.queues.shelf.change("care", 1, {"welcome": welcome}, by)
        second = await call_in(exchange, carrier, seen, 2)
        await until(lambda: seen.calls[second.id].announcement, 10.0, "a long welcome is being said")
        app.agents.available(AgentId("agent1"))
        call = await until(lambda: (c := seen.calls[second.id]).state is CallState.CONNECTED and c, 3.0, "at once")
        assert call.announcement is None


async def test_skills_and_strategy_choose_the_agent(exchange: Exchange, carrier: Carrier, tmp_path: Path) -> None:
    ranked = replace(CARE, strategy=Strategy.SKILL_RANK, skills=(SkillNeed("mend", 3),))
    able = {"agent1": member(mend=4), "agent2": member(mend=9), "agent3": member(mend=1)}
    async with queues_on(exchange, tmp_path, [ranked], able) as (app, seen):
        await logged_in(app)
        calls = [await call_in(exchange, carrier, seen, index) for index in (1, 2, 3)]
        await until(lambda: sum(c.state is CallState.CONNECTED for c in seen.calls.values()) == 2, 10.0, "two talk")
        assert [seen.calls[call.id].agent_id for call in calls] == ["agent2", "agent1", None]
        assert seen.calls[calls[2].id].state is CallState.WAITING


async def test_closed_and_unstaffed_queues_say_so_and_hang_up(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    async with queues_on(exchange, tmp_path, [CARE], {"agent1": member()}) as (app, seen):
        call = await call_in(exchange, carrier, seen, 1)  # nobody is logged in
        sent = await what_is_sent(app.switch, exchange, call.leg_id)
        assert seen.calls[call.id].turned_away == "unstaffed"
        ended = await until(lambda: (c := seen.calls[call.id]).ended_at and c, 30.0, "hung up")
        assert (ended.outcome, ended.reason) == (Outcome.HUNG_UP, "unstaffed")
        assert np.abs(np.asarray(read_raw(sent), dtype=float)).max() > 1000, "somebody was told something"
        now = app.clock.now()
        yesterday = LineWindow(frozenset({(now.isoweekday() + 4) % 7 + 1}), time(0), time(1))
        await app.queues.shelf.change("care", 1, {"windows": (yesterday,)}, By("test", now))
        await logged_in(app)
        late = await call_in(exchange, carrier, seen, 2)
        assert seen.calls[late.id].turned_away == "closed"
        await until(lambda: seen.calls[late.id].ended_at, 30.0, "hung up")


def _talking(seen: Seen, over: set[str]) -> Call | None:
    """The one who has talked longest and is not over."""
    talking = [c for c in seen.calls.values() if c.state is CallState.CONNECTED and c.id not in over]
    return min(talking, key=lambda call: call.connected_at or call.dialled_at, default=None)


async def test_fifty_callers_at_once_for_five_agents_are_all_served_in_their_order(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    able = {f"agent{number}": member() for number in range(1, 6)}
    async with queues_on(exchange, tmp_path, [replace(CARE, patience_s=600.0)], able) as (app, seen):
        await all_paused(app, 5)
        for index in range(50):
            await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "441632960999", f"44163296{index:04d}")
        await until(lambda: sum(c.state is CallState.WAITING for c in seen.calls.values()) == 50, 60.0, "all wait")
        over: set[str] = set()
        for number in range(1, 6):
            app.agents.available(AgentId(f"agent{number}"))
        while len(over) < 50:
            call = await until(lambda: _talking(seen, over), 20.0, f"caller {len(over)} is served")
            over.add(call.id)
            app.calls.post(call.id, sig.HangUpAsked(app.clock.now(), "over"))
        await until(lambda: len(seen.ended) == 50, 30.0, "all over")
        assert {call.outcome for call in seen.ended} == {Outcome.ANSWERED}, "none is lost"
        served = sorted(seen.ended, key=lambda call: call.connected_at or call.dialled_at)
        came = sorted(seen.ended, key=lambda call: call.queue_since or call.dialled_at)
        places = {call.id: place for place, call in enumerate(came)}
        # Five are served together, and whose phone is joined first is decided by the exchange.
        assert all(abs(places[call.id] - k) < 5 for k, call in enumerate(served))
