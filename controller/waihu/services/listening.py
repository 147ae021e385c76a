"""Listening: both sides of every conversation go to ears, and what these report is told and stored.

A call never waits for any of it. Whatever fails here leaves the call as it is; its transcript waits for the recording.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.live_side import NEVER_CAME, LiveSide
from waihu.services.spoken_language import SpokenLanguage
from waihu.services.tasks import Tasks
from waihu.services.written_down import WrittenDown
from waihu.speech.ear_words import AnswerHeard, Began, Degraded, Ended, Expect, FinalSaid, Measured, PartialSaid, Said
from waihu.telephony.port import Switch
from waihu_models.call import Call, CallState
from waihu_models.commands import Tap, Untap
from waihu_models.errors import LegGone, NoModel, SpeechBusy, WaihuError
from waihu_models.events import CallChanged, PartialHeard, UtteranceHeard
from waihu_models.ids import CallId, LegId, new_id, tap_leg
from waihu_models.transcript import Side

log = structlog.get_logger()

MOST = 2000
"""Calls that are heard at once; one more is only recorded."""
RETRIES = 3
"""A side whose stream is lost in the middle of its call is tapped anew so often,"""
RETRY_S = 2.0
"""so long after the loss."""
ANSWER_S = 8.0
"""Of an answer that is heard for machine detection."""
ENDS_WITHIN_S = 30.0
"""An ear that has not said by then that a stream of an ended call is over says it no more."""
_TALKING = frozenset({CallState.CONNECTED, CallState.HELD})
_MUSIC = frozenset({CallState.HELD, CallState.WAITING})


class Hears(Protocol):
    """What listening needs of the ears."""

    on_said: Callable[[Said], None]

    @property
    def deaf(self) -> bool:
        """Whether there is nothing to recognise with: then no call costs anything."""
        ...

    def reserve(self, expect: Expect) -> tuple[str, int]:
        """Let an ear expect a stream; return where the exchange is to send it."""
        ...

    def mute(self, stream_id: str, on: bool) -> None:
        """Let silence be heard instead of what comes."""
        ...

    def forget(self, stream_id: str) -> None:
        """Say that a stream is over."""
        ...


@dataclass(slots=True)
class _Talk:
    """A call that is heard. ``sides`` holds those that were begun, ``streams`` where each is heard now."""

    call: Call
    adopted: bool
    sides: dict[Side, LiveSide | None] = field(default_factory=dict)
    streams: dict[Side, str] = field(default_factory=dict)
    losses: Counter[Side] = field(default_factory=Counter)
    closed: set[Side] = field(default_factory=set)
    muted: bool = False
    timer: asyncio.TimerHandle | None = None
    again: dict[Side, asyncio.TimerHandle] = field(default_factory=dict)  # sides that are to be tapped anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What listening works with; ``wishes`` are what streams are announced with beside their language."""

    ears: Hears
    switch: Switch
    bus: Bus
    clock: Clock
    tasks: Tasks
    language: SpokenLanguage
    written: WrittenDown
    redacts: Callable[[], bool] = lambda: True
    partials: Callable[[], bool] = lambda: True
    measures: Callable[[Side], bool] = lambda _: False


class Listening:
    """Taps calls and tells what is said in them.

    Attributes:
        from_answer: Calls whose customer is heard before there is an agent: for machine detection.
        on_answer: Told what is heard of an answer, while that is wished.
        on_measured: Told how a side sounds, about once a second.
        counts: What happened, by name.
    """

    def __init__(self, around: Around) -> None:
        self._of = around
        self._talks: dict[CallId, _Talk] = {}
        self._streams: dict[str, tuple[_Talk, Side]] = {}
        self._taps: dict[LegId, str] = {}
        self.from_answer: Callable[[Call], bool] = lambda _: False
        self.on_answer: Callable[[CallId, AnswerHeard], None] = lambda *_: None
        self.on_measured: list[Callable[[CallId, Side, Measured], None]] = []
        self.counts: Counter[str] = Counter()
        around.ears.on_said = self._said
        around.bus.subscribe(CallChanged, self._call_changed)

    def __len__(self) -> int:
        """Return how many calls are heard."""
        return len(self._talks)

    def holds(self, leg_id: LegId) -> bool:
        """Whether a leg is a tap that is in use."""
        return leg_id in self._taps

    # ---- what calls do ---------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        talk = self._talks.get(call.id)
        if talk is None:
            if not call.live or not self._wanted(call) or self._of.ears.deaf:
                return
            if len(self._talks) >= MOST:
                self.counts["too_many"] += 1
                return
            talk = self._talks[call.id] = _Talk(call, adopted=change.was is None)
        talk.call = call
        if not call.live:
            self._over(talk)
            return
        for side in self._wanted(call):
            if side not in talk.sides:
                talk.sides[side] = None
                self._of.tasks.start(self._begin(talk, side), f"{side} of call {call.id}")
        self._mute(talk)

    def _wanted(self, call: Call) -> tuple[Side, ...]:
        if call.state in _TALKING:
            return tuple(Side)
        answered = call.state in {CallState.ANSWERED, CallState.SCREENING, CallState.WAITING}
        return (Side.CUSTOMER,) if answered and call.connected_at is None and self.from_answer(call) else ()

    def _mute(self, talk: _Talk) -> None:
        """Hear nothing while the customer hears music, or while the recording is paused for a card number."""
        call = talk.call
        muted = call.recording_paused or (call.state in _MUSIC and call.connected_at is not None)
        if muted != talk.muted:
            talk.muted = muted
            for stream_id in talk.streams.values():
                self._of.ears.mute(stream_id, muted)

    # ---- a side begins ---------------------------------------------------------------------------------------------

    async def _begin(self, talk: _Talk, side: Side) -> None:
        language = await self._of.language.of(talk.call)
        live = LiveSide(talk.call.id, side, language, self._of.redacts)
        if talk.adopted:
            await self._of.written.resume(live)
        talk.sides[side] = live
        await self._open(talk, live)

    async def _open(self, talk: _Talk, live: LiveSide) -> None:
        """Bring the sound of a side to an ear."""
        side = live.transcript.side
        if not talk.call.live:
            live.lack("the call was over before it could be heard")
            self._close(talk, side)
            return
        stream_id = new_id()
        try:
            host, port = self._of.ears.reserve(self._expected(stream_id, live, talk.call))
        except NoModel as error:
            live.deaf(str(error))
            self._close(talk, side)
            return
        except SpeechBusy as error:  # what is heard of it afterwards would cost those that are heard now
            live.lack(str(error))
            self._close(talk, side)
            return
        except WaihuError as error:
            live.lack(str(error))
            self._lost(talk, live, str(error))
            return
        await self._tap(talk, live, stream_id, (host, port))

    def _expected(self, stream_id: str, live: LiveSide, call: Call) -> Expect:
        one = live.transcript
        # Who is heard anew in the middle of an answer would take its middle for its begin.
        answer = call.connected_at is None and self.from_answer(call) and not self._talks[call.id].losses[one.side]
        return Expect(
            stream_id=stream_id, language=one.language, partials=self._of.partials(),
            measures=self._of.measures(one.side), answer_s=ANSWER_S if answer else 0.0,
        )  # fmt: skip

    async def _tap(self, talk: _Talk, live: LiveSide, stream_id: str, where: tuple[str, int]) -> None:
        side, call = live.transcript.side, talk.call
        leg_id = tap_leg(call.id, side, stream_id)
        talk.streams[side] = stream_id
        self._streams[stream_id] = talk, side
        self._taps[leg_id] = stream_id
        if talk.muted:
            self._of.ears.mute(stream_id, True)
        try:
            await self._of.switch.execute(Tap(leg_id, call.leg_id, side, stream_id, *where))
            self.counts["tapped"] += 1
        except WaihuError as error:
            self.counts["not_tapped"] += 1
            if not isinstance(error, LegGone):
                log.warning("call_not_tapped", call_id=call.id, side=side, problem=str(error))
                self._of.tasks.start(self._untap(leg_id), "untap")
            self._of.ears.forget(stream_id)  # says that it is over, from which the rest follows
        if not talk.call.live:
            self._of.ears.forget(stream_id)

    async def _untap(self, leg_id: LegId) -> None:
        try:
            await self._of.switch.execute(Untap(leg_id))
        except WaihuError as error:
            log.info("tap_not_ended", leg_id=leg_id, problem=str(error))

    # ---- what ears say ---------------------------------------------------------------------------------------------

    def _said(self, said: Said) -> None:
        stream_id = getattr(said, "stream_id", "")
        talk, side = self._streams.get(stream_id, (None, Side.CUSTOMER))
        live = talk.sides[side] if talk is not None else None
        if talk is None or live is None:
            return
        match said:
            case Began():
                self._began(talk, live, said)
            case PartialSaid():
                self._of.bus.publish(PartialHeard(live.partial(said, self._of.clock.now())))
            case FinalSaid():
                self._final(live, said)
            case Measured():
                for tell in self.on_measured:
                    tell(talk.call.id, side, said)
            case AnswerHeard():
                self.on_answer(talk.call.id, said)
            case Degraded():
                self.counts[f"degraded_{said.stage}"] += 1
                log.info("ear_behind", call_id=talk.call.id, side=side, stage=said.stage, behind_s=said.behind_s)
            case Ended():
                self._stream_over(talk, live, said)
            case _:
                pass

    def _began(self, talk: _Talk, live: LiveSide, said: Began) -> None:
        if said.engine:
            self._of.written.transcript(live.began(said))
            return
        live.began(said)
        live.deaf(said.reason or f"there is no model for {live.transcript.language}")
        stream_id = said.stream_id
        self._of.ears.forget(stream_id)
        self._of.tasks.start(self._untap(tap_leg(talk.call.id, live.transcript.side, stream_id)), "untap")

    def _final(self, live: LiveSide, said: FinalSaid) -> None:
        utterance = live.final(said, self._of.clock.now())
        if utterance is not None:
            self._of.bus.publish(UtteranceHeard(utterance))
            self._of.written.utterance(utterance, live)

    def _stream_over(self, talk: _Talk, live: LiveSide, said: Ended) -> None:
        side = live.transcript.side
        del self._streams[said.stream_id]
        self._taps.pop(tap_leg(talk.call.id, side, said.stream_id), None)
        talk.streams.pop(side, None)
        live.ended(said)
        if talk.call.live and not live.is_deaf:
            self._lost(talk, live, said.reason or NEVER_CAME)
        else:
            self._close(talk, side)

    def _lost(self, talk: _Talk, live: LiveSide, reason: str) -> None:
        """Tap a side anew whose stream ended before its call did; after some such losses it waits for the recording.

        An ear may know of a call's end before the exchange has told us: only time shows what it was.
        """
        side = live.transcript.side
        talk.losses[side] += 1
        later = asyncio.get_running_loop().call_later
        talk.again[side] = later(RETRY_S * talk.losses[side], self._again, talk, live, reason)

    def _again(self, talk: _Talk, live: LiveSide, reason: str) -> None:
        side = live.transcript.side
        del talk.again[side]
        self.counts["lost"] += 1
        live.lack(reason)
        if talk.losses[side] > RETRIES:
            self._close(talk, side)
        else:
            self._of.tasks.start(self._open(talk, live), f"{side} of call {talk.call.id} again")

    # ---- a call ends -----------------------------------------------------------------------------------------------

    def _over(self, talk: _Talk) -> None:
        if talk.timer is not None:
            return
        for stream_id in list(talk.streams.values()):
            self._of.ears.forget(stream_id)
        for side, again in list(talk.again.items()):
            again.cancel()
            self._close(talk, side)
        talk.timer = asyncio.get_running_loop().call_later(ENDS_WITHIN_S, self._give_up, talk)
        self._let_go(talk)

    def _give_up(self, talk: _Talk) -> None:
        for side, live in talk.sides.items():
            if side not in talk.closed and live is not None:
                stream_id = talk.streams.pop(side, "")
                self._streams.pop(stream_id, None)
                self._taps.pop(tap_leg(talk.call.id, side, stream_id), None)
                live.lack(f"the ear did not say within {ENDS_WITHIN_S:g} s that it was over")
                self._close(talk, side)
        self._talks.pop(talk.call.id, None)

    def _close(self, talk: _Talk, side: Side) -> None:
        """Keep the transcript of a side as it is; nothing more is heard of it."""
        live = talk.sides[side]
        if live is None or side in talk.closed:
            return
        talk.closed.add(side)
        self._of.written.close(live, self._of.clock.now())
        self._let_go(talk)

    def _let_go(self, talk: _Talk) -> None:
        if not talk.call.live and talk.closed == set(talk.sides):
            if talk.timer is not None:
                talk.timer.cancel()
            self._talks.pop(talk.call.id, None)
