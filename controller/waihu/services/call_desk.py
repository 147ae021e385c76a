"""The call desk: every live call has a runner here, and every signal about a call finds it."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog

from waihu.bus import Bus
from waihu.services.call_records import call_moved, lead_follows, never_again, new_call
from waihu.services.runner import Parts, Runner
from waihu.services.tasks import Tasks
from waihu.store.unit import Unit
from waihu_models import call_life
from waihu_models import signals as sig
from waihu_models.call import WENT_ON, Call, CallState
from waihu_models.call_transfer import Step
from waihu_models.campaign import Campaign
from waihu_models.commands import Command
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import CallChanged, DoNotCallAdded, LeadStepped
from waihu_models.ids import CallId, LegId
from waihu_models.lead import Lead
from waihu_models.outcome import Outcome
from waihu_models.values import changed

log = structlog.get_logger()

NOT_STORED = "not stored, not dialled"
STEADY_S = 0.08
"""From the decision to dial to the dialling, longer than a commit takes: so calls leave as far apart as they were
decided, and a carrier that counts calls a second never counts one too many."""


@dataclass(frozen=True, slots=True)
class Job:
    """Why a call is made: its lead and campaign, None for a call that came in."""

    lead: Lead | None = None
    campaign: Campaign | None = None
    tried: tuple[str, ...] = ()  # trunks that could not carry the same attempt a moment ago


class CallDesk:
    """Starts calls, routes their signals, keeps their runners until they have ended."""

    def __init__(self, parts: Parts, bus: Bus, tasks: Tasks) -> None:
        self._parts = parts
        self._bus = bus
        self._tasks = tasks
        self._runners: dict[CallId, Runner[Call]] = {}
        self._jobs: dict[CallId, Job] = {}
        self._legs: dict[LegId, CallId] = {}
        self._timers: dict[CallId, asyncio.TimerHandle] = {}
        self._onward: dict[CallId, tuple[Call, Job]] = {}
        self.onward: Callable[[Call, Job], tuple[Call, Job] | None] = lambda _call, _job: None
        """Says on which line a call that was not carried is made again at once."""
        self.patience_over: Callable[[Call], object] = lambda _: sig.PatienceOver(self._parts.clock.now())
        """Says what a call is told whose patience is over."""

    # ---- looking ---------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return how many calls are not over."""
        return len(self._runners)

    def __iter__(self) -> Iterator[Call]:
        """Iterate over the calls that are not over, as they are now."""
        return iter([runner.value for runner in self._runners.values()])

    def get(self, call_id: CallId | None) -> Call | None:
        """Return a call that is not over, None if there is none of this id."""
        runner = self._runners.get(call_id) if call_id else None
        return runner.value if runner else None

    def job_of(self, call_id: CallId) -> Job:
        """Return why a call is made; of one that is over, nothing is known any more."""
        return self._jobs.get(call_id, Job())

    def of_leg(self, leg_id: LegId) -> CallId | None:
        """Return the call this leg belongs to."""
        return self._legs.get(leg_id)

    # ---- starting --------------------------------------------------------------------------------------------------

    def place(self, call: Call, job: Job) -> None:
        """Store and dial an outbound call; counted from this moment on, dialled once its row is committed."""
        self._open(call, job, call_life.place(call))

    def accept(self, call: Call) -> None:
        """Store and answer a call that came in."""
        self._open(call, Job(), call_life.accept(call))

    def adopt(self, call: Call, job: Job) -> None:
        """Take over a call that was already under way when this controller started."""
        runner = self._add(call, job)
        self._tasks.start(self._live(runner), f"call {call.id}")
        self._after(call, call)
        self._bus.publish(CallChanged(call, None))

    def _open(self, call: Call, job: Job, commands: tuple[Command, ...]) -> None:
        runner = self._add(call, job)
        self._tasks.start(self._begin(runner, job, commands), f"call {call.id}")
        self._bus.publish(CallChanged(call, None))

    def _add(self, call: Call, job: Job) -> Runner[Call]:
        runner = Runner(
            call,
            kind="call",
            advance=self._advance,
            changed=self._changed,
            told=self._told,
            parts=self._parts,
        )
        self._runners[call.id] = runner
        self._jobs[call.id] = job
        self._legs[call.leg_id] = call.id
        self._parts.metrics.live_calls.set(len(self._runners))
        return runner

    async def _begin(self, runner: Runner[Call], job: Job, commands: tuple[Command, ...]) -> None:
        call = runner.value
        leaves_s = self._parts.clock.monotonic() + STEADY_S
        with structlog.contextvars.bound_contextvars(call_id=call.id):
            try:
                # Nothing is dialled before its row is committed: after a crash a lead must not be dialled twice.
                await self._parts.store.submit(new_call(call, None if job.tried else job.lead))
            except StoreError as error:
                log.error("call_not_stored", problem=str(error))
                self._not_begun(runner)
                return
            if job.lead is not None and (rest_s := leaves_s - self._parts.clock.monotonic()) > 0:
                await asyncio.sleep(rest_s)
            for command in commands:
                await runner.act(command)
            await runner.run(_over)
            self._remove(runner.value)

    def _not_begun(self, runner: Runner[Call]) -> None:
        now = self._parts.clock.now()
        was = runner.value
        runner.value = replace(
            was, state=CallState.ENDED, state_since=now, hung_up_at=now, ended_at=now, outcome=Outcome.FAILED,
            reason=NOT_STORED,
        )  # fmt: skip
        self._remove(runner.value)
        self._bus.publish(CallChanged(runner.value, was))

    async def _live(self, runner: Runner[Call]) -> None:
        with structlog.contextvars.bound_contextvars(call_id=runner.value.id):
            await runner.run(_over)
            self._remove(runner.value)

    def _remove(self, call: Call) -> None:
        del self._runners[call.id], self._jobs[call.id], self._legs[call.leg_id]
        self._stop_timer(call.id)
        self._parts.metrics.live_calls.set(len(self._runners))

    # ---- signals ---------------------------------------------------------------------------------------------------

    def post(self, call_id: CallId, signal: object) -> None:
        """Give a signal to a call; a call that is over is left in peace."""
        runner = self._runners.get(call_id)
        if runner is not None:
            runner.post(signal)

    def ask(self, call_id: CallId, signal: object) -> None:
        """Give a person's wish to a call.

        Raises:
            NotFound: the call is over or was never there.
        """
        if call_id not in self._runners:
            raise NotFound(f"there is no live call {call_id}")
        self.post(call_id, signal)

    # ---- what follows a change -------------------------------------------------------------------------------------

    def _advance(self, call: Call, signal: Any) -> Step:
        moved, commands = call_life.advance(call, signal)
        if moved.state is CallState.ENDED and call.state is not CallState.ENDED and moved.answered_at is None:
            onward = self._line_onward(moved)
            if onward is not None:
                self._onward[call.id] = onward
                moved = changed(moved, reason=f"{WENT_ON}{onward[0].id}")
        return moved, commands

    def _line_onward(self, call: Call) -> tuple[Call, Job] | None:
        try:
            return self.onward(call, self._jobs[call.id])
        except Exception:
            log.exception("failover_failed", call_id=call.id)
            return None  # the call has ended, whatever else goes wrong

    def _changed(self, was: Call, call: Call) -> Unit | None:
        unit = call_moved(was, call)
        if never_again(was, call):
            # Told once the unit is handed to the store, which refuses the number from then on.
            asyncio.get_running_loop().call_soon(self._bus.publish, DoNotCallAdded(call.number_e164))
        if unit is not None and call.state is CallState.ENDED and was.state is not CallState.ENDED:
            self._parts.metrics.calls.labels(str(call.outcome)).inc()
            job = self._jobs[call.id]
            if (onward := self._onward.pop(call.id, None)) is not None:
                unit.save_call(onward[0])  # together: a crash in between would forget whose turn it is
                asyncio.get_running_loop().call_soon(self.place, *onward)
            elif job.lead is not None and job.campaign is not None:
                stepped = lead_follows(unit, call, job.lead, job.campaign, self._parts.clock.now())
                asyncio.get_running_loop().call_soon(self._tell_step, stepped)
        return unit

    def _tell_step(self, stepped: LeadStepped) -> None:
        self._bus.publish(stepped)

    def _told(self, was: Call, call: Call) -> None:
        self._after(was, call)
        self._bus.publish(CallChanged(call, was))

    def _after(self, was: Call, call: Call) -> None:
        """Keep the one timer of a call: the limit within which an agent has to come."""
        if call.state is CallState.CONNECTED and was.connected_at is None and call.agent_wait_s is not None:
            self._parts.metrics.answer_to_agent.observe(call.agent_wait_s)
        if call.state is not CallState.WAITING or call.patience_ends_at != was.patience_ends_at:
            self._stop_timer(call.id)
        if call.state is not CallState.WAITING or call.callback_asked:
            return
        if call.id not in self._timers and call.patience_ends_at is not None:
            left_s = (call.patience_ends_at - self._parts.clock.now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._timers[call.id] = loop.call_later(max(left_s, 0.0), self._patience_over, call.id)

    def _patience_over(self, call_id: CallId) -> None:
        self._timers.pop(call_id, None)
        call = self.get(call_id)
        if call is not None:
            self.post(call_id, self.patience_over(call))

    def _stop_timer(self, call_id: CallId) -> None:
        timer = self._timers.pop(call_id, None)
        if timer is not None:
            timer.cancel()


def _over(call: Call) -> bool:
    return call.state is CallState.ENDED
