"""Test calls: an administrator has a number called through one trunk, and sees how far the call got and why.

A message is played and the call is ended; no agent, no campaign and no recording has to do with it. A number on a
do-not-call list is never called, and every test call stands in the audit log before it is made.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog

from waihu.clock import Clock
from waihu.services.lines import Lines
from waihu.services.sip_words import meaning_of
from waihu.services.tasks import Tasks
from waihu.services.words import Words
from waihu.store.audit import By
from waihu.store.dnc import entries
from waihu.store.dnc_lists import lists_in_force
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.do_not_call import Age
from waihu_models.errors import Conflict, NotFound, WaihuError
from waihu_models.ids import LegId, PlaybackId, new_id, trial_leg, trial_of_leg
from waihu_models.phone import E164, mask

log = structlog.get_logger()

RING_S = 30
LIMIT_S = 75.0
REMEMBERED = 20
MEDIA = "test-call"


class StepName(StrEnum):
    """How far a test call got."""

    SENT = "sent"
    RINGING = "ringing"
    EARLY_MEDIA = "early_media"
    ANSWERED = "answered"
    PLAYING = "playing"
    PLAYED = "played"
    ENDED = "ended"


_SAID = {
    StepName.SENT: Words("the call is on its way to the carrier", "呼叫已发往运营商"),
    StepName.RINGING: Words("the phone rings", "对方电话正在振铃"),
    StepName.EARLY_MEDIA: Words("the carrier sends sound before the answer", "运营商在接听前发送声音"),
    StepName.ANSWERED: Words("somebody, or something, has answered", "电话已接听"),
    StepName.PLAYING: Words("the message is being played", "正在播放测试语音"),
    StepName.PLAYED: Words("the message was played to its end", "测试语音播放完毕"),
}
_NOT_PLAYED = Words(
    "the message could not be played: does the exchange have its sounds?", "测试语音无法播放：请检查语音文件"
)
_TOO_LONG = Words("the call took too long and was ended", "呼叫超时，已结束")
_LOST = Words("the exchange was lost, so the end of the call was not seen", "与交换机的连接中断，未能看到呼叫结束")


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with the SIP code that told of it (0: none did) and what it means."""

    name: StepName
    at: datetime
    sip_code: int
    said: Words


@dataclass(slots=True)
class TestCall:
    """A test call under way, or over."""

    __test__ = False  # no test of pytest's

    id: str
    trunk: str
    masked: str
    started_at: datetime
    steps: list[Step] = field(default_factory=list)
    over: bool = False

    @property
    def good(self) -> bool:
        """Whether the message was heard to its end."""
        return any(step.name is StepName.PLAYED for step in self.steps)


class TestCalls:
    """Makes test calls, one at a time."""

    __test__ = False

    def __init__(self, store: Store, switch: Switch, lines: Lines, clock: Clock, tasks: Tasks) -> None:
        self._store = store
        self._switch = switch
        self._lines = lines
        self._clock = clock
        self._tasks = tasks
        self._calls: OrderedDict[str, TestCall] = OrderedDict()
        self._starting = asyncio.Lock()

    # ---- looking ---------------------------------------------------------------------------------------------------

    def get(self, test_id: str) -> TestCall:
        """Return a test call of the last ones.

        Raises:
            NotFound: it is not among them.
        """
        if test_id not in self._calls:
            raise NotFound(f"there is no test call {test_id!r}, or it was long ago")
        return self._calls[test_id]

    def holds(self, leg_id: LegId) -> bool:
        """Whether a leg belongs to a test call that goes on."""
        call = self._calls.get(trial_of_leg(leg_id) or "")
        return call is not None and not call.over

    # ---- making ----------------------------------------------------------------------------------------------------

    async def start(self, number: E164, trunk: str, by: By, *, caller_id: str = "") -> TestCall:
        """Call a number through a trunk.

        Raises:
            NotFound: the trunk is not in use.
            Conflict: the number is on a do-not-call list, another test call goes on, or the trunk is full.
            NumberKeyLost: nobody can tell who is on the lists.
            SwitchUnreachable, SwitchRefused, SwitchTimeout: the exchange did not place it.
        """
        async with self._starting:
            if any(not call.over for call in self._calls.values()):
                raise Conflict("a test call goes on: wait for its end")
            await self._check_lists(number)
            line = self._lines.take_on(trunk)
            unit = Unit()
            unit.add_audit(by.actor, "test_call.place", mask(number), f"trunk {trunk}", by.at)
            await self._store.commit(unit)
            call = TestCall(new_id(), trunk, mask(number), self._clock.now())
            self._remember(call)
        leg_id = trial_leg(call.id)
        address = do.TrunkAddress(trunk, line.spell(number))
        try:
            await self._switch.execute(do.PlaceCall(leg_id, address, caller_id or line.caller_id, RING_S))
        except WaihuError as error:
            self._end(call, 0, Words(str(error), str(error)))
            raise
        call.steps.insert(0, Step(StepName.SENT, call.started_at, 0, _SAID[StepName.SENT]))
        self._tasks.start(self._limit(call, leg_id), f"limit of test call {call.id}")
        return call

    def stop(self, test_id: str) -> None:
        """Hang up.

        Raises:
            NotFound: there is no such test call.
        """
        if not self.get(test_id).over:
            self._act(do.HangUp(trial_leg(test_id)))

    async def _check_lists(self, number: E164) -> None:
        today = self._clock.now().date()
        for one in await lists_in_force(self._store):
            if one.age(today) is Age.STALE and number.startswith(one.prefix):
                raise Conflict(f"the do-not-call list {one.name!r} is too old to tell whether {mask(number)} is on it")
        listed = [entry.list.name for entry in await entries(self._store, number) if entry.removed_at is None]
        key = await self._store.number_key()
        if listed or self._store.just_forbidden(key.hash(number)):
            raise Conflict(f"{mask(number)} is on a do-not-call list ({', '.join(listed) or 'just added'})")

    def _remember(self, call: TestCall) -> None:
        self._calls[call.id] = call
        while len(self._calls) > REMEMBERED:
            self._calls.popitem(last=False)

    # ---- what happens ----------------------------------------------------------------------------------------------

    def take(self, signal: sig.LegSignal) -> bool:
        """Take a signal, if it is about the leg of a test call; return whether it was."""
        call = self._calls.get(trial_of_leg(signal.leg_id) or "")
        if call is None:
            return False
        if not call.over:
            self._step(call, signal)
        return True

    def _step(self, call: TestCall, signal: sig.LegSignal) -> None:
        match signal:
            case sig.LegRinging():
                self._note(call, StepName.RINGING, 180)
            case sig.LegProgress():
                self._note(call, StepName.EARLY_MEDIA, 183)
            case sig.LegAnswered():
                self._note(call, StepName.ANSWERED, 200)
            case sig.LegEntered():
                self._note(call, StepName.ANSWERED, 200)
                self._note(call, StepName.PLAYING, 0)
                self._act(do.Play(signal.leg_id, MEDIA, PlaybackId(new_id())))
            case sig.PlaybackEnded(failed=failed):
                self._note(call, StepName.PLAYING if failed else StepName.PLAYED, 0, _NOT_PLAYED if failed else None)
                self._act(do.HangUp(signal.leg_id))
            case sig.LegEnded(sip_code=code):
                answered = any(step.name is StepName.ANSWERED for step in call.steps)
                self._end(call, code, meaning_of(200 if answered else code))

    def _note(self, call: TestCall, name: StepName, sip_code: int, said: Words | None = None) -> None:
        """Add a step, once; what went wrong with it is added all the same."""
        if said is not None or all(step.name is not name for step in call.steps):
            call.steps.append(Step(name, self._clock.now(), sip_code, said or _SAID[name]))

    def _end(self, call: TestCall, sip_code: int, said: Words) -> None:
        call.steps.append(Step(StepName.ENDED, self._clock.now(), sip_code, said))
        call.over = True

    async def _limit(self, call: TestCall, leg_id: LegId) -> None:
        await asyncio.sleep(LIMIT_S)
        if call.over:
            return
        reachable = self._switch.reachable
        await self._execute(do.HangUp(leg_id))
        if not call.over:
            self._end(call, 0, _TOO_LONG if reachable else _LOST)

    def _act(self, command: do.Command) -> None:
        self._tasks.start(self._execute(command), "test call")

    async def _execute(self, command: do.Command) -> None:
        try:
            await self._switch.execute(command)
        except WaihuError as error:
            log.warning("test_call_command_failed", command=type(command).__name__, problem=str(error))
            if isinstance(command, do.Play):
                call = self._calls.get(trial_of_leg(command.leg_id) or "")
                if call is not None and not call.over:
                    self._note(call, StepName.PLAYING, 0, _NOT_PLAYED)
                    await self._execute(do.HangUp(command.leg_id))
