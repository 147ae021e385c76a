"""What FakeSwitch holds: legs with everything that hangs on them."""

import asyncio
import wave
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waihu.testing.far_ends import FarEnd
from waihu_models.commands import Ask
from waihu_models.errors import LegGone, SwitchRefused
from waihu_models.ids import BridgeId, LegId, PlaybackId, RecordingId
from waihu_models.media import MediaCounts
from waihu_models.signals import LegFacts

_SOUND = b"\x10\x00\x20\x00" * 800
"""A tenth of a second of stereo at 8 kHz: enough to be a recording."""


@dataclass(slots=True)
class Leg:
    """One leg. ``in_hands``: it can be bridged, played to, screened; not while it rings or is being screened."""

    id: LegId
    peer: str  # the trunk or phone it leads to
    far_end: FarEnd
    answered: bool = False
    answered_at_s: float = 0.0
    in_hands: bool = False
    bridge_id: BridgeId | None = None
    recording_id: RecordingId | None = None
    asked: Ask | None = None  # what its person is asked for a key now
    tries: int = 0  # how often that was said
    hears: LegId | None = None  # of a supervisor's leg: the one it spies on
    playing: deque[tuple[PlaybackId, float | None]] = field(default_factory=deque)
    screening: asyncio.TimerHandle | None = None  # while machine detection listens
    timers: list[asyncio.TimerHandle] = field(default_factory=list)

    def later(self, delay_s: float, act: Callable[..., None], *args: Any) -> asyncio.TimerHandle | None:
        """Do something after a while, unless the leg has ended by then."""
        if delay_s == float("inf"):
            return None
        self.timers.append(asyncio.get_running_loop().call_later(delay_s, act, *args))
        return self.timers[-1]

    def sound(self, now_s: float) -> MediaCounts:
        """Return what was counted of its sound: fifty packets a second from the answer on, both ways."""
        packets = int(50 * (now_s - self.answered_at_s)) if self.answered else 0
        far, lost = self.far_end, round(packets * self.far_end.loss_ratio)
        return MediaCounts(packets - lost, lost, far.jitter_ms, packets, lost, far.jitter_ms, far.round_trip_ms)

    def end(self) -> None:
        """Let nothing more happen."""
        for timer in self.timers:
            timer.cancel()

    @property
    def facts(self) -> LegFacts:
        """The leg as a view shows it."""
        return LegFacts(self.id, self.answered, self.bridge_id, in_app=self.in_hands)


class Legs(dict[LegId, Leg]):
    """All legs there are."""

    def there(self, leg_id: LegId) -> Leg:
        """Return a leg.

        Raises:
            LegGone: there is none of this id.
        """
        if leg_id not in self:
            raise LegGone(f"there is no leg {leg_id!r}")
        return self[leg_id]

    def in_hands(self, leg_id: LegId) -> Leg:
        """Return a leg that can be acted upon.

        Raises:
            LegGone: there is none of this id, or it rings, or it is being screened.
        """
        leg = self.there(leg_id)
        if not leg.in_hands:
            raise LegGone(f"leg {leg_id!r} is not in our hands")
        return leg

    def recorded(self, leg_id: LegId) -> Leg:
        """Return a leg that is being recorded.

        Raises:
            LegGone: there is none of this id.
            SwitchRefused: it is not being recorded.
        """
        leg = self.there(leg_id)
        if leg.recording_id is None:
            raise SwitchRefused(f"leg {leg_id!r} is not being recorded")
        return leg


def length_of(sound: str) -> float | None:
    """Return the seconds of a sound by its path without the ending, None where there is none."""
    try:
        with wave.open(f"{sound}.wav", "rb") as file:
            return file.getnframes() / file.getframerate()
    except (OSError, EOFError, wave.Error):
        return None


def write_sound(folder: Path | None, recording_id: RecordingId) -> None:
    """Leave a short raw recording behind, headerless stereo, when there is a folder for it."""
    if folder is not None:
        (folder / f"{recording_id}.raw").write_bytes(_SOUND)
