"""``waihu dialplan`` beside ``waihu run``: applied, refused, taken back; a controller killed in the middle of it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.asterisk.broken_dialplans import BROKEN, PHONES
from tests.asterisk.support import until
from tests.asterisk.test_command_line import Shell, shell  # noqa: F401 -- a fixture

from waihu.telephony.install import AsteriskInstall

# ruff: noqa: F811 -- fixtures are imported
GOOD = f"{PHONES}exten => 88,1,Wait(1)\n same => n,Hangup()\n"
SLOW = f"{PHONES}exten => 88,1,Wait(60)\n same => n,Hangup()\n"
Runs = Callable[[], Awaitable[str]]


@pytest.fixture
def runs(shell: Shell, install: AsteriskInstall) -> Runs:
    """What the exchange of the shell runs of the context of phones; "" while it cannot be asked."""

    async def ask() -> str:
        conf = str(shell.var / "exchange/etc/asterisk.conf")
        asking = await asyncio.create_subprocess_exec(
            *install.argv, "-C", conf, "-rx", "dialplan show from-phones",
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        said, _ = await asking.communicate()
        return said.decode() if asking.returncode == 0 else ""

    return ask


async def _is_up(shell: Shell, runs: Runs) -> None:
    async def up() -> bool:
        return (shell.var / "controller.json").exists() and "'*43'" in await runs()

    await until(up, 60.0, "the controller runs its exchange", poll_s=0.3)


def written(folder: Path, text: str) -> str:
    path = folder / "phones.conf.j2"
    path.write_text(text, "utf-8")
    return str(path)


async def test_a_template_is_applied_refused_and_taken_back_by_commands(
    shell: Shell, runs: Runs, tmp_path: Path
) -> None:
    async with shell.running("run", "--drain-s", "0"):
        await _is_up(shell, runs)
        good = written(tmp_path, GOOD)
        assert "Nothing keeps it" in await shell("dialplan", "check", "phones", "--file", good)
        said = await shell("dialplan", "apply", "phones", "--file", good, "--reason", "a test")
        assert "Version 1 of phones is applied." in said
        assert "'88'" in await runs()
        broken = written(tmp_path, BROKEN["a jump to a label that is not there"][1])
        apply = ("dialplan", "apply", "phones", "--file", broken, "--reason", "a mistake")
        said = await shell(*apply, exit_status=1)
        assert "Version 2 of phones is refused." in said
        assert "leads nowhere" in said
        assert "'88'" in await runs(), "what ran goes on"
        assert "runs no more" in await shell("dialplan", "rollback", "phones")
        assert "'88'" not in await runs()
        history = await shell("dialplan", "history", "phones")
        for word in ("rolled_back", "refused", "a mistake", "shell:"):
            assert word in history


async def test_a_controller_killed_while_it_applies_leaves_the_former_dialplan_to_the_next(
    shell: Shell, runs: Runs, tmp_path: Path
) -> None:
    first = await shell.start("run")
    reading = asyncio.create_task(first.stdout.read())  # type: ignore[union-attr]
    await _is_up(shell, runs)
    applying = await shell.start("dialplan", "apply", "phones", "--file", written(tmp_path, SLOW), "--reason", "a test")

    async def told() -> bool:
        return "'88'" in await runs()

    await until(told, 60.0, "the exchange runs the change, and is being called", poll_s=0.05)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    await reading
    applying.kill()
    await applying.communicate()
    assert "'88'" in await runs(), "the exchange outlives its controller"
    async with shell.running("run", "--drain-s", "0"):

        async def taken_back() -> bool:
            return "'*43'" in (shown := await runs()) and "'88'" not in shown

        await until(taken_back, 60.0, "the next controller takes the change back", poll_s=0.3)
        history = await shell("dialplan", "history", "phones")
        assert "rolled_back" in history
