"""Routing rules as administrators change them: drafts, checks, trials, going live and going back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from waihu.routing.rules_cells import BadCell
from waihu.routing.rules_check import Places, problems_of
from waihu.routing.rules_decide import NO_TABLE, Router
from waihu.routing.rules_trial import Trial, try_out
from waihu.store import routing_tables as stored
from waihu.store.audit import By
from waihu.store.line_groups import line_groups
from waihu.store.live_queries import rosters
from waihu.store.queues import queues
from waihu.store.routing_calls import SampledCall, last_calls
from waihu.store.store import Store
from waihu_models.call_facts import CallFacts
from waihu_models.errors import BadField, StoreError
from waihu_models.routing_rule import RuleTable, TableProblem, TableState

MOST_CHARACTERS = 1_500_000
"""Of all names and conditions of a table together."""


@dataclass(frozen=True, slots=True)
class TrialOfCalls:
    """A trial, and the calls it was made on; calls that facts were given for have none."""

    trial: Trial
    calls: tuple[SampledCall, ...]


class RoutingDesk:
    """What can be done with tables of rules; used by the API and by commands beside a running controller.

    Args:
        live_changed: Lets the table that went live decide at once; a controller finds out by itself a little later.
    """

    def __init__(self, store: Store, live_changed: Callable[[], Awaitable[None]] | None = None) -> None:
        self._store = store
        self._live_changed = live_changed
        self._one_at_a_time = asyncio.Lock()

    async def check(self, table: RuleTable) -> list[TableProblem]:
        """Return what is wrong with a table, and what is odd about it.

        Raises:
            StoreError: nobody can tell where calls can go.
        """
        return await asyncio.to_thread(problems_of, table, await places_of(self._store))

    async def draft(self, table: RuleTable, by: By) -> RuleTable:
        """Keep a new draft; it may have problems still.

        Raises:
            BadField: it is larger than any table.
            Conflict: there are too many drafts.
        """
        _refuse_endless(table)
        return await stored.routing_table(self._store, await stored.add_draft(self._store, table, by))

    async def change(self, table: RuleTable, by: By) -> RuleTable:
        """Put a draft in the place of the one of its number and version.

        Raises:
            NotFound: there is none.
            BadField: it is larger than any table.
            Conflict: it is no draft any more.
            Stale: it was changed since that version.
        """
        _refuse_endless(table)
        await stored.change_draft(self._store, table, by)
        return await stored.routing_table(self._store, table.number)

    async def go_live(self, number: int, version: int, reason: str, by: By) -> RuleTable:
        """Let a draft, or a version that was live before, decide from now on.

        Raises:
            NotFound: there is no such table.
            Stale: it was changed since that version.
            BadField: something has to be mended first; names the place.
            Conflict: it is live already.
        """
        async with self._one_at_a_time:
            table = await stored.routing_table(self._store, number)
            for found in await self.check(table):
                if not found.warning:
                    raise BadField(found.path, found.problem)
            await stored.make_live(self._store, number, version, reason, by)
            if self._live_changed is not None:
                await self._live_changed()
            return await stored.routing_table(self._store, number)

    async def live_router(self) -> Router:
        """Return the live table, ready to decide; where there is none, or it is broken, one that decides nothing."""
        rows = await stored.live_candidates(self._store)
        if not rows or rows[0]["state"] != TableState.LIVE.value:
            return NO_TABLE
        try:
            return await asyncio.to_thread(lambda: Router(stored.table_of(rows[0])))
        except (BadCell, StoreError):
            return NO_TABLE

    async def try_on_last(self, table: RuleTable, count: int) -> TrialOfCalls:
        """Say where the last calls would go under a table, beside the live one.

        Raises:
            BadField: something has to be mended first; names the place.
        """
        calls = await last_calls(self._store, count)
        return TrialOfCalls(await self.try_on(table, [call.facts for call in calls]), tuple(calls))

    async def try_on(self, table: RuleTable, sample: Sequence[CallFacts]) -> Trial:
        """Say where calls of which these facts are known would go.

        Raises:
            BadField: something has to be mended first; names the place.
        """
        router = await self.router_of(table)
        return await asyncio.to_thread(try_out, router, await self.live_router(), sample)

    async def router_of(self, table: RuleTable) -> Router:
        """Return a table ready to decide, for a trial.

        Raises:
            BadField: a rule has to be mended first; names the place.
        """
        for found in await asyncio.to_thread(problems_of, table):
            if not found.warning and found.path != "$.default":
                raise BadField(found.path, found.problem)
        return await asyncio.to_thread(Router, table)


async def places_of(store: Store) -> Places:
    """Return where calls can go.

    Raises:
        StoreError: the database cannot be read.
    """
    agents = (await rosters(store)).agents
    groups = await line_groups(store)
    return Places(
        queues={queue.name: queue.overflow_to for queue in await queues(store)},
        agents=frozenset(map(str, agents)),
        line_groups=frozenset(group.name for group in groups),
    )


def _refuse_endless(table: RuleTable) -> None:
    said = sum(len(rule.name) + sum(map(len, map("".join, rule.conditions))) for rule in table.rules)
    if said > MOST_CHARACTERS:
        raise BadField("$.rules", "the table is larger than 1.5 million characters")
