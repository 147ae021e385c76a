"""Transfers an agent asks for on the phone itself (SIP REFER): to another agent, to a number, to whoever is free."""

from datetime import timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_wishes import CallWishes
from waihu.services.tasks import Tasks
from waihu.services.transfers import Target
from waihu.telephony.port import Switch
from waihu_models.agent import PhoneMode
from waihu_models.commands import AnswerTransfer
from waihu_models.errors import Conflict, WaihuError
from waihu_models.events import AlertRaised
from waihu_models.ids import AgentId
from waihu_models.signals import LegSignal, TransferWished

log = structlog.get_logger()

AGAIN = timedelta(seconds=1)
"""Asterisk tells of a wish twice: of a leg in an application that follows its phone as well."""
ANYBODY = frozenset({"0", "queue"})
REFUSED = "transfer_refused"
"""Code of what an agent is told at the desk when the phone's transfer was not done."""


class PhoneTransfers:
    """Carries out what phones ask for, and answers them either way."""

    def __init__(
        self, agents: AgentDesk, wishes: CallWishes, switch: Switch, bus: Bus, clock: Clock, tasks: Tasks
    ) -> None:
        self._agents = agents
        self._wishes = wishes
        self._switch = switch
        self._clock = clock
        self._bus = bus
        self._tasks = tasks
        self._last: dict[AgentId, TransferWished] = {}

    def take(self, agent_id: AgentId, signal: LegSignal) -> bool:
        """Take a signal of an agent's leg, if it is a wish to pass its call on; return whether it was."""
        if not isinstance(signal, TransferWished):
            return False
        before, self._last[agent_id] = self._last.get(agent_id), signal
        if before is not None and before.leg_id == signal.leg_id and signal.at - before.at < AGAIN:
            return True
        self._tasks.start(self._pass_on(agent_id, signal), "transfer by phone")
        return True

    async def _pass_on(self, agent_id: AgentId, signal: TransferWished) -> None:
        done = False
        try:
            await self._wishes.transfer(agent_id, self._target(agent_id, signal.to))
            done = True
        except WaihuError as error:
            log.warning("phone_transfer_refused", agent_id=agent_id, problem=str(error))
            self._bus.publish(AlertRaised(REFUSED, str(error), self._clock.now(), agent_id))
        try:
            await self._switch.execute(AnswerTransfer(signal.leg_id, done))
        except WaihuError as error:
            log.warning("phone_transfer_not_answered", agent_id=agent_id, problem=str(error))

    def _target(self, agent_id: AgentId, to: str) -> Target:
        """Return whom a phone means.

        Raises:
            Conflict: the phone names another call of its own, or the line that stays open would end with it.
        """
        if self._agents.get(agent_id).mode is PhoneMode.NAILED_UP:
            raise Conflict("a phone on a line that stays open cannot pass calls on by itself: use the desk")
        if not to:
            raise Conflict("this phone can pass a call on to a number or an agent, not to another call of its own")
        if to in ANYBODY:
            return Target()
        of_phone = next((one.id for one in self._agents if to in {one.id, one.phone}), None)
        return Target(of_phone) if of_phone is not None else Target(number=to)
