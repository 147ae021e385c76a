"""A real exchange and a simulated carrier, once for a test session (with xdist: once for each worker).

Asterisk outlives the event loop that started it, so plain fixtures start and stop it in loops of their own.
"""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from waihu.telephony.asterisk import Asterisk
from waihu.telephony.carrier import Carrier, CarrierConfig
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import ExchangeConfig, Phone, Trunk
from waihu.telephony.install import AsteriskInstall, find_install
from waihu.telephony.prompts import Wording, house_sounds

CHECKOUT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("WAIHU_VAR") or CHECKOUT / "var")
PHONES = ("agent1", "agent2", "agent3", "agent4", "agent5", "lazy1", "busy1", "mute1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that ``-m "not asterisk"`` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("asterisk")


@pytest.fixture(scope="session")
def install() -> AsteriskInstall:
    found = find_install(VAR / "asterisk-root")
    if found is None:
        message = "no Asterisk 20 or later here: run scripts/bootstrap"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def sounds_cache() -> Path:
    return VAR / "sounds"


@pytest.fixture(scope="session")
def sounds(install: AsteriskInstall, sounds_cache: Path) -> Path:
    return house_sounds(sounds_cache, Wording(company="Example Limited", phone_number="0800 123 456"))


def _ran(asterisk: Asterisk) -> Iterator[None]:
    asyncio.run(asterisk.start())
    try:
        yield
    finally:
        asyncio.run(asterisk.stop())


@pytest.fixture(scope="session")
def carrier(
    install: AsteriskInstall, sounds_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Carrier]:
    running = Carrier(install, CarrierConfig(directory=tmp_path_factory.mktemp("carrier"), cache=sounds_cache))
    yield from (running for _ in _ran(running))


@pytest.fixture(scope="session")
def trunk(carrier: Carrier) -> Trunk:
    return carrier.trunk("carrier")


@pytest.fixture(scope="session")
def phones(carrier: Carrier) -> tuple[Phone, ...]:
    return tuple(carrier.phone(name) for name in PHONES)


@pytest.fixture(scope="session")
def exchange(
    install: AsteriskInstall,
    sounds: Path,
    trunk: Trunk,
    phones: tuple[Phone, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Exchange]:
    """Our exchange with the trunk "carrier" and the phones agent1..agent5, lazy1, busy1, mute1."""
    directory = tmp_path_factory.mktemp("exchange")
    config = ExchangeConfig(
        directory=directory,
        trunks=(trunk,),
        phones=phones,
        recordings_dir=directory / "recordings",
        sounds_dir=sounds,
    )
    running = Exchange(install, config)
    yield from (running for _ in _ran(running))


@pytest.fixture
def own_exchange(
    install: AsteriskInstall, sounds: Path, trunk: Trunk, phones: tuple[Phone, ...], tmp_path: Path
) -> Iterator[Callable[..., Exchange]]:
    """Make exchanges for one test alone, to be started by the test: for those that kill or change it."""
    made: list[Exchange] = []

    def make(name: str = "own", **changes: object) -> Exchange:
        given = {"trunks": (trunk,), "phones": phones, "sounds_dir": sounds, **changes}
        made.append(Exchange(install, ExchangeConfig(directory=tmp_path / name, **given)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for exchange in made:
        asyncio.run(exchange.stop(timeout_s=2.0))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB of its own, so that it can be filled."""
    folder = tmp_path / "small-disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0777", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        message = f"a small disk cannot be mounted (root is needed): {mounted.stderr.strip()}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)
