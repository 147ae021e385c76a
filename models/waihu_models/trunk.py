"""Trunks and phones as people set them up, whoever keeps them: the settings file, or an administrator in the store."""

from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """Where a trunk, a phone or a value comes from; what stands in the file is changed in the file."""

    FILE = "file"
    STORE = "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTrunk:
    """A carrier: how it is reached, and what it can take."""

    name: str
    host: str
    port: int = 5060
    username: str = ""
    password: str = field(default="", repr=False)
    register: bool = False
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    max_lines: int = 30
    calls_per_s: float = 5.0
    caller_id: str = ""
    strip_plus: bool = False  # send 4477… instead of +4477…
    dial_prefix: str = ""  # put before every number
    enabled: bool = True
    version: int = 1
    source: Source = Source.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPhone:
    """A SIP phone; without ``contact`` it registers with its password."""

    name: str
    password: str = field(default="", repr=False)  # "": the exchange makes and keeps one
    contact: str = ""  # a fixed SIP address instead of registration
    version: int = 1
    source: Source = Source.FILE
