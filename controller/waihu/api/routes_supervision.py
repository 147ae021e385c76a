"""Supervision: listen to an agent, whisper, barge in, and leave. One supervisor is at one agent at a time."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routes_desk import control, own_phone
from waihu.store.agent_edits import agent_row_of
from waihu.store.visible import visible_agents
from waihu_models.access import Right
from waihu_models.errors import NotFound
from waihu_models.ids import AgentId, web_phone
from waihu_models.supervision import Spying, SpyMode, SpyState

routes = Routes("supervision")


class NewSupervision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is heard, who hears the supervisor, and on which phone (empty: that of this browser)."""

    agent_id: Annotated[str, Meta(min_length=1, max_length=32)]
    mode: SpyMode = SpyMode.LISTEN
    phone: Annotated[str, Meta(max_length=64)] = ""


class SupervisionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who hears the supervisor from now on."""

    mode: SpyMode


class SupervisionShown(Struct, frozen=True, kw_only=True):
    """A supervisor at an agent. A mode that was wished for at the start is on once ``state`` is, a moment later."""

    supervisor: str
    agent_id: str
    phone: str
    mode: SpyMode
    state: SpyState
    since: datetime
    started_at: datetime


class CallTakenOver(Struct, frozen=True, kw_only=True):
    """A call that goes on with the supervisor; hanging up that phone ends it."""

    call_id: str


def _shown(spying: Spying) -> SupervisionShown:
    return SupervisionShown(
        supervisor=spying.supervisor, agent_id=spying.agent_id, phone=spying.phone, mode=spying.mode,
        state=spying.state, since=spying.since, started_at=spying.started_at,
    )  # fmt: skip


@routes.get("/supervision", right=Right.SUPERVISE)
async def my_supervision(ask: Ask) -> SupervisionShown:
    """Return whom one listens to."""
    spying = control(ask).supervisions.of(ask.by.actor)
    if spying is None:
        raise NotFound("you listen to nobody")
    return _shown(spying)


@routes.post("/supervision", right=Right.SUPERVISE, status=201)
async def start_supervision(ask: Ask, body: NewSupervision) -> SupervisionShown:
    """Ring one's phone and hear an agent."""
    await agent_row_of(ask.house.store, body.agent_id, visible_agents(ask.viewer, Right.SUPERVISE))
    phone = own_phone(ask, body.phone) or web_phone(ask.viewer.user_id)
    return _shown(await control(ask).supervisions.start(phone, AgentId(body.agent_id), body.mode, ask.by))


@routes.patch("/supervision", right=Right.SUPERVISE)
async def change_supervision(ask: Ask, body: SupervisionChange) -> SupervisionShown:
    """Change who hears one."""
    return _shown(await control(ask).supervisions.change(body.mode, ask.by))


@routes.post("/supervision/take-over", right=Right.SUPERVISE)
async def take_over_call(ask: Ask) -> CallTakenOver:
    """Take the customer of whom one hears, on the same phone, which is rung anew; the agent wraps up."""
    return CallTakenOver(call_id=await control(ask).supervisions.take_over(ask.by))


@routes.delete("/supervision", right=Right.SUPERVISE)
async def stop_supervision(ask: Ask) -> None:
    """Leave."""
    await control(ask).supervisions.stop(ask.by)
