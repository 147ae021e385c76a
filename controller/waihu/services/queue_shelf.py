"""The queue shelf: queues and what agents take, as they count now, in memory, so that a caller waits for no disk."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import structlog

from waihu.services.queue_checks import check_abilities, check_queue
from waihu.store import queues as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, Stale, StoreError
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities, Queue

log = structlog.get_logger()

MOST = 200
FOLLOW_S = 1.0
_NONE = Abilities()


class QueueShelf:
    """Keeps the queues.

    Attributes:
        on_change: Told after queues, or what agents take, are other than before.
        users: Asked before a queue goes who else names it, in words: ``rule 7``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._queues: dict[str, Queue] = {}
        self._abilities: dict[AgentId, Abilities] = {}
        self._sign: object = None
        self._one_at_a_time = asyncio.Lock()
        self.on_change: list[Callable[[], None]] = []
        self.users: list[Callable[[str], Awaitable[list[str]]]] = []

    def __iter__(self) -> Iterator[Queue]:
        """Iterate over all queues, by name."""
        return iter([self._queues[name] for name in sorted(self._queues)])

    def __contains__(self, name: object) -> bool:
        """Whether there is a queue of this name."""
        return name in self._queues

    def get(self, name: str) -> Queue:
        """Return a queue.

        Raises:
            NotFound: there is none of this name.
        """
        if name not in self._queues:
            raise NotFound(f"there is no queue {name!r}")
        return self._queues[name]

    def abilities(self, agent_id: AgentId) -> Abilities:
        """Return what an agent takes; one nobody has said anything of: what belongs to no queue."""
        return self._abilities.get(agent_id, _NONE)

    # ---- keeping to the store --------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read what the store has, if it is other than before.

        Raises:
            StoreError: what was known before still counts.
        """
        async with self._one_at_a_time:
            sign = await stored.sign(self._store)
            if sign != self._sign:
                kept = {queue.name: queue for queue in await stored.queues(self._store)}
                self._take(kept, await stored.abilities(self._store))
                self._sign = sign

    async def follow(self) -> None:
        """Keep to what commands and other programs do, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                await self.load()
            except StoreError as error:
                log.warning("queues_not_read", problem=str(error))

    def _take(self, queues: Mapping[str, Queue], able: Mapping[AgentId, Abilities]) -> None:
        if queues == self._queues and able == self._abilities:
            return
        self._queues, self._abilities = dict(queues), dict(able)
        for tell in self.on_change:
            tell()

    # ---- what administrators do ------------------------------------------------------------------------------------

    async def add(self, queue: Queue, by: By) -> Queue:
        """Make a queue.

        Raises:
            BadField: a value is wrong.
            Conflict: the name is taken, or there are too many.
        """
        async with self._one_at_a_time:
            if queue.name in self._queues:
                raise Conflict(f"there is a queue {queue.name!r} already")
            if len(self._queues) >= MOST:
                raise Conflict(f"there may be {MOST} queues")
            check_queue(queue, self)
            await stored.add_queue(self._store, queue, by)
            self._take({**self._queues, queue.name: queue}, self._abilities)
        return queue

    async def change(self, name: str, version: int, changes: Mapping[str, Any], by: By) -> Queue:
        """Change fields of a queue; who waits in it goes on waiting, as it says now.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            BadField: a value is wrong.
        """
        async with self._one_at_a_time:
            was = self.get(name)
            if was.version != version:
                raise Stale(f"queue {name!r}", {}, was.version)
            queue = replace(was, **changes)
            check_queue(queue, (other for other in self if other.name != name))
            await stored.change_queue(self._store, queue, by)
            queue = replace(queue, version=version + 1)
            self._take({**self._queues, name: queue}, self._abilities)
        return queue

    async def remove(self, name: str, version: int, by: By) -> None:
        """Take a queue away, and its agents out of it.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            Conflict: another queue overflows to it, or a rule names it.
        """
        async with self._one_at_a_time:
            self.get(name)
            users = [f"queue {other.name}" for other in self if other.overflow_to == name and other.name != name]
            for ask in self.users:
                users += await ask(name)
            if users:
                raise Conflict(f"queue {name!r} is named by {', '.join(users[:5])}: give them another one first")
            await stored.drop_queue(self._store, name, version, by)
            able = {
                agent_id: replace(one, queues=one.queues - {name}) for agent_id, one in self._abilities.items()
            }  # fmt: skip
            self._take({other: queue for other, queue in self._queues.items() if other != name}, able)

    def check(self, able: Abilities) -> None:
        """Refuse what an agent could not take.

        Raises:
            BadField: there is no such queue, or a skill or level is wrong.
        """
        check_abilities(able, self._queues)
