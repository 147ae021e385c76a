"""``waihu demo``: the main job on one machine, with a simulated carrier, over real SIP and RTP, ending in a report."""

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import structlog
import typer
from rich.console import Console

from waihu import log as logging
from waihu import paths
from waihu.cli.only_one import only_one
from waihu.settings import (
    AgentSettings,
    CompanySettings,
    ExchangeSettings,
    PhoneSettings,
    RecordingSettings,
    Settings,
    StoreSettings,
    TrunkSettings,
    WebSettings,
)
from waihu_models.agent import PhoneMode
from waihu_models.campaign import CallingHours, Campaign, CampaignState, DialMode
from waihu_models.errors import ExchangeFailed
from waihu_models.ids import AgentId, CampaignId, new_id

if TYPE_CHECKING:
    from waihu.app import App
    from waihu.cli.demo_words import DemoWords
    from waihu.services.dial_loop import DialLoop

log = structlog.get_logger()

CAMPAIGNS = {"demo": "en", "demo-zh": "zh"}  # name -> language spoken
_SHARE_ZH = 0.3
_SCRIPT = """# Greeting 开场
Good day, this is Example Limited. Is it a good moment to talk?
您好，这里是示例公司，现在方便接电话吗？

# Offer 介绍
We have a new plan that may cost you less. May I ask what you pay today?
我们有新的套餐，也许能为您节省费用，请问您现在每月花费多少？

# End 结束
Thank you for your time. 感谢您的接听，再见。
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the demo is asked for."""

    agents: int
    leads: int
    minutes: float
    mode: DialMode
    lines_per_agent: float
    screening: bool
    seed: int
    port: int = 8080
    console: bool = True


class Scenario(StrEnum):
    """What the demo shows."""

    OUTBOUND = "outbound"
    BLENDED = "blended"


_SCENARIO_HELP = (
    "outbound: a campaign, as the other options say. blended: callers and lists, routing rules, templates, carriers "
    "and supervision, step by step, with what was seen of each."
)


def demo(
    agents: Annotated[int, typer.Option(min=1, max=50, help="Simulated agents.")] = 5,
    leads: Annotated[int, typer.Option(min=1, max=5000, help="Leads on the list.")] = 300,
    minutes: Annotated[float, typer.Option(min=0.1, max=600, help="Minutes to dial.")] = 2.0,
    mode: Annotated[DialMode, typer.Option(help="How lines and agents are brought together.")] = DialMode.PREDICTIVE,
    lines_per_agent: Annotated[float, typer.Option(min=1, max=10, help="Lines per free agent.")] = 2.0,
    screening: Annotated[bool, typer.Option(help="Machine detection before an agent is given the call.")] = True,
    seed: Annotated[int, typer.Option(help="Same seed, same list and same judgements.")] = 1,
    console: Annotated[bool, typer.Option(help="Serve the console, with log-ins made for this run.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the console; 0, or taken: any free one.")] = 8080,
    scenario: Annotated[Scenario, typer.Option(help=_SCENARIO_HELP)] = Scenario.OUTBOUND,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
) -> None:
    """Run a predictive campaign against a simulated carrier; Ctrl-C ends it early, with the report."""
    logging.configure("info" if verbose else "error")
    wishes = Wishes(agents, leads, minutes, mode, lines_per_agent, screening, seed, free_or_any(port), console)
    with only_one(paths.var() / "demo", "demo"):
        if scenario is Scenario.OUTBOUND:
            asyncio.run(_demo(wishes, Console()))
        else:
            _show_steps(wishes)


def _show_steps(wishes: Wishes) -> None:
    try:
        failed = asyncio.run(_blended(wishes, Console()))
    except asyncio.CancelledError:  # Ctrl-C; everything that was started has been ended
        typer.echo("Ended early.", err=True)
        raise typer.Exit(130) from None
    if failed:
        typer.echo(f"{failed} steps did not show what they are there to show.", err=True)
        raise typer.Exit(1)


def free_or_any(port: int) -> int:
    """Return a port if nobody listens there, else 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


async def _demo(wishes: Wishes, console: Console) -> None:
    from waihu.cli.demo_words import speech_of_demo
    from waihu.cli.report import print_report

    folder = _fresh_folder()
    speech = speech_of_demo(folder, console)
    async with _carrier(folder) as carrier:
        chosen = msgspec.structs.replace(_settings(folder, wishes, carrier.host, carrier.sip_port), speech=speech)
        words = await _dial(wishes, chosen, folder, console)
    await words.found(chosen.store.url)
    await print_report(chosen.store.url)
    typer.echo(f"\nRecordings: {chosen.recordings.directory}\nStore:      {folder / 'waihu.db'}")


async def _blended(wishes: Wishes, console: Console) -> int:
    """Run the steps of the blended scenario; return how many failed."""
    from waihu.cli.blended.run import play, staged

    folder = _fresh_folder()
    # Templates are changed through the API, as the console does it.
    web = WebSettings(enabled=True, port=wishes.port)
    async with (
        _carrier(folder) as carrier,
        _carrier(folder, "north") as north,
        staged(folder, carrier, north, web, console) as stage,
    ):
        return await play(stage, console)


def _fresh_folder() -> Path:
    """Make the folder of the demo; what a run before left is thrown away, but for the exchanges' own folders."""
    folder = paths.var() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("waihu.db*"):
        old.unlink()
    shutil.rmtree(folder / "recordings", ignore_errors=True)
    return folder


@asynccontextmanager
async def _carrier(folder: Path, name: str = "carrier") -> AsyncIterator["Carrier"]:  # type: ignore[name-defined]  # noqa: F821
    from waihu.telephony.carrier import Carrier, CarrierConfig
    from waihu.telephony.install import find_install

    install = find_install(paths.var() / "asterisk-root")
    if install is None:
        raise ExchangeFailed("there is no Asterisk here: run scripts/bootstrap")
    carrier = Carrier(install, CarrierConfig(directory=folder / name, cache=paths.var() / "sounds"))
    await carrier.start()
    try:
        yield carrier
    finally:
        await carrier.stop()


def _settings(folder: Path, wishes: Wishes, host: str, port: int) -> Settings:
    names = [f"agent{number}" for number in range(1, wishes.agents + 1)]
    return Settings(
        store=StoreSettings(url=f"sqlite+aiosqlite:///{folder / 'waihu.db'}"),
        exchange=ExchangeSettings(
            directory=str(folder / "exchange"), sip_port=0, http_port=0, ami_port=0, rtp_start=0, rtp_end=0
        ),
        recordings=RecordingSettings(directory=str(folder / "recordings")),
        company=CompanySettings(name="Example Limited", number="01632 960 000"),
        web=WebSettings(enabled=wishes.console, port=wishes.port),
        trunks=(TrunkSettings(name="carrier", host=host, port=port, max_lines=200, calls_per_s=20),),
        phones=tuple(PhoneSettings(name=name, contact=f"sip:{name}@{host}:{port}") for name in names),
        agents=tuple(
            # Every fifth agent shows the other way of working: the phone rings for each call.
            AgentSettings(
                id=name,
                phone=name,
                campaign=_campaign_of(number, wishes.agents),
                wrap_limit_s=10,
                mode=PhoneMode.ON_HOOK if number % 5 == 0 else PhoneMode.NAILED_UP,
                log_in_at_start=True,
            )
            for number, name in enumerate(names, start=1)
        ),
    )


def _campaign_of(number: int, agents: int) -> str:
    """Return whose calls an agent takes: each speaks one language, unless there is nobody else."""
    english, mandarin = CAMPAIGNS
    return "" if agents == 1 else mandarin if number > agents - max(1, round(agents * _SHARE_ZH)) else english


async def _dial(wishes: Wishes, chosen: Settings, folder: Path, console: Console) -> "DemoWords":
    from waihu.app import running
    from waihu.cli.assembly import managed_exchange, plan
    from waihu.cli.demo_agents import DemoAgents
    from waihu.cli.demo_console import open_console
    from waihu.cli.demo_words import DemoWords

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with managed_exchange(chosen) as exchange:
        built = plan(chosen, exchange)
        await _prepare(wishes, chosen, folder, console)
        async with running(built, drain_s=15.0) as app:
            DemoAgents(app, wishes.seed)
            if not await app.reached(10.0):
                raise ExchangeFailed("the exchange was started, but its control interface does not answer")
            for agent in chosen.agents:
                app.agents.log_in(AgentId(agent.id))
            words = DemoWords(app, console)
            loops = [await app.dialling.start(name) for name in CAMPAIGNS]
            await open_console(app, console)
            await _show(app, loops, console, wishes.minutes * 60, stop)
            console.print("Dialling has ended; calls under way may finish.")
        return words


async def _prepare(wishes: Wishes, chosen: Settings, folder: Path, console: Console) -> None:
    from waihu.cli.demo_list import write_list
    from waihu.cli.people import agents_of_settings
    from waihu.clock import SystemClock
    from waihu.services.importer import ImportOptions, import_leads
    from waihu.store.campaigns import campaign_named, save_campaign
    from waihu.store.migrate import migrate
    from waihu.store.store import Store

    clock = SystemClock()
    await migrate(chosen.store.url)
    store = await Store.open(chosen.store.url)
    try:
        imported = 0
        for name, language in CAMPAIGNS.items():
            await save_campaign(store, _campaign(wishes, name, language))
            share = round(wishes.leads * _SHARE_ZH)
            count = share if language == "zh" else wishes.leads - share
            write_list(folder / f"{name}.csv", count, wishes.seed, language)
            campaign = await campaign_named(store, name)
            options = ImportOptions(allow_fictional=True)
            imported += (await import_leads(store, folder / f"{name}.csv", campaign, options, clock=clock)).imported
        await agents_of_settings(chosen.store.url, chosen.agents, clock)
        console.print(f"{imported} leads imported, {wishes.agents} agents log in, dialling begins.")
    finally:
        await store.close()


def _campaign(wishes: Wishes, name: str, language: str) -> Campaign:
    whole_day = ((time(0), time.max),)
    return Campaign(
        id=CampaignId(new_id()),
        name=name,
        mode=wishes.mode,
        state=CampaignState.DRAFT,
        trunk="carrier",
        caller_id="+441632960000",
        lines_per_agent=wishes.lines_per_agent,
        max_lines=200,
        calls_per_s=20,
        ring_timeout_s=12,
        screening=wishes.screening,
        hours=CallingHours((whole_day,) * 7, "Europe/London"),
        script=_SCRIPT,
        speech_language=language,
    )


async def _show(
    app: "App", loops: "Sequence[DialLoop]", console: Console, length_s: float, stop: asyncio.Event
) -> None:
    from waihu.cli.demo_screen import Screen

    began_s = app.clock.monotonic()
    idle_since_s = began_s
    with Screen(app, console, length_s) as screen:
        while not stop.is_set():
            now_s = app.clock.monotonic()
            screen.show(now_s - began_s)
            if len(app.calls) or any(len(loop.hopper) for loop in loops):
                idle_since_s = now_s
            if now_s - began_s >= length_s or now_s - idle_since_s > timedelta(seconds=5).total_seconds():
                return
            try:
                async with asyncio.timeout(0.25):
                    await stop.wait()
            except TimeoutError:
                continue
