"""A whole controller on the fake exchange that serves its API on a free port of this machine."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from multidict import CIMultiDictProxy

from waihu.app import App, Plan, running
from waihu.clock import SystemClock
from waihu.services.lines import Trunk
from waihu.services.log_ins import NewAccount
from waihu.settings import WebSettings
from waihu.store import accounts as stored_accounts
from waihu.store import agents as stored_agents
from waihu.store.audit import By
from waihu.store.migrate import migrate_sync
from waihu.testing.factories import an_agent
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.waiting import until
from waihu_models.access import Role
from waihu_models.ids import AgentId, new_id

PASSWORD = "correct horse battery"
ADMIN_BY = By("test", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "waihu.db"
    migrate_sync(f"sqlite+aiosqlite:///{file}")
    return file


@dataclass
class Answer:
    """What came back: status, headers, and the JSON that was in it."""

    status: int
    headers: CIMultiDictProxy[str]
    value: Any
    raw: bytes

    def ok(self, status: int = 200) -> Any:
        assert self.status == status, (self.status, self.raw[:2000])
        return self.value

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        return str(self.value["code"])


class Person:
    """Somebody with a browser: a cookie and a CSRF header."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self.http = http
        self.cookie = ""
        self.csrf = ""
        self.me: dict[str, Any] = {}

    async def log_in(self, login: str, password: str = PASSWORD) -> "Person":
        answer = await self.ask("POST", "/session", {"login": login, "password": password})
        answer.ok()
        self._logged_in(answer)
        return self

    def _logged_in(self, answer: Answer) -> None:
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-sid=")
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        self.cookie = cookie.split(";")[0]
        self.csrf, self.me = answer.value["csrf"], answer.value["user"]

    def headers(self, **more: str) -> dict[str, str]:
        own = {"Cookie": self.cookie, "X-CSRF": self.csrf} if self.cookie else {}
        return {**own, **more}

    async def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, **wishes: Any
    ) -> Answer:
        url = self.base + (path if path.startswith("/api") or wishes.pop("whole", False) else f"/api/v1{path}")
        if body is not None:
            wishes |= {"data": msgspec.json.encode(body)}
            headers = {"Content-Type": "application/json", **(headers or {})}
        async with self.http.request(method, url, headers=self.headers(**(headers or {})), **wishes) as response:
            raw = await response.read()
            is_json = "json" in response.content_type
            return Answer(response.status, response.headers, msgspec.json.decode(raw) if is_json and raw else None, raw)

    async def get(self, path: str, **wishes: Any) -> Answer:
        return await self.ask("GET", path, **wishes)

    async def post(self, path: str, body: Any = None, **wishes: Any) -> Answer:
        return await self.ask("POST", path, body, **wishes)

    async def patch(self, path: str, body: Any, version: int | None = None, **wishes: Any) -> Answer:
        headers = {"If-Match": f'"v{version}"'} if version is not None else {}
        return await self.ask("PATCH", path, body, headers={**headers, **wishes.pop("headers", {})}, **wishes)

    async def delete(self, path: str, **wishes: Any) -> Answer:
        return await self.ask("DELETE", path, **wishes)


@dataclass
class Site:
    """The running controller and its people: admin; teams north and south, each with a supervisor and an agent."""

    app: App
    switch: FakeSwitch
    http: aiohttp.ClientSession
    teams: dict[str, str]

    @property
    def base(self) -> str:
        return self.app.address

    def stranger(self) -> Person:
        return Person(self.base, self.http)

    async def person(self, login: str) -> Person:
        """Log somebody in: admin, north_lead, south_lead, north_agent, south_agent."""
        return await self.stranger().log_in(login)


def plan_of(database: Path, folder: Path) -> Plan:
    """What a controller for tests is built from."""
    return Plan(
        store_url=f"sqlite+aiosqlite:///{database}",
        switch=FakeSwitch(SystemClock(), phones=("north_agent", "south_agent", "supervisor")),
        trunks=(Trunk("carrier", max_lines=50, calls_per_s=50),),
        recordings=folder / "recordings",
        web=WebSettings(port=0),
    )


@pytest.fixture
async def site(migrated: Path, tmp_path: Path) -> AsyncIterator[Site]:
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    plan = plan_of(database, tmp_path)
    async with running(plan, drain_s=0.0) as app, aiohttp.ClientSession() as http:
        assert isinstance(plan.switch, FakeSwitch)
        yield Site(app, plan.switch, http, await people(app))


async def people(app: App) -> dict[str, str]:
    """Make the teams, the agents and the users; return the ids of the teams by name."""
    # One cheap check for all of them: what tests are about is not how slow argon2 is.
    app.log_ins.passwords._hasher = type(app.log_ins.passwords._hasher)(time_cost=1, memory_cost=8, parallelism=1)
    teams = {name: new_id() for name in ("north", "south")}
    for name, team_id in teams.items():
        await stored_accounts.save_team(app.store, team_id, name, None, ADMIN_BY)
    await app.log_ins.add(NewAccount(login="admin", role=Role.ADMIN, password=PASSWORD), ADMIN_BY)
    for name, team_id in teams.items():
        agent_id = AgentId(f"{name}_agent")
        await stored_agents.add_agent(app.store, an_agent(agent_id))
        await stored_agents.set_agent_team(app.store, agent_id, team_id)
        lead = NewAccount(login=f"{name}_lead", role=Role.SUPERVISOR, password=PASSWORD, team_id=team_id)
        await app.log_ins.add(lead, ADMIN_BY)
        agent = NewAccount(
            login=agent_id, role=Role.AGENT, password=PASSWORD, team_id=team_id, agent_id=agent_id
        )  # fmt: skip
        await app.log_ins.add(agent, ADMIN_BY)
    await app.recovery.load_agents()
    await until(lambda: len(list(app.agents)) == len(teams), 5.0, "agents are known")
    return teams


@pytest.fixture
async def admin(site: Site) -> Person:
    return await site.person("admin")
