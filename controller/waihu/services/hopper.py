"""The hopper of one campaign: leads staged to be called next.

Leads are read ahead in batches. What may change at any moment (do-not-call, consent, attempts by other campaigns,
calling hours) is read again for a small batch just before dialling and trusted for one second.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.list_rules import inside_hours, may_call
from waihu.metrics import Metrics
from waihu.store import leads as stored
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.campaign import Campaign
from waihu_models.events import LeadRefused
from waihu_models.ids import LeadId
from waihu_models.lead import Consent, DialFacts, Lead, LeadState, LeadStep, Refusal

STAGED = 500
FEW_LEFT = 100
"""Below this the next ones are read; those still staged are read once more with them, so not much earlier."""
CLEARED = 50
FEWEST_CLEARED = 5
TRUSTED = timedelta(seconds=1)
_FOR_EVER = frozenset({Refusal.ATTEMPTS_USED, Refusal.DO_NOT_CALL, Refusal.NUMBER_INVALID, Refusal.CONSENT_DENIED})


class Hopper:
    """Gives out leads that may be called now, each of them once."""

    def __init__(self, campaign: Campaign, store: Store, bus: Bus, clock: Clock, metrics: Metrics) -> None:
        self.campaign = campaign
        self._store = store
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._staged: deque[Lead] = deque()
        self._cleared: deque[Lead] = deque()
        self._cleared_at: datetime | None = None
        self._taken = 0  # since then
        self._out: set[LeadId] = set()
        self.empty_until: datetime | None = None

    def hints(self) -> list[float]:
        """Return the answer-probability hints of the next leads, in order."""
        return [lead.hint for lead in (*self._cleared, *self._staged)]

    def __len__(self) -> int:
        """Return how many leads are staged."""
        return len(self._cleared) + len(self._staged)

    def back(self, lead_id: LeadId) -> None:
        """Let a lead be staged again: its call is over, or was never made."""
        self._out.discard(lead_id)
        self.empty_until = None

    async def refill(self) -> None:
        """Read leads ahead when few are left; an empty list is asked again a second later at the earliest."""
        now = self._clock.now()
        if len(self) >= FEW_LEFT or (self.empty_until is not None and now < self.empty_until):
            return
        held = {lead.id for lead in (*self._cleared, *self._staged)} | self._out
        found = await stored.due_leads(self._store, self.campaign.id, now, STAGED - len(self), held)
        self._staged.extend(found)
        self.empty_until = None if found else now + TRUSTED

    async def clear(self) -> None:
        """Make sure the next leads may really be called: check them against what the store knows now."""
        now = self._clock.now()
        if self._cleared_at is not None and now - self._cleared_at > TRUSTED:
            self._staged.extendleft(reversed(self._cleared))
            self._cleared.clear()
        if self._cleared or not self._staged:
            return
        batch = [self._staged.popleft() for _ in range(min(self._wanted(now), len(self._staged)))]
        facts = await stored.dial_facts(self._store, batch, now)
        unit = Unit()
        for lead in batch:
            self._judge(lead, facts.get(lead.id, DialFacts()), now, unit)
        self._cleared_at, self._taken = now, 0
        if not unit.empty:
            await self._store.commit(unit)

    def _wanted(self, now: datetime) -> int:
        """Return how many leads to clear: as many as were taken in the time for which the last ones were trusted."""
        if self._cleared_at is None or not self._taken:
            return FEWEST_CLEARED
        share = TRUSTED / max(now - self._cleared_at, timedelta(milliseconds=1))
        return max(FEWEST_CLEARED, min(CLEARED, round(self._taken * share)))

    def take(self, wanted: int, in_call: Callable[[Lead], bool]) -> list[Lead]:
        """Give out up to ``wanted`` cleared leads; one whose number is in a call of ours waits at the end."""
        taken: list[Lead] = []
        now = self._clock.now()
        for _ in range(len(self._cleared)):
            if len(taken) >= wanted:
                break
            lead = self._cleared.popleft()
            # What was true a moment ago is trusted, but not past the hour at which calling ends.
            if in_call(lead) or not inside_hours(lead, self.campaign, now):
                self._staged.append(lead)
            else:
                taken.append(lead)
                self._taken += 1
                self._out.add(lead.id)
        return taken

    def _judge(self, lead: Lead, facts: DialFacts, now: datetime, unit: Unit) -> None:
        permission = may_call(lead, facts, self.campaign, now)
        if permission.refusal is None:
            said = facts.record_consent
            self._cleared.append(lead if said is Consent.UNKNOWN else replace(lead, recording_consent=said))
            return
        refused = LeadRefused(lead.id, permission.refusal, now, permission.again_at)
        unit.add_refusal(refused)
        unit.step_lead(lead.id, _put_off(lead, refused), lead.last_outcome)
        self._metrics.refusals.labels(str(refused.refusal)).inc()
        self._bus.publish(refused)


def _put_off(lead: Lead, refused: LeadRefused) -> LeadStep:
    """Close a lead that may never be called, put off any other to when it may."""
    if refused.again_at is None and refused.refusal in _FOR_EVER:
        return LeadStep(LeadState.CLOSED, str(refused.refusal))
    again_at = refused.again_at or refused.at + timedelta(minutes=5)
    return LeadStep(
        lead.state,
        str(refused.refusal),
        next_at=again_at,
        attempts_of_outcome=lead.attempts_of_outcome,
        callback_agent_id=lead.callback_agent_id,
    )
