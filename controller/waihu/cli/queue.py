"""``waihu queue``: where callers wait. A running controller follows changes within a second."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from waihu.cli.hours import hours_text, windows_of
from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.cli.skills import levels_of, levels_text
from waihu.services.menus import leading_menus
from waihu.services.queue_checks import check_queue
from waihu.services.routing_desk import RoutingDesk
from waihu.services.routing_rules import leading_rules
from waihu.store import queues as stored
from waihu.store.menus import menus
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound
from waihu_models.queue import AfterHours, Queue, Strategy, needs

app = typer.Typer(help="Keep queues: where callers wait, and who takes them.", no_args_is_help=True)


def _names() -> list[str]:
    """Return the names of queues, for a shell that completes what is typed."""
    return [queue.name for queue in with_store(None, stored.queues)]


Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the queue.", autocompletion=_names)]
Title = Annotated[str | None, typer.Option(help="Name for people.")]
Choice = Annotated[Strategy | None, typer.Option(help="Which of several free agents gets a caller.")]
Skills = Annotated[list[str] | None, typer.Option("--skill", help="A skill the agent needs, e.g. loans=5; '': none.")]
Priority = Annotated[int | None, typer.Option(help="1..1000; callers of the lower number come first.")]
InTime = Annotated[float | None, typer.Option(help="Who is answered within so many seconds was answered in time.")]
Share = Annotated[float | None, typer.Option(help="The share to be answered in time, e.g. 0.8.")]
Patience = Annotated[float | None, typer.Option(help="Seconds after which a caller overflows, or hears 'all busy'.")]
Overflow = Annotated[str | None, typer.Option(help="Queue that callers go to then; '': none.", autocompletion=_names)]
Most = Annotated[int | None, typer.Option(help="Callers who may wait; 0: no limit.")]
Announce = Annotated[float | None, typer.Option(help="Seconds between announcements; 0: none.")]
Callback = Annotated[float | None, typer.Option(help="Seconds after which a call back is offered; not offered yet.")]
Key = Annotated[str | None, typer.Option(help="The key that accepts it; not offered yet.")]
Sticky = Annotated[float | None, typer.Option(help="Seconds a caller waits for the agent of the last call.")]
Recall = Annotated[
    bool | None,
    typer.Option("--recall/--no-recall", help="Whether who gave up is listed to be called back, see waihu recall."),
]
Hours = Annotated[list[str] | None, typer.Option(help="When it is open: 1-5,09:00-18:00 (Monday is 1); '': always.")]
Zone = Annotated[str | None, typer.Option(help="Time zone of the hours, e.g. Europe/London.")]
Closed = Annotated[AfterHours | None, typer.Option(help="What callers meet at other times.")]
Welcome = Annotated[str | None, typer.Option(help="Said at the beginning.")]
ClosedText = Annotated[str | None, typer.Option(help="Said when it is closed.")]
Language = Annotated[str | None, typer.Option(help="Of announcements: zh or en.")]
Enabled = Annotated[bool | None, typer.Option("--on/--off", help="Whether callers may wait in it.")]


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show all queues."""
    table = Table("queue", "title", "strategy", "skills", "priority", "patience", "overflow", "hours", "agents")

    async def work(store: Store) -> tuple[list[Queue], list[frozenset[str]]]:
        able = await stored.abilities(store)
        return await stored.queues(store), [one.queues for one in able.values()]

    queues, memberships = with_store(settings_file, work)
    for one in queues:
        table.add_row(
            one.name if one.enabled else f"{one.name} (off)", one.title, str(one.strategy), _skills_text(one) or "–",
            str(one.priority), f"{one.patience_s:g} s", one.overflow_to or "–", hours_text(one.windows, one.zone),
            str(sum(one.name in names for names in memberships)),
        )  # fmt: skip
    Console().print(table if queues else "There are no queues. Next: waihu queue set NAME")


@app.command()
def show(name: Name, settings_file: SettingsFile = None) -> None:
    """Show all fields of a queue."""
    queue = _named(with_store(settings_file, stored.queues), name)
    table = Table("field", "value")
    for field in Queue.__dataclass_fields__:
        table.add_row(field, _value_text(queue, field))
    Console().print(table)


def _value_text(queue: Queue, field: str) -> str:
    if field == "skills":
        return _skills_text(queue)
    if field == "windows":
        return hours_text(queue.windows, queue.zone)
    value = getattr(queue, field)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _skills_text(queue: Queue) -> str:
    return levels_text({need.skill: need.level for need in queue.skills})


@app.command("set")
def set_(
    name: Name, settings_file: SettingsFile = None, title: Title = None,
    strategy: Choice = None, skills: Skills = None, priority: Priority = None, service_level_s: InTime = None,
    service_level_ratio: Share = None, patience_s: Patience = None, overflow_to: Overflow = None,
    most_waiting: Most = None, announce_every_s: Announce = None, callback_after_s: Callback = None,
    callback_key: Key = None, sticky_s: Sticky = None, recall: Recall = None, hours: Hours = None,
    zone: Zone = None, after_hours: Closed = None, welcome: Welcome = None, closed_text: ClosedText = None,
    language: Language = None, enabled: Enabled = None,
) -> None:  # fmt: skip
    """Make a queue, or change one; what is not given stays."""
    given = _given(locals())

    async def work(store: Store) -> bool:
        known = {queue.name: queue for queue in await stored.queues(store)}
        was = known.pop(name, None)
        queue = replace(was or Queue(name=name), **given)
        check_queue(queue, known.values())
        await (stored.add_queue if was is None else stored.change_queue)(store, queue, by_shell())
        return was is None

    made = with_store(settings_file, work)
    typer.echo(f"Queue {name} is {'made' if made else 'changed'}." + (_NEXT.format(name) if made else ""))


_NEXT = " Next, who takes its callers: waihu agent skills ID --queue {}"


@app.command()
def remove(name: Name, settings_file: SettingsFile = None) -> None:
    """Take a queue away that no other queue, rule or menu names; its agents belong to it no more."""

    async def work(store: Store) -> None:
        known = await stored.queues(store)
        queue = _named(known, name)
        users = [f"queue {other.name}" for other in known if other.overflow_to == name]
        users += leading_rules((await RoutingDesk(store).live_router()).table, name)
        users += leading_menus(await menus(store), name)
        if users:
            raise Conflict(f"queue {name!r} is named by {', '.join(users[:5])}: give them another one first")
        await stored.drop_queue(store, name, queue.version, by_shell())

    with_store(settings_file, work)
    typer.echo(f"Queue {name} is removed.")


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        field: value for field, value in params.items() if field in Queue.__dataclass_fields__ and value is not None
    }  # fmt: skip
    given.pop("name")
    if "skills" in given:
        given["skills"] = needs(levels_of(given["skills"]))
    if params["hours"] is not None:
        given["windows"] = windows_of(params["hours"])
    return given


def _named(known: list[Queue], name: str) -> Queue:
    found = next((queue for queue in known if queue.name == name), None)
    if found is None:
        raise NotFound(f"there is no queue {name!r}; known: {', '.join(queue.name for queue in known) or 'none'}")
    return found
