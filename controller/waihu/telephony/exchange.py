"""Our exchange: an Asterisk with trunks, phones and the control interfaces the controller uses."""

import asyncio
import time
from pathlib import Path

import structlog

from waihu.telephony.asterisk import START_TIMEOUT_S, Asterisk
from waihu.telephony.exchange_config import ExchangeConfig
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.rendering import AMI_USER, ARI_USER
from waihu_models.errors import ExchangeFailed

log = structlog.get_logger(__name__)

_CONTROL_HOST = "127.0.0.1"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 30.0
_STABLE_S = 60.0  # who ran this long gets a fresh back-off
_MOST_ASKED_AT_START = 100  # 15 ms each
_PING_EVERY_S, _PING_TIMEOUT_S, _PINGS_MISSED = 10.0, 10.0, 3


class Exchange(Asterisk):
    """An Asterisk run for the controller; ``config`` is what it was told last."""

    _config: ExchangeConfig

    def __init__(self, install: AsteriskInstall, config: ExchangeConfig) -> None:
        super().__init__(install, config)
        self.restarts = 0

    @property
    def config(self) -> ExchangeConfig:
        """What it was told last."""
        return self._config

    @property
    def ari_url(self) -> str:
        """Base address of ARI, without a slash at the end."""
        return f"http://{_CONTROL_HOST}:{self.ports.http}/ari"

    @property
    def sip_ws_url(self) -> str:
        """WebSocket of phones in browsers, for the proxy alone: whoever reaches its port reaches ARI."""
        return f"ws://{_CONTROL_HOST}:{self.ports.http}/ws"

    @property
    def ari_user(self) -> str:
        """User of ARI."""
        return ARI_USER

    @property
    def ari_password(self) -> str:
        """Password of ARI."""
        return self.secrets.ari

    @property
    def ami_host(self) -> str:
        """Address of AMI."""
        return _CONTROL_HOST

    @property
    def ami_port(self) -> int:
        """TCP port of AMI."""
        return self.ports.ami

    @property
    def ami_user(self) -> str:
        """User of AMI."""
        return AMI_USER

    @property
    def ami_password(self) -> str:
        """Password of AMI."""
        return self.secrets.ami

    def phone_password(self, phone: str) -> str:
        """Return the password a phone registers with, given or made.

        Raises:
            KeyError: no such phone.
        """
        given = {one.name: one.password for one in self.config.phones}
        return given[phone] or self.secrets.phones[phone]

    async def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Run Asterisk or adopt it, and ask trunks and phones at fixed addresses whether they are there.

        Asterisk itself spreads the first question over ``qualify_frequency_s``; until then nobody would know.

        Raises:
            ExchangeFailed: it does not start; with its last log lines.
            BadInput: a value of the configuration cannot be written down.
        """
        await super().start(timeout_s)
        asked = [trunk.name for trunk in self.config.trunks if trunk.qualify_s]
        if self.config.qualify_frequency_s:
            asked += [phone.name for phone in self.config.phones if phone.contact]
        for name in asked[:_MOST_ASKED_AT_START]:
            await self.cli(f"pjsip qualify {name}")

    async def apply(self, config: ExchangeConfig) -> None:
        """Change trunks, phones, dialplan or machine detection while calls go on.

        Raises:
            ExchangeFailed: it does not run, or the directory differs.
            BadInput: a value cannot be written down; nothing was changed.
        """
        await self._apply(config)

    def remember(self, config: ExchangeConfig) -> None:
        """Be told this at the next start; whatever runs goes on as it is."""
        self._config = config

    async def watch(self) -> None:
        """Restart Asterisk whenever it dies or answers no more, until cancelled."""
        pause_s = _FIRST_PAUSE_S
        while True:
            started_s = time.monotonic()
            await self._wait_for_end()
            if time.monotonic() - started_s > _STABLE_S:
                pause_s = _FIRST_PAUSE_S
            log.error("exchange_died", pid=self.pid, restart_in_s=pause_s, last_words=self.last_words(5))
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                await self.start()
                self.restarts += 1
            except ExchangeFailed as error:
                log.error("exchange_restart_failed", error=str(error), again_in_s=pause_s)

    async def _wait_for_end(self) -> None:
        """Return when the program has ended; one that has stopped answering is killed."""
        missed = 0
        while missed < _PINGS_MISSED:
            try:
                async with asyncio.timeout(_PING_EVERY_S):
                    await self.ended()
                    return
            except TimeoutError:
                missed = 0 if await self._answers() else missed + 1
        log.error("exchange_hangs", pid=self.pid, pings_missed=missed)
        self.kill()
        await self.ended()

    async def _answers(self) -> bool:
        """Whether the list of channels, whose lock a deadlock holds, can be read."""
        try:
            await self.cli("core show channels count", timeout_s=_PING_TIMEOUT_S)
        except ExchangeFailed:
            return False
        return True

    def _config_folders(self) -> tuple[Path, ...]:
        return (self.config.recordings_dir,) if self.config.recordings_dir is not None else ()
