"""A simulated operator: a second Asterisk with real speech, whose numbers say what happens; also the agents' phones.

The number plan stands in ``asterisk/carrier/numbers.conf.j2`` and ``behaviours.conf.j2``. Names instead of numbers are
phones: ``agent1`` answers and talks, ``lazy1`` rings for ever, ``busy1`` rejects, ``mute1`` answers and is silent.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from waihu.telephony.asterisk import Asterisk
from waihu.telephony.carrier_scripts import script_pauses
from waihu.telephony.carrier_speech import VOICES, carrier_sounds
from waihu.telephony.exchange_config import NAME, AsteriskConfig, Phone, Trunk
from waihu.telephony.install import AsteriskInstall
from waihu_models.errors import BadInput

_KEYS = re.compile(r"[0-9*#w]{0,60}")
_NUMBER = re.compile(r"[+0-9A-Za-z][0-9A-Za-z]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer of the carrier, who may register."""

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot stand in the configuration."""
        if not NAME.fullmatch(self.username) or not self.password:
            raise BadInput(f"account {self.username!r}: a name and a password are needed")


@dataclass(frozen=True, kw_only=True)
class CarrierConfig(AsteriskConfig):
    """The simulated carrier. ``cache``: where its sounds are kept between runs."""

    templates: ClassVar[tuple[str, ...]] = ("shared", "carrier")
    transmit_silence: ClassVar[bool] = True  # the silent send sound too, as in a telephone network

    cache: Path
    codecs: tuple[str, ...] = ("ulaw", "alaw", "g722", "gsm")
    accounts: tuple[Account, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return what the templates may use, by name; makes the sounds if they are not in the cache."""
        sounds = {"sounds_dir": carrier_sounds(self.cache), "voices": VOICES, "scripts": script_pauses()}
        return {**super().values(), **sounds}

    @property
    def read_folders(self) -> tuple[Path, ...]:
        """Folders of others that are read."""
        return (self.cache / "any",)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Names pjsip must know after the start."""
        return ("anonymous", "waihu", *(account.username for account in self.accounts))


class Carrier(Asterisk):
    """The running simulated carrier."""

    _config: CarrierConfig

    def __init__(self, install: AsteriskInstall, config: CarrierConfig) -> None:
        super().__init__(install, config)

    @property
    def config(self) -> CarrierConfig:
        """What it was told."""
        return self._config

    def trunk(self, name: str = "carrier", **changes: Any) -> Trunk:
        """Return the trunk by which an exchange reaches this carrier; ``changes`` are fields of ``Trunk``."""
        return Trunk(name=name, host=self.host, port=self.sip_port, **changes)

    def phone(self, name: str) -> Phone:
        """Return a phone that lives here, for the configuration of an exchange."""
        return Phone(name=name, contact=f"sip:{name}@{self.host}:{self.sip_port}")

    async def call_in(self, to: str, dialled: str, caller: str, keys: str = "", *, phone: str = "") -> None:
        """Call into an exchange from outside; the caller talks once answered. Returns before the answer.

        Args:
            to: the exchange's SIP address as host:port.
            dialled: the number called there.
            caller: the number shown.
            keys: pressed by the caller, who then says nothing: 0-9, * and #; w waits half a second.
            phone: a phone that speaks for the caller, by its name.

        Raises:
            BadInput: one of them cannot be dialled.
            ExchangeFailed: the carrier does not answer.
        """
        if not _NUMBER.fullmatch(dialled) or not _NUMBER.fullmatch(caller) or not re.fullmatch(r"[\w.-]+:\d+", to):
            raise BadInput(f"cannot call {dialled!r} at {to!r} as {caller!r}")
        if not _KEYS.fullmatch(keys):
            raise BadInput(f"nobody can press {keys!r}")
        if phone and not NAME.fullmatch(phone):
            raise BadInput(f"there is no phone {phone!r}")
        await self.cli(f"dialplan set global WAIHU {to}")
        far_end = f"{phone}@phones" if phone else f"{keys}@caller-presses" if keys else "s@caller-talks"
        await self.cli(f"channel originate Local/{dialled}*{caller}@call-in extension {far_end}")

    async def fail(self) -> None:
        """Refuse every number from now on with 503, as a carrier does that has no way on."""
        await self.cli("dialplan set global FAILING yes")

    async def hang_up_all(self) -> None:
        """Let every phone and called person hang up (BYE)."""
        await self.cli("channel request hangup all")
