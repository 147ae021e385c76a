"""What an exchange is told: trunks, phones, ports, machine detection. Values only; ``rendering`` writes them down."""

import re
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

from waihu_models.errors import BadInput

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]")
_NETWORK = re.compile(r"[A-Za-z0-9.:-]{1,253}(/[0-9.]{1,15})?")
_SIP_URI = re.compile(r"sips?:[^\s<>\",]{1,250}")
_ANY = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104 -- what it is bound to is said elsewhere
CODECS = frozenset({"ulaw", "alaw", "g722", "gsm", "opus", "slin16"})


def is_host(text: str) -> bool:
    """Whether a text is a host name or an address."""
    return _HOST.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def own_address(far: str) -> str:
    """Return the address of this machine that packets to a far one leave from, nothing where there is no way to it."""
    with socket.socket(socket.AF_INET6 if ":" in far else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))  # of UDP: nothing is sent
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def is_sip_address(text: str) -> bool:
    """Whether a text is a SIP address that can be dialled."""
    return _SIP_URI.fullmatch(text) is not None


def _check_name(what: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise BadInput(f"{what} {name!r}: a name starts with a letter and has up to 40 letters, digits, - and _")


def _check_codecs(name: str, codecs: tuple[str, ...]) -> None:
    if unknown := set(codecs) - CODECS:
        raise BadInput(f"{name}: unknown codecs {', '.join(sorted(unknown))}; known: {', '.join(sorted(CODECS))}")
    if not codecs:
        raise BadInput(f"{name}: at least one codec is needed")


def _check_range(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(f"{what} is {value}; it has to lie in {low}..{high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports of one instance; 0: a free one is chosen and remembered in the instance's directory."""

    sip: int = 0
    http: int = 0
    ami: int = 0
    rtp_start: int = 0
    rtp_end: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no port, and half an RTP range."""
        numbers = (self.sip, self.http, self.ami, self.rtp_start, self.rtp_end)
        if not all(0 <= number <= 65535 for number in numbers):
            raise BadInput(f"ports {numbers}: each has to lie in 0..65535")
        if bool(self.rtp_start) != bool(self.rtp_end) or self.rtp_end < self.rtp_start:
            raise BadInput(f"RTP ports {self.rtp_start}..{self.rtp_end} are no range")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A line to an operator.

    Attributes:
        match: hosts, addresses or networks the operator's calls come from; empty: ``host``.
        register: whether we register with ``username`` and ``password``.
        max_channels: calls at once; above it the trunk is shown as busy. The dial loop keeps to it.
        qualify_s: seconds between checks by OPTIONS; 0: none.
    """

    name: str
    host: str
    port: int = 5060
    username: str = ""
    password: str = field(default="", repr=False)
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    max_channels: int = 100
    register: bool = False
    match: tuple[str, ...] = ()
    qualify_s: int = 15

    def __post_init__(self) -> None:
        """Refuse what cannot stand in the configuration."""
        _check_name("trunk", self.name)
        _check_codecs(self.name, self.codecs)
        if not _HOST.fullmatch(self.host):
            raise BadInput(f"trunk {self.name}: {self.host!r} is no host")
        for address in self.match:
            if not _NETWORK.fullmatch(address):
                raise BadInput(f"trunk {self.name}: {address!r} is no host or network")
        _check_range(f"trunk {self.name}: port", self.port, 1, 65535)
        _check_range(f"trunk {self.name}: max_channels", self.max_channels, 1, 100_000)
        _check_range(f"trunk {self.name}: qualify_s", self.qualify_s, 0, 86_400)
        if self.register and not self.username:
            raise BadInput(f"trunk {self.name}: to register, a username is needed")

    @property
    def uri(self) -> str:
        """The operator's SIP address."""
        return f"sip:{self.host}:{self.port}"

    @property
    def account_uri(self) -> str:
        """Our own address at the operator."""
        return f"sip:{self.username}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone of ours.

    Attributes:
        password: empty: one is made and kept in the instance's secrets.
        contact: SIP address of a phone that does not register; empty: it registers.
    """

    name: str
    password: str = field(default="", repr=False)
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    max_contacts: int = 1
    contact: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot stand in the configuration."""
        _check_name("phone", self.name)
        _check_codecs(self.name, self.codecs)
        _check_range(f"phone {self.name}: max_contacts", self.max_contacts, 1, 10)
        if self.contact and not _SIP_URI.fullmatch(self.contact):
            raise BadInput(f"phone {self.name}: {self.contact!r} is no SIP address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amd:
    """Parameters of machine detection; verdicts come 1.6 to 2.6 s after the answer with these. Times in ms."""

    initial_silence_ms: int = 2500
    greeting_ms: int = 1500
    after_greeting_silence_ms: int = 800
    total_analysis_ms: int = 5000
    min_word_ms: int = 100
    max_word_ms: int = 5000
    between_words_silence_ms: int = 50
    max_words: int = 4
    silence_threshold: int = 256

    def __post_init__(self) -> None:
        """Refuse negative values and those beyond any sense."""
        for name in self.__slots__:
            _check_range(f"amd {name}", getattr(self, name), 0, 60_000)


@dataclass(frozen=True, kw_only=True)
class AsteriskConfig:
    """What every Asterisk of ours is told.

    Attributes:
        directory: the instance's own; made if missing.
        host: address SIP and RTP are bound to. ARI and AMI are on loopback whatever it is.
        templates: folders of configuration templates below ``asterisk/``; a later one wins.
    """

    templates: ClassVar[tuple[str, ...]] = ("shared", "etc")
    transmit_silence: ClassVar[bool] = False
    ice: ClassVar[bool] = False

    directory: Path
    host: str = "127.0.0.1"
    ports: Ports = Ports()

    def __post_init__(self) -> None:
        """Refuse what cannot stand in the configuration."""
        if not _HOST.fullmatch(self.host):
            raise BadInput(f"{self.host!r} is no address to bind to")

    @property
    def ice_candidates(self) -> tuple[tuple[str, str], ...]:
        """Addresses of this machine, each with the one browsers are told beside it."""
        return ()

    @property
    def read_folders(self) -> tuple[Path, ...]:
        """Folders of others that are read."""
        return ()

    @property
    def secret_phones(self) -> tuple[str, ...]:
        """Phones for which a password has to be made."""
        return ()

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Names pjsip must know after the start."""
        return ()

    def values(self) -> dict[str, Any]:
        """Return what the templates may use, by name."""
        own = {"transmit_silence": self.transmit_silence, "ice": self.ice, "ice_candidates": self.ice_candidates}
        return {**vars(self), **own}


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A dialplan template that runs in the place of the shipped one, with the variables that differ in it."""

    name: str
    source: str = field(repr=False)
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExchangeConfig(AsteriskConfig):
    """Our exchange. Units are in the names; ``dialplan`` overrides defaults of ``dialplans/variables.toml``."""

    ice: ClassVar[bool] = True  # browsers send no sound without it

    app: str = "waihu"
    trunks: tuple[Trunk, ...] = ()
    phones: tuple[Phone, ...] = ()
    recordings_dir: Path | None = None
    sounds_dir: Path | None = None  # <language>/<announcement>.wav and moh/, as prompts.house_sounds makes them
    amd: Amd = Amd()
    rtp_keepalive_s: int = 5
    rtp_timeout_s: int = 30
    rtp_timeout_hold_s: int = 300
    trunk_rtp_timeout_s: int = 0  # 0: off, as operators may send nothing in silence
    qualify_frequency_s: int = 15
    external_address: str = ""
    local_networks: tuple[str, ...] = ()
    dialplan: tuple[tuple[str, str | int], ...] = ()
    own_dialplans: tuple[OwnTemplate, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot stand in the configuration."""
        super().__post_init__()
        _check_name("application", self.app)
        names = [*self.endpoints]
        if twice := {name for name in names if names.count(name) > 1}:
            raise BadInput(f"names of trunks and phones have to differ: {', '.join(sorted(twice))}")
        for name in ("rtp_keepalive_s", "rtp_timeout_s", "rtp_timeout_hold_s", "trunk_rtp_timeout_s"):
            _check_range(name, getattr(self, name), 0, 86_400)
        _check_range("qualify_frequency_s", self.qualify_frequency_s, 0, 86_400)
        for network in (*self.local_networks, *((self.external_address,) if self.external_address else ())):
            if not _NETWORK.fullmatch(network):
                raise BadInput(f"{network!r} is no host or network")

    @property
    def ice_candidates(self) -> tuple[tuple[str, str], ...]:
        """The address SIP is bound to, or the one this machine sends from, with the external one."""
        if not is_address(self.external_address):  # browsers take no names
            return ()
        local = own_address(self.external_address) if self.host in _ANY else self.host
        return ((local, self.external_address),) if local else ()

    @property
    def read_folders(self) -> tuple[Path, ...]:
        """Folders of others that are read."""
        return (self.sounds_dir / "any",) if self.sounds_dir is not None else ()

    @property
    def secret_phones(self) -> tuple[str, ...]:
        """Phones for which a password has to be made."""
        return tuple(phone.name for phone in self.phones if not phone.password)

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Names pjsip must know after the start."""
        return (*(trunk.name for trunk in self.trunks), *(phone.name for phone in self.phones))
