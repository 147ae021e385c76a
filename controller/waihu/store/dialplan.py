"""Versions of dialplan templates in the store."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.dialplan import Finding, Severity, TemplateVersion, VersionState, Wish
from waihu_models.errors import Conflict, NotFound
from waihu_models.tables import DialplanVersionRow

_TABLE = table(DialplanVersionRow)
_PLAIN = ("id", "template", "number", "text", "values", "author", "reason", "at", "state_at", "trying", "wished_by")


async def versions(store: Store, template: str, limit: int) -> list[TemplateVersion]:
    """Return the versions of a template, newest first."""
    query = select(_TABLE).where(_TABLE.c.template == template).order_by(_TABLE.c.number.desc()).limit(limit)
    return [_version(row) for row in await store.rows(query)]


async def version(store: Store, template: str, number: int) -> TemplateVersion:
    """Return one version.

    Raises:
        NotFound: there is none of this number.
    """
    rows = await store.rows(select(_TABLE).where(_TABLE.c.template == template, _TABLE.c.number == number))
    return _version(_known(rows[0] if rows else None, template, number))


async def in_force(store: Store) -> list[TemplateVersion]:
    """Return the version of each template that was applied last and not taken back, by template."""
    query = select(_TABLE).where(_TABLE.c.state == VersionState.APPLIED).order_by(_TABLE.c.state_at, _TABLE.c.id)
    newest = {row["template"]: row for row in await store.rows(query)}
    return [_version(newest[name]) for name in sorted(newest)]


async def applied(store: Store, template: str) -> list[TemplateVersion]:
    """Return the applied versions of a template, the one in force first."""
    here = (_TABLE.c.template == template) & (_TABLE.c.state == VersionState.APPLIED)
    query = select(_TABLE).where(here).order_by(_TABLE.c.state_at.desc(), _TABLE.c.id.desc())
    return [_version(row) for row in await store.rows(query)]


async def names(store: Store) -> list[str]:
    """Return the names of templates that have versions."""
    query = select(_TABLE.c.template).distinct().order_by(_TABLE.c.template)
    return [row["template"] for row in await store.rows(query)]


async def wished(store: Store) -> list[TemplateVersion]:
    """Return the versions a command asks to do something with, oldest first."""
    return [_version(row) for row in await store.rows(select(_TABLE).where(_TABLE.c.wish != "").order_by(_TABLE.c.id))]


async def broken_off(store: Store) -> list[TemplateVersion]:
    """Return the versions the exchange was just being told of when the controller died."""
    return [_version(row) for row in await store.rows(select(_TABLE).where(_TABLE.c.trying))]


async def add_version(
    store: Store, draft: TemplateVersion, by: By
) -> TemplateVersion:  # fmt: skip
    """Keep a new version; its number and id are given here."""

    def work(connection: Connection) -> TemplateVersion:
        highest = select(func.max(_TABLE.c.number)).where(_TABLE.c.template == draft.template)
        number = (connection.execute(highest).scalar() or 0) + 1
        row = {
            "template": draft.template, "number": number, "text": draft.text, "values": dict(draft.values),
            "author": by.actor, "reason": draft.reason, "at": by.at, "state": str(draft.state), "state_at": by.at,
            "findings": _findings(draft.findings),
        }  # fmt: skip
        connection.execute(insert(_TABLE), row)
        note(connection, by, "dialplan.save", f"{draft.template}/{number}", draft.reason)
        return _version(_known(_row(connection, draft.template, number), draft.template, number))

    return await store.write(work)


async def settle(
    store: Store,
    which: TemplateVersion,
    state: VersionState,
    findings: Sequence[Finding],
    by: By,
    wish: Wish = Wish.NONE,
) -> TemplateVersion:
    """Bring a version into a state; whatever was being tried is over, and what was asked for but for ``wish``."""

    def work(connection: Connection) -> TemplateVersion:
        row = {
            "state": str(state), "state_at": by.at, "findings": _findings(findings), "trying": False,
            "wish": str(wish), "wished_by": which.wished_by if wish else "",
        }  # fmt: skip
        connection.execute(update(_TABLE).where(_TABLE.c.id == which.id).values(row))
        note(connection, by, f"dialplan.{state}", f"{which.template}/{which.number}", _said(findings))
        return _version(_known(_row(connection, which.template, which.number), which.template, which.number))

    return await store.write(work)


async def begin(store: Store, which: TemplateVersion) -> None:
    """Note that the exchange is being told of a version.

    Raises:
        Conflict: the version is not staged any more.
    """

    def work(connection: Connection) -> None:
        here = (_TABLE.c.id == which.id) & (_TABLE.c.state == VersionState.STAGED)
        if connection.execute(update(_TABLE).where(here).values(trying=True)).rowcount != 1:
            raise Conflict(f"version {which.number} of {which.template!r} is not staged: stage it first")

    await store.write(work)


async def leave(store: Store, which: TemplateVersion, findings: Sequence[Finding]) -> None:
    """Note that a version stays as it is: it could not be tried now."""

    def work(connection: Connection) -> None:
        row = {"trying": False, "wish": "", "wished_by": "", "findings": _findings(findings)}
        connection.execute(update(_TABLE).where(_TABLE.c.id == which.id).values(row))

    await store.write(work)


async def take_back(store: Store, gone: Sequence[TemplateVersion], by: By) -> None:
    """Note that applied versions run no more."""

    def work(connection: Connection) -> None:
        for one in gone:
            row = {"state": str(VersionState.ROLLED_BACK), "state_at": by.at, "wish": "", "wished_by": ""}
            connection.execute(update(_TABLE).where(_TABLE.c.id == one.id).values(row))
            note(connection, by, "dialplan.rolled_back", f"{one.template}/{one.number}", "")

    await store.write(work)


async def ask(store: Store, which: TemplateVersion, wish: Wish, by: By) -> None:
    """Ask the controller to do something with a version."""

    def work(connection: Connection) -> None:
        row = {"wish": str(wish), "wished_by": by.actor[:64]}
        connection.execute(update(_TABLE).where(_TABLE.c.id == which.id).values(row))
        note(connection, by, f"dialplan.ask_{wish}", f"{which.template}/{which.number}")

    await store.write(work)


def _row(connection: Connection, template: str, number: int) -> RowMapping | None:
    here = (_TABLE.c.template == template) & (_TABLE.c.number == number)
    return connection.execute(select(_TABLE).where(here)).mappings().first()


def _known(row: RowMapping | None, template: str, number: int) -> RowMapping:
    if row is None:
        raise NotFound(f"there is no version {number} of the dialplan {template!r}")
    return row


def _said(findings: Sequence[Finding]) -> str:
    return ", ".join(f"{one.code}:{one.line}" for one in findings)[:400]


def _findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [asdict(one) | {"severity": str(one.severity), "values": list(one.values)} for one in findings]


def _finding(row: dict[str, Any]) -> Finding:
    return Finding(**{**row, "severity": Severity(row["severity"]), "values": tuple(row["values"])})


def _version(row: RowMapping) -> TemplateVersion:
    return TemplateVersion(
        **{name: row[name] for name in _PLAIN}, state=VersionState(row["state"]), wish=Wish(row["wish"]),
        findings=tuple(_finding(one) for one in row["findings"]),
    )  # fmt: skip
