"""The watchdog: looks every few seconds for what stays as it is longer than can be, and for a full disk.

An exchange that answers no more, a lost event, a bug: whatever the cause, a stuck call is held against the exchange
and ended, so that lines and agents never leak away.
"""

import asyncio
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState, Voicemail
from waihu_models.errors import SwitchError
from waihu_models.ids import CallId

log = structlog.get_logger()

EVERY_S = 5.0
EVERYWHERE_EACH = 12
"""Turns after which every live call is held against the exchange: once a minute."""
_LIMIT_S = {CallState.ANSWERED: 10.0, CallState.SCREENING: 15.0, CallState.DROPPING: 60.0}
_ASKED_LIMIT_S = 1800.0  # who is asked by keys is answered, and not in anybody's hands
_MESSAGE_LIMIT_S = 240.0  # a greeting, a beep and a message
_RINGING = frozenset({CallState.DIALLING, CallState.RINGING, CallState.EARLY_MEDIA})
_GRACE_S = 10.0


class Watchdog:
    """Ends what is stuck."""

    def __init__(self, calls: CallDesk, agents: AgentDesk, switch: Switch, clock: Clock, metrics: Metrics) -> None:
        self._calls = calls
        self._agents = agents
        self._switch = switch
        self._clock = clock
        self._metrics = metrics
        self.awaited: Callable[[CallId | None], bool] = lambda _: False  # calls placed once their agent is there

    async def run(self) -> None:
        """Look every few seconds until cancelled; now and then at every call, also one that seems to be well."""
        for turn in count(1):
            await asyncio.sleep(EVERY_S)
            self.free_agents()
            await self.look(everywhere=turn % EVERYWHERE_EACH == 0)

    def free_agents(self) -> None:
        """Let agents go who are held by a call that is over."""
        now = self._clock.now()
        for agent in self._agents:
            held_s = (now - agent.state_since).total_seconds()
            gone = agent.on_call and self._calls.get(agent.call_id) is None and not self.awaited(agent.call_id)
            if gone and held_s > _GRACE_S:
                assert agent.call_id is not None
                self._metrics.stuck.inc()
                log.error("stuck_agent", agent_id=agent.id, state=str(agent.state), call_id=agent.call_id)
                self._agents.post(agent.id, sig.CallOver(agent.call_id, now, agent.state is AgentState.TALKING))

    async def look(self, *, everywhere: bool = False) -> None:
        """Find stuck calls, and settle each with what the exchange says of its leg.

        Args:
            everywhere: Look also for legs that are gone of calls whose state may last: talks, waiting.
        """
        stuck = [call for call in self._calls if self._is_stuck(call)]
        lasting = [call for call in self._calls if everywhere and call.live and self._in_state_s(call) > _GRACE_S]
        if not (stuck or lasting) or not self._switch.reachable:
            return
        try:
            legs = (await self._switch.view()).legs
        except SwitchError as error:
            log.error("exchange_does_not_answer", problem=str(error))
            return
        for call in (*stuck, *(call for call in lasting if call not in stuck and call.leg_id not in legs)):
            self._metrics.stuck.inc()
            log.error("stuck_call", call_id=call.id, state=str(call.state), leg_is_up=call.leg_id in legs)
            now = self._clock.now()
            gone = sig.LegVanished(now, "end not seen")
            self._calls.post(call.id, sig.HangUpAsked(now, "stuck") if call.leg_id in legs else gone)

    def _in_state_s(self, call: Call) -> float:
        return (self._clock.now() - call.state_since).total_seconds()

    def _is_stuck(self, call: Call) -> bool:
        if call.state in _RINGING:
            return (self._clock.now() - call.dialled_at).total_seconds() > call.ring_timeout_s + _GRACE_S
        return call.live and self._in_state_s(call) > _limit_s(call)


def _limit_s(call: Call) -> float:
    """Return how long a call may be as it is."""
    if call.asks and call.state is CallState.ANSWERED:
        return _ASKED_LIMIT_S
    if call.state is CallState.SCREENING and call.verdict is not None and call.voicemail is Voicemail.WANTED:
        return _MESSAGE_LIMIT_S
    return _LIMIT_S.get(call.state, float("inf"))


class DiskWatch:
    """Raises one alert when the recordings' disk runs full, and one more only after it had room again."""

    def __init__(self, folder: Path, min_free_bytes: int, alert: Callable[[str, str], None]) -> None:
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._alert = alert
        self._alarmed = False

    def need_mb(self, min_free_mb: int) -> None:
        """Raise the alert at another limit from now on."""
        self._min_free_bytes = min_free_mb * 1_000_000

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(EVERY_S)

    def look(self) -> None:
        """Compare free space with the limit."""
        room = os.statvfs(self._folder)
        free_bytes = room.f_bavail * room.f_frsize
        full = free_bytes < self._min_free_bytes
        if full and not self._alarmed:
            self._alert(
                "disk_full",
                f"{free_bytes // 1_000_000} MB are free for recordings in {self._folder}: "
                "move old recordings away or enlarge the disk; calls go on, but may not be recorded",
            )
        self._alarmed = full
