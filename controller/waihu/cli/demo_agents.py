"""Simulated agents of the demo: they judge each call a moment after it ended, as people would on their screens."""

import asyncio
import random
from datetime import timedelta

from waihu.app import App
from waihu.services.tasks import Tasks
from waihu_models.agent import AgentState
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId, CallId

_JUDGEMENTS = {
    "sale": 12,
    "interested": 18,
    "callback": 15,
    "refused": 35,
    "wrong_number": 5,
    "do_not_call": 5,
    "no_contact": 10,
}


class DemoAgents:
    """Writes a disposition in each wrap-up and makes the agent available again."""

    def __init__(self, app: App, seed: int) -> None:
        self._app = app
        self._chance = random.Random(seed)  # noqa: S311 -- a simulation that can be repeated, not a secret
        self._tasks: Tasks = app.tasks
        app.bus.subscribe(AgentChanged, self._changed)

    def _changed(self, change: AgentChanged) -> None:
        agent = change.agent
        if agent.state is AgentState.WRAP_UP and change.was.state is not AgentState.WRAP_UP and agent.call_id:
            self._tasks.start(self._judge(agent.id, agent.call_id), f"demo agent {agent.id}")

    async def _judge(self, agent_id: AgentId, call_id: CallId) -> None:
        await asyncio.sleep(self._chance.uniform(0.5, 3.0))
        code = self._chance.choices(list(_JUDGEMENTS), list(_JUDGEMENTS.values()))[0]
        callback_at = None
        if code in {"callback", "interested"}:
            callback_at = self._app.clock.now() + timedelta(hours=self._chance.randint(1, 48))
        self._app.calls.post(call_id, self._app.agents.judgement(agent_id, code, "demo", callback_at))
        self._app.agents.available(agent_id)
