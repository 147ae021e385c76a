"""Callers: who calls is recognised, the rules decide, and the call is made with its place in a queue.

All within a second. Where the look-up or a rule is late or fails, the call goes to the default queue, and goes on.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

import structlog

from waihu.clock import Clock
from waihu.routing.queue_doors import Door, Shut, door
from waihu.services.queue_voice import Speak, farewell
from waihu.services.waiting_room import WaitingRoom
from waihu.store.caller_facts import Caller, caller_of
from waihu.store.store import Store
from waihu_models.call import Call, CallState, Direction
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import BadNumber, StoreError
from waihu_models.ids import AgentId, CallId, new_id
from waihu_models.lead import Consent
from waihu_models.menu import Chosen
from waihu_models.phone import E164, parse_e164
from waihu_models.queue import Strategy
from waihu_models.signals import LegArrived, Routed
from waihu_models.values import changed

log = structlog.get_logger()

INBOUND_PATIENCE_S = 300.0
LOOK_UP_S = 1.0

Route = Callable[[CallFacts, CallId | None], RouteDecision | None]
"""Says where a call goes, at once and without failing; told the call's id it keeps why. None: no rule says anything."""


def no_rules(_facts: CallFacts, _call_id: CallId | None) -> RouteDecision | None:
    """Decide nothing."""
    return None


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a caller is to go: a queue by its name, an agent before others, how early within the queue."""

    queue: str = ""
    wanted: AgentId | None = None
    priority: int = 100


class Callers:
    """Makes calls of arrivals. ``route`` is asked; ``queue`` names the queue of those nobody sends elsewhere."""

    def __init__(
        self, *, store: Store, room: WaitingRoom, speak: Speak, clock: Clock, queue: Callable[[], str], language: str
    ) -> None:
        self._store = store
        self._room = room
        self._speak = speak
        self._clock = clock
        self._queue = queue
        self._language = language
        self.route: Route = no_rules

    async def receive(self, arrival: LegArrived, asks: str = "") -> Call:
        """Return the call of somebody who has just arrived, to be answered; who is asked by keys is routed later."""
        try:
            number = parse_e164(arrival.caller, allow_fictional=True)
        except BadNumber:
            number = E164(arrival.caller)  # withheld, internal, or spelt in a way only the carrier knows
        caller = await self._recognised(number)
        now = self._clock.now()
        call = Call(
            id=CallId(new_id()),
            direction=Direction.INBOUND,
            leg_id=arrival.leg_id,
            number_e164=number,
            trunk=arrival.trunk,
            caller_id=arrival.dialled,
            customer_id=caller.customer_id,
            recording_allowed=caller.record is not Consent.DENIED,
            patience_s=INBOUND_PATIENCE_S,
            drop_media="all-busy",
            language=caller.language,
            asks=asks,
            state=CallState.RINGING,
            state_since=now,
            dialled_at=now,
            ringing_at=now,
        )
        return call if asks else await self._placed(call, caller)

    async def chosen(self, call: Call, chosen: Chosen) -> Routed:
        """Return where somebody waits who has answered by keys."""
        caller = await self._recognised(call.number_e164)
        call = changed(
            call, language=chosen.language or call.language, business_type=chosen.business_type or call.business_type
        )
        placed = await self._placed(call, caller, chosen.queue)
        names = [field.name for field in fields(Routed) if field.name != "at"]
        return Routed(at=self._clock.now(), **{name: getattr(placed, name) for name in names})

    async def _recognised(self, number: E164) -> Caller:
        try:
            async with asyncio.timeout(LOOK_UP_S):
                return await caller_of(self._store, number)
        except (StoreError, TimeoutError) as error:
            log.warning("caller_not_looked_up", problem=str(error) or "timeout")
            return Caller(record=Consent.DENIED)  # who may have refused is not recorded

    # ---- where to ----------------------------------------------------------------------------------------------------

    async def _placed(self, call: Call, caller: Caller, asked_for: str = "") -> Call:
        """Return the call with its place in a queue, or with what it is told instead."""
        goal = self._goal(call, caller, asked_for)
        queue = self._room.find(goal.queue)
        if queue is None:
            return changed(call, wanted_agent_id=goal.wanted, language=call.language or self._language)
        found = door(queue, self._room, self._clock.now())
        wanted = goal.wanted
        if wanted is None and found.queue.strategy is Strategy.STICKY:
            wanted = caller.last_agent
        call = changed(
            call, queue=found.queue.name, patience_s=found.queue.patience_s, priority=goal.priority,
            wanted_agent_id=wanted, language=_spoken(call.language, found.queue.language),
        )  # fmt: skip
        return call if found.shut is None else await self._turned_away(call, found, found.shut)

    def _goal(self, call: Call, caller: Caller, asked_for: str) -> Goal:
        came_for = asked_for if asked_for in self._room.shelf else self._queue()
        decision = self._decided(_facts(call, caller, self._clock.now()), call.id)
        if decision is None:
            return Goal(came_for)
        if decision.kind is RouteKind.AGENT:
            return Goal(came_for, AgentId(decision.target), decision.priority)
        if decision.kind is RouteKind.QUEUE and decision.target in self._room.shelf:
            if decision.rule:
                return Goal(decision.target, None, decision.priority)
            return Goal(came_for or decision.target)  # the table's default
        return Goal(came_for)

    def _decided(self, facts: CallFacts, call_id: CallId) -> RouteDecision | None:
        try:
            return self.route(facts, call_id)
        except Exception:
            log.exception("caller_not_routed", call_id=call_id)
            return None

    async def _turned_away(self, call: Call, found: Door, shut: Shut) -> Call:
        sound = await self._speak(farewell(found.queue, shut, call.language), call.language)
        return changed(call, turned_away=str(shut), drop_media=str(sound) if sound is not None else call.drop_media)


def _spoken(said: str, otherwise: str) -> str:
    """Return the language to speak in: zh or en."""
    if not said:
        return otherwise
    return "zh" if said.startswith("zh") else "en"


def _facts(call: Call, caller: Caller, now: datetime) -> CallFacts:
    local, spoken_at = now.astimezone(), caller.last_spoken_at
    return CallFacts(
        direction="inbound",
        number=call.number_e164,
        line=call.caller_id,
        business_type=call.business_type,
        language=call.language,
        customer_known=caller.customer_id is not None,
        level=caller.level,
        value=caller.value,
        tags=caller.tags,
        last_outcome=caller.last_outcome,
        last_resolved=caller.last_resolved,
        last_agent=caller.last_agent or "",
        days_since_contact=(now - spoken_at).total_seconds() / 86400.0 if spoken_at is not None else None,
        open_ticket=caller.open_ticket,
        hour=local.hour + local.minute / 60,
        weekday=local.isoweekday(),
    )
