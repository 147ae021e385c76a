"""The agent's desk: one's own state, wishes about one's call, leads shown before they are called, click to call."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.call_control import CallControl
from waihu.services.manual_calls import Whom
from waihu.services.preview import Card
from waihu.services.transfers import Target
from waihu.store.agent_edits import agent_row_of
from waihu.store.campaigns import campaign_row_by_id
from waihu.store.numbers import check_customer, check_lead
from waihu.store.visible import visible_agents, visible_campaigns, visible_customers, visible_leads
from waihu_models.access import Right, Scope
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.errors import NotAllowed
from waihu_models.ids import AgentId, CallId, CampaignId, CustomerId, LeadId, user_of_web_phone, web_phone
from waihu_models.phone import mask

routes = Routes("desk")

Reference = Annotated[str, Meta(min_length=1, max_length=32)]
Reason = Annotated[str, Meta(min_length=1, max_length=200)]
PhoneRef = Annotated[str, Meta(max_length=64)]
TypedNumber = Annotated[str, Meta(max_length=40)]
Keys = Annotated[str, Meta(pattern="^[0-9*#A-D]{1,32}$")]
Note = Annotated[str, Meta(max_length=4000)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
ARRIVES_S = 3.0
"""A browser knows that its phone is registered a moment before we do."""


class DeskLogIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which phone to work (empty: the agent's own, else that of this browser), and how it is reached."""

    phone: PhoneRef = ""
    mode: PhoneMode | None = None


class DeskLogOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why. ``at_once``: not after the call under way; its customer gets another agent. Only supervisors may."""

    reason: Annotated[str, Meta(max_length=200)] = ""
    at_once: bool = False


class DeskPause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why one pauses, now or after the call under way."""

    reason: Reason


class DeskMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a supervisor writes to an agent."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]


class CallKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keys to press towards the customer's far end."""

    digits: Keys


class CallTransfer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom the customer goes: an available agent, a number, a menu or a queue; none of them: whoever is free."""

    agent_id: Reference | None = None
    number: TypedNumber = ""
    menu: Annotated[str, Meta(max_length=32)] = ""
    queue: Annotated[str, Meta(max_length=32)] = ""


class CallDisposition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agent's judgement. ``callback_at``: when the customer was promised to be called again."""

    code: Code
    note: Note = ""
    callback_at: Annotated[datetime, Meta(tz=True)] | None = None


class Colleague(Struct, frozen=True, kw_only=True):
    """Another agent who works now; calls can be passed on to who is available."""

    id: str
    name: str
    state: AgentState


class NewManualCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to call, by exactly one of these, and for which campaign (None: the agent's own)."""

    number: TypedNumber = ""
    customer_id: Reference | None = None
    lead_id: Reference | None = None
    campaign_id: Reference | None = None


class MadeCall(Struct, frozen=True, kw_only=True):
    """A call that is being made."""

    call_id: str


class PreviewLead(Struct, frozen=True, kw_only=True):
    """A lead that is shown before it is called."""

    id: str
    name: str
    number: str  # masked
    customer_id: str | None
    list_name: str
    attempts: int
    last_outcome: str
    last_attempt_at: datetime | None
    promised_at: datetime | None
    tags: list[str]


class PreviewCard(Struct, frozen=True, kw_only=True):
    """What an agent is shown; ``lead`` None: there is nothing to call now. ``calls``: ids, newest first."""

    campaign_id: str | None
    lead: PreviewLead | None
    calls: list[str]


class PreviewSkip(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a lead is left to somebody else."""

    reason: Reason


class PreviewLater(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When this agent calls the lead instead."""

    at: Annotated[datetime, Meta(tz=True)]


def control(ask: Ask) -> CallControl:
    """Return what calls under way are steered by."""
    return ask.house.control


def _me(ask: Ask) -> AgentId:
    agent_id = ask.viewer.agent_id
    if agent_id is None:
        raise NotAllowed("you do not work as an agent: an administrator can change that")
    return agent_id


def _own(ask: Ask, agent_id: str) -> AgentId:
    if agent_id != ask.viewer.agent_id:
        raise NotAllowed("this is another agent's desk")
    return AgentId(agent_id)


def own_phone(ask: Ask, phone: str) -> str:
    """Return a phone somebody wants to use; those of other people's browsers are not for them.

    Raises:
        NotAllowed: it is the phone of somebody else's browser.
    """
    user_id = user_of_web_phone(phone)
    if user_id is not None and user_id != ask.viewer.user_id:
        raise NotAllowed("this phone is somebody else's browser")
    return phone


# ---- one's own state -----------------------------------------------------------------------------------------------


@routes.post("/agents/{agent_id}/log-in", right=Right.DESK)
async def desk_log_in(ask: Ask, agent_id: str, body: DeskLogIn) -> None:
    """Begin to work on a phone."""
    own = _own(ask, agent_id)
    phone = own_phone(ask, body.phone) or ask.house.agents.get(own).phone or web_phone(ask.viewer.user_id)
    if user_of_web_phone(phone) is not None:
        await ask.house.agents.watch.arrived(phone, ARRIVES_S)
    ask.house.agents.log_in(own, phone, body.mode)


@routes.post("/agents/{agent_id}/log-out", right=Right.DESK)
async def desk_log_out(ask: Ask, agent_id: str, body: DeskLogOut) -> None:
    """End one's work, after the call under way; a supervisor ends that of others, with a reason."""
    if agent_id == ask.viewer.agent_id and not body.at_once:
        ask.house.agents.log_out(AgentId(agent_id), body.reason)
        return
    await _steered(ask, agent_id)
    await control(ask).steering.log_out(AgentId(agent_id), body.reason, ask.by, at_once=body.at_once)


@routes.post("/agents/{agent_id}/pause", right=Right.DESK)
async def desk_pause(ask: Ask, agent_id: str, body: DeskPause) -> None:
    """Pause, now or after the call under way; a supervisor lets others pause."""
    if agent_id == ask.viewer.agent_id:
        ask.house.agents.pause(AgentId(agent_id), body.reason)
        return
    await _steered(ask, agent_id)
    await control(ask).steering.pause(AgentId(agent_id), body.reason, ask.by)


@routes.post("/agents/{agent_id}/available", right=Right.DESK)
async def desk_available(ask: Ask, agent_id: str) -> None:
    """End one's pause or wrap-up."""
    ask.house.agents.available(_own(ask, agent_id))


@routes.post("/agents/{agent_id}/message", right=Right.AGENTS_STEER)
async def tell_agent(ask: Ask, agent_id: str, body: DeskMessage) -> None:
    """Show a text at an agent's desk."""
    await _steered(ask, agent_id)
    await control(ask).steering.tell(AgentId(agent_id), body.text, ask.by)


@routes.get("/colleagues", right=Right.DESK)
async def list_colleagues(ask: Ask) -> list[Colleague]:
    """Return the other agents of one's team, and those of none, who work now: whoever is available comes first."""
    teams, viewer = ask.house.live.board.teams, ask.viewer
    everybody = viewer.scope(Right.DESK) is Scope.ALL
    found = [
        Colleague(id=agent.id, name=agent.name or agent.id, state=agent.state)
        for agent in ask.house.agents
        if agent.state is not AgentState.OFFLINE
        and agent.id != viewer.agent_id
        and (everybody or teams.team_of_agent(agent.id) in {None, viewer.team_id})
    ]
    return sorted(found, key=lambda one: (one.state is not AgentState.AVAILABLE, one.name))


async def _steered(ask: Ask, agent_id: str) -> None:
    ask.scope(Right.AGENTS_STEER)
    await agent_row_of(ask.house.store, agent_id, visible_agents(ask.viewer, Right.AGENTS_STEER))


# ---- one's own call ------------------------------------------------------------------------------------------------


@routes.post("/calls/{call_id}/hang-up", right=Right.DESK)
async def hang_up_call(ask: Ask, call_id: str) -> None:
    """Hang up, or give up a call while one's own phone still rings for it."""
    if not control(ask).manual.cancel(_me(ask), CallId(call_id)):
        control(ask).wishes.hang_up(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/hold", right=Right.DESK)
async def hold_call(ask: Ask, call_id: str) -> None:
    """Let the customer hear music."""
    control(ask).wishes.hold(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/resume", right=Right.DESK)
async def resume_call(ask: Ask, call_id: str) -> None:
    """Take the customer back."""
    control(ask).wishes.resume(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/digits", right=Right.DESK)
async def press_keys(ask: Ask, call_id: str, body: CallKeys) -> None:
    """Press keys towards the customer's far end."""
    control(ask).wishes.send_digits(_me(ask), body.digits, CallId(call_id))


@routes.post("/calls/{call_id}/transfer", right=Right.DESK)
async def transfer_call(ask: Ask, call_id: str, body: CallTransfer) -> None:
    """Pass the customer on, and wrap up."""
    target = Target(AgentId(body.agent_id) if body.agent_id else None, body.number, body.menu, body.queue)
    await control(ask).wishes.transfer(_me(ask), target, CallId(call_id))


@routes.post("/calls/{call_id}/consult", right=Right.DESK)
async def consult_about_call(ask: Ask, call_id: str, body: CallTransfer) -> None:
    """Speak with an agent or a number while the customer hears music."""
    target = Target(AgentId(body.agent_id) if body.agent_id else None, body.number, body.menu, body.queue)
    await control(ask).wishes.consult(_me(ask), target, CallId(call_id))


@routes.post("/calls/{call_id}/consult-end", right=Right.DESK)
async def end_consult(ask: Ask, call_id: str) -> None:
    """End that conversation, or its ringing; the customer stays on hold, in a conference in talk."""
    control(ask).wishes.end_consult(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/conference", right=Right.DESK)
async def begin_conference(ask: Ask, call_id: str) -> None:
    """Take the customer into the conversation with who was asked: all three hear each other."""
    control(ask).wishes.conference(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/consult-transfer", right=Right.DESK)
async def transfer_to_asked(ask: Ask, call_id: str) -> None:
    """Leave the customer to who was asked, and wrap up."""
    control(ask).wishes.pass_to_asked(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/recording-pause", right=Right.DESK)
async def pause_call_recording(ask: Ask, call_id: str) -> None:
    """Record silence, for instance while card data are read out."""
    control(ask).wishes.pause_recording(_me(ask), CallId(call_id))


@routes.post("/calls/{call_id}/recording-resume", right=Right.DESK)
async def resume_call_recording(ask: Ask, call_id: str) -> None:
    """Record again."""
    control(ask).wishes.pause_recording(_me(ask), CallId(call_id), paused=False)


@routes.post("/calls/{call_id}/disposition", right=Right.DESK)
async def dispose_call(ask: Ask, call_id: str, body: CallDisposition) -> None:
    """Judge the call, in talk or in wrap-up; the last judgement counts."""
    control(ask).wishes.dispose(_me(ask), body.code, body.note, body.callback_at, CallId(call_id))


@routes.post("/calls", right=Right.DESK, status=201, idempotent=True)
async def make_call(ask: Ask, body: NewManualCall) -> MadeCall:
    """Call somebody by hand, if the law and the campaign's rules allow it."""
    viewer, store, me = ask.viewer, ask.house.store, _me(ask)
    if body.campaign_id is not None:
        await campaign_row_by_id(store, body.campaign_id, visible_campaigns(viewer))
    if body.lead_id is not None:
        await check_lead(store, LeadId(body.lead_id), visible_leads(viewer))
    if body.customer_id is not None:
        await check_customer(store, CustomerId(body.customer_id), visible_customers(viewer))
    whom = Whom(
        body.number,
        CustomerId(body.customer_id) if body.customer_id else None,
        LeadId(body.lead_id) if body.lead_id else None,
    )
    campaign_id = CampaignId(body.campaign_id) if body.campaign_id else None
    return MadeCall(call_id=await control(ask).manual.call(me, whom, campaign_id, ask.by))


# ---- preview -------------------------------------------------------------------------------------------------------


@routes.get("/agents/{agent_id}/preview", right=Right.DESK)
async def show_preview(ask: Ask, agent_id: str) -> PreviewCard:
    """Return the lead that is shown to the agent, the next one if none is."""
    card = await control(ask).previews.show(_own(ask, agent_id))
    return _card(card) if card is not None else PreviewCard(campaign_id=None, lead=None, calls=[])


@routes.post("/agents/{agent_id}/preview/dial", right=Right.DESK, status=201, idempotent=True)
async def dial_preview(ask: Ask, agent_id: str) -> MadeCall:
    """Call the lead that is shown."""
    call = await control(ask).previews.dial(_own(ask, agent_id))
    return MadeCall(call_id=call.id)


@routes.post("/agents/{agent_id}/preview/skip", right=Right.DESK)
async def skip_preview(ask: Ask, agent_id: str, body: PreviewSkip) -> None:
    """Leave the lead that is shown to somebody else, later."""
    await control(ask).previews.skip(_own(ask, agent_id), body.reason, ask.by)


@routes.post("/agents/{agent_id}/preview/later", right=Right.DESK)
async def put_preview_off(ask: Ask, agent_id: str, body: PreviewLater) -> None:
    """Put the lead that is shown off to a moment at which this agent calls it."""
    await control(ask).previews.later(_own(ask, agent_id), body.at, ask.by)


def _card(card: Card) -> PreviewCard:
    lead = card.lead
    shown = PreviewLead(
        id=lead.id,
        name=lead.name,
        number=mask(lead.number_e164),
        customer_id=lead.customer_id,
        list_name=lead.list_name,
        attempts=lead.attempts,
        last_outcome=lead.last_outcome,
        last_attempt_at=lead.last_attempt_at,
        promised_at=lead.next_at if lead.callback_agent_id else None,
        tags=list(lead.tags),
    )
    return PreviewCard(campaign_id=card.campaign.id, lead=shown, calls=list(card.calls))
