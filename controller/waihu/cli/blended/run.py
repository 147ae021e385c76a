"""Runs the steps of the scenario, one after the other, and says of each what was seen."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from waihu.app import running
from waihu.cli.assembly import managed_exchange, plan
from waihu.cli.blended.acts import ACTS, Act
from waihu.cli.blended.hands import Refused
from waihu.cli.blended.house import furnish, open_queues, settings_of
from waihu.cli.blended.stage import HANDS, NotSeen, Stage
from waihu.cli.demo_console import open_console
from waihu.services.log_ins import NewAccount
from waihu.settings import WebSettings
from waihu.telephony.carrier import Carrier
from waihu_models.access import Role
from waihu_models.agent import AgentState
from waihu_models.errors import ExchangeFailed, WaihuError
from waihu_models.ids import AgentId

ACT_LIMIT_S = 240.0


@asynccontextmanager
async def staged(
    folder: Path, carrier: Carrier, north: Carrier, web: WebSettings, console: Console
) -> AsyncIterator[Stage]:
    """Build the house, log the agents in, open the console."""
    chosen = settings_of(folder, carrier, north, web)
    async with managed_exchange(chosen) as exchange:
        if exchange is None:
            raise ExchangeFailed("the scenario runs its own exchange")
        await furnish(chosen, folder)
        async with running(plan(chosen, exchange), drain_s=2.0) as app:
            stage = Stage(app, exchange, carrier, north, secrets.token_urlsafe(12))
            if not await app.reached(10.0):
                raise ExchangeFailed("the exchange was started, but its control interface does not answer")
            await open_queues(app, stage.by)
            hands = NewAccount(login=HANDS, role=Role.ADMIN, password=stage.admin_password)
            await app.log_ins.add(hands, stage.by)
            await open_console(app, console)
            for agent in chosen.agents:
                app.agents.log_in(AgentId(agent.id))
            known = [agent.id for agent in chosen.agents]
            await stage.until(lambda: all(stage.state_of(one) is AgentState.AVAILABLE for one in known), "logged in")
            yield stage


async def play(stage: Stage, console: Console, acts: Sequence[Act] = ACTS) -> int:
    """Run the steps; return how many did not show what they are there to show. Ctrl-C ends the running one."""
    failed = 0
    mine = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if mine is not None:
            asyncio.get_running_loop().add_signal_handler(number, mine.cancel)
    for place, act in enumerate(acts, start=1):
        console.print(f"\n[bold]{place}/{len(acts)}  {act.title.en}  {act.title.zh}[/bold]")
        began_s = stage.app.clock.monotonic()
        try:
            async with asyncio.timeout(ACT_LIMIT_S):
                seen = await act.play(stage)
            mark = "[green]✓[/green]"
        except (NotSeen, Refused, WaihuError, TimeoutError) as missing:
            failed += 1
            await stage.clear()
            mark, seen = "[bold red]✗[/bold red]", [str(missing) or f"not over within {ACT_LIMIT_S:.0f} s"]
        for line in seen:
            console.print(f"  {escape(line)}", highlight=False)
        console.print(f"  {mark} {stage.app.clock.monotonic() - began_s:.0f} s")
    return failed
