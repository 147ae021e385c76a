"""``waihu trunk``: how carriers do, and their line groups. A running controller follows changes within two seconds."""

from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from waihu import settings
from waihu.cli.hours import hours_text, windows_of
from waihu.cli.opened import by_shell, with_settings, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.services.line_groups import check_line_group
from waihu.store import line_groups as stored
from waihu.store.leg_media import MediaSummary, media_by_trunk
from waihu.store.store import Store
from waihu.store.trunks import TrunkFigures, figures_since, trunks
from waihu_models.errors import Conflict, NotFound
from waihu_models.line_group import LineGroup, LineKind

app = typer.Typer(help="Look at carriers, and keep line groups.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the group.")]
Kind = Annotated[LineKind | None, typer.Option(help="What its lines are.")]
Members = Annotated[list[str] | None, typer.Option("--trunk", help="A trunk of the group; give it for each.")]
Most = Annotated[int | None, typer.Option(min=0, help="Calls on all of them; 0: as their own limits say.")]
Rate = Annotated[float | None, typer.Option(min=0, help="Calls started a second on all of them; 0: no limit.")]
Cost = Annotated[float | None, typer.Option(min=0, help="Of a minute; breaks a tie.")]
Prefixes = Annotated[list[str] | None, typer.Option("--prefix", help="How numbers begin that it leads to: +44.")]
Hours = Annotated[list[str] | None, typer.Option(help="When calls start: 1-5,09:00-18:00 (Monday is 1).")]
Zone = Annotated[str | None, typer.Option(help="Time zone of the hours, e.g. Europe/London.")]
Shown = Annotated[str | None, typer.Option(help="Caller-id set shown on these lines.")]


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show what the calls of the last hour say of each carrier, and how a day's calls sounded."""
    now = SystemClock().now()

    async def work(store: Store) -> tuple[dict[str, TrunkFigures], list[MediaSummary]]:
        calls = await figures_since(store, now - timedelta(hours=1))
        return calls, await media_by_trunk(store, now - timedelta(days=1))

    figures, sound = with_store(settings_file, work)
    heard = {one.name: one for one in sound}
    table = Table("trunk", "calls", "answered", "post-dial delay", "MOS", "lost", "jitter", "round trip", "bad calls")
    for name in sorted({*figures, *heard}):
        table.add_row(name, *_of_calls(figures.get(name, TrunkFigures())), *_of_sound(heard.get(name)))
    Console().print(table)


def _of_calls(figures: TrunkFigures) -> tuple[str, str, str]:
    ratio, delay_s = figures.answer_ratio, figures.average_first_sign_s
    return (
        str(figures.attempts),
        "–" if ratio is None else f"{ratio:.0%}",
        "–" if delay_s is None else f"{delay_s:.1f} s",
    )


def _of_sound(sound: MediaSummary | None) -> tuple[str, str, str, str, str]:
    if sound is None:
        return ("–",) * 5
    trip = "–" if sound.round_trip_ms is None else f"{sound.round_trip_ms:.0f} ms"
    lost = max(sound.loss_in_ratio, sound.loss_out_ratio)
    jitter_ms = max(sound.jitter_in_ms, sound.jitter_out_ms)
    return f"{sound.mos:.1f}", f"{lost:.1%}", f"{jitter_ms:.0f} ms", trip, f"{sound.bad_legs} of {sound.legs}"


@app.command("groups")
def groups(settings_file: SettingsFile = None) -> None:
    """Show the line groups."""
    table = Table("group", "kind", "trunks", "capacity", "calls/s", "cost/min", "prefixes", "hours", "caller ids")
    for one in with_store(settings_file, stored.line_groups):
        table.add_row(
            one.name if one.enabled else f"{one.name} (off)", str(one.kind), ", ".join(one.trunks),
            str(one.capacity or "–"), f"{one.calls_per_s or '–'}", f"{one.cost_per_min or '–'}",
            " ".join(one.prefixes) or "all", hours_text(one.windows, one.zone), one.caller_id_set or "–",
        )  # fmt: skip
    Console().print(table)


@app.command("add-group")
def add_group(
    name: Name, settings_file: SettingsFile = None, kind: Kind = LineKind.VOIP, trunk: Members = None,
    capacity: Most = None, calls_per_s: Rate = None, cost_per_min: Cost = None, prefix: Prefixes = None,
    hours: Hours = None, zone: Zone = None, caller_id_set: Shown = None,
) -> None:  # fmt: skip
    """Make a line group."""
    given = _given(kind, trunk, capacity, calls_per_s, cost_per_min, prefix, hours, zone, caller_id_set)
    _keep(settings_file, LineGroup(name=name, **given), new=True)
    typer.echo(f"Line group {name} is made. A campaign may name it as its trunk, and a routing rule may choose it.")


@app.command("change-group")
def change_group(
    name: Name, settings_file: SettingsFile = None, kind: Kind = None, trunk: Members = None,
    capacity: Most = None, calls_per_s: Rate = None, cost_per_min: Cost = None, prefix: Prefixes = None,
    hours: Hours = None, zone: Zone = None, caller_id_set: Shown = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Whether calls start on its lines.")] = None,
) -> None:  # fmt: skip
    """Change a line group; what is not given stays."""
    given = _given(kind, trunk, capacity, calls_per_s, cost_per_min, prefix, hours, zone, caller_id_set)
    if enabled is not None:
        given["enabled"] = enabled
    was = _named(with_store(settings_file, stored.line_groups), name)
    fields = {field: getattr(was, field) for field in LineGroup.__dataclass_fields__}
    _keep(settings_file, LineGroup(**{**fields, **given}), new=False)
    typer.echo(f"Line group {name} is changed.")


@app.command("remove-group")
def remove_group(name: Name, settings_file: SettingsFile = None) -> None:
    """Take a line group away; its trunks stay."""

    async def work(store: Store) -> None:
        group = _named(await stored.line_groups(store), name)
        await stored.drop_line_group(store, name, group.version, by_shell())

    with_store(settings_file, work)
    typer.echo(f"Line group {name} is removed.")


def _given(
    kind: LineKind | None, members: list[str] | None, capacity: int | None, calls_per_s: float | None,
    cost_per_min: float | None, prefixes: list[str] | None, hours: list[str] | None, zone: str | None,
    caller_id_set: str | None,
) -> dict[str, Any]:  # fmt: skip
    said = {
        "kind": kind,
        "trunks": None if members is None else tuple(members),
        "capacity": capacity,
        "calls_per_s": calls_per_s,
        "cost_per_min": cost_per_min,
        "prefixes": None if prefixes is None else tuple(prefixes),
        "windows": None if hours is None else windows_of(hours),
        "zone": zone,
        "caller_id_set": caller_id_set,
    }
    return {field: value for field, value in said.items() if value is not None}


def _named(known: list[LineGroup], name: str) -> LineGroup:
    found = next((group for group in known if group.name == name), None)
    if found is None:
        raise NotFound(f"there is no line group {name!r}; known: {', '.join(group.name for group in known) or 'none'}")
    return found


def _keep(settings_file: Any, group: LineGroup, *, new: bool) -> None:
    chosen = settings.load(settings_file)

    async def work(store: Store) -> None:
        names = {trunk.name for trunk in chosen.trunks} | {trunk.name for trunk in await trunks(store)}
        check_line_group(group, names)
        for other in await stored.line_groups(store):
            if other.name != group.name and (both := set(other.trunks) & set(group.trunks)):
                raise Conflict(f"trunk {min(both)!r} is in line group {other.name!r} already")
        await (stored.add_line_group if new else stored.change_line_group)(store, group, by_shell())

    with_settings(chosen, work)
