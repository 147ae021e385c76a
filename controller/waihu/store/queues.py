"""Queues in the store, and what agents take of them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.windows import windows_of, written_windows
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities, AfterHours, Queue, Strategy, needs
from waihu_models.tables import AgentRow, QueueRow

_TABLE, _AGENT = table(QueueRow), table(AgentRow)
_SPELT = {"strategy", "skills", "windows", "after_hours", "version"}
_PLAIN = tuple(name for name in Queue.__dataclass_fields__ if name not in _SPELT)


async def queues(store: Store) -> list[Queue]:
    """Return all queues, by name."""
    return [_queue(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.name))]


async def add_queue(store: Store, queue: Queue, by: By) -> None:
    """Keep a new queue.

    Raises:
        Conflict: there is one of this name.
    """

    def work(connection: Connection) -> None:
        if _known(connection, queue.name) is not None:
            raise Conflict(f"there is a queue {queue.name!r} already")
        connection.execute(insert(_TABLE), {**_row(queue, by.at), "version": 1})
        note(connection, by, "queue.add", queue.name, _said(queue))

    await store.write(work)


async def change_queue(store: Store, queue: Queue, by: By) -> None:
    """Keep a queue that is changed; ``queue.version`` is the one it was read with.

    Raises:
        NotFound: it is not there any more.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = _checked(_known(connection, queue.name), queue.name, queue.version)
        row = _row(queue, by.at)
        told = [name for name in row if name != "changed_at"]
        said = difference({name: known[name] for name in told}, {name: row[name] for name in told})
        here = _TABLE.c.name == queue.name
        connection.execute(update(_TABLE).where(here).values(**row, version=queue.version + 1))
        note(connection, by, "queue.change", queue.name, said)

    await store.write(work)


async def drop_queue(store: Store, name: str, version: int, by: By) -> None:
    """Take a queue out of the store, and its agents out of it.

    Raises:
        NotFound: it is not there.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = _checked(_known(connection, name), name, version)
        connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
        freed = _take_agents_out(connection, name)
        note(connection, by, "queue.remove", name, f"{_said(_queue(known))}, agents: {' '.join(freed)}")

    await store.write(work)


def _take_agents_out(connection: Connection, name: str) -> list[str]:
    rows = connection.execute(select(_AGENT.c.id, _AGENT.c.queues).order_by(_AGENT.c.id)).mappings()
    freed = {row["id"]: [one for one in row["queues"] if one != name] for row in rows if name in row["queues"]}
    for agent_id, left in freed.items():
        connection.execute(
            update(_AGENT).where(_AGENT.c.id == agent_id).values(queues=left, version=_AGENT.c.version + 1)
        )
    return list(freed)


async def sign(store: Store) -> tuple[object, ...]:
    """Return what is another one after each change of queues, or of what agents take."""
    versions = (func.count(), func.sum(_TABLE.c.version), func.max(_TABLE.c.changed_at))
    of_queues = (await store.rows(select(*versions)))[0]
    of_agents = (await store.rows(select(func.count(), func.sum(_AGENT.c.version))))[0]
    return (*of_queues.values(), *of_agents.values())


async def abilities(store: Store) -> dict[AgentId, Abilities]:
    """Return what each agent takes."""
    columns = (_AGENT.c.id, _AGENT.c.queues, _AGENT.c.skills, _AGENT.c.blended)
    return {AgentId(row["id"]): abilities_of(row) for row in await store.rows(select(*columns))}


async def change_abilities(store: Store, agent_id: AgentId, change: Callable[[Abilities], Abilities], by: By) -> None:
    """Change what an agent takes.

    Raises:
        NotFound: there is no such agent.
    """
    here = _AGENT.c.id == agent_id

    def work(connection: Connection) -> None:
        row = connection.execute(select(_AGENT).where(here)).mappings().first()
        if row is None:
            raise NotFound(f"there is no agent {agent_id!r}")
        was, wanted = written_abilities(abilities_of(row)), written_abilities(change(abilities_of(row)))
        connection.execute(update(_AGENT).where(here).values(**wanted, version=_AGENT.c.version + 1))
        note(connection, by, "agent.change", agent_id, difference(was, wanted))

    await store.write(work)


def abilities_of(row: RowMapping | Mapping[str, Any]) -> Abilities:
    """Return what the agent of a row takes."""
    return Abilities(queues=frozenset(row["queues"]), skills=dict(row["skills"]), blended=row["blended"])


def written_abilities(able: Abilities) -> dict[str, Any]:
    """Return what an agent takes as it lies in the agent's row."""
    return {"queues": sorted(able.queues), "skills": dict(sorted(able.skills.items())), "blended": able.blended}


def _known(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()


def _checked(known: RowMapping | None, name: str, version: int) -> RowMapping:
    if known is None:
        raise NotFound(f"there is no queue {name!r}")
    if known["version"] != version:
        raise Stale(f"queue {name!r}", {}, known["version"])
    return known


def _said(queue: Queue) -> str:
    fields = asdict(queue)
    told = ("strategy", "priority", "patience_s", "overflow_to", "enabled")
    return ", ".join(f"{name}: {fields[name]}" for name in told)


def _row(queue: Queue, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(queue, name) for name in _PLAIN},
        "strategy": str(queue.strategy),
        "skills": {need.skill: need.level for need in queue.skills},
        "windows": written_windows(queue.windows),
        "after_hours": str(queue.after_hours),
        "changed_at": at,
    }


def _queue(row: RowMapping) -> Queue:
    return Queue(
        **{name: row[name] for name in _PLAIN}, strategy=Strategy(row["strategy"]),
        skills=needs(row["skills"]),
        windows=windows_of(row["windows"]), after_hours=AfterHours(row["after_hours"]), version=row["version"],
    )  # fmt: skip
