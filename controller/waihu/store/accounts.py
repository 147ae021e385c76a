"""Accounts, teams and log-ins in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.access import Role, Viewer
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.tables import AccountRow, LogInRow, OneTimeLinkRow, TeamRow

_ACCOUNT, _LOG_IN, _LINK, _TEAM = table(AccountRow), table(LogInRow), table(OneTimeLinkRow), table(TeamRow)
_NOT_SAID = frozenset({"password_hash", "password_set_at", "failed_log_ins", "locked_until", "version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInFound:
    """A log-in that is still good, and whose it is."""

    id: str
    csrf: str
    expires_at: datetime
    viewer: Viewer


def viewer_of(row: RowMapping) -> Viewer:
    """Return who an account is."""
    return Viewer(
        user_id=row["id"],
        login=row["login"],
        role=Role(row["role"]),
        name=row["name"],
        team_id=row["team_id"],
        agent_id=row["agent_id"],
        locale=row["locale"],
    )


# ---- accounts ------------------------------------------------------------------------------------------------------


async def accounts(store: Store) -> list[RowMapping]:
    """Return all accounts by login."""
    return await store.rows(select(_ACCOUNT).order_by(_ACCOUNT.c.login))


async def how_many_accounts(store: Store) -> int:
    """Return how many accounts there are."""
    return int((await store.rows(select(func.count().label("n")).select_from(_ACCOUNT)))[0]["n"])


async def account_named(store: Store, login: str) -> RowMapping | None:
    """Return the account of a login, however it is spelt."""
    found = await store.rows(select(_ACCOUNT).where(_ACCOUNT.c.login == login.strip().lower()))
    return found[0] if found else None


async def account(store: Store, user_id: str) -> RowMapping:
    """Return an account.

    Raises:
        NotFound: there is none.
    """
    found = await store.rows(select(_ACCOUNT).where(_ACCOUNT.c.id == user_id))
    if not found:
        raise NotFound(f"there is no user {user_id!r}")
    return found[0]


async def add_account(store: Store, values: Mapping[str, Any], by: By, *, link_id: str | None = None) -> None:
    """Keep a new account.

    Args:
        store: Where.
        values: The columns of its row.
        by: Who makes it.
        link_id: The one-time link that allows the first one; it is used up.
    Raises:
        Conflict: the login is taken, or the link was followed already.
    """

    def work(connection: Connection) -> None:
        if connection.execute(select(_ACCOUNT.c.id).where(_ACCOUNT.c.login == values["login"])).first():
            raise Conflict(f"there is a user {values['login']!r} already")
        if link_id is not None:
            used = connection.execute(delete(_LINK).where(_LINK.c.id == link_id)).rowcount
            if not used or connection.execute(select(_ACCOUNT.c.id).limit(1)).first():
                raise Conflict("there is an administrator already: log in, or ask for a new password")
        connection.execute(insert(_ACCOUNT), dict(values))
        note(connection, by, "user.add", values["login"], f"role {values['role']}")

    await store.write(work)


async def change_account(store: Store, user_id: str, version: int, values: Mapping[str, Any], by: By) -> None:
    """Change columns of an account.

    Raises:
        NotFound: there is none.
        Stale: it has another version by now.
    """

    def work(connection: Connection) -> None:
        row = connection.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == user_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no user {user_id!r}")
        if row["version"] != version:
            told = {name: row[name] for name in values if name not in _NOT_SAID and row[name] != values[name]}
            raise Stale(f"user {row['login']!r}", told, row["version"])
        where = _ACCOUNT.c.id == user_id
        connection.execute(update(_ACCOUNT).where(where).values(**values, version=version + 1))
        shown = {name: value for name, value in values.items() if name not in _NOT_SAID}
        note(connection, by, "user.change", row["login"], difference(dict(row), shown) or "password")

    await store.write(work)


async def set_log_in_failures(store: Store, user_id: str, failures: int, locked_until: datetime | None) -> None:
    """Keep how often somebody failed to log in."""

    def work(connection: Connection) -> None:
        where = _ACCOUNT.c.id == user_id
        connection.execute(
            update(_ACCOUNT).where(where).values(failed_log_ins=failures, locked_until=locked_until)
        )  # fmt: skip

    await store.write(work)


# ---- log-ins -------------------------------------------------------------------------------------------------------


async def add_log_in(store: Store, values: Mapping[str, Any], by: By) -> None:
    """Keep a log-in; those of anybody that are over are thrown away."""

    def work(connection: Connection) -> None:
        connection.execute(delete(_LOG_IN).where(_LOG_IN.c.expires_at < by.at))
        connection.execute(insert(_LOG_IN), dict(values))
        note(connection, by, "user.log_in", values["user_id"], values["address"])

    await store.write(work)


async def log_in_found(store: Store, log_in_id: str, now: datetime) -> LogInFound | None:
    """Return a log-in that is still good: not over, of an account that is not disabled."""
    query = (
        select(_ACCOUNT, _LOG_IN.c.csrf, _LOG_IN.c.expires_at)
        .join(_LOG_IN, _LOG_IN.c.user_id == _ACCOUNT.c.id)
        .where(_LOG_IN.c.id == log_in_id, _LOG_IN.c.expires_at > now, _ACCOUNT.c.disabled.is_(False))
    )
    rows = await store.rows(query)
    if not rows:
        return None
    row = rows[0]
    return LogInFound(id=log_in_id, csrf=row["csrf"], expires_at=row["expires_at"], viewer=viewer_of(row))


async def end_log_ins(store: Store, *, log_in_id: str | None = None, user_id: str | None = None) -> None:
    """End one log-in, or all of a user."""

    def work(connection: Connection) -> None:
        where = _LOG_IN.c.id == log_in_id if log_in_id is not None else _LOG_IN.c.user_id == user_id
        connection.execute(delete(_LOG_IN).where(where))

    await store.write(work)


async def log_ins(store: Store, user_id: str, now: datetime) -> list[RowMapping]:
    """Return the log-ins of a user that are still good, newest first."""
    where = (_LOG_IN.c.user_id == user_id, _LOG_IN.c.expires_at > now)
    return await store.rows(select(_LOG_IN).where(*where).order_by(_LOG_IN.c.created_at.desc()))


# ---- one-time links ------------------------------------------------------------------------------------------------


async def replace_link(store: Store, values: Mapping[str, Any]) -> None:
    """Keep a one-time link; earlier ones for the same purpose hold no more."""

    def work(connection: Connection) -> None:
        same = _LINK.c.user_id == values["user_id"] if values["user_id"] else _LINK.c.user_id.is_(None)
        connection.execute(delete(_LINK).where(same))
        connection.execute(insert(_LINK), dict(values))

    await store.write(work)


async def link(store: Store, link_id: str, now: datetime) -> RowMapping | None:
    """Return a one-time link that still holds."""
    rows = await store.rows(select(_LINK).where(_LINK.c.id == link_id, _LINK.c.expires_at > now))
    return rows[0] if rows else None


async def use_link(store: Store, link_id: str) -> bool:
    """Use a link up; return whether it was there."""

    def work(connection: Connection) -> bool:
        return bool(connection.execute(delete(_LINK).where(_LINK.c.id == link_id)).rowcount)

    return await store.write(work)


# ---- teams ---------------------------------------------------------------------------------------------------------


async def teams(store: Store) -> list[RowMapping]:
    """Return all teams by name."""
    return await store.rows(select(_TEAM).order_by(_TEAM.c.name))


async def save_team(store: Store, team_id: str, name: str, version: int | None, by: By) -> None:
    """Keep a team: a new one without a version, a known one with the version it was read with.

    Raises:
        Conflict: the name is taken.
        NotFound: there is no such team.
        Stale: it has another version by now.
    """

    def work(connection: Connection) -> None:
        taken = select(_TEAM.c.id).where(_TEAM.c.name == name, _TEAM.c.id != team_id)
        if connection.execute(taken).first():
            raise Conflict(f"there is a team {name!r} already")
        if version is None:
            connection.execute(insert(_TEAM), {"id": team_id, "name": name})
            note(connection, by, "team.add", name)
            return
        row = connection.execute(select(_TEAM).where(_TEAM.c.id == team_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no team {team_id!r}")
        if row["version"] != version:
            raise Stale(f"team {row['name']!r}", {"name": row["name"]}, row["version"])
        connection.execute(update(_TEAM).where(_TEAM.c.id == team_id).values(name=name, version=version + 1))
        note(connection, by, "team.change", name, f"name: {row['name']} → {name}")

    await store.write(work)
