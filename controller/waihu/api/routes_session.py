"""Logging in and out, who one is, the first administrator."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.gate import COOKIE, address_of, check_origin
from waihu.api.routes import Routes
from waihu.services.log_ins import LogIn
from waihu.store import accounts as stored
from waihu_models.access import Right, Role, Scope
from waihu_models.errors import NotLoggedIn

routes = Routes("session")

Password = Annotated[str, Meta(min_length=1, max_length=1000)]


class LogInWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants to log in."""

    login: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Password


class Me(Struct, frozen=True, kw_only=True):
    """Who is logged in."""

    id: str
    login: str
    name: str
    role: Role
    team_id: str | None
    agent_id: str | None
    locale: str
    rights: dict[Right, Scope]


class Session(Struct, frozen=True, kw_only=True):
    """A log-in, as its own browser sees it."""

    user: Me
    csrf: str  # to be sent in the header X-CSRF with whatever changes something
    expires_at: datetime
    now: datetime  # the server's time, for clocks on the screen


class SetUp(Struct, frozen=True, kw_only=True):
    """How far an installation is."""

    needs_admin: bool


class LinkWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a one-time link is followed with; login and name only for the first administrator."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Password
    login: Annotated[str, Meta(max_length=64)] = ""
    name: Annotated[str, Meta(max_length=120)] = ""
    locale: Annotated[str, Meta(max_length=16)] = ""


class LocaleWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language somebody reads."""

    locale: Annotated[str, Meta(pattern="^(en|zh-CN)$")]


class PasswordWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password in place of the present one."""

    present: Password
    password: Password


class TokenWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token for a program that acts for who asks."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    days: Annotated[int, Meta(ge=1, le=730)] = 365


class Token(Struct, frozen=True, kw_only=True):
    """A token, shown this once; it goes into ``Authorization: Bearer …``."""

    token: str
    expires_at: datetime


class LogInShown(Struct, frozen=True, kw_only=True):
    """One of one's own log-ins."""

    id: str
    program: str
    address: str
    created_at: datetime
    expires_at: datetime
    this: bool


def session_of(log_in: LogIn, now: datetime) -> Session:
    """Return a log-in as its browser sees it."""
    viewer = log_in.viewer
    me = Me(
        id=viewer.user_id, login=viewer.login, name=viewer.name, role=viewer.role, team_id=viewer.team_id,
        agent_id=viewer.agent_id, locale=viewer.locale, rights=viewer.rights,
    )  # fmt: skip
    return Session(user=me, csrf=log_in.csrf, expires_at=log_in.expires_at, now=now)


async def _log_in(ask: Ask, login: str, password: str) -> web.Response:
    program = ask.request.headers.get("User-Agent", "")
    address = address_of(ask.request, ask.house)
    token, log_in = await ask.house.log_ins.log_in(login, password, address=address, program=program)
    body = msgspec.json.encode(session_of(log_in, ask.house.clock.now()))
    response = web.Response(body=body, content_type="application/json")
    response.set_cookie(
        COOKIE, token, max_age=int(ask.house.log_ins.session_s), path="/", secure=True, httponly=True, samesite="Lax"
    )
    return response


@routes.post("/session", right=None)
async def log_in(ask: Ask, body: LogInWish) -> Session:
    """Log in; the answer sets the cookie."""
    check_origin(ask.request, ask.house)
    return await _log_in(ask, body.login, body.password)  # type: ignore[return-value]


@routes.get("/session", right=None)
async def read_session(ask: Ask) -> Session:
    """Return who is logged in."""
    if ask.log_in is None:
        raise NotLoggedIn("log in first")
    return session_of(ask.log_in, ask.house.clock.now())


@routes.delete("/session", right=None)
async def log_out(ask: Ask) -> None:
    """Log out."""
    if ask.log_in is not None:
        await ask.house.log_ins.log_out(ask.log_in)


@routes.patch("/session", right=None)
async def change_locale(ask: Ask, body: LocaleWish) -> None:
    """Choose one's language."""
    row = await stored.account(ask.house.store, ask.viewer.user_id)
    values = {"locale": body.locale}
    await stored.change_account(ask.house.store, row["id"], row["version"], values, ask.by)


@routes.put("/session/password", right=None)
async def change_password(ask: Ask, body: PasswordWish) -> None:
    """Change one's own password; every log-in ends, this one too."""
    log_ins, viewer = ask.house.log_ins, ask.viewer
    row = await stored.account(ask.house.store, viewer.user_id)
    if not await log_ins.passwords.right(row["password_hash"], body.present):
        raise NotLoggedIn("the present password is wrong")
    kept = await log_ins.passwords.hash(viewer.login, body.password)
    values = {"password_hash": kept, "password_set_at": ask.house.clock.now()}
    await stored.change_account(ask.house.store, viewer.user_id, row["version"], values, ask.by)
    await log_ins.end_all(viewer.user_id)


@routes.get("/session/log-ins", right=None)
async def list_log_ins(ask: Ask) -> list[LogInShown]:
    """Return where one is logged in."""
    rows = await stored.log_ins(ask.house.store, ask.viewer.user_id, ask.house.clock.now())
    this = ask.log_in.id if ask.log_in else ""
    return [
        LogInShown(
            id=row["id"][:12], program=row["program"], address=row["address"], created_at=row["created_at"],
            expires_at=row["expires_at"], this=row["id"] == this,
        )
        for row in rows
    ]  # fmt: skip


@routes.post("/session/tokens", right=None, status=201)
async def create_token(ask: Ask, body: TokenWish) -> Token:
    """Make a token for a program that acts with one's own rights."""
    token, log_in = await ask.house.log_ins.token_for(ask.viewer, body.name, body.days)
    return Token(token=token, expires_at=log_in.expires_at)


@routes.get("/setup", right=None)
async def read_set_up(ask: Ask) -> SetUp:
    """Return whether there is an administrator yet."""
    return SetUp(needs_admin=await stored.how_many_accounts(ask.house.store) == 0)


@routes.post("/setup", right=None)
async def follow_link(ask: Ask, body: LinkWish) -> Session:
    """Follow a one-time link: make the first administrator, or set a password; logs in."""
    check_origin(ask.request, ask.house)
    login = await ask.house.log_ins.follow_link(body.token, body.login, body.name, body.password, body.locale)
    return await _log_in(ask, login, body.password)  # type: ignore[return-value]
