"""Routing rules at work: the live table decides in memory; what it decided is written behind it.

Nothing here makes a call wait: not a store that is locked, not a table that cannot be read, not a rule that fails.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import RowMapping

from waihu.clock import Clock
from waihu.routing.rules_cells import BadCell
from waihu.routing.rules_check import problems_of
from waihu.routing.rules_decide import NO_TABLE, Router
from waihu.routing.rules_words import held_by
from waihu.store.routing_calls import KeptDecision, keep_decisions
from waihu.store.routing_tables import BrokenTable, live_candidates, live_sign, table_of
from waihu.store.store import Store
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import StoreError
from waihu_models.ids import CallId
from waihu_models.routing_rule import RuleTable, TableState, Target

log = structlog.get_logger()

WRITE_S = 1.0
FOLLOW_S = 2.0
MOST_WAITING = 5000
"""Decisions that are not written yet; one more, and why the oldest call went where it went is not kept."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What routing rules work with. ``changed`` is told of another table that decides from now on."""

    store: Store
    clock: Clock
    alert: Callable[[str, str], None]
    changed: Callable[[Router], None] = lambda _: None


def leading_rules(table: RuleTable, queue: str) -> list[str]:
    """Return what of a table leads to a queue, in words: ``rule platinum``."""
    here = Target(RouteKind.QUEUE, queue)
    named = [f"rule {rule.name}" for rule in table.in_order if rule.target == here]
    return [*named, *(["the default of the routing rules"] if table.default == queue else [])]


class RoutingRules:
    """Decides where calls go.

    Whoever recognises a caller calls ``decide(facts, call_id)``, once for each decision; it never waits and never
    fails. The answer's target "" means: the queue the call came for.
    """

    def __init__(self, around: Around) -> None:
        self._of = around
        self._sign: object = None
        self._waiting: deque[KeptDecision] = deque()
        self._hits: Counter[tuple[int, str, str]] = Counter()
        self._looked_s = float("-inf")
        self.router = NO_TABLE
        self.lost = 0

    # ---- deciding --------------------------------------------------------------------------------------------------

    def decide(self, facts: CallFacts, call_id: CallId | None = None) -> RouteDecision:
        """Return where a call goes, in memory, in well under a millisecond.

        Args:
            facts: What is known of it.
            call_id: Counts the rule's hit and keeps why, see ``note``; None: somebody only asks.
        """
        router = self.router
        try:
            decision = router.decide(facts)
        except Exception:
            log.exception("route_not_decided", table=router.table.number)
            decision = RouteDecision(
                kind=RouteKind.QUEUE, target=router.table.default, table_version=router.table.number
            )  # fmt: skip
        if call_id is not None:
            self.note(call_id, facts, decision)
        return decision

    def note(self, call_id: CallId, facts: CallFacts, decision: RouteDecision) -> None:
        """Count a decision that is carried out, and keep why; without a table there is nothing to keep."""
        if not decision.table_version:
            return
        now = self._of.clock.now()
        self._hits[decision.table_version, decision.rule, now.astimezone().date().isoformat()] += 1
        rule = self.router.rule(decision.rule) if decision.rule else None
        held = tuple((one.field, one.asked, one.was) for one in held_by(rule, facts)) if rule is not None else ()
        self._waiting.append(KeptDecision(call_id=call_id, at=now, decision=decision, facts=facts, held=held))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1

    async def leading_to(self, queue: str) -> list[str]:
        """Return what of the live table leads to a queue, in words: ``rule platinum``."""
        return leading_rules(self.router.table, queue)

    # ---- following the store ---------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the live table at the start; where that cannot be, calls go on without it, and an alert says so."""
        try:
            await self.refresh()
        except StoreError as error:
            self._alert(f"routing rules cannot be read, callers go to the queue they came for: {error}")

    async def refresh(self) -> None:
        """Read the live table again if it has become another one.

        Raises:
            StoreError: it cannot be read; what decided before goes on.
        """
        sign = await live_sign(self._of.store)
        if sign is not None and sign == self._sign:
            return
        was, self._sign = self.router, sign
        self.router = await self._readable() if sign is not None else NO_TABLE
        if self.router is not was:
            log.info("routing_table_live", table=self.router.table.number, rules=len(self.router.index.rules))
            self._of.changed(self.router)

    async def _readable(self) -> Router:
        """Return the live table, or the one that was live last and can be read, or none."""
        broken = ""
        for row in await live_candidates(self._of.store):
            try:
                router = await asyncio.to_thread(_built, row)
            except (BrokenTable, BadCell) as error:
                broken = broken or str(error)
                continue
            if broken:
                self._alert(f"{broken}; table {router.table.number} decides until it is mended")
            elif row["state"] != TableState.LIVE.value:
                continue
            return router
        if broken:
            self._alert(f"{broken}; callers go to the queue they came for until it is mended")
        return NO_TABLE

    def _alert(self, text: str) -> None:
        self._of.alert("routing_rules_unreadable", text)

    async def run(self) -> None:
        """Write what was decided, and keep to what commands do beside this program, until cancelled."""
        while True:
            await asyncio.sleep(WRITE_S)
            try:
                await self.write()
                if self._of.clock.monotonic() - self._looked_s >= FOLLOW_S:
                    self._looked_s = self._of.clock.monotonic()
                    await self.refresh()
            except StoreError as error:
                log.warning("routing_not_stored", problem=str(error), waiting=len(self._waiting))

    async def write(self) -> None:
        """Write decisions and hits.

        Raises:
            StoreError: they could not be written, and wait for the next time.
        """
        while self._waiting or self._hits:
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            hits, self._hits = self._hits, Counter()
            try:
                await keep_decisions(self._of.store, some, hits)
            except StoreError:
                self._waiting.extendleft(reversed(some))
                self._hits.update(hits)
                self._forget_oldest()
                raise
        if self.lost:
            log.error("routing_decisions_lost", calls=self.lost)
            self.lost = 0

    def _forget_oldest(self) -> None:
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1


def _built(row: RowMapping) -> Router:
    """Return the table of a row, ready to decide.

    Raises:
        BrokenTable: it holds none.
        BadCell: it has problems; which queues there are is asked when it goes live, and not again.
    """
    table = table_of(row)
    for found in problems_of(table):
        if not found.warning:
            raise BadCell(f"routing table {table.number} cannot be used: {found.path}: {found.problem}")
    return Router(table)
