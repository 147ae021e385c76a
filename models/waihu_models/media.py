"""How the sound of a leg travels: packets lost, jitter, round trip, and what a listener would say of it (MOS).

*In* is what we receive from the far end, *out* is what the far end says (RTCP) that it receives from us.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, CallId, LegId

BAD_MOS = 3.1
"""Below it "nearly all users are dissatisfied" (ITU-T G.107 Annex B: R = 60)."""
_PACKET_MS = 20.0
_PLC_ROBUSTNESS = 25.1  # Bpl of G.711 with concealment of lost packets: ITU-T G.113 Appendix I
_BEST_R = 93.2
_NOTICEABLE = 0.02  # loss


class LegSide(StrEnum):
    """Whose leg it is."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class MediaCounts:
    """What the exchange has counted of a leg from its beginning; None: the far end has told nothing yet."""

    received: int = 0
    received_lost: int = 0
    jitter_in_ms: float = 0.0
    sent: int = 0
    sent_lost: int = 0
    jitter_out_ms: float | None = None
    round_trip_ms: float | None = None

    def begun_anew(self, was: "MediaCounts") -> bool:
        """Say whether counting began anew since an earlier look, as it does when the far end changes its stream."""
        return self.received < was.received or self.sent < was.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFigures:
    """How a leg sounded over a stretch of time."""

    loss_in_ratio: float
    loss_out_ratio: float
    jitter_in_ms: float
    jitter_out_ms: float
    round_trip_ms: float | None
    mos: float

    @property
    def bad(self) -> bool:
        """Whether nearly everybody would complain."""
        return self.mos < BAD_MOS


@dataclass(frozen=True, slots=True, kw_only=True)
class LegMedia:
    """A look at a leg of a call while people talk."""

    call_id: CallId
    leg_id: LegId
    side: LegSide
    trunk: str
    agent_id: AgentId | None
    at: datetime
    figures: MediaFigures
    bad_looks: int = 0  # in a row, this one included


@dataclass(frozen=True, slots=True, kw_only=True)
class LegQuality:
    """How a leg of a call that is over sounded. Loss is of all its packets; other means, and the worst, are of looks.

    Attributes:
        looks: How often it was looked at, ``bad_looks`` of them were bad.
        at: When it was over.
    """

    call_id: CallId
    leg_id: LegId
    side: LegSide
    trunk: str
    agent_id: AgentId | None
    at: datetime
    looks: int
    bad_looks: int
    loss_in_ratio: float
    loss_in_worst_ratio: float
    loss_out_ratio: float
    loss_out_worst_ratio: float
    jitter_in_ms: float
    jitter_in_worst_ms: float
    jitter_out_ms: float
    jitter_out_worst_ms: float
    round_trip_ms: float | None
    round_trip_worst_ms: float | None
    mos: float
    mos_worst: float


@dataclass(frozen=True, slots=True)
class CameInBroken:
    """What the other leg of a call brings along: the exchange passes gaps and delays on as they come.

    What a far end says it lost of what never came in is not this leg's doing. The two reports are of different moments,
    so that nothing is subtracted: the far end's word on losses is not taken where the other leg has noticeable ones.
    """

    loss_ratio: float = 0.0
    jitter_ms: float = 0.0

    def of(self, lost_out_ratio: float) -> float:
        """Return which share of what went out was lost on this leg itself."""
        return lost_out_ratio if self.loss_ratio < _NOTICEABLE else 0.0


def figures_between(was: MediaCounts, now: MediaCounts, other: CameInBroken = CameInBroken()) -> MediaFigures | None:
    """Return how a leg sounded between two looks, None when nothing travelled."""
    if now.begun_anew(was):
        was = MediaCounts()
    received, sent = now.received - was.received, now.sent - was.sent
    if received <= 0 and sent <= 0:
        return None
    loss_in = share_of(now.received_lost - was.received_lost, received)
    # Sent packets are counted here, lost ones over there: they are part of those that were sent.
    loss_out = share_of(lost := now.sent_lost - was.sent_lost, sent - max(0, lost))
    loss_out = other.of(loss_out)
    jitter_out_ms, round_trip_ms = max(0.0, (now.jitter_out_ms or 0.0) - other.jitter_ms), now.round_trip_ms
    return MediaFigures(
        loss_in_ratio=loss_in, loss_out_ratio=loss_out, jitter_in_ms=now.jitter_in_ms, jitter_out_ms=jitter_out_ms,
        round_trip_ms=round_trip_ms,
        mos=min(mos(loss_in, now.jitter_in_ms, round_trip_ms), mos(loss_out, jitter_out_ms, round_trip_ms)),
    )  # fmt: skip


def share_of(lost: int, arrived: int) -> float:
    """Return which share of the packets was lost."""
    # What is lost is known a report later than what arrives: neither may make the share leave 0..1.
    lost = max(0, lost)
    whole = lost + max(0, arrived)
    return lost / whole if whole else 0.0


def mos(loss_ratio: float, jitter_ms: float, round_trip_ms: float | None) -> float:
    """Estimate what listeners would say of one direction, 1 (bad) to 4.4 (as good as a telephone gets).

    Source: the E-model, ITU-T G.107: R = 93.2 - Id - Ie,eff, with Ie,eff = 95 · Ppl / (Ppl + Bpl) for G.711 (Ie = 0)
    and random loss; Id = 0.024 d + 0.11 (d - 177.3) for d > 177.3 ms as Cole & Rosenbluth, "Voice over IP performance
    monitoring" (2001), simplify it. R to MOS: G.107 Annex B. The delay d: half the round trip, one packet, and a
    jitter buffer of twice the jitter.
    """
    delay_ms = (round_trip_ms or 0.0) / 2 + 2 * jitter_ms + _PACKET_MS
    impaired_by_delay = 0.024 * delay_ms + (0.11 * (delay_ms - 177.3) if delay_ms > 177.3 else 0.0)
    lost_percent = 100.0 * min(1.0, max(0.0, loss_ratio))
    impaired_by_loss = 95.0 * lost_percent / (lost_percent + _PLC_ROBUSTNESS)
    r = _BEST_R - impaired_by_delay - impaired_by_loss
    if r <= 6.5:  # below it the polynomial falls under 1
        return 1.0
    return 1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6
