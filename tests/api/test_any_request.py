"""Whatever is sent that the OpenAPI document allows, or nearly allows, is answered, and never with a 5xx.

As each role, by schemathesis, against the whole controller in a thread of its own.
"""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.api.conftest import PASSWORD, people, plan_of

from waihu import __version__
from waihu.api.openapi import document
from waihu.api.server import all_routes
from waihu.app import running

ROLES = {"admin": "admin", "supervisor": "north_lead", "agent": "north_agent"}
EXAMPLES = 12
ENDS_THE_LOG_IN = {"log_out", "change_password", "log_in", "follow_link"}
"""Tried as well, but without the log-in the other requests need."""

SCHEMA = schemathesis.openapi.from_dict(document(all_routes(), __version__))
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}


@dataclass
class Running:
    address: str
    sessions: dict[str, requests.Session]


def _serve(database: Path, folder: Path, ready: "Future[str]", stop: threading.Event) -> None:
    async def serve() -> None:
        async with running(plan_of(database, folder), drain_s=0.0) as app, aiohttp.ClientSession():
            await people(app)
            ready.set_result(app.address)
            await asyncio.to_thread(stop.wait)

    try:
        asyncio.run(serve())
    except BaseException as error:
        if not ready.done():
            ready.set_exception(error)
        raise


@pytest.fixture(scope="module")
def site_in_a_thread(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("site")
    database = Path(shutil.copy(migrated, folder / "waihu.db"))
    ready: Future[str] = Future()
    stop = threading.Event()
    thread = threading.Thread(target=_serve, args=(database, folder, ready, stop))
    thread.start()
    try:
        address = ready.result(20)
        yield Running(address, {role: _logged_in(address, login) for role, login in ROLES.items()})
    finally:
        stop.set()
        thread.join(20)


def _logged_in(address: str, login: str) -> requests.Session:
    session = requests.Session()
    answer = session.post(f"{address}/api/v1/session", json={"login": login, "password": PASSWORD}, timeout=10)
    answer.raise_for_status()
    session.cookies.clear()  # requests sends no Secure cookie over plain HTTP
    session.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
    session.headers["X-CSRF"] = answer.json()["csrf"]
    return session


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
@pytest.mark.parametrize("role", ROLES)
def test_no_request_breaks_the_server(site_in_a_thread: Running, role: str, operation_id: str) -> None:
    operation = OPERATIONS[operation_id]
    session = requests.Session() if operation_id in ENDS_THE_LOG_IN else site_in_a_thread.sessions[role]

    @seed(1)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        wishes = case.as_transport_kwargs(base_url=site_in_a_thread.address)
        answer = session.request(**{**wishes, "timeout": 10, "cookies": None})
        assert answer.status_code < 500, (answer.status_code, answer.text[:500], wishes)
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"].startswith("application/problem+json")

    send()


def test_nobody_is_logged_out_by_the_others(site_in_a_thread: Running) -> None:
    for session in site_in_a_thread.sessions.values():
        answer = session.get(f"{site_in_a_thread.address}/api/v1/session", timeout=10)
        assert answer.status_code == 200
