"""Logging in, who is logged in, and what slows down people who guess passwords."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from waihu.clock import Clock
from waihu.services.passwords import Passwords
from waihu.store import accounts as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu_models.access import Role, Viewer
from waihu_models.errors import BadInput, NotLoggedIn, StoreError, TooOften
from waihu_models.ids import new_id

log = structlog.get_logger()

TRIES, TRIES_SPAN_S = 20, 60.0
"""From one address: enough for an office that comes back from lunch behind one router."""
LOCK_AFTER, LOCK_S = 10, 900.0
"""Of one account: wrong passwords in a row, and for how long it then opens to nobody."""
LOOK_AGAIN_S = 3.0
"""A log-in that was looked at this recently is not read again."""
FOLLOW_S = 2.0
LINK_HOURS = 48
_ADDRESSES = 10_000  # remembered at most
_LOGIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-@+")


def hidden(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(slots=True, eq=False)
class LogIn:
    """A browser, or a program, that is logged in. ``ended`` is set when it no longer is."""

    id: str
    csrf: str
    viewer: Viewer
    expires_at: datetime
    looked_at_s: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class LogIns:
    """Everybody who is logged in.

    Args:
        store: Where accounts are.
        clock: Time.
        session_s: How long a log-in lasts, in seconds.
    """

    def __init__(self, store: Store, clock: Clock, session_s: float = 43200.0) -> None:
        self._store = store
        self._clock = clock
        self.session_s = session_s
        self.passwords = Passwords()
        self._known: dict[str, LogIn] = {}
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def last_hours(self, hours: float) -> None:
        """Let log-ins made from now on last so long."""
        self.session_s = hours * 3600.0

    # ---- the first administrator -----------------------------------------------------------------------------------

    async def first_link(self) -> str | None:
        """Return the token of a link that makes the first administrator; None: there are accounts already."""
        if await stored.how_many_accounts(self._store):
            return None
        return await self._link(None)

    async def password_link(self, user_id: str) -> str:
        """Return the token of a link by which somebody sets a new password."""
        return await self._link(user_id)

    async def _link(self, user_id: str | None) -> str:
        token, now = secrets.token_urlsafe(24), self._clock.now()
        row = {"id": hidden(token), "user_id": user_id, "created_at": now}
        await stored.replace_link(self._store, {**row, "expires_at": now + timedelta(hours=LINK_HOURS)})
        return token

    async def follow_link(self, token: str, login: str, name: str, password: str, locale: str) -> str:
        """Make the first administrator, or set a password; return the login it is for.

        Raises:
            NotLoggedIn: the link holds no more.
            BadInput: the login or the password will not do.
            Conflict: there is an administrator already.
        """
        found = await stored.link(self._store, hidden(token), self._clock.now())
        if found is None:
            raise NotLoggedIn("this link was used already, or is too old: ask for a new one (waihu user link)")
        by = By("link", self._clock.now())
        if found["user_id"] is None:
            first = NewAccount(login=login, name=name, role=Role.ADMIN, password=password, locale=locale)
            await self.add(first, by, link_id=found["id"])
            return clean_login(login)
        row = await stored.account(self._store, found["user_id"])
        kept = await self.passwords.hash(row["login"], password)
        if not await stored.use_link(self._store, found["id"]):
            raise NotLoggedIn("this link was used a moment ago")
        values = {"password_hash": kept, "password_set_at": by.at, "failed_log_ins": 0, "locked_until": None}
        await stored.change_account(self._store, row["id"], row["version"], values, by)
        await self.end_all(row["id"])
        return str(row["login"])

    # ---- accounts --------------------------------------------------------------------------------------------------

    async def add(self, account: "NewAccount", by: By, *, link_id: str | None = None) -> str:
        """Make an account; return its id.

        Raises:
            BadInput: the login or the password will not do.
            Conflict: the login is taken.
        """
        login = clean_login(account.login)
        values = {
            "id": new_id(), "login": login, "name": account.name.strip() or login, "role": str(account.role),
            "team_id": account.team_id, "agent_id": account.agent_id, "locale": account.locale,
            "password_hash": await self.passwords.hash(login, account.password) if account.password else "",
            "password_set_at": by.at, "created_at": by.at, "disabled": False,
        }  # fmt: skip
        await stored.add_account(self._store, values, by, link_id=link_id)
        return str(values["id"])

    # ---- log-ins ---------------------------------------------------------------------------------------------------

    async def log_in(self, login: str, password: str, *, address: str, program: str) -> tuple[str, LogIn]:
        """Check a password; return the token for the cookie, and the log-in.

        Raises:
            TooOften: too many tries from this address, or the account is locked.
            NotLoggedIn: login or password is wrong; it is never said which.
        """
        self._count_try(address)
        row = await stored.account_named(self._store, login[:64])
        now = self._clock.now()
        if row is not None and row["locked_until"] is not None and row["locked_until"] > now:
            again_s = (row["locked_until"] - now).total_seconds()
            raise TooOften("this account is locked for a while after too many wrong passwords", again_s)
        good = await self.passwords.right(row["password_hash"] if row else None, password)
        if row is None or not good or row["disabled"]:
            if row is not None and not good:
                await self._count_failure(row["id"], row["failed_log_ins"] + 1, row["login"])
            raise NotLoggedIn("login or password is wrong")
        if row["failed_log_ins"]:
            await stored.set_log_in_failures(self._store, row["id"], 0, None)
        return await self._begin(stored.viewer_of(row), address, program, self.session_s)

    async def token_for(self, viewer: Viewer, name: str, days: int) -> tuple[str, LogIn]:
        """Make a log-in for a program that acts for this person: its token goes into an Authorization header."""
        return await self._begin(viewer, "", f"token: {name}", days * 86400.0)

    async def _begin(self, viewer: Viewer, address: str, program: str, length_s: float) -> tuple[str, LogIn]:
        token, now = secrets.token_urlsafe(32), self._clock.now()
        row: dict[str, Any] = {
            "id": hidden(token), "user_id": viewer.user_id, "csrf": secrets.token_urlsafe(24), "address": address[:64],
            "program": program[:200], "created_at": now, "seen_at": now,
            "expires_at": now + timedelta(seconds=length_s),
        }  # fmt: skip
        await stored.add_log_in(self._store, row, By(f"user:{viewer.login}", now))
        made = LogIn(row["id"], row["csrf"], viewer, row["expires_at"], self._clock.monotonic())
        self._known[made.id] = made
        return token, made

    async def who(self, token: str) -> LogIn | None:
        """Return the log-in a token belongs to; None: it is over, or never was."""
        log_in_id = hidden(token)
        known = self._known.get(log_in_id)
        if known is not None and self._clock.monotonic() - known.looked_at_s < LOOK_AGAIN_S:
            return known if known.expires_at > self._clock.now() else None
        return await self._look(log_in_id)

    async def _look(self, log_in_id: str) -> LogIn | None:
        found = await stored.log_in_found(self._store, log_in_id, self._clock.now())
        if found is None:
            self._forget(log_in_id)
            return None
        known = self._known.get(log_in_id)
        if known is None or _what_counts(known.viewer) != _what_counts(found.viewer):
            self._forget(log_in_id)  # with another role or team, what is open has to be opened again
            known = LogIn(log_in_id, found.csrf, found.viewer, found.expires_at, 0.0)
            self._known[log_in_id] = known
        known.viewer = found.viewer
        known.looked_at_s = self._clock.monotonic()
        return known

    async def log_out(self, log_in: LogIn) -> None:
        """End one log-in."""
        await stored.end_log_ins(self._store, log_in_id=log_in.id)
        self._forget(log_in.id)

    async def end_all(self, user_id: str) -> None:
        """End every log-in of a user."""
        await stored.end_log_ins(self._store, user_id=user_id)
        for known in [one for one in self._known.values() if one.viewer.user_id == user_id]:
            self._forget(known.id)

    def _forget(self, log_in_id: str) -> None:
        known = self._known.pop(log_in_id, None)
        if known is not None:
            known.ended.set()

    async def follow(self) -> None:
        """Look after open log-ins until cancelled: one that was ended elsewhere closes what it has open."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            for log_in_id in list(self._known):
                try:
                    await self._look(log_in_id)
                except StoreError as error:
                    log.warning("log_in_not_read", problem=str(error))
                    break

    def close(self) -> None:
        """End the thread in which passwords are checked."""
        self.passwords.close()

    # ---- guessing --------------------------------------------------------------------------------------------------

    def _count_try(self, address: str) -> None:
        now_s = self._clock.monotonic()
        tries = [at for at in self._tries.pop(address, ()) if at > now_s - TRIES_SPAN_S]
        self._tries[address] = tries
        if len(self._tries) > _ADDRESSES:
            self._tries.popitem(last=False)
        if len(tries) >= TRIES:
            raise TooOften("too many log-ins from this address", TRIES_SPAN_S - (now_s - tries[0]))
        tries.append(now_s)

    async def _count_failure(self, user_id: str, failures: int, login: str) -> None:
        locked = self._clock.now() + timedelta(seconds=LOCK_S) if failures >= LOCK_AFTER else None
        if locked is not None:
            log.warning("account_locked", user_id=user_id, pii_login=login, failures=failures)
        await stored.set_log_in_failures(self._store, user_id, 0 if locked else failures, locked)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made; without a password it opens by a link (``LogIns.password_link``)."""

    login: str
    role: Role
    name: str = ""
    password: str = ""
    team_id: str | None = None
    agent_id: str | None = None
    locale: str = ""


def clean_login(login: str) -> str:
    """Return a login as it is kept.

    Raises:
        BadInput: it is empty, long, or has other characters.
    """
    cleaned = login.strip().lower()
    if not 2 <= len(cleaned) <= 64 or not set(cleaned) <= _LOGIN_NAME:
        raise BadInput("a login has 2 to 64 letters, digits or . _ - @ +")
    return cleaned


def _what_counts(viewer: Viewer) -> Viewer:
    """Return a viewer without what changes nothing of what may be seen: another language ends no call."""
    return replace(viewer, name="", locale="")


__all__ = ["LogIn", "LogIns", "NewAccount", "clean_login", "hidden"]
