"""What a supervisor does with an agent's session, each time with a reason and a row in the audit log."""

from waihu.bus import Bus
from waihu.services.agent_desk import AgentDesk
from waihu.store.audit import By
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.errors import BadInput
from waihu_models.events import AlertRaised
from waihu_models.ids import AgentId

LONGEST_REASON = 200  # characters
MESSAGE = "message"
"""Code of what a supervisor writes to an agent, among what is shown at a desk."""


class AgentSteering:
    """Force a pause, or a log-out; send a text."""

    def __init__(self, agents: AgentDesk, store: Store, bus: Bus) -> None:
        self._agents = agents
        self._store = store
        self._bus = bus

    async def tell(self, agent_id: AgentId, text: str, by: By) -> None:
        """Show a text at an agent's desk; who is logged out sees it when they come back, if it is recent.

        Raises:
            NotFound: there is no such agent.
            BadInput: there is no text, or too much.
            StoreError: it cannot be audited, so it is not sent.
        """
        text = await self._noted(agent_id, "agent.message", text, by)
        self._bus.publish(AlertRaised(MESSAGE, text, by.at, agent_id))

    async def pause(self, agent_id: AgentId, reason: str, by: By) -> None:
        """Let an agent pause, now or after the call under way.

        Raises:
            NotFound: there is no such agent.
            BadInput: no reason is given.
            StoreError: it cannot be audited, so it does not happen.
        """
        reason = await self._noted(agent_id, "agent.pause", reason, by)
        self._agents.pause(agent_id, reason)

    async def log_out(self, agent_id: AgentId, reason: str, by: By, *, at_once: bool = False) -> None:
        """End an agent's session, after the call under way, or at once: then its customer gets another agent.

        Raises:
            NotFound: there is no such agent.
            BadInput: no reason is given.
            StoreError: it cannot be audited, so it does not happen.
        """
        reason = await self._noted(agent_id, "agent.log_out", reason, by, " (at once)" if at_once else "")
        self._agents.log_out(agent_id, reason, forced=at_once)

    async def _noted(self, agent_id: AgentId, action: str, reason: str, by: By, more: str = "") -> str:
        self._agents.get(agent_id)
        reason = reason.strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise BadInput(f"give a reason, in up to {LONGEST_REASON} characters")
        unit = Unit()
        unit.add_audit(by.actor, action, agent_id, reason + more, by.at)
        await self._store.commit(unit)
        return reason
