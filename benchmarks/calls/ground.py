"""What a benchmark stands on: an exchange in a folder of its own, far ends and phones, and programs to be measured."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from waihu.telephony.carrier import Carrier, CarrierConfig
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import ExchangeConfig, Phone, Trunk
from waihu.telephony.install import AsteriskInstall, find_install
from waihu.telephony.ports import is_free
from waihu.telephony.prompts import Wording, house_sounds

HERE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("WAIHU_VAR") or HERE.parents[1] / "var")
HOST = "127.0.0.1"
LINES = 1000
RUN_SLACK_S = 120.0
"""A run that takes this much longer than it should is ended."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One run of one program, handed to it as a JSON file."""

    folder: str
    exchange_pid: int
    ari_url: str
    ari_user: str
    ari_password: str
    ami_host: str
    ami_port: int
    ami_user: str
    ami_password: str
    sounds: str
    trunk: str
    rate: float
    seconds: float
    warm_up_s: float = 3.0
    agents: int = 1
    wrap_s: float = 0.0
    recording: bool = False
    behaviours: list[str] = field(default_factory=list)  # last two digits, where the far end is the carrier
    events: bool = False  # the bare AMI client hears of its calls

    @classmethod
    def read(cls) -> "Spec":
        """The one named on the command line."""
        return cls(**json.loads(Path(sys.argv[1]).read_text()))

    def numbers(self) -> Iterator[str]:
        """Numbers of 01632, an area that exists in fiction only; enough of them for the whole run."""
        count = int(self.rate * (self.warm_up_s + self.seconds) * 1.5) + 200
        if not self.behaviours:
            return (f"+441632{index:06d}" for index in range(count))
        chosen = self.behaviours  # the third-last digit: half a second of ringing for each
        return (f"+441632{index % 1000:03d}{1 + index // 1000}{chosen[index % len(chosen)]}" for index in range(count))


def install() -> AsteriskInstall:
    found = find_install(VAR / "asterisk-root")
    if found is None:
        raise SystemExit("there is no Asterisk here: run scripts/bootstrap")
    return found


def free_port() -> int:
    return next(port for port in iter(lambda: random.randrange(10_000, 32_000), None) if is_free(HOST, port))


@contextmanager
def sipp(folder: Path, scenario: str, **words: object) -> Iterator[int]:
    """Run a SIPp scenario on a free port, which is yielded."""
    text = (HERE / scenario).read_text()
    for name, value in words.items():
        text = text.replace(f"@{name.upper()}@", str(value))
    port = free_port()
    own = folder / f"sipp-{port}"
    own.mkdir()
    (own / scenario).write_text(text)
    argv = ["sipp", "-sf", scenario, "-i", HOST, "-p", str(port), "-mp", str(free_port()), "-cp", str(free_port())]
    with subprocess.Popen(
        [*argv, "-nostdin", "-trace_err", "-error_file", "errors.log", HOST],
        cwd=own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        try:
            yield port
        finally:
            running.kill()


@dataclass
class Ground:
    """A running exchange and where programs leave their files."""

    folder: Path
    exchange: Exchange
    runs: int = 0

    def spec(self, **wishes: Any) -> Spec:
        """A run in a new folder."""
        self.runs += 1
        folder = self.folder / f"run-{self.runs}"
        folder.mkdir()
        exchange = self.exchange
        return Spec(
            folder=str(folder),
            exchange_pid=exchange.pid,
            ari_url=exchange.ari_url,
            ari_user=exchange.ari_user,
            ari_password=exchange.ari_password,
            ami_host=exchange.ami_host,
            ami_port=exchange.ami_port,
            ami_user=exchange.ami_user,
            ami_password=exchange.ami_password,
            sounds=str(exchange.config.sounds_dir),
            **wishes,
        )

    async def run(self, program: str, spec: Spec) -> dict[str, Any]:
        """Run a program of this folder as a process of its own and return the figures it writes."""
        wish = Path(spec.folder) / "spec.json"
        wish.write_text(json.dumps(asdict(spec)))
        with (Path(spec.folder) / "log.txt").open("wb") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable, str(HERE / program), str(wish), stdout=asyncio.subprocess.PIPE, stderr=log
            )
            try:
                async with asyncio.timeout(spec.warm_up_s + spec.seconds + RUN_SLACK_S):
                    said, _ = await child.communicate()
            finally:
                if child.returncode is None:
                    child.kill()
        if child.returncode != 0:
            raise SystemExit(f"{program} failed:\n{(Path(spec.folder) / 'log.txt').read_text()[-3000:]}")
        await self.silent()
        figures: dict[str, Any] = json.loads(said.splitlines()[-1])
        return figures

    async def silent(self, limit_s: float = 30.0) -> None:
        """Wait until the exchange holds no channel."""
        for _ in range(int(limit_s / 0.5)):
            if "0 active channels" in await self.exchange.cli("core show channels count"):
                return
            await asyncio.sleep(0.5)
        raise SystemExit(f"channels are left:\n{await self.exchange.cli('core show channels concise')}")


@asynccontextmanager
async def with_sipp(folder: Path, shares: Sequence[float], agents: int) -> AsyncIterator[Ground]:
    """An exchange with a SIPp far end for each share of answered calls, as trunk share0, share1 …, and SIPp phones."""
    async with AsyncExitStack() as stack:
        trunks = []
        for place, share in enumerate(shares):
            port = stack.enter_context(sipp(folder, "uas.xml", answered=share, ring_ms=100, talk_ms=2000))
            trunks.append(Trunk(name=f"share{place}", host=HOST, port=port, max_channels=LINES, qualify_s=0))
        port = stack.enter_context(sipp(folder, "phones.xml"))
        phones = tuple(Phone(name=f"agent{n}", contact=f"sip:agent{n}@{HOST}:{port}") for n in range(1, agents + 1))
        # SIPp sends no sound and answers no OPTIONS: neither may count as a phone that is gone.
        config = _config(folder, tuple(trunks), phones, rtp_timeout_s=0, qualify_frequency_s=0)
        yield Ground(folder, await stack.enter_async_context(Exchange(install(), config)))


@asynccontextmanager
async def with_carrier(folder: Path, agents: int) -> AsyncIterator[Ground]:
    """An exchange whose trunk "carrier" and phones are the simulated carrier, with real sound."""
    carrier = Carrier(install(), CarrierConfig(directory=folder / "carrier", cache=VAR / "sounds"))
    async with carrier:
        phones = tuple(carrier.phone(f"agent{n}") for n in range(1, agents + 1))
        config = _config(folder, (carrier.trunk("carrier", max_channels=LINES),), phones)
        async with Exchange(install(), config) as exchange:
            yield Ground(folder, exchange)


def _config(folder: Path, trunks: tuple[Trunk, ...], phones: tuple[Phone, ...], **changes: Any) -> ExchangeConfig:
    return ExchangeConfig(
        directory=folder / "exchange",
        trunks=trunks,
        phones=phones,
        recordings_dir=folder / "recordings",
        sounds_dir=house_sounds(VAR / "sounds", Wording(company="Example Limited", phone_number="01632 960 000")),
        **changes,
    )
