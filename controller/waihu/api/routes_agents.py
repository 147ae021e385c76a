"""Agents as an administrator makes and edits them, and their SIP phones. What agents do now is in ``routes_desk``."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import ColumnElement, RowMapping, true

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routes_queues import QueueName, SkillLevels
from waihu.store import accounts as people
from waihu.store.agent_edits import Profile, agent_row_of, agent_rows, profile_of
from waihu.store.campaigns import campaigns
from waihu.store.queues import abilities_of
from waihu.store.visible import visible_agents
from waihu_models.access import Right
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.errors import BadField
from waihu_models.ids import AgentId, CampaignId
from waihu_models.queue import Abilities
from waihu_models.trunk import DeskPhone, Source

routes = Routes("agents")

AgentCode = Annotated[str, Meta(pattern="^[A-Za-z0-9_]{1,32}$")]
AgentName = Annotated[str, Meta(max_length=120)]
PhoneName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
PhoneRef = Annotated[str, Meta(max_length=64)]
Reference = Annotated[str, Meta(min_length=1, max_length=32)]
WrapLimit = Annotated[float, Meta(ge=0, le=3600)]
RingTime = Annotated[int, Meta(ge=5, le=120)]
QueueNames = Annotated[list[QueueName], Meta(max_length=200)]
Contact = Annotated[str, Meta(max_length=250)]


class AgentShown(Struct, frozen=True, kw_only=True):
    """An agent as they work from the next log-in on; ``edit_waits``: a session goes on as it was.

    Queues, skills (levels by name) and ``blended`` (also takes calls of campaigns) count for the next caller.
    """

    id: str
    name: str
    team_id: str | None
    phone: str
    mode: PhoneMode
    campaign_id: str | None
    wrap_limit_s: float
    ring_timeout_s: int
    queues: list[str]
    skills: dict[str, int]
    blended: bool
    disabled: bool
    state: AgentState
    edit_waits: bool
    version: int


class NewAgent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agent to be made. Without a phone they work with that of their browser; without a campaign for all."""

    id: AgentCode
    name: AgentName = ""
    team_id: Reference | None = None
    phone: PhoneRef = ""
    mode: PhoneMode = PhoneMode.NAILED_UP
    campaign_id: Reference | None = None
    wrap_limit_s: WrapLimit | None = None
    ring_timeout_s: RingTime = 15
    queues: QueueNames = []
    skills: SkillLevels = {}
    blended: bool = True


class AgentChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of an agent; what is left out stays."""

    name: AgentName | UnsetType = UNSET
    team_id: Reference | UnsetType | None = UNSET
    phone: PhoneRef | UnsetType = UNSET
    mode: PhoneMode | UnsetType = UNSET
    campaign_id: Reference | UnsetType | None = UNSET
    wrap_limit_s: WrapLimit | UnsetType = UNSET
    ring_timeout_s: RingTime | UnsetType = UNSET
    queues: QueueNames | UnsetType = UNSET
    skills: SkillLevels | UnsetType = UNSET
    blended: bool | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class Phone(Struct, frozen=True, kw_only=True):
    """A SIP phone; without ``contact`` it registers with its name and password."""

    name: str
    contact: str
    source: Source
    reachable: bool | None
    managed: bool
    agents: list[str]
    version: int


class NewPhone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phone to be made: one that registers, or (``contact``) one at a fixed SIP address."""

    name: PhoneName
    contact: Contact = ""


class PhoneChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a phone; a new password is in the answer, and nowhere else."""

    contact: Contact | UnsetType = UNSET
    new_password: bool = False


class PhoneWithPassword(Struct, frozen=True, kw_only=True):
    """A phone; the password is shown this once (empty: it was not changed)."""

    phone: Phone
    password: str
    version: int


def _agent(row: RowMapping, ask: Ask) -> AgentShown:
    profile, able = profile_of(row), abilities_of(row)
    agent_id = AgentId(row["id"])
    agents = ask.house.agents
    state = agents.get(agent_id).state if agent_id in agents else AgentState(row["state"])
    return AgentShown(
        id=row["id"], name=profile.name, team_id=row["team_id"], phone=profile.phone, mode=profile.mode,
        campaign_id=profile.campaign_id, wrap_limit_s=profile.wrap_limit_s, ring_timeout_s=profile.ring_timeout_s,
        queues=sorted(able.queues), skills=able.skills, blended=able.blended, disabled=row["disabled"], state=state,
        edit_waits=bool(row["next_profile"]) and state is not AgentState.OFFLINE, version=row["version"],
    )  # fmt: skip


async def _read(ask: Ask, agent_id: str, visible: ColumnElement[bool] | None = None) -> AgentShown:
    condition = true() if visible is None else visible
    return _agent(await agent_row_of(ask.house.store, agent_id, condition), ask)


async def _check(ask: Ask, wanted: dict[str, Any]) -> None:
    """Refuse what an agent could not work with.

    Raises:
        BadField: there is no such phone, team or campaign.
    """
    house = ask.house
    phone = wanted.get("phone") or ""
    if phone and house.office.phones.managed and phone not in house.office.phones and not phone.startswith("w-"):
        raise BadField("$.phone", f"there is no phone {phone!r}")
    team_id, campaign_id = wanted.get("team_id"), wanted.get("campaign_id")
    if team_id is not None and team_id not in {team["id"] for team in await people.teams(house.store)}:
        raise BadField("$.team_id", f"there is no team {team_id!r}")
    if campaign_id is not None and campaign_id not in {campaign.id for campaign in await campaigns(house.store)}:
        raise BadField("$.campaign_id", f"there is no campaign {campaign_id!r}")


@routes.get("/agents", right=Right.AGENTS_READ)
async def list_agents(ask: Ask) -> list[AgentShown]:
    """Return the agents who asks may see, by id."""
    return [_agent(row, ask) for row in await agent_rows(ask.house.store, visible_agents(ask.viewer))]


@routes.post("/agents", right=Right.AGENTS_EDIT, status=201, idempotent=True)
async def create_agent(ask: Ask, body: NewAgent) -> AgentShown:
    """Make an agent, who can log in at once."""
    await _check(ask, msgspec.to_builtins(body))
    limit_s = body.wrap_limit_s
    profile = Profile(
        name=body.name,
        phone=body.phone,
        mode=body.mode,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id else None,
        wrap_limit_s=ask.house.office.settings.value("desk.wrap_limit_s") if limit_s is None else float(limit_s),
        ring_timeout_s=body.ring_timeout_s,
    )
    able = Abilities(queues=frozenset(body.queues), skills=body.skills, blended=body.blended)
    await ask.house.office.agents.add(AgentId(body.id), profile, body.team_id, able, ask.by)
    return await _read(ask, body.id)


@routes.get("/agents/{agent_id}", right=Right.AGENTS_READ)
async def read_agent(ask: Ask, agent_id: str) -> AgentShown:
    """Return one agent."""
    return await _read(ask, agent_id, visible_agents(ask.viewer))


@routes.patch("/agents/{agent_id}", right=Right.AGENTS_EDIT)
async def change_agent(ask: Ask, agent_id: str, body: AgentChange) -> AgentShown:
    """Change an agent; what would change a running session counts from the next log-in on."""
    wanted: dict[str, Any] = msgspec.structs.asdict(body)
    changes = {name: value for name, value in wanted.items() if value is not UNSET}
    if "queues" in changes:
        changes["queues"] = frozenset(changes["queues"])
    version = ask.if_match()
    await _check(ask, changes)
    await ask.house.office.agents.change(AgentId(agent_id), version, changes, ask.by)
    return await _read(ask, agent_id)


def _phone(phone: DeskPhone, ask: Ask) -> Phone:
    shelf = ask.house.office.phones
    users = [str(agent.id) for agent in ask.house.agents if agent.phone == phone.name]
    return Phone(
        name=phone.name, contact=phone.contact, source=phone.source, reachable=shelf.reachable(phone.name),
        managed=shelf.managed, agents=users, version=phone.version,
    )  # fmt: skip


@routes.get("/phones", right=Right.AGENTS_EDIT)
async def list_phones(ask: Ask) -> list[Phone]:
    """Return all SIP phones, by name."""
    return [_phone(phone, ask) for phone in ask.house.office.phones]


@routes.post("/phones", right=Right.AGENTS_EDIT, status=201)
async def create_phone(ask: Ask, body: NewPhone) -> PhoneWithPassword:
    """Make a SIP phone; its password is shown this once."""
    made = await ask.house.office.phones.add(body.name, body.contact, ask.by)
    return PhoneWithPassword(phone=_phone(made, ask), password=made.password, version=made.version)


@routes.patch("/phones/{name}", right=Right.AGENTS_EDIT)
async def change_phone(ask: Ask, name: str, body: PhoneChange) -> PhoneWithPassword:
    """Change where a phone is, or give it a new password."""
    contact = None if body.contact is UNSET else str(body.contact)
    made = await ask.house.office.phones.change(
        name, ask.if_match(), ask.by, contact=contact, new_password=body.new_password
    )
    password = made.password if body.new_password else ""
    return PhoneWithPassword(phone=_phone(made, ask), password=password, version=made.version)


@routes.delete("/phones/{name}", right=Right.AGENTS_EDIT)
async def remove_phone(ask: Ask, name: str) -> None:
    """Take a phone away that no agent works on."""
    await ask.house.office.phones.remove(name, ask.if_match(), ask.by)
