"""Line groups: trunks of one kind, the limits and hours they share, the numbers they lead to; for administrators."""

from collections.abc import Iterable
from datetime import time
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu_models.access import Right
from waihu_models.line_group import LineGroup, LineKind, LineWindow

routes = Routes("line groups")

LineGroupName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_]{0,31}$")]
MemberTrunks = Annotated[list[Annotated[str, Meta(min_length=1, max_length=32)]], Meta(max_length=50)]
Capacity = Annotated[int, Meta(ge=0, le=100_000)]
GroupRate = Annotated[float, Meta(ge=0, le=1000)]
CostPerMinute = Annotated[float, Meta(ge=0, le=1_000_000)]
NumberPrefixes = Annotated[list[Annotated[str, Meta(pattern=r"^\+[0-9]{1,14}$")]], Meta(max_length=200)]
ZoneName = Annotated[str, Meta(min_length=1, max_length=64)]
SetName = Annotated[str, Meta(max_length=64)]
Weekdays = Annotated[list[Annotated[int, Meta(ge=1, le=7)]], Meta(min_length=1, max_length=7)]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class LineHours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of some weekdays, Monday is 1; an end before its start lies on the next day."""

    days: Weekdays
    start: TimeOfDay
    end: TimeOfDay


LineHoursList = Annotated[list[LineHours], Meta(max_length=20)]


class LineGroupShown(Struct, frozen=True, kw_only=True):
    """A line group. ``capacity`` and ``calls_per_s`` 0: only its trunks' own limits hold. ``lines_used``: now."""

    name: str
    kind: LineKind
    trunks: list[str]
    capacity: int
    calls_per_s: float
    cost_per_min: float
    prefixes: list[str]
    windows: list[LineHours]
    zone: str
    caller_id_set: str
    enabled: bool
    lines_used: int
    open_now: bool
    version: int


class NewLineGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line group to be made."""

    name: LineGroupName
    kind: LineKind = LineKind.VOIP
    trunks: MemberTrunks = []
    capacity: Capacity = 0
    calls_per_s: GroupRate = 0.0
    cost_per_min: CostPerMinute = 0.0
    prefixes: NumberPrefixes = []
    windows: LineHoursList = []
    zone: ZoneName = "UTC"
    caller_id_set: SetName = ""
    enabled: bool = True


class LineGroupChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a line group; what is left out stays."""

    kind: LineKind | UnsetType = UNSET
    trunks: MemberTrunks | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    calls_per_s: GroupRate | UnsetType = UNSET
    cost_per_min: CostPerMinute | UnsetType = UNSET
    prefixes: NumberPrefixes | UnsetType = UNSET
    windows: LineHoursList | UnsetType = UNSET
    zone: ZoneName | UnsetType = UNSET
    caller_id_set: SetName | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


def hours_shown(windows: Iterable[LineWindow]) -> list[LineHours]:
    """Return windows as people see them."""
    return [LineHours(days=sorted(one.days), start=f"{one.start:%H:%M}", end=f"{one.end:%H:%M}") for one in windows]


def windows_given(hours: Iterable[LineHours]) -> tuple[LineWindow, ...]:
    """Return hours as people gave them."""
    return tuple(
        LineWindow(frozenset(one.days), time.fromisoformat(one.start), time.fromisoformat(one.end)) for one in hours
    )


def _shown(ask: Ask, group: LineGroup) -> LineGroupShown:
    lines = ask.house.lines
    return LineGroupShown(
        name=group.name, kind=group.kind, trunks=list(group.trunks), capacity=group.capacity,
        calls_per_s=group.calls_per_s, cost_per_min=group.cost_per_min, prefixes=list(group.prefixes),
        windows=hours_shown(group.windows), zone=group.zone, caller_id_set=group.caller_id_set,
        enabled=group.enabled,
        lines_used=sum(lines.used(name) for name in group.trunks), open_now=group.open_at(ask.house.clock.now()),
        version=group.version,
    )  # fmt: skip


def _fields(body: NewLineGroup | LineGroupChange) -> dict[str, Any]:
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    for name in {"trunks", "prefixes"} & given.keys():
        given[name] = tuple(given[name])
    for name in {"calls_per_s", "cost_per_min"} & given.keys():
        given[name] = float(given[name])
    if "windows" in given:
        given["windows"] = windows_given(given["windows"])
    return given


@routes.get("/line-groups", right=Right.TRUNKS)
async def list_line_groups(ask: Ask) -> list[LineGroupShown]:
    """Return all line groups, by name."""
    return [_shown(ask, group) for group in ask.house.line_side.groups]


@routes.post("/line-groups", right=Right.TRUNKS, status=201)
async def create_line_group(ask: Ask, body: NewLineGroup) -> LineGroupShown:
    """Make a line group; it counts for the next call. A trunk is in one group at most."""
    return _shown(ask, await ask.house.line_side.groups.add(LineGroup(**_fields(body)), ask.by))


@routes.get("/line-groups/{name}", right=Right.TRUNKS)
async def read_line_group(ask: Ask, name: str) -> LineGroupShown:
    """Return one line group."""
    return _shown(ask, ask.house.line_side.groups.get(name))


@routes.patch("/line-groups/{name}", right=Right.TRUNKS)
async def change_line_group(ask: Ask, name: str, body: LineGroupChange) -> LineGroupShown:
    """Change a line group; it counts for the next call, and calls under way go on."""
    return _shown(ask, await ask.house.line_side.groups.change(name, ask.if_match(), _fields(body), ask.by))


@routes.delete("/line-groups/{name}", right=Right.TRUNKS)
async def remove_line_group(ask: Ask, name: str) -> None:
    """Take a line group away that no campaign names; its trunks stay, with their own limits."""
    await ask.house.line_side.groups.remove(name, ask.if_match(), ask.by)
