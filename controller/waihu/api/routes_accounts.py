"""Users and teams, for administrators."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.log_ins import NewAccount
from waihu.store import accounts as stored
from waihu_models.access import Right, Role
from waihu_models.errors import BadField, Conflict
from waihu_models.ids import AgentId, new_id

routes = Routes("users")

Reference = Annotated[str, Meta(min_length=1, max_length=32)]
ShownName = Annotated[str, Meta(max_length=120)]
Locale = Annotated[str, Meta(pattern="^(en|zh-CN)?$")]


class User(Struct, frozen=True, kw_only=True):
    """Somebody who may log in."""

    id: str
    login: str
    name: str
    role: Role
    team_id: str | None
    agent_id: str | None
    locale: str
    disabled: bool
    locked_until: datetime | None
    has_password: bool
    created_at: datetime
    version: int


class NewUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user to be made; without a password a one-time link is in the answer."""

    login: Annotated[str, Meta(min_length=2, max_length=64)]
    role: Role
    name: ShownName = ""
    password: Annotated[str, Meta(max_length=1000)] = ""
    team_id: Reference | None = None
    agent_id: Reference | None = None
    locale: Locale = ""


class UserChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a user; what is left out stays."""

    name: ShownName | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    team_id: Reference | UnsetType | None = UNSET
    agent_id: Reference | UnsetType | None = UNSET
    locale: Locale | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class UserMade(Struct, frozen=True, kw_only=True):
    """A new user, and the one-time link by which they set a password."""

    user: User
    link_token: str = ""


class LinkMade(Struct, frozen=True, kw_only=True):
    """A one-time link: open ``/setup?token=…``."""

    link_token: str


class Team(Struct, frozen=True, kw_only=True):
    """People who work together."""

    id: str
    name: str
    version: int


class TeamWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team to be made or renamed."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]


def _user(row: RowMapping) -> User:
    return User(
        id=row["id"], login=row["login"], name=row["name"], role=Role(row["role"]), team_id=row["team_id"],
        agent_id=row["agent_id"], locale=row["locale"], disabled=row["disabled"], locked_until=row["locked_until"],
        has_password=bool(row["password_hash"]), created_at=row["created_at"], version=row["version"],
    )  # fmt: skip


async def _check(ask: Ask, team_id: str | UnsetType | None, agent_id: str | UnsetType | None) -> None:
    if isinstance(team_id, str) and team_id not in {team["id"] for team in await stored.teams(ask.house.store)}:
        raise BadField("$.team_id", f"there is no team {team_id!r}")
    if isinstance(agent_id, str) and AgentId(agent_id) not in ask.house.agents:
        raise BadField("$.agent_id", f"there is no agent {agent_id!r}")


@routes.get("/users", right=Right.USERS_EDIT)
async def list_users(ask: Ask) -> list[User]:
    """Return everybody who may log in."""
    return [_user(row) for row in await stored.accounts(ask.house.store)]


@routes.post("/users", right=Right.USERS_EDIT, status=201, idempotent=True)
async def create_user(ask: Ask, body: NewUser) -> UserMade:
    """Make a user."""
    await _check(ask, body.team_id, body.agent_id)
    agent_id = AgentId(body.agent_id) if body.agent_id else None
    account = NewAccount(
        login=body.login, role=body.role, name=body.name, password=body.password, team_id=body.team_id,
        agent_id=agent_id, locale=body.locale,
    )  # fmt: skip
    user_id = await ask.house.log_ins.add(account, ask.by)
    token = "" if body.password else await ask.house.log_ins.password_link(user_id)
    return UserMade(user=_user(await stored.account(ask.house.store, user_id)), link_token=token)


@routes.get("/users/{user_id}", right=Right.USERS_EDIT)
async def read_user(ask: Ask, user_id: str) -> User:
    """Return one user."""
    return _user(await stored.account(ask.house.store, user_id))


@routes.patch("/users/{user_id}", right=Right.USERS_EDIT)
async def change_user(ask: Ask, user_id: str, body: UserChange) -> User:
    """Change a user; with another role, or disabled, every log-in of theirs ends."""
    await _check(ask, body.team_id, body.agent_id)
    values: dict[str, Any] = msgspec.to_builtins(body)
    before = await stored.account(ask.house.store, user_id)
    if user_id == ask.viewer.user_id and (values.get("disabled") or values.get("role", "admin") != "admin"):
        raise Conflict("you cannot take your own rights away: ask another administrator")
    await stored.change_account(ask.house.store, user_id, ask.if_match(), values, ask.by)
    if values.get("disabled") or values.get("role", before["role"]) != before["role"]:
        await ask.house.log_ins.end_all(user_id)
    return _user(await stored.account(ask.house.store, user_id))


@routes.post("/users/{user_id}/link", right=Right.USERS_EDIT, status=201)
async def create_user_link(ask: Ask, user_id: str) -> LinkMade:
    """Make a one-time link by which a user sets a new password."""
    row = await stored.account(ask.house.store, user_id)
    return LinkMade(link_token=await ask.house.log_ins.password_link(row["id"]))


@routes.get("/teams", right=Right.AGENTS_READ)
async def list_teams(ask: Ask) -> list[Team]:
    """Return all teams."""
    return [Team(id=row["id"], name=row["name"], version=row["version"]) for row in await stored.teams(ask.house.store)]


@routes.post("/teams", right=Right.USERS_EDIT, status=201, idempotent=True)
async def create_team(ask: Ask, body: TeamWish) -> Team:
    """Make a team."""
    team_id = new_id()
    await stored.save_team(ask.house.store, team_id, body.name.strip(), None, ask.by)
    return Team(id=team_id, name=body.name.strip(), version=1)


@routes.patch("/teams/{team_id}", right=Right.USERS_EDIT)
async def rename_team(ask: Ask, team_id: str, body: TeamWish) -> Team:
    """Rename a team."""
    version = ask.if_match()
    await stored.save_team(ask.house.store, team_id, body.name.strip(), version, ask.by)
    return Team(id=team_id, name=body.name.strip(), version=version + 1)
