"""``waihu webhook``: who is told of what happens, and what did not arrive. A controller follows within seconds."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu import settings
from waihu.cli.opened import by_shell, with_settings, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.services.webhooks import Tested, Webhooks
from waihu.store import deliveries
from waihu.store import webhooks as stored
from waihu.store.deliveries import Delivery, Waiting
from waihu.store.store import Store
from waihu_models.outward import DeliveryState, Webhook

app = typer.Typer(help="Tell other systems of what happens, by signed requests.", no_args_is_help=True)

T = TypeVar("T")


def _known(incomplete: str) -> list[tuple[str, str]]:
    """Return what an id can be completed to, with names; nothing where the store cannot be read."""
    try:
        hooks = with_store(None, stored.webhooks)
    except Exception:  # noqa: BLE001 -- a shell that completes must not be shown a traceback
        return []
    return [(hook.id, hook.name) for hook in hooks if hook.id.startswith(incomplete)]


HookId = Annotated[str, typer.Argument(help="Id of the webhook.", autocompletion=_known)]


def _with_hooks(settings_file: SettingsFile, work: Callable[[Webhooks], Awaitable[T]]) -> T:
    chosen = settings.load(settings_file)

    async def opened(store: Store) -> T:
        hooks = Webhooks(store, SystemClock(), private=chosen.webhooks.private)
        try:
            return await work(hooks)
        finally:
            await hooks.close()

    return with_settings(chosen, opened)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where events are sent: https://…")],
    settings_file: SettingsFile = None,
    topic: Annotated[list[str] | None, typer.Option(help="call.ended, call.*, *; may be given several times.")] = None,
    name: Annotated[str, typer.Option(help="Name for people; empty: the host.")] = "",
) -> None:
    """Tell an address of what happens from now on, and print the secret it is signed with, once."""
    hook, secret = _with_hooks(settings_file, lambda hooks: hooks.add(url, topic or ["*"], name, by_shell()))
    typer.echo(f"Webhook {hook.id} tells {hook.url} of {', '.join(hook.topics)}.")
    _say(secret)


def _say(secret: str) -> None:
    typer.echo(f"Its secret, shown only now: {secret}")


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show who is told of what, and how much waits."""

    async def work(store: Store) -> tuple[list[Webhook], dict[str, Waiting]]:
        return await stored.webhooks(store), await deliveries.waiting(store)

    hooks, waiting = with_store(settings_file, work)
    table = Table("id", "name", "address", "topics", "state", "on their way", "set aside")
    for hook in hooks:
        much = waiting.get(hook.id, Waiting())
        state = "paused" if hook.paused else "active"
        shown = (hook.id, hook.name, hook.url or "that of each task", ", ".join(hook.topics), state)
        table.add_row(*map(escape, shown), str(much.pending), str(much.set_aside))
    Console().print(table if hooks else "Nobody is told anything. Next: waihu webhook add URL --topic call.ended")


@app.command("test")
def send_trial(webhook_id: HookId, settings_file: SettingsFile = None) -> None:
    """Tell a receiver something on trial; exit status 1 when it does not take it."""

    async def work(hooks: Webhooks) -> Tested:
        return await hooks.test(webhook_id)

    tested = _with_hooks(settings_file, work)
    typer.echo(f"It said yes: status {tested.status}." if tested.status else f"Not taken: {tested.problem}")
    if not tested.status:
        raise typer.Exit(1)


@app.command()
def rotate(
    webhook_id: HookId,
    settings_file: SettingsFile = None,
    overlap_hours: Annotated[float, typer.Option(min=0, max=720, help="The former secret signs as well.")] = 24.0,
) -> None:
    """Make a new secret and print it, once; ``call-tasks``: that of the results of call tasks."""
    overlap = timedelta(hours=overlap_hours)
    _say(_with_hooks(settings_file, lambda hooks: hooks.rotate(webhook_id, by_shell(), overlap)))


@app.command()
def pause(webhook_id: HookId, settings_file: SettingsFile = None) -> None:
    """Tell a receiver nothing for now; it is told later of what it missed, as far as the outbox keeps it."""
    _pause(webhook_id, settings_file, paused=True)


@app.command()
def resume(webhook_id: HookId, settings_file: SettingsFile = None) -> None:
    """Tell a paused receiver of what it missed, and of everything again."""
    _pause(webhook_id, settings_file, paused=False)


def _pause(webhook_id: str, settings_file: SettingsFile, *, paused: bool) -> None:
    async def work(store: Store) -> None:
        version = (await stored.webhook(store, webhook_id)).version
        await stored.change_webhook(store, webhook_id, version, {"paused": paused}, by_shell())

    with_store(settings_file, work)
    typer.echo(f"Webhook {webhook_id} is {'paused' if paused else 'active'}.")


@app.command()
def remove(webhook_id: HookId, settings_file: SettingsFile = None) -> None:
    """Tell a receiver nothing any more, and forget what was on its way to it."""
    _with_hooks(settings_file, lambda hooks: hooks.remove(webhook_id, None, by_shell()))
    typer.echo(f"Webhook {webhook_id} is removed.")


@app.command("set-aside")
def set_aside(
    webhook_id: HookId,
    settings_file: SettingsFile = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many at most.")] = 50,
) -> None:
    """Show what a receiver did not take, and why."""

    async def work(store: Store) -> list[Delivery]:
        await stored.webhook(store, webhook_id)
        return await deliveries.deliveries_of(store, webhook_id, DeliveryState.SET_ASIDE, 0, limit)

    table = Table("id", "topic", "about", "happened", "attempts", "reason")
    found = with_store(settings_file, work)
    for one in found:
        happened = one.event.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(one.event.id, one.event.topic, one.event.key, happened, str(one.attempts), escape(one.reason))
    Console().print(table if found else "Nothing was set aside.")


@app.command()
def again(
    webhook_id: HookId,
    settings_file: SettingsFile = None,
    delivery: Annotated[str | None, typer.Option(help="Only this one.")] = None,
) -> None:
    """Try anew what was set aside."""

    async def work(store: Store) -> int:
        await stored.webhook(store, webhook_id)
        return await deliveries.send_again(store, webhook_id, delivery, SystemClock().now())

    typer.echo(f"{with_store(settings_file, work)} deliveries are tried anew.")
