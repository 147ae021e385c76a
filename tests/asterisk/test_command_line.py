"""The way a user goes, by commands alone: settings, list, agents, run, report; and the demo."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.asterisk.conftest import VAR
from tests.asterisk.support import until

from waihu.clock import SystemClock
from waihu.services.report import Report, build_report
from waihu.store.migrate import head
from waihu.store.store import Store
from waihu.telephony.carrier import Carrier
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.instance import Instance

BEHAVIOURS = ("22", "02", "04", "22", "05", "22")
SETTINGS = """
[exchange]
sip_port = 0
http_port = 0
ami_port = 0
rtp_start = 0
rtp_end = 0

[company]
name = "Example Limited"
number = "01632 960 000"

[[trunks]]
name = "carrier"
host = "{host}"
port = {port}
caller_id = "+441632960000"

[[phones]]
name = "agent1"
contact = "sip:agent1@{host}:{port}"

[[agents]]
id = "ada"
phone = "agent1"
wrap_limit_s = 0.5
log_in_at_start = true
"""


class Shell:
    """Gives commands of ``waihu`` with one settings file and one folder of its own."""

    def __init__(self, var: Path, settings: Path) -> None:
        self.var = var
        self._environment = {**os.environ, "WAIHU_VAR": str(var), "WAIHU_SETTINGS": str(settings), "COLUMNS": "200"}
        self._environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)

    async def start(self, *arguments: str, **changes: Any) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "waihu", *arguments, env=self._environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, **changes,
        )  # fmt: skip

    async def __call__(self, *arguments: str, exit_status: int = 0) -> str:
        process = await self.start(*arguments)
        async with asyncio.timeout(60):
            said, _ = await process.communicate()
        assert process.returncode == exit_status, f"waihu {' '.join(arguments)}: {said.decode()}"
        return said.decode()

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await self.start(*arguments)
        # Its log has to be read, or it would wait for us.
        reading = asyncio.create_task(process.stdout.read())  # type: ignore[union-attr]
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                await process.wait()
            said = (await reading).decode()
            print(said)  # noqa: T201 -- shown with a failed test
            assert process.returncode == 0, said


@pytest.fixture
def shell(install: AsteriskInstall, carrier: Carrier, sounds: Path, tmp_path: Path) -> Iterator[Shell]:
    var = tmp_path / "var"
    var.mkdir()
    for shared in ("asterisk-root", "sounds"):
        if (VAR / shared).exists():
            (var / shared).symlink_to(VAR / shared)
    settings = tmp_path / "waihu.toml"
    settings.write_text(SETTINGS.format(host=carrier.host, port=carrier.sip_port), encoding="utf-8")
    yield Shell(var, settings)
    for left in ("exchange", "demo/exchange", "demo/carrier", "demo/north"):  # by a program that did not get to its end
        running = Instance(var / left).running()
        if running is not None:
            running.pid.send(signal.SIGKILL)


def write_list(path: Path) -> Path:
    rows = [f"Customer {n},+44163296{n}0{behaviour}" for n, behaviour in enumerate(BEHAVIOURS)]
    path.write_text("\n".join(["name,phone", *rows, "Nobody,12345"]), encoding="utf-8")
    return path


def heartbeat(var: Path) -> dict[str, Any]:
    file = var / "controller.json"
    return json.loads(file.read_text()) if file.exists() else {}


async def report_of(var: Path) -> Report:
    store = await Store.open(f"sqlite+aiosqlite:///{var / 'waihu.db'}")
    try:
        return await build_report(store, clock=SystemClock())
    finally:
        await store.close()


@pytest.mark.timeout(300)  # a dozen programs, each of which takes a second of a busy machine to begin
async def test_from_a_list_to_a_report_by_commands_alone(shell: Shell, tmp_path: Path) -> None:
    assert f"schema {head()}." in await shell("migrate")
    await shell("campaign", "add", "spring", "--mode", "progressive", "--hours", "00:00-23:59",
                "--zone", "Europe/London")  # fmt: skip
    imported = await shell(
        "import", str(write_list(tmp_path / "list.csv")), "--campaign", "spring", "--allow-fictional"
    )
    assert "7 rows: 6 imported" in imported
    assert "bad_number" in (tmp_path / "list.csv.errors.csv").read_text(encoding="utf-8-sig")
    await shell("doctor", "--live", exit_status=1)
    async with shell.running("run", "--drain-s", "1"):
        # Watched from here: each command takes a second to begin.
        await until(lambda: heartbeat(shell.var).get("reachable"), 40.0, "the controller runs")
        assert "at work" in await shell("run", exit_status=1), "a second one is refused"
        assert "controller │ ok" in " ".join((await shell("doctor", "--live")).split())
        await shell("campaign", "start", "spring")

        async def all_dialled() -> bool:
            report = await report_of(shell.var)
            return report.attempts >= len(BEHAVIOURS) and report.open_calls == 0

        await until(all_dialled, 60.0, "every lead is called", poll_s=0.5)
        assert "talking" in (listed := await shell("agent", "list")) or "available" in listed or "wrap_up" in listed
        await shell("campaign", "pause", "spring")
    report = json.loads(await shell("report", "--format", "json"))
    assert report["balanced"]
    assert report["outcomes"]["busy"] >= 1
    assert report["outcomes"]["invalid_number"] == 1
    assert report["outcomes"]["answered"] >= 1
    assert report["recordings"]["count"] == report["outcomes"]["answered"]
    assert "outcome" in await shell("report", "--format", "csv")
    assert "外呼次数" in await shell("report", "--lang", "zh")
    audited = await shell("audit")
    assert "The log is whole." in audited
    assert {"campaign.add", "campaign.change", "import.begin"} <= set(audited.split())


async def test_the_demo_ends_with_its_report_also_when_it_is_interrupted(shell: Shell) -> None:
    demo = await shell.start("demo", "--agents", "2", "--leads", "30", "--minutes", "5")
    assert demo.stdout is not None
    said = ""
    async with asyncio.timeout(60):
        while " dialled " not in said:
            line = (await demo.stdout.readline()).decode()
            assert line, said
            said += line
    demo.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        rest, _ = await demo.communicate()
    assert demo.returncode == 0, rest.decode()
    assert "balanced: attempts = outcomes + open" in rest.decode()


async def test_the_demo_shows_what_is_said_its_alerts_and_where_words_are_found(shell: Shell) -> None:
    demo = await shell.start("demo", "--agents", "3", "--leads", "60", "--minutes", "0.5", "--no-console")
    async with asyncio.timeout(110):
        said, _ = await demo.communicate()
    lines = said.decode().splitlines()
    assert demo.returncode == 0, said.decode()
    assert any("fixture models" in line and "synthetic callers" in line for line in lines)
    words = [line for line in lines if re.match(r"  [0-9a-f]{4} +\d+\.\d s  [^▲]", line)]
    assert len(words) > 5, said.decode()
    assert any("▲ " in line for line in lines)
    assert any(re.match(r"  \S+: 20\d\d/.+\.wav at \d+:\d\d\.\d: ", line) for line in lines), "a hit, with its place"
    assert any("lines of customers" in line and " 0 sides put off" in line for line in lines)


SEEN_IN_STEPS = (
    "queue expert, agent eva",
    "while cy had been free for longer",
    "nobody of the list came before",
    "the next one: +441632960001",
    "there is no application Stasiss",
    "barge: cy hears customer and supervisor; customer hears cy and supervisor",
    "none is lost",
)


@pytest.mark.timeout(420)  # seven steps of up to half a minute each
async def test_the_blended_scenario_shows_each_of_its_steps(shell: Shell) -> None:
    demo = await shell.start("demo", "--scenario", "blended", "--port", "0")
    async with asyncio.timeout(400):
        said, _ = await demo.communicate()
    shown = said.decode()
    assert demo.returncode == 0, shown
    steps = re.split(r"^\d/7  ", shown, flags=re.MULTILINE)[1:]
    assert len(steps) == len(SEEN_IN_STEPS), shown
    for step, seen in zip(steps, SEEN_IN_STEPS, strict=True):
        assert seen in step
        assert re.search(r"^  ✓ \d+ s$", step, re.MULTILINE), step
