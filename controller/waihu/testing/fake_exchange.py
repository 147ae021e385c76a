"""What lies behind FakeSwitch: legs, bridges and phones, what happens to them by itself, and what tests let happen.

Signals come in the order, and as often, as Asterisk sends them: most of what it says about a leg it says twice, an
answer four times.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import count

from waihu.clock import Clock
from waihu.telephony.port import OnSignal, Signal, SwitchView
from waihu.testing.fake_legs import Leg, Legs, length_of
from waihu.testing.far_ends import FarEnd
from waihu_models import signals as sig
from waihu_models.commands import Ask, Tap
from waihu_models.ids import BridgeId, LegId, PlaybackId

FIRST_SIGN_S = 0.003
"""From a placed call to the first sign of the far end."""
UNHEARD_S = 1.5
"""After which the exchange hangs up a leg that was to enter our hands while nobody is connected."""
UNSPIED_S = 0.1
"""After which a supervisor whose agent's leg has ended is hung up."""
NORMAL, OUR_TIMEOUT = 16, 19


class FakeExchange:
    """Legs, bridges and phones in memory, timed by the running loop."""

    def __init__(self, clock: Clock, peers: Iterable[str]) -> None:
        self.most_legs: Counter[str] = Counter()  # the most legs there were at once on each trunk and phone
        self._clock = clock
        self._peers = dict.fromkeys(peers, True)  # trunk or phone -> reachable
        self._legs = Legs()
        self.taps: dict[LegId, Tap] = {}
        self.deaf: set[tuple[str, int]] = set()  # addresses at which no ear takes a tap
        self._bridges: set[BridgeId] = set()
        self._reachable = False
        self._names = count(1)
        self._on_signal: OnSignal = lambda _: None

    def _view(self) -> SwitchView:
        legs = {leg.id: leg.facts for leg in self._legs.values()}
        legs |= {leg_id: sig.LegFacts(leg_id, answered=True) for leg_id in self.taps}
        return SwitchView(legs, frozenset(self._bridges), dict(self._peers))

    def holds(self, leg_id: LegId) -> bool:
        """Say whether a leg is there, connected or not."""
        return leg_id in self._legs

    def _untap(self, of: LegId) -> None:
        """End the taps of a leg; nothing is told of them."""
        for leg_id in [leg_id for leg_id, tap in self.taps.items() if of in {leg_id, tap.on}]:
            del self.taps[leg_id]

    # ---- what legs do ----------------------------------------------------------------------------------------------

    def _tell(self, signal: Signal, times: int = 1) -> None:
        for _ in range(times if self._reachable else 0):
            self._on_signal(signal)

    def _add(self, leg: Leg) -> Leg:
        self._legs[leg.id] = leg
        legs = sum(1 for other in self._legs.values() if other.peer == leg.peer)
        self.most_legs[leg.peer] = max(self.most_legs[leg.peer], legs)
        return leg

    def _first_sign(self, leg: Leg) -> None:
        self._tell(sig.PhoneReachable(leg.peer, True, self._clock.now()))
        if leg.far_end.rings_s > 0:
            self._tell(sig.LegRinging(leg.id, self._clock.now()), 2)
        leg.later(leg.far_end.rings_s, self._early_media, leg)

    def _early_media(self, leg: Leg) -> None:
        if leg.far_end.early_media_s > 0:
            self._tell(sig.LegProgress(leg.id, self._clock.now()), 2)
        leg.later(leg.far_end.early_media_s, self._decided, leg)

    def _decided(self, leg: Leg) -> None:
        code = leg.far_end.sip_code
        if code == 200:
            leg.end()  # of the ring time-out
            self._answered(leg, times=4)
            if leg.hears is None:
                self._into_hands(leg, sig.LegEntered(leg.id, self._clock.now()))
            elif leg.hears not in self._legs:
                leg.later(UNSPIED_S, self._end, leg, NORMAL)
        elif code:
            self._end(leg, leg.far_end.cause, code)

    def _answered(self, leg: Leg, times: int) -> None:
        leg.answered, leg.answered_at_s = True, self._clock.monotonic()
        self._tell(sig.LegAnswered(leg.id, self._clock.now()), times)
        leg.later(leg.far_end.talks_s, self._end, leg, 0)

    def _into_hands(self, leg: Leg, signal: Signal) -> None:
        leg.in_hands = self._reachable
        self._tell(signal)
        if not self._reachable:
            leg.later(UNHEARD_S, self._end, leg, NORMAL)

    def _screened(self, leg: Leg) -> None:
        leg.screening = None
        verdict, now = leg.far_end.verdict, self._clock.now()
        silence_s = leg.far_end.silence_s if verdict is sig.Verdict.HUMAN else 0.0
        self._into_hands(leg, sig.LegScreened(leg.id, now, verdict, silence_s, "fake"))

    def _screened_early(self, leg: Leg, verdict: sig.Verdict) -> None:
        leg.screening = None
        self._into_hands(leg, sig.LegScreened(leg.id, self._clock.now(), verdict, cause=sig.EARLY))

    def _message_left(self, leg: Leg, left: bool) -> None:
        self._into_hands(leg, sig.MessageLeft(leg.id, self._clock.now(), left))

    def _say(self, leg: Leg) -> None:
        """Say what a person is asked, once more."""
        assert leg.asked is not None
        leg.tries += 1
        length_s = length_of(leg.asked.sound) or 0.0
        silent_s = length_s + (leg.asked.wait_s if leg.asked.keys else 0.0)
        leg.later(silent_s, self._unanswered, leg, leg.asked, leg.tries)

    def _unanswered(self, leg: Leg, asked: Ask, tries: int) -> None:
        if leg.asked is asked and leg.tries == tries:
            if tries < asked.tries and asked.keys:
                self._say(leg)
            else:
                self._chose(leg, "")

    def _chose(self, leg: Leg, key: str) -> None:
        leg.asked, leg.tries = None, 0
        self._into_hands(leg, sig.LegChose(leg.id, self._clock.now(), key))

    def _play_next(self, leg: Leg) -> None:
        if leg.playing:
            leg.later(leg.playing[0][1] or 0.0, self._played, leg, leg.playing[0][0])

    def _played(self, leg: Leg, playback_id: PlaybackId) -> None:
        if leg.playing and leg.playing[0][0] == playback_id:  # else it was stopped
            _, length_s = leg.playing.popleft()
            self._tell_played(leg, playback_id, failed=length_s is None)
            self._play_next(leg)

    def _silence(self, leg: Leg, playback_id: PlaybackId) -> None:
        """End an announcement, playing or not yet."""
        first = leg.playing[0][0] if leg.playing else None
        kept = [one for one in leg.playing if one[0] != playback_id]
        if len(kept) < len(leg.playing):
            leg.playing.clear()
            leg.playing.extend(kept)
            self._tell_played(leg, playback_id, failed=False)
            if first == playback_id:
                self._play_next(leg)

    def _tell_played(self, leg: Leg, playback_id: PlaybackId, *, failed: bool) -> None:
        self._tell(sig.PlaybackEnded(leg.id, self._clock.now(), playback_id, failed), 2)

    def _leave(self, leg: Leg) -> None:
        if leg.bridge_id is not None:
            bridge_id, leg.bridge_id = leg.bridge_id, None
            self._tell(sig.LegLeft(leg.id, self._clock.now(), bridge_id))

    def _end(self, leg: Leg, cause: int, sip_code: int = 0) -> None:
        leg.end()
        if self._legs.pop(leg.id, None) is None:
            return
        self._untap(leg.id)
        for playback_id, _ in leg.playing:
            self._tell_played(leg, playback_id, failed=True)
        for spy in [one for one in self._legs.values() if one.hears == leg.id and one.answered]:
            spy.later(UNSPIED_S, self._end, spy, NORMAL)
        self._leave(leg)
        counted = leg.sound(self._clock.monotonic()) if leg.answered else None
        self._tell(sig.LegEnded(leg.id, self._clock.now(), cause, sip_code, counted), 2)
        self._tell(sig.PhoneReachable(leg.peer, self._peers.get(leg.peer, False), self._clock.now()))

    # ---- what tests let happen -------------------------------------------------------------------------------------

    def lose(self, reason: str = "cut") -> None:
        """Lose the connection: legs go on, nobody is told."""
        if self._reachable:
            self._reachable = False
            self._on_signal(sig.SwitchLost(self._clock.now(), reason))

    def come_back(self) -> None:
        """Have the connection again."""
        if not self._reachable:
            self._reachable = True
            view = self._view()
            self._on_signal(sig.SwitchBack(self._clock.now(), view.legs, view.bridges, view.arrivals, view.phones))

    def crash(self) -> None:
        """Lose the connection and with it every leg and bridge, as when Asterisk is killed."""
        self.lose("crashed")
        for leg_id in list(self._legs):
            self.vanish(leg_id)
        self._bridges.clear()

    def add_phone(self, phone: str) -> None:
        """Let there be a phone, which has not registered yet."""
        self._peers.setdefault(phone, False)

    def remove_phone(self, phone: str) -> None:
        """Let there be no such phone any more; a leg of it goes on."""
        self._peers.pop(phone, None)

    def phone_vanishes(self, phone: str) -> None:
        """Let a phone lose its network: it cannot be called any more, and its legs are silent."""
        self._peers[phone] = False
        self._tell(sig.PhoneReachable(phone, False, self._clock.now()))

    def phone_returns(self, phone: str) -> None:
        """Let a phone be reachable again."""
        self._peers[phone] = True
        self._tell(sig.PhoneReachable(phone, True, self._clock.now()))

    def call_in(self, dialled: str, caller: str, *, trunk: str = "carrier", talks_s: float = float("inf")) -> LegId:
        """Let somebody call us; they hang up ``talks_s`` after our answer. Nobody connected: they get no answer."""
        leg = self._arrive(trunk, FarEnd(talks_s=talks_s))
        self._tell(sig.LegArrived(leg.id, self._clock.now(), trunk, caller, dialled))
        return leg.id

    def asks_for_transfer(self, leg_id: LegId, to: str) -> None:
        """Let a phone ask for its call to be passed on."""
        self._tell(sig.TransferWished(leg_id, self._clock.now(), to), 2)

    def dial_code(self, phone: str, wish: sig.PhoneWish, key: str = "") -> LegId:
        """Let a phone dial one of the codes agents log in, pause and judge with; ``key`` after those that take one."""
        leg = self._arrive(phone, FarEnd())
        self._tell(sig.PhoneDialled(leg.id, self._clock.now(), phone, wish, key))
        return leg.id

    def _arrive(self, peer: str, far_end: FarEnd) -> Leg:
        leg = self._add(Leg(LegId(f"1795630863.{next(self._names)}"), peer, far_end))
        self._tell(sig.PhoneReachable(peer, True, self._clock.now()))
        leg.in_hands = self._reachable
        if not self._reachable:
            leg.later(0.0, self._end, leg, NORMAL)
        return leg

    def press(self, leg_id: LegId, digit: str) -> None:
        """Let a key be pressed at the far end of a leg."""
        leg = self._legs.get(leg_id)
        if leg is not None and leg.asked is not None and leg.asked.keys:
            if digit in leg.asked.keys:
                self._chose(leg, digit)
            else:
                self._unanswered(leg, leg.asked, leg.tries)
            return
        self._tell(sig.DigitPressed(leg_id, self._clock.now(), digit), 2)

    def far_end_hangs_up(self, leg_id: LegId) -> None:
        """Let the person or phone at the far end hang up."""
        self._end(self._legs.there(leg_id), NORMAL)

    def vanish(self, leg_id: LegId) -> None:
        """Take a leg away without a word: its end is never told."""
        self._legs.pop(leg_id).end()
        self._untap(leg_id)

    def say(self, signal: Signal) -> None:
        """Send any signal, also one that cannot be."""
        self._tell(signal)
