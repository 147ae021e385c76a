"""How calls sounded: packets lost, jitter, round trip and the estimate of a listener's word (MOS), by leg."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.store.call_list import call_row
from waihu.store.leg_media import MediaSummary, legs_of_call, media_by_agent, media_by_trunk
from waihu.store.visible import visible_agents, visible_calls
from waihu_models.access import Right
from waihu_models.ids import AgentId, CallId
from waihu_models.media import BAD_MOS, LegMedia, LegQuality, LegSide

routes = Routes("call media")


class LegMediaShown(Struct, frozen=True, kw_only=True):
    """A leg of a call. ``in``: what we received of it, ``out``: what its far end received of us.

    Of a leg under way (``live``) the figures are of the last look; of one that is over, loss is of all packets, and the
    others are means, with the worst look beside them. Round trips are null where the far end told none.
    """

    leg: LegSide
    agent_id: str | None
    trunk: str
    live: bool
    at: datetime
    looks: int
    bad_looks: int
    bad: bool
    mos: float
    mos_worst: float
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


class CallMedia(Struct, frozen=True, kw_only=True):
    """How a call sounds, or sounded; without legs nobody has talked in it yet. Below ``bad_mos`` it is bad."""

    call_id: str
    bad_mos: float
    legs: list[LegMediaShown]


class MediaSummaryShown(Struct, frozen=True, kw_only=True):
    """How the legs of one trunk (customers' legs), or one agent (their own), sounded that were over in some hours.

    ``id``: the trunk's name, or the agent's id; ``name`` is for people.
    """

    id: str
    name: str
    legs: int
    bad_legs: int
    bad_ratio: float
    mos: float
    mos_worst: float
    loss_in_ratio: float
    loss_out_ratio: float
    jitter_in_ms: float
    jitter_out_ms: float
    round_trip_ms: float | None


class MediaSpan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far back."""

    hours: Annotated[int, Meta(ge=1, le=744)] = 24


def _live(media: LegMedia) -> LegMediaShown:
    figures = media.figures
    return LegMediaShown(
        leg=media.side, agent_id=media.agent_id, trunk=media.trunk, live=True, at=media.at, looks=1,
        bad_looks=media.bad_looks, bad=figures.bad, mos=figures.mos, mos_worst=figures.mos,
        loss_in_ratio=figures.loss_in_ratio, loss_in_worst_ratio=figures.loss_in_ratio,
        loss_out_ratio=figures.loss_out_ratio, loss_out_worst_ratio=figures.loss_out_ratio,
        jitter_in_ms=figures.jitter_in_ms, jitter_in_worst_ms=figures.jitter_in_ms,
        jitter_out_ms=figures.jitter_out_ms, jitter_out_worst_ms=figures.jitter_out_ms,
        round_trip_ms=figures.round_trip_ms, round_trip_worst_ms=figures.round_trip_ms,
    )  # fmt: skip


def _over(quality: LegQuality) -> LegMediaShown:
    return LegMediaShown(
        leg=quality.side, agent_id=quality.agent_id, trunk=quality.trunk, live=False, at=quality.at,
        looks=quality.looks, bad_looks=quality.bad_looks, bad=quality.mos < BAD_MOS, mos=quality.mos,
        mos_worst=quality.mos_worst, loss_in_ratio=quality.loss_in_ratio,
        loss_in_worst_ratio=quality.loss_in_worst_ratio, loss_out_ratio=quality.loss_out_ratio,
        loss_out_worst_ratio=quality.loss_out_worst_ratio, jitter_in_ms=quality.jitter_in_ms,
        jitter_in_worst_ms=quality.jitter_in_worst_ms, jitter_out_ms=quality.jitter_out_ms,
        jitter_out_worst_ms=quality.jitter_out_worst_ms, round_trip_ms=quality.round_trip_ms,
        round_trip_worst_ms=quality.round_trip_worst_ms,
    )  # fmt: skip


def _summary(one: MediaSummary, name: str = "") -> MediaSummaryShown:
    return MediaSummaryShown(
        id=one.name, name=name or one.name, legs=one.legs, bad_legs=one.bad_legs, bad_ratio=one.bad_ratio, mos=one.mos,
        mos_worst=one.mos_worst, loss_in_ratio=one.loss_in_ratio, loss_out_ratio=one.loss_out_ratio,
        jitter_in_ms=one.jitter_in_ms, jitter_out_ms=one.jitter_out_ms, round_trip_ms=one.round_trip_ms,
    )  # fmt: skip


@routes.get("/calls/{call_id}/media", right=Right.CALLS_READ)
async def read_call_media(ask: Ask, call_id: str) -> CallMedia:
    """Return how a call sounds now, or how it sounded."""
    store = ask.house.store
    visible, hearable = (visible_calls(ask.viewer, right) for right in (Right.CALLS_READ, Right.RECORDINGS_HEAR))
    await call_row(store, call_id, visible, hearable)
    live = ask.house.line_side.media.of_call(CallId(call_id))
    legs = [*map(_live, live), *map(_over, await legs_of_call(store, call_id))]
    return CallMedia(call_id=call_id, bad_mos=BAD_MOS, legs=legs)


@routes.get("/media-by-trunk", right=Right.TRUNKS)
async def list_media_by_trunk(ask: Ask, query: MediaSpan) -> list[MediaSummaryShown]:
    """Return how the customers' legs of each trunk sounded in the last hours."""
    since = ask.house.clock.now() - timedelta(hours=query.hours)
    return [_summary(one) for one in await media_by_trunk(ask.house.store, since)]


@routes.get("/media-by-agent", right=Right.AGENTS_READ)
async def list_media_by_agent(ask: Ask, query: MediaSpan) -> list[MediaSummaryShown]:
    """Return how the phones of the agents one may see sounded in the last hours."""
    since = ask.house.clock.now() - timedelta(hours=query.hours)
    visible = visible_agents(ask.viewer)
    agents = ask.house.agents
    return [
        _summary(one, agents.get(AgentId(one.name)).name if AgentId(one.name) in agents else "")
        for one in await media_by_agent(ask.house.store, since, visible)
    ]
