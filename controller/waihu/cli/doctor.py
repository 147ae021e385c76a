"""``waihu doctor``: what is installed, missing, misconfigured, and how to mend it."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu import paths, settings
from waihu.cli.heartbeat import read_heartbeat
from waihu.cli.options import SettingsFile, store_url
from waihu.services.findings import State, disk_finding
from waihu.settings import Settings
from waihu_models.errors import NumberKeyLost, WaihuError

OLD_HEARTBEAT_S = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do when it is not well."""

    subject: str
    state: State
    seen: str
    mend: str = ""


def doctor(
    settings_file: SettingsFile = None,
    live: Annotated[bool, typer.Option(help="Also require a running controller that reaches its exchange.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is bad.")] = False,
) -> None:
    """Look at everything Waihu needs; exit status 1 when something is bad."""
    findings = list(examine(settings_file, live=live))
    shown = [finding for finding in findings if not quiet or finding.state is State.BAD]
    if shown:
        Console().print(_table(shown))
    if any(finding.state is State.BAD for finding in findings):
        raise typer.Exit(1)


def examine(settings_file: SettingsFile, *, live: bool) -> Iterable[Finding]:
    """Make every check, in the order in which one would mend them."""
    yield _python()
    try:
        chosen = settings.load(settings_file)
    except WaihuError as error:
        yield Finding(
            "settings", State.BAD, str(error), "correct the place it names; `waihu check` prints what is read"
        )
        chosen = Settings()
    else:
        yield _trunks(chosen)
    for program, package in (("espeak-ng", "espeak-ng"), ("sox", "sox")):
        yield _program(program, package)
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _asterisk,
        _folder,
        _store,
        _do_not_call,
        _recordings,
        _hearing,
        _speaking,
    )
    for check in checks:
        yield check(chosen)
    yield _controller(required=live)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Finding("python", State.GOOD if good else State.BAD, version, "" if good else "install Python 3.11 or later")


def _trunks(chosen: Settings) -> Finding:
    from waihu.cli.kept import as_kept

    try:
        # Those an administrator added lie in the store, whose own troubles are another finding.
        names = [trunk.name for trunk in asyncio.run(as_kept(chosen, {})).trunks]
    except WaihuError:
        names = [trunk.name for trunk in chosen.trunks]
    if names:
        return Finding("trunks", State.GOOD, ", ".join(names))
    mend = "add [[trunks]] to the settings file, or a trunk in the console"
    return Finding("trunks", State.WARNING, "none: nothing can be dialled", mend)


def _program(name: str, package: str) -> Finding:
    path = shutil.which(name)
    if path:
        return Finding(name, State.GOOD, path)
    return Finding(name, State.BAD, "missing: announcements cannot be made", f"apt-get install {package}")


def _asterisk(chosen: Settings) -> Finding:
    from waihu.cli.assembly import places
    from waihu.telephony.install import find_install

    if not chosen.exchange.managed:
        return Finding("asterisk", State.GOOD, f"run by somebody else, at {chosen.exchange.ari_url}")
    install = find_install(places(chosen).rootfs)
    if install is None:
        mend = "run scripts/bootstrap" if paths.checkout() else "install the package asterisk, 22.4 or later"
        return Finding("asterisk", State.BAD, "missing, or too old", mend)
    needed = ("res_ari.so", "app_mixmonitor.so", "app_amd.so", "chan_pjsip.so")
    missing = [module for module in needed if not install.has_module(module)]
    if missing:
        return Finding("asterisk", State.BAD, f"modules missing: {', '.join(missing)}", "install asterisk-modules")
    state = State.GOOD if install.version >= (22,) else State.WARNING
    mend = "" if state is State.GOOD else "22 is what Waihu is tested with"
    return Finding("asterisk", state, f"{install.version_text} ({install.origin})", mend)


def _folder(_: Settings) -> Finding:
    var = paths.var()
    parent = var if var.exists() else var.parent
    if not os.access(parent, os.W_OK):
        return Finding("var folder", State.BAD, f"{var} cannot be written", "chown it, or set WAIHU_VAR")
    return Finding("var folder", State.GOOD, str(var))


def _store(chosen: Settings) -> Finding:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from waihu.store.migrate import schema_state

    url = store_url(chosen)
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        current, head = asyncio.run(schema_state(url))
    except (WaihuError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        return Finding("store", State.BAD, f"{shown}: {error}", "check store.url and that the database is reachable")
    if current is None:
        return Finding("store", State.WARNING, f"{shown}: not made yet", "waihu migrate (waihu run makes its own file)")
    if current != head:
        return Finding("store", State.BAD, f"{shown}: schema {current}, needed {head}", "waihu migrate")
    return Finding("store", State.GOOD, shown)


def _do_not_call(chosen: Settings) -> Finding:
    from waihu.cli.dnc import good_for
    from waihu.cli.opened import with_settings
    from waihu.clock import SystemClock
    from waihu.store.dnc_lists import lists_in_force
    from waihu.store.store import Store
    from waihu_models.do_not_call import Age, DoNotCallList

    async def looked_at(store: Store) -> list[DoNotCallList]:
        lists = await lists_in_force(store)
        if any(one.numbers for one in lists):
            await store.number_key()
        return lists

    subject = "do-not-call"
    try:
        lists = with_settings(chosen, looked_at)
    except NumberKeyLost as error:
        return Finding(subject, State.BAD, str(error), "put the key back from a backup; nothing is dialled without it")
    except WaihuError:
        return Finding(subject, State.WARNING, "not looked at: the store cannot be opened", "waihu migrate")
    today = SystemClock().now().date()
    aged = [one for one in lists if one.age(today) is not Age.FRESH]
    if not aged:
        return Finding(subject, State.GOOD, f"{len(lists)} lists, {sum(one.numbers for one in lists)} numbers")
    state = State.BAD if any(one.age(today) is Age.STALE for one in aged) else State.WARNING
    seen = ", ".join(f"{one.name}: {good_for(one, today)}" for one in aged)
    return Finding(subject, state, seen, "get a newer file, then: waihu dnc import")


def _recordings(chosen: Settings) -> Finding:
    from waihu.cli.assembly import places

    found = disk_finding(places(chosen).recordings, chosen.recordings.min_free_mb)
    return Finding(found.subject, found.state, found.seen.en, found.mend.en)


def _hearing(chosen: Settings) -> Finding:
    from waihu.cli.doctor_hearing import hearing_finding

    found = hearing_finding(chosen.speech, paths.var())
    return Finding(found.subject, found.state, found.seen.en, found.mend.en if found.state is not State.GOOD else "")


def _speaking(chosen: Settings) -> Finding:
    from waihu.cli.assembly import places, speaking
    from waihu.telephony.speaking import LANGUAGES, Saying
    from waihu.telephony.tones import RATE_HZ

    subject = "speaking"
    speaker = speaking(chosen.speaking, places(chosen).sounds).speaker
    if speaker is None:
        return Finding(subject, State.GOOD, "off (speaking.engine is null)")

    async def tried() -> str:
        lengths = [len(await speaker.speak(Saying("1", language))) / 2 / RATE_HZ for language in LANGUAGES]
        said = ", ".join(f"{language} {length_s:.1f} s" for language, length_s in zip(LANGUAGES, lengths, strict=True))
        return f"{await speaker.edition()}: {said}"

    try:
        return Finding(subject, State.GOOD, asyncio.run(tried()))
    except WaihuError as error:
        mend = "apt-get install espeak-ng sox; voices: espeak-ng --voices, speaking.voice_en, speaking.voice_zh"
        return Finding(subject, State.WARNING, str(error), mend)


def _controller(*, required: bool) -> Finding:
    beat = read_heartbeat()
    bad = State.BAD if required else State.WARNING
    if beat is None or beat.age_s > OLD_HEARTBEAT_S:
        return Finding("controller", bad, "does not run", "waihu run --settings FILE")
    if not beat.reachable:
        return Finding("controller", bad, "runs, but does not reach its exchange", "look into the exchange's log")
    return Finding("controller", State.GOOD, f"runs, {beat.live_calls} calls")


def _table(findings: list[Finding]) -> Table:
    colours = {State.GOOD: "green", State.WARNING: "yellow", State.BAD: "red"}
    table = Table("subject", "state")
    for column in ("seen", "how to mend it"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(
            finding.subject, f"[{colours[finding.state]}]{finding.state}[/]", escape(finding.seen), escape(finding.mend)
        )
    return table
