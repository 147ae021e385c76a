"""Starting, adopting, changing, crashing: an exchange that outlives whoever started it."""

import asyncio
import dataclasses
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.asterisk.conftest import VAR
from tests.asterisk.support import bare_ari, until

from waihu.telephony.account import account_for
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Amd, ExchangeConfig, Phone, Ports, Trunk
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.pid import Pid
from waihu_models.errors import BadInput, ExchangeFailed

MakeExchange = Callable[..., Exchange]

STARTER = """
import asyncio, os, sys
from pathlib import Path
from waihu.telephony.account import account_for
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import ExchangeConfig
from waihu.telephony.install import find_install

async def run():
    exchange = Exchange(find_install(Path(sys.argv[1])), ExchangeConfig(directory=Path(sys.argv[2])))
    await exchange.start()
    print("pid", exchange.pid, flush=True)  # among the lines of the log
    await asyncio.Event().wait()

asyncio.run(run())
"""


async def test_it_is_adopted_after_its_controller_was_killed(
    own_exchange: MakeExchange, install: AsteriskInstall, tmp_path: Path
) -> None:
    controller = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STARTER, str(VAR / "asterisk-root"), str(tmp_path / "own"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    try:
        assert controller.stdout is not None
        async with asyncio.timeout(20):
            while not (line := await controller.stdout.readline()).startswith(b"pid "):
                assert line, "it ended without a word"
    finally:
        controller.kill()
        await controller.communicate()
    exchange = own_exchange("own", trunks=(), phones=(), sounds_dir=None)
    await exchange.start()
    assert exchange.pid == int(line.split()[1])
    assert exchange.alive()


async def test_a_changed_configuration_is_applied_to_the_running_one(own_exchange: MakeExchange) -> None:
    first = own_exchange()
    await first.start()
    changed = dataclasses.replace(
        first.config, phones=(*first.config.phones, Phone(name="new1")), amd=Amd(max_words=7), trunks=()
    )
    second = own_exchange("own", phones=changed.phones, amd=changed.amd, trunks=())
    await second.start()
    assert second.pid == first.pid
    assert second.ari_password == first.ari_password
    assert "new1" in await second.cli("pjsip list endpoints")
    assert "carrier" not in await second.cli("pjsip list endpoints")
    await second.apply(dataclasses.replace(changed, phones=()))
    assert "new1" not in await second.cli("pjsip list endpoints")


async def test_what_needs_a_restart_is_said_each_time(own_exchange: MakeExchange, capsys) -> None:
    first = own_exchange("own", ports=Ports(rtp_start=10_000, rtp_end=10_100))
    await first.start()
    for _ in range(2):
        again = own_exchange("own", ports=Ports(rtp_start=10_000, rtp_end=10_200))
        await again.start()
        said = capsys.readouterr().out
        assert "exchange_needs_restart" in said
        assert "rtp.conf" in said


async def test_ports_are_chosen_once_and_kept(own_exchange: MakeExchange) -> None:
    exchange = own_exchange()
    await exchange.start()
    before = exchange.ports
    await exchange.stop()
    assert not exchange.alive()
    await exchange.start()
    assert exchange.ports == before


async def test_a_killed_exchange_is_started_again(own_exchange: MakeExchange) -> None:
    exchange = own_exchange()
    await exchange.start()
    before = exchange.pid
    watch = asyncio.create_task(exchange.watch())
    exchange.kill()
    await until(lambda: exchange.restarts == 1, 15)
    watch.cancel()
    assert exchange.pid != before
    async with bare_ari(exchange) as ari:
        assert await ari.request("GET", "/channels") == []


async def test_two_starts_at_once_give_one_exchange(own_exchange: MakeExchange) -> None:
    one, two = own_exchange(), own_exchange()
    await asyncio.gather(one.start(), two.start())
    assert one.pid == two.pid != 0


async def test_a_taken_port_fails_with_the_log(own_exchange: MakeExchange) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        exchange = own_exchange(ports=Ports(http=taken.getsockname()[1]))
        with pytest.raises(ExchangeFailed, match="Address already in use"):
            await exchange.start()
    assert not exchange.alive()


async def test_a_missing_module_fails_with_the_log(
    own_exchange: MakeExchange, install: AsteriskInstall, tmp_path: Path
) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    for module in install.modules_dir.iterdir():
        if module.name != "app_amd.so":
            (modules / module.name).symlink_to(module)
    exchange = own_exchange()
    exchange.install = dataclasses.replace(install, modules_dir=modules)
    with pytest.raises(ExchangeFailed, match="app_amd"):
        await exchange.start()
    assert not exchange.alive()


async def test_a_directory_with_a_long_path_works(own_exchange: MakeExchange) -> None:
    exchange = own_exchange("long" * 30)
    await exchange.start()
    assert "Asterisk" in await exchange.cli("core show version")
    await exchange.stop()
    shutil.rmtree(exchange.run_dir)


async def test_a_pid_used_again_is_not_mistaken_for_it(own_exchange: MakeExchange) -> None:
    exchange = own_exchange()
    await exchange.start()
    real = Pid.of(exchange.pid)
    assert real is not None
    other = dataclasses.replace(real, started_ticks=real.started_ticks - 1)
    assert not other.alive
    assert not other.send(9)  # type: ignore[arg-type]
    assert exchange.alive()


async def test_a_command_cannot_be_smuggled_in(exchange: Exchange) -> None:
    with pytest.raises(BadInput):
        await exchange.cli("core show version\ncore stop now")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, as an installation has; those of tests are for one account only."""
    folder = Path(tempfile.mkdtemp(prefix="waihu-open-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
async def test_started_by_root_it_gives_up_root_and_still_records_and_reloads(
    install: AsteriskInstall, sounds: Path, trunk: Trunk, open_folder: Path
) -> None:
    config = ExchangeConfig(
        directory=open_folder / "exchange",
        trunks=(trunk,),
        recordings_dir=open_folder / "recordings",
        sounds_dir=sounds,
    )
    async with Exchange(install, config) as exchange, bare_ari(exchange) as ari:
        # Where the checkout itself is closed to others, Asterisk has to stay root.
        account = account_for((config.directory, install.modules_dir / "any", sounds / "any"))
        assert uid_of(exchange.pid) == str(account.uid if account else 0)
        await ari.request("POST", "/channels/c-1", endpoint="PJSIP/99@carrier", app="waihu")
        await ari.event("c-1", "StasisStart")
        channel = (await ari.request("GET", "/channels/c-1"))["name"]
        await exchange.cli(f"mixmonitor start {channel} {open_folder / 'recordings' / 'one.raw'},D")
        await until((open_folder / "recordings" / "one.raw").exists)
        await ari.hang_up("c-1")
        await exchange.apply(dataclasses.replace(config, phones=(Phone(name="new1"),)))
        assert "new1" in await exchange.cli("pjsip list endpoints")


def uid_of(pid: int) -> str:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
