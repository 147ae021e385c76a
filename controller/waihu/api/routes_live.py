"""Live screens without a connection that stays open, and what their figures mean."""

from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.wallboard_texts import FIGURES, FigureMeaning
from waihu_models.access import Right
from waihu_models.live import LiveView
from waihu_models.live_events import Changes, Hello, Snapshot

routes = Routes("live")


class WhereIWas(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last message somebody has; without it the whole picture is sent."""

    epoch: Annotated[str, Meta(max_length=40)] = ""
    after: Annotated[int, Meta(ge=0, le=2**53)] = 0


@routes.get("/live/figures", right=Right.WALL)
async def list_figure_meanings(ask: Ask) -> list[FigureMeaning]:  # noqa: ARG001 -- every route is asked by somebody
    """What the figures of the wall mean, in English and Chinese."""
    return list(FIGURES)


@routes.get("/live/wall", right=Right.WALL)
async def look_at_wall(ask: Ask, query: WhereIWas) -> Snapshot | Changes:
    """The wall: the whole picture, or what has happened since a message one has."""
    return _look(ask, LiveView.WALL, query)


@routes.get("/live/desk", right=Right.DESK)
async def look_at_desk(ask: Ask, query: WhereIWas) -> Snapshot | Changes:
    """One's own desk: the whole picture, or what has happened since a message one has."""
    return _look(ask, LiveView.DESK, query)


def _look(ask: Ask, view: LiveView, where: WhereIWas) -> Snapshot | Changes:
    return ask.house.live.look(ask.viewer, Hello(view=view, epoch=where.epoch, after=where.after))
