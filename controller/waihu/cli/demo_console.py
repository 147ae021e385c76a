"""People who may log in to the demo's console, each with a password made for this run."""

import secrets
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from waihu.services.log_ins import NewAccount
from waihu.store.agents import add_agent
from waihu.store.audit import By
from waihu_models.access import Role
from waihu_models.agent import Agent
from waihu_models.ids import AgentId

if TYPE_CHECKING:
    from waihu.app import App

YOU = AgentId("you")
"""The agent that is nobody's until somebody logs in with a browser."""

_PEOPLE = (
    ("you", Role.AGENT, "works in the browser: takes calls, judges them", "在浏览器中接听、处置通话"),
    ("lead", Role.SUPERVISOR, "watches, listens in, starts and pauses", "查看大屏、监听、启停活动"),
    ("admin", Role.ADMIN, "everything", "全部功能"),
)


async def open_console(app: "App", console: Console) -> None:
    """Make the log-ins and say where to use them."""
    if not app.address:
        return
    by = By("demo", app.clock.now())
    await add_agent(app.store, Agent(id=YOU, name="You 你", phone="", wrap_limit_s=60, state_since=app.clock.now()), by)
    await app.recovery.load_agents()
    table = Table("log-in 登录名", "password 密码", "", "", title=f"Console 控制台: {app.address}")
    for login, role, en, zh in _PEOPLE:
        password = secrets.token_urlsafe(9)
        agent_id = YOU if role is Role.AGENT else None
        await app.log_ins.add(NewAccount(login=login, role=role, password=password, agent_id=agent_id), by)
        table.add_row(login, password, en, zh)
    console.print(table)
    console.print("Open the address twice, in two browsers: once as you, once as lead. The microphone may be refused.")
