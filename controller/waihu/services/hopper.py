"""The hopper of one campaign: leads staged to be called next.

Leads are read ahead in batches, by leases: no other dial loop has them. What may change at any moment (do-not-call,
consent, attempts by other campaigns, calling hours) is read again for a small batch just before dialling and trusted
for one second, and not even so long when something is heard to have changed.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.dial_rules import may_dial, right_time
from waihu.dialer.list_rules import Permission, inside_hours
from waihu.metrics import Metrics
from waihu.services.call_desk import STEADY_S
from waihu.services.lead_supply import LeadSupply
from waihu.store import leads as stored
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.campaign import Campaign
from waihu_models.errors import StoreError
from waihu_models.events import DoNotCallAdded, LeadRefused, ListsChanged
from waihu_models.ids import AgentId, LeadId
from waihu_models.lead import Consent, DialFacts, Lead, LeadState, LeadStep, Refusal

log = structlog.get_logger()

STAGED = 500
FEW_LEFT = 400
"""Below this the next ones are read: a few at a time, because everything else waits meanwhile."""
CLEARED = 50
LOOKED_AT = 100
ROUNDS = 8
"""So many are looked at in a row, so often, when none of them may be called at this hour."""
FEWEST_CLEARED = 5
TRUSTED = timedelta(seconds=1)
_OF_THE_NUMBER = frozenset({Refusal.DO_NOT_CALL, Refusal.NUMBER_INVALID, Refusal.NUMBER_USED})
_FOR_EVER = _OF_THE_NUMBER | {Refusal.ATTEMPTS_USED, Refusal.CONSENT_DENIED}


class Hopper:
    """Gives out leads that may be called now, each of them once."""

    def __init__(self, campaign: Campaign, store: Store, bus: Bus, clock: Clock, metrics: Metrics) -> None:
        self.campaign = campaign
        self.supply = LeadSupply(store, clock)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._staged: deque[Lead] = deque()
        self._cleared: deque[Lead] = deque()
        self._cleared_at: datetime | None = None
        self._changes = 0  # heard of; a check that was under way meanwhile is not trusted
        self._taken = 0  # since then
        self._facts: dict[LeadId, DialFacts] = {}  # of the cleared ones, as they were checked
        self.empty_until: datetime | None = None
        bus.subscribe(DoNotCallAdded, self._forbidden)
        bus.subscribe(ListsChanged, self._changed)

    def hints(self) -> list[float]:
        """Return the answer-probability hints of the next leads, in order."""
        return [lead.hint for lead in self]

    def __iter__(self) -> Iterator[Lead]:
        """Iterate over the staged leads, the next one first."""
        return iter((*self._cleared, *self._staged))

    def __len__(self) -> int:
        """Return how many leads are staged."""
        return len(self._cleared) + len(self._staged)

    # ---- what leaves and comes back --------------------------------------------------------------------------------

    def take(self, wanted: int, in_call: Callable[[Lead], bool]) -> list[Lead]:
        """Give out up to ``wanted`` cleared leads; one whose number is in a call of ours waits at the end."""
        taken: list[Lead] = []
        if not self.supply.holds:
            return taken
        leaves_at = self._clock.now() + timedelta(seconds=STEADY_S)
        for _ in range(len(self._cleared)):
            if len(taken) >= wanted:
                break
            lead = self._cleared.popleft()
            # What was true a moment ago is trusted, but not past the hour at which calling ends.
            if in_call(lead) or not inside_hours(lead, self.campaign, leaves_at):
                self._staged.append(lead)
            else:
                taken.append(lead)
                self._taken += 1
        return taken

    def unused(self, lead: Lead) -> None:
        """Stage a lead again, as the next one: there was no line for it."""
        self._staged.appendleft(lead)

    def behind(self, lead: Lead) -> None:
        """Stage a lead again, as the last one: others need not wait for the line it needs."""
        self._staged.append(lead)

    def facts_of(self, lead: Lead) -> DialFacts:
        """Return what was known of a lead when it was checked."""
        return self._facts.get(lead.id, DialFacts())

    def back(self, lead_id: LeadId) -> None:
        """Give back a lead that was taken and is not called: anybody may have it."""
        self._give_back([lead_id])
        self.empty_until = None

    def over(self) -> None:
        """Look again: the call of a lead has ended, and perhaps it is to be called again soon."""
        self.empty_until = None

    def close(self) -> None:
        """Give back everything that is staged."""
        self._give_back([lead.id for lead in self])
        self._drop(_all)

    def _give_back(self, lead_ids: Collection[LeadId]) -> None:
        unit = Unit()
        for lead_id in lead_ids:
            unit.end_lease(lead_id, self.supply.holder)
        if unit.empty:
            return
        try:
            self._store.submit(unit)
        except StoreError as error:  # then the leases end by themselves
            log.warning("leases_not_given_back", campaign=self.campaign.name, problem=str(error))

    # ---- what is heard ---------------------------------------------------------------------------------------------

    def _forbidden(self, event: DoNotCallAdded) -> None:
        self._changes += 1
        self._drop_and_give_back(lambda lead: lead.number_e164 == event.number)

    def _changed(self, event: ListsChanged) -> None:
        self._changes += 1
        self._drop_and_give_back(lambda lead: lead.id in event.lead_ids)
        self._distrust()

    def _drop_and_give_back(self, which: Callable[[Lead], bool]) -> None:
        # They are read anew, as they are now, if they are due at all.
        self._give_back([lead.id for lead in self._drop(which)])

    def _drop(self, which: Callable[[Lead], bool]) -> list[Lead]:
        dropped = [lead for lead in self if which(lead)]
        if dropped:
            self._cleared = deque(lead for lead in self._cleared if not which(lead))
            self._staged = deque(lead for lead in self._staged if not which(lead))
            self.empty_until = None
        return dropped

    def _distrust(self) -> None:
        self._staged.extendleft(reversed(self._cleared))
        self._cleared.clear()

    # ---- reading ahead ---------------------------------------------------------------------------------------------

    async def refill(self, agents: Collection[AgentId] = ()) -> None:
        """Read leads ahead when few are left; an empty list is asked again a second later at the earliest.

        Args:
            agents: Whose own callbacks may be called.
        """
        if not await self.supply.hold() and (lost := self._drop(_all)):
            log.warning("leases_over", campaign=self.campaign.name, leads=len(lost))
        now = self._clock.now()
        if len(self) >= FEW_LEFT or (self.empty_until is not None and now < self.empty_until):
            return
        found = await self.supply.next(self.campaign, STAGED - len(self), agents)
        self._staged.extend(found)
        self.empty_until = None if found else now + TRUSTED

    async def clear(self) -> None:
        """Make sure the next leads may really be called: check them against what the store knows now."""
        now = self._clock.now()
        if self._cleared_at is not None and now - self._cleared_at > TRUSTED:
            self._distrust()
        for _ in range(ROUNDS):
            if self._cleared or not self._staged:
                return
            await self._clear(now)

    async def _clear(self, now: datetime) -> None:
        batch = await self._timely(self._wanted(now), now)
        if not batch:
            return
        changes = self._changes
        try:
            facts = await stored.dial_facts(self._store, batch, now)
        except StoreError:
            self._staged.extendleft(reversed(batch))
            raise
        if changes != self._changes:  # what changed while they were out of sight: they are held, and read anew
            self._give_back([lead.id for lead in batch])
            return
        await self._judge(batch, facts, now)

    async def _timely(self, wanted: int, now: datetime) -> list[Lead]:
        """Return the next leads that may be called at this hour; those before them are put off together."""
        unit, refused, batch = Unit(), [], list[Lead]()
        for _ in range(min(LOOKED_AT, len(self._staged))):
            lead = self._staged.popleft()
            permission = right_time(lead, self.campaign, now)
            if permission.refusal is None:
                batch.append(lead)
            else:
                refused.append(self._refuse(lead, permission, now, unit))
            if len(batch) == wanted:
                break
        try:
            await self._tell(unit, refused)
        except StoreError:
            self._staged.extendleft(reversed(batch))
            raise
        return batch

    def _wanted(self, now: datetime) -> int:
        """Return how many leads to clear: as many as were taken in the time for which the last ones were trusted."""
        if self._cleared_at is None or not self._taken:
            return FEWEST_CLEARED
        share = TRUSTED / max(now - self._cleared_at, timedelta(milliseconds=1))
        return max(FEWEST_CLEARED, min(CLEARED, round(self._taken * share)))

    async def _judge(self, batch: Iterable[Lead], facts: dict[LeadId, DialFacts], now: datetime) -> None:
        unit, refused = Unit(), []
        self._facts = facts
        for lead in batch:
            known = facts.get(lead.id, DialFacts())
            permission = may_dial(lead, known, self.campaign, now)
            if permission.refusal is None:
                said = known.record_consent
                self._cleared.append(lead if said is Consent.UNKNOWN else replace(lead, recording_consent=said))
            else:
                refused.append(self._refuse(lead, permission, now, unit))
        self._cleared_at, self._taken = now, 0
        await self._tell(unit, refused)

    def _refuse(self, lead: Lead, permission: Permission, now: datetime, unit: Unit) -> LeadRefused:
        assert permission.refusal is not None
        refused = LeadRefused(lead.id, permission.refusal, now, permission.again_at)
        unit.add_refusal(refused)
        unit.step_lead(lead.id, put_off(lead, refused), lead.last_outcome)
        unit.end_lease(lead.id, self.supply.holder)
        return refused

    async def _tell(self, unit: Unit, refusals: Iterable[LeadRefused]) -> None:
        for refused in refusals:
            self._metrics.refusals.labels(str(refused.refusal)).inc()
            self._bus.publish(refused)
        if not unit.empty:
            await self._store.commit(unit)


def _all(_: Lead) -> bool:
    return True


def put_off(lead: Lead, refused: LeadRefused) -> LeadStep:
    """Go on to a lead's next number, close it if it may never be called, put off any other to when it may."""
    if refused.refusal in _OF_THE_NUMBER and lead.more_numbers:
        step = LeadStep(lead.state, str(refused.refusal), next_at=refused.at, numbers=lead.more_numbers)
    elif refused.again_at is None and refused.refusal in _FOR_EVER:
        return LeadStep(LeadState.CLOSED, str(refused.refusal))
    else:
        again_at = refused.again_at or refused.at + timedelta(minutes=5)
        step = LeadStep(lead.state, str(refused.refusal), next_at=again_at)
    return replace(step, attempts_of_outcome=lead.attempts_of_outcome, callback_agent_id=lead.callback_agent_id)
