"""Tension indicators of a call: named measures of how each side speaks, and when they changed markedly."""

from datetime import datetime

from msgspec import Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.store.call_list import call_row
from waihu.store.recordings import recording_of_call
from waihu.store.tension import marks_of, measures_of
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.tension import Measure
from waihu_models.transcript import Side

routes = Routes("tension")


class TensionMarkShown(Struct, frozen=True, kw_only=True):
    """A measure that changed markedly; ``at_s``: its place in the recording, null without one."""

    id: str
    side: Side
    measure: Measure
    value: float
    baseline: float
    at: datetime
    at_s: float | None


class SideMeasureShown(Struct, frozen=True, kw_only=True):
    """A measure over the whole call; ``baseline``: of its first part, null where there is none."""

    side: Side
    measure: Measure
    value: float
    baseline: float | None
    samples: int


class TensionShown(Struct, frozen=True, kw_only=True):
    """The indicators of a call. Figures, not feelings."""

    call_id: str
    marks: list[TensionMarkShown]
    measures: list[SideMeasureShown]


@routes.get("/calls/{call_id}/tension", right=Right.TRANSCRIPTS_READ)
async def read_tension(ask: Ask, call_id: str) -> TensionShown:
    """Return how a call sounded: changes while it went on, figures once it is over.

    Levels in dB of full scale, pitch in Hz, speech rate in words (Chinese: characters) and interruptions in times a
    minute, all others as shares.
    """
    store = ask.house.store
    visible, hearable = (visible_calls(ask.viewer, right) for right in (Right.TRANSCRIPTS_READ, Right.RECORDINGS_HEAR))
    await call_row(store, call_id, visible, hearable)
    recording = await recording_of_call(store, call_id)
    return TensionShown(
        call_id=call_id,
        marks=[
            TensionMarkShown(
                id=one.id, side=one.side, measure=one.measure, value=one.value, baseline=one.baseline, at=one.at,
                at_s=round((one.at - recording.started_at).total_seconds(), 3) if recording is not None else None,
            )
            for one in await marks_of(store, call_id)
        ],
        measures=[
            SideMeasureShown(
                side=one.side, measure=one.measure, value=one.value, baseline=one.baseline, samples=one.samples
            )
            for one in await measures_of(store, call_id)
        ],
    )  # fmt: skip
