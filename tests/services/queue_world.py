"""A world with queues: callers, agents who belong to queues, and texts that are spoken."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.services.world import World, some_agents, world

from waihu.settings import QueueSettings, Settings
from waihu.store.audit import By
from waihu.store.queues import change_abilities
from waihu.testing.fake_speaker import FakeSpeaker
from waihu_models.agent import Agent
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId, LegId
from waihu_models.queue import Abilities, Queue

CARE = Queue(name="care", announce_every_s=0.0)
OURS = "441632960999"


def number(index: int) -> str:
    return f"+44163296{index:04d}"


@asynccontextmanager
async def queue_world(
    database: Path,
    queues: Sequence[Queue] = (CARE,),
    *,
    agents: Sequence[Agent] | int = 1,
    able: Mapping[str, Abilities] | None = None,
    default: str = "care",
    speaker: FakeSpeaker | None = None,
    leads: Iterable[str] = (),
    **more: Any,
) -> AsyncIterator[World]:
    """Run a controller with queues; every agent belongs to all of them unless ``able`` says otherwise."""
    team = some_agents(agents) if isinstance(agents, int) else list(agents)
    plan = {"settings": Settings(queues=QueueSettings(default=default))}
    async with world(database, leads, agents=team, plan=plan, speaker=speaker, **more) as w:
        by = By("test", w.now)
        for queue in sorted(queues, key=lambda one: bool(one.overflow_to)):
            await w.app.queues.shelf.add(queue, by)
        everything = Abilities(queues=frozenset(queue.name for queue in queues))
        for agent in team:
            await takes(w, agent.id, (able or {}).get(agent.id, everything))
        yield w


async def takes(w: World, agent_id: AgentId, able: Abilities) -> None:
    await change_abilities(w.app.store, agent_id, lambda _: able, By("test", w.now))
    await w.app.queues.shelf.load()


async def set_queue(w: World, name: str, **changes: Any) -> None:
    shelf = w.app.queues.shelf
    await shelf.change(name, shelf.get(name).version, changes, By("test", w.now))


async def calls_in(w: World, index: int, **facts: Any) -> Call:
    """Let somebody call, and wait until the call waits, talks or is being sent away."""
    leg = w.switch.call_in(OURS, number(index), **facts)
    return await settled(w, leg)


async def settled(w: World, leg: LegId) -> Call:
    def found() -> Call | None:
        return next((c for c in w.calls.values() if c.leg_id == leg and c.state is not CallState.RINGING), None)

    call: Call = await w.until(found, 10.0, "the caller is answered")
    return call


def talking_with(w: World, agent_id: str) -> str:
    """The number of who talks with an agent, "": nobody."""
    return next((c.number_e164 for c in w.in_state(CallState.CONNECTED) if c.agent_id == agent_id), "")


def of(number_e164: str, w: World) -> Call:
    return next(call for call in w.calls.values() if call.number_e164 == number_e164)


def queue(name: str, **changes: Any) -> Queue:
    return replace(CARE, name=name, **changes)
