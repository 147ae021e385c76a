"""The agent shelf: agents as an administrator makes and edits them, also while they work.

An edit is stored beside the running session and told to the agent. What would change a session (phone, mode, campaign)
is taken over when it ends; queues and skills count for the next caller.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import true

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.queue_shelf import QueueShelf
from waihu.services.tasks import Tasks
from waihu.store import agent_edits as stored
from waihu.store.agent_edits import Edit, Profile
from waihu.store.audit import By
from waihu.store.queues import abilities_of
from waihu.store.store import Store
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities
from waihu_models.signals import AgentEdited

_ABILITIES = frozenset(Abilities.__dataclass_fields__)
log = structlog.get_logger()


class AgentShelf:
    """Makes and edits agents."""

    def __init__(self, store: Store, desk: AgentDesk, queues: QueueShelf, bus: Bus, clock: Clock, tasks: Tasks) -> None:
        self._store = store
        self._desk = desk
        self._queues = queues
        self._clock = clock
        self._tasks = tasks
        self._waiting: dict[AgentId, Profile] = {}
        bus.subscribe(AgentChanged, self._agent_changed)

    async def load(self) -> None:
        """Read at the start who may not log in, and edits that wait; every agent has to be known to the desk."""
        for row in await stored.agent_rows(self._store, true()):
            agent_id = AgentId(row["id"])
            if row["disabled"]:
                self._desk.barred.add(agent_id)
            if row["next_profile"] and agent_id in self._desk:
                self._tell(agent_id, stored.profile_of(row))

    async def add(self, agent_id: AgentId, profile: Profile, team_id: str | None, able: Abilities, by: By) -> None:
        """Make an agent, who can log in at once.

        Raises:
            Conflict: the id is taken.
            BadField: there is no such queue, or a skill is wrong.
        """
        self._queues.check(able)
        agent = Agent(
            id=agent_id, name=profile.name or agent_id, phone=profile.phone, mode=profile.mode,
            campaign_id=profile.campaign_id, wrap_limit_s=profile.wrap_limit_s,
            ring_timeout_s=profile.ring_timeout_s, state_since=self._clock.now(),
        )  # fmt: skip
        await stored.add_agent_of_team(self._store, agent, team_id, able, by)
        await self._queues.load()
        if agent_id not in self._desk:  # whoever follows the store may have been faster
            self._desk.add(agent)

    async def change(self, agent_id: AgentId, version: int, changes: Mapping[str, Any], by: By) -> None:
        """Change fields of a profile or of abilities, ``team_id`` or ``disabled``; who is disabled is logged out later.

        Raises:
            NotFound: there is no such agent.
            Stale: somebody else edited them meanwhile.
            BadField: there is no such queue, or a skill is wrong.
        """
        row = await stored.agent_row_of(self._store, agent_id, true())
        known = {name: value for name, value in changes.items() if name in Profile.__dataclass_fields__}
        able = replace(abilities_of(row), **{name: changes[name] for name in _ABILITIES & changes.keys()})
        self._queues.check(able)
        edit = Edit(
            agent_id=agent_id,
            able=able,
            profile=replace(stored.profile_of(row), **known),
            team_id=changes.get("team_id", row["team_id"]),
            disabled=changes.get("disabled", row["disabled"]),
            version=version,
        )
        await stored.edit_agent(self._store, edit, by)
        await self._queues.load()
        if edit.disabled:
            self._desk.barred.add(agent_id)
            self._desk.log_out(agent_id, "disabled")
        else:
            self._desk.barred.discard(agent_id)
        self._tell(agent_id, edit.profile)

    # ---- edits that wait -------------------------------------------------------------------------------------------

    def _tell(self, agent_id: AgentId, profile: Profile) -> None:
        self._waiting[agent_id] = profile
        self._desk.edit(
            agent_id,
            AgentEdited(
                at=self._clock.now(),
                name=profile.name,
                phone=profile.phone,
                on_hook_by_default=profile.mode is PhoneMode.ON_HOOK,
                campaign_id=profile.campaign_id,
                wrap_limit_s=profile.wrap_limit_s,
                ring_timeout_s=profile.ring_timeout_s,
            ),
        )
        self._settle(self._desk.get(agent_id))

    def _agent_changed(self, change: AgentChanged) -> None:
        agent = change.agent
        profile = self._waiting.get(agent.id)
        if profile is None:
            return
        if agent.state is AgentState.OFFLINE and change.was.state is not AgentState.OFFLINE:
            self._tell(agent.id, profile)
        else:
            self._settle(agent)

    def _settle(self, agent: Agent) -> None:
        """Forget an edit that an agent who is offline has taken over."""
        profile = self._waiting.get(agent.id)
        if profile is not None and agent.state is AgentState.OFFLINE and _has(agent, profile):
            del self._waiting[agent.id]
            self._tasks.start(stored.profile_taken(self._store, agent.id, profile), f"edit of {agent.id}")


def _has(agent: Agent, profile: Profile) -> bool:
    return all(getattr(agent, name) == getattr(profile, name) for name in Profile.__dataclass_fields__)
