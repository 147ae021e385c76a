"""FakeSwitch: the Switch port in memory, which passes the same contract suite as Asterisk.

What happens is timed by the running loop, so in a ``VirtualLoop`` hours of calls take moments.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from waihu.clock import Clock
from waihu.telephony.ami import checked
from waihu.telephony.asking import asked
from waihu.telephony.port import OnSignal, SwitchView
from waihu.telephony.speaking import sound_path
from waihu.telephony.taps import extension_of
from waihu.testing.fake_exchange import FIRST_SIGN_S, NORMAL, OUR_TIMEOUT, FakeExchange
from waihu.testing.fake_legs import Leg, length_of, write_sound
from waihu.testing.far_ends import FarEnd, Rule, number_plan, phone_plan
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import LegGone, SwitchError, SwitchRefused, SwitchTimeout, SwitchUnreachable
from waihu_models.ids import BridgeId, LegId
from waihu_models.media import MediaCounts
from waihu_models.supervision import SpyMode

LATENCY_S = 0.001
"""From a command to its answer."""
KEY_S = 0.24
"""From one key that is pressed for an agent to the next."""
SPY_KEYS = {SpyMode.LISTEN: "4", SpyMode.WHISPER: "5", SpyMode.BARGE: "6"}
MEDIA = {"safe-harbour": 10.0, "all-busy": 10.0, "test-call": 0.5}


@dataclass(frozen=True, slots=True)
class Fault:
    """A command that fails: nothing was done, or (``done``) only the answer is missing. No error: it seems done."""

    error: SwitchError | None
    done: bool = False


FaultRule = Callable[[do.Command], Fault | None]


class FakeSwitch(FakeExchange):
    """An exchange with everybody it can call.

    Args:
        clock: Gives the time of signals.
        trunks: Names of trunks.
        phones: Names of phones, reachable at first.
        far_end: Who answers a number.
        phone: How a phone behaves.
        recordings_dir: Where raw recordings are left; None: nowhere.
        media: Name of an announcement -> seconds it takes.
    """

    def __init__(  # noqa: PLR0913 -- each has a default
        self,
        clock: Clock,
        *,
        trunks: Iterable[str] = ("carrier",),
        phones: Iterable[str] = (),
        far_end: Rule = number_plan,
        phone: Rule = phone_plan,
        recordings_dir: Path | None = None,
        media: Mapping[str, float] = MEDIA,
    ) -> None:
        super().__init__(clock, (*trunks, *phones))
        self.far_end = far_end
        self.phone = phone
        self.given: list[tuple[float, do.Command]] = []  # each command, and when it came (the clock's monotonic time)
        self.fault: FaultRule = lambda _: None
        self.media_fault: SwitchError | None = None  # what every look at a leg's sound fails with
        self.looks = 0  # at the sound of legs
        self.carriers: dict[str, FarEnd] = {}  # trunks on which everybody is alike, whatever their number says
        self._faults: deque[tuple[type, Fault]] = deque()
        self.sent_keys: defaultdict[LegId, list[str]] = defaultdict(list)  # to the far end of each leg
        self._recordings_dir = recordings_dir
        self._media = dict(media)
        self._carry_out: dict[type, Callable[[Any], object]] = {
            do.PlaceCall: self._place,
            do.Answer: self._answer,
            do.Screen: self._screen,
            do.EndScreening: self._end_screening,
            do.OpenBridge: lambda command: self._bridges.add(command.bridge_id),
            do.CloseBridge: self._close_bridge,
            do.Join: self._join,
            do.Hold: self._hold,
            do.Resume: self._join,
            do.StartMusic: lambda command: self._legs.in_hands(command.leg_id),
            do.StopMusic: lambda command: self._legs.in_hands(command.leg_id),
            do.Play: self._play,
            do.Ask: self._ask,
            do.StopPlaying: self._stop_playing,
            do.HangUp: self._hang_up,
            do.StartRecording: self._start_recording,
            do.PauseRecording: lambda command: self._legs.recorded(command.leg_id),
            do.ResumeRecording: lambda command: self._legs.recorded(command.leg_id),
            do.StopRecording: self._stop_recording,
            do.SendDigits: self._send_digits,
            do.AnswerTransfer: self._answer_transfer,
            do.Spy: self._spy,
            do.ChangeSpy: self._change_spy,
            do.Tap: self._tap,
            do.Untap: lambda command: self._untap(command.leg_id),
        }

    # ---- the port --------------------------------------------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether commands can be given now."""
        return self._reachable

    def subscribe(self, on_signal: OnSignal) -> None:
        """Register the one receiver of signals; call before entering."""
        self._on_signal = on_signal

    async def __aenter__(self) -> Self:
        """Connect in a moment."""
        asyncio.get_running_loop().call_later(LATENCY_S, self.come_back)
        return self

    async def __aexit__(self, *exc: Any) -> None:
        """Disconnect; legs stay as they are."""
        self._reachable = False

    async def execute(self, command: do.Command) -> None:
        """Carry out one command."""
        if not self._reachable:
            raise SwitchUnreachable("not connected to the exchange")
        self.given.append((self._clock.monotonic(), command))
        await self._half_way()
        fault = self._fault_of(command)
        if fault is None or fault.done:
            self._carry_out[type(command)](command)
        await self._half_way()
        if fault is not None and fault.error is not None:
            raise fault.error

    async def media(self, leg_id: LegId) -> MediaCounts:
        """Read what was counted of a leg's sound so far."""
        if not self._reachable:
            raise SwitchUnreachable("not connected to the exchange")
        self.looks += 1
        await self._half_way()
        if self.media_fault is not None:
            raise self.media_fault
        return self._legs.there(leg_id).sound(self._clock.monotonic())

    async def view(self) -> SwitchView:
        """Read what the exchange holds."""
        if not self._reachable:
            raise SwitchUnreachable("not connected to the exchange")
        await self._half_way()
        return self._view()

    async def _half_way(self) -> None:
        await asyncio.sleep(LATENCY_S / 2)
        if not self._reachable:
            raise SwitchTimeout("the connection was lost before the answer")

    def _fault_of(self, command: do.Command) -> Fault | None:
        if self._faults and isinstance(command, self._faults[0][0]):
            return self._faults.popleft()[1]
        return self.fault(command)

    def fail_next(self, kind: type, error: SwitchError, *, done: bool = False) -> None:
        """Let the next command of a kind fail; several are used up in the order of these calls."""
        self._faults.append((kind, Fault(error, done)))

    def swallow_next(self, kind: type) -> None:
        """Let the next command of a kind be taken, and nothing come of it."""
        self._faults.append((kind, Fault(None)))

    # ---- commands --------------------------------------------------------------------------------------------------

    def _place(self, command: do.PlaceCall) -> None:
        checked(command.caller_id)
        match command.address:
            case do.TrunkAddress(trunk, number):
                peer, rule, called = checked(trunk), self.far_end, checked(number)
            case do.PhoneAddress(phone):
                peer, rule, called = checked(phone), self.phone, phone
        if not self._peers.get(peer):
            raise SwitchRefused(f"{peer!r} is unknown or cannot be reached")
        if command.leg_id in self._legs:
            raise LegGone(f"leg {command.leg_id!r} exists already")
        leg = self._add(Leg(command.leg_id, peer, self.carriers.get(peer) or rule(called)))
        leg.later(FIRST_SIGN_S, self._first_sign, leg)
        leg.later(command.ring_timeout_s, self._end, leg, OUR_TIMEOUT, 480)

    def _answer(self, command: do.Answer) -> None:
        leg = self._legs.in_hands(command.leg_id)
        if not leg.answered:
            self._answered(leg, times=2)

    def _screen(self, command: do.Screen) -> None:
        leg = self._legs.in_hands(command.leg_id)
        leg.in_hands = False
        leg.screening = leg.later(leg.far_end.screening_s, self._screened, leg)

    def _end_screening(self, command: do.EndScreening) -> None:
        leg = self._legs.there(command.leg_id)
        if leg.screening is None:
            raise LegGone(f"leg {leg.id!r} is not in machine detection")
        leg.screening.cancel()
        leg.later(LATENCY_S, self._screened_early, leg, command.verdict)

    def _close_bridge(self, command: do.CloseBridge) -> None:
        if command.bridge_id in self._bridges:
            self._bridges.discard(command.bridge_id)
            asyncio.get_running_loop().call_later(LATENCY_S, self._emptied, command.bridge_id)

    def _emptied(self, bridge_id: BridgeId) -> None:
        for leg in self._legs.values():
            if leg.bridge_id == bridge_id:
                self._leave(leg)
        self._tell(sig.BridgeGone(bridge_id, self._clock.now()))

    def _join(self, command: do.Join | do.Resume) -> None:
        leg = self._legs.in_hands(command.leg_id)
        if command.bridge_id not in self._bridges:
            raise SwitchRefused(f"there is no bridge {command.bridge_id!r}")
        self._leave(leg)
        leg.bridge_id = command.bridge_id
        self._tell(sig.LegJoined(leg.id, self._clock.now(), command.bridge_id))

    def _hold(self, command: do.Hold) -> None:
        leg = self._legs.in_hands(command.leg_id)
        if command.bridge_id not in self._bridges:
            raise SwitchRefused(f"there is no bridge {command.bridge_id!r}")
        if leg.bridge_id != command.bridge_id:
            raise SwitchRefused(f"leg {leg.id!r} is not in bridge {command.bridge_id!r}")
        self._leave(leg)

    def _answer_transfer(self, command: do.AnswerTransfer) -> None:
        leg = self._legs.in_hands(command.leg_id)
        if command.done:  # a phone whose call went on hangs up
            leg.later(FIRST_SIGN_S, self._end, leg, NORMAL)

    def _play(self, command: do.Play) -> None:
        spoken = command.media.startswith("/")
        length_s = length_of(sound_path(command.media)) if spoken else self._media.get(command.media)
        if length_s is None and not spoken:
            raise SwitchRefused(f"there is no announcement {command.media!r}")
        leg = self._legs.in_hands(command.leg_id)
        leg.playing.append((command.playback_id, length_s))
        if len(leg.playing) == 1:
            self._play_next(leg)

    def _ask(self, command: do.Ask) -> None:
        asked(command)
        leg = self._legs.in_hands(command.leg_id)
        leg.in_hands, leg.asked, leg.tries = False, command, 0
        self._say(leg)

    def _stop_playing(self, command: do.StopPlaying) -> None:
        if leg := self._legs.get(command.leg_id):
            self._silence(leg, command.playback_id)

    def _hang_up(self, command: do.HangUp) -> None:
        self._untap(command.leg_id)
        if leg := self._legs.get(command.leg_id):
            leg.later(LATENCY_S, self._end, leg, NORMAL)

    def _start_recording(self, command: do.StartRecording) -> None:
        leg = self._legs.there(command.leg_id)
        checked(command.recording_id)
        write_sound(self._recordings_dir, command.recording_id)
        leg.recording_id = command.recording_id

    def _stop_recording(self, command: do.StopRecording) -> None:
        self._legs.recorded(command.leg_id).recording_id = None

    def _send_digits(self, command: do.SendDigits) -> None:
        leg = self._legs.there(command.leg_id)
        for place, digit in enumerate(command.digits):
            leg.later(KEY_S * (place + 1), self.sent_keys[leg.id].append, digit)

    def _spy(self, command: do.Spy) -> None:
        self._legs.there(command.on)
        if command.phone not in self._peers:
            raise SwitchRefused(f"there is no phone {command.phone!r}")
        if not self._peers[command.phone]:
            return  # nobody tells of a call that could not even begin
        leg = self._add(Leg(command.leg_id, command.phone, self.phone(command.phone), hears=command.on))
        leg.later(FIRST_SIGN_S, self._first_sign, leg)
        leg.later(command.ring_timeout_s, self._end, leg, OUR_TIMEOUT, 480)

    def _change_spy(self, command: do.ChangeSpy) -> None:
        leg = self._legs.there(command.leg_id)
        self._tell(sig.DigitPressed(leg.id, self._clock.now(), SPY_KEYS[command.mode]))

    def _tap(self, command: do.Tap) -> None:
        extension_of(command)
        self._legs.there(command.on)
        if command.leg_id in self.taps:
            raise LegGone(f"tap {command.leg_id!r} exists already")
        if (command.host, command.port) not in self.deaf:
            self.taps[command.leg_id] = command
