"""The state of a line as the API shows it: open, drained and why, on trial; and the figures of its last minutes."""

from datetime import datetime, timedelta

from msgspec import Struct

from waihu.api.house import House
from waihu.dialer.line_health import DrainReason, LineState
from waihu_models.errors import NotFound


class LineQuality(Struct, frozen=True, kw_only=True):
    """What calls of the last ten minutes say of a trunk; null: too few to say.

    ``drained``: no new calls while another trunk can carry them, until ``again_at`` (null: until the carrier itself is
    well); ``trying``: a small share of them. ``answer_ratio``: ASR (E.411), ``carried_ratio``: NER (E.425), sound: of
    customers' legs.
    """

    state: LineState
    reason: DrainReason | None
    since: datetime | None
    again_at: datetime | None
    attempts: int
    answer_ratio: float | None
    carried_ratio: float | None
    post_dial_delay_s: float | None
    legs: int
    mos: float | None
    loss_ratio: float | None
    jitter_ms: float | None
    round_trip_ms: float | None


def line_quality(house: House, name: str) -> LineQuality | None:
    """Return how a trunk does, None for one that is not in use."""
    try:
        health, figures = house.line_side.carriers.figures(name)
    except NotFound:
        return None
    now, now_s = house.clock.now(), house.clock.monotonic()
    drained = health.state is LineState.DRAINED
    lasting = health.until_s == float("inf")
    return LineQuality(
        state=health.state,
        reason=health.reason,
        since=now - timedelta(seconds=now_s - health.since_s) if health.state is not LineState.OPEN else None,
        again_at=now + timedelta(seconds=health.until_s - now_s) if drained and not lasting else None,
        attempts=figures.attempts,
        answer_ratio=figures.answer_ratio,
        carried_ratio=figures.carried_ratio,
        post_dial_delay_s=figures.first_sign_s,
        legs=figures.legs,
        mos=figures.mos,
        loss_ratio=figures.loss_ratio,
        jitter_ms=figures.jitter_ms,
        round_trip_ms=figures.round_trip_ms,
    )
