"""Settings: one TOML file, overridden by environment variables ``WAIHU_<SECTION>__<KEY>``.

Unknown keys, wrong types and values out of range are refused with the place named. Every setting has a default that
works on one machine; the trunks are the only thing that must be given to reach the world.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from waihu_models.agent import PhoneMode
from waihu_models.errors import BadSettings

Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(ge=0, le=86400)]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: no key that is not declared."""


class StoreSettings(_Section, frozen=True, kw_only=True):
    """Where results are kept."""

    url: str = ""  # "" = an SQLite file in the var folder
    hash_key_file: str = ""  # "" = do-not-call.key beside the SQLite file, or in the var folder


class TrunkSettings(_Section, frozen=True, kw_only=True):
    """One carrier."""

    name: Name
    host: str
    port: Port = 5060
    username: str = ""
    password: str = ""
    register: bool = False
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    max_lines: Annotated[int, Meta(ge=1, le=10000)] = 30
    calls_per_s: Annotated[float, Meta(gt=0, le=200)] = 5.0
    caller_id: str = ""
    strip_plus: bool = False  # send 4477… instead of +4477…
    dial_prefix: str = ""  # put before every number, e.g. a carrier's access code


class PhoneSettings(_Section, frozen=True, kw_only=True):
    """One SIP phone; without ``contact`` it registers with a generated password."""

    name: Name
    password: str = ""
    contact: str = ""  # a fixed SIP URI instead of registration


class AgentSettings(_Section, frozen=True, kw_only=True):
    """One agent known from the start."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{1,32}$")]
    name: str = ""
    phone: str = ""
    mode: PhoneMode = PhoneMode.NAILED_UP
    campaign: str = ""
    wrap_limit_s: Seconds = 30.0
    log_in_at_start: bool = False


class ExchangeSettings(_Section, frozen=True, kw_only=True):
    """The Asterisk in charge. ``managed``: Waihu renders its configuration, starts and watches it."""

    managed: bool = True
    directory: str = ""  # "" = exchange/ in the var folder
    host: str = "127.0.0.1"
    sip_port: Port = 5060
    http_port: Port = 8088
    ami_port: Port = 5038
    rtp_start: Port = 10000
    rtp_end: Port = 20000
    external_address: str = ""  # what carriers must send to, when the machine is behind address translation
    local_networks: tuple[str, ...] = ()  # networks reached without it, e.g. 192.168.0.0/16
    ari_url: str = ""  # the next six only when not managed
    ari_user: str = "waihu"
    ari_password: str = ""
    ami_host: str = "127.0.0.1"
    ami_user: str = "waihu"
    ami_password: str = ""


class RecordingSettings(_Section, frozen=True, kw_only=True):
    """Where sound is kept."""

    directory: str = ""  # "" = recordings/ in the var folder
    min_free_mb: Annotated[int, Meta(ge=0)] = 500  # below this an alert is raised


class CompanySettings(_Section, frozen=True, kw_only=True):
    """Who is calling, as the safe-harbour message says it."""

    name: str = "our company"
    number: str = ""
    language: Annotated[str, Meta(pattern="^(en|zh)$")] = "en"


class RuleSettings(_Section, frozen=True, kw_only=True):
    """Where rule packs are, beside those that are shipped."""

    directory: str = ""  # "" = no packs of one's own


class LogSettings(_Section, frozen=True, kw_only=True):
    """What is written to standard error."""

    level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"
    json: bool = False
    personal: bool = False  # write phone numbers and names into logs


class Settings(_Section, frozen=True, kw_only=True):
    """Everything that can be set."""

    store: StoreSettings = StoreSettings()
    exchange: ExchangeSettings = ExchangeSettings()
    recordings: RecordingSettings = RecordingSettings()
    company: CompanySettings = CompanySettings()
    rules: RuleSettings = RuleSettings()
    log: LogSettings = LogSettings()
    trunks: tuple[TrunkSettings, ...] = field(default=())
    phones: tuple[PhoneSettings, ...] = field(default=())
    agents: tuple[AgentSettings, ...] = field(default=())


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings.

    Args:
        path: A TOML file; None: defaults and environment only.
        environ: Environment to read; the program's own by default.
    Raises:
        BadSettings: the file cannot be read, or a value does not fit; the message names file and key.
    """
    raw = _read(path) if path else {}
    _overlay(raw, os.environ if environ is None else environ)
    try:
        settings = msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"{path or 'environment'}: {error}") from error
    _check(settings)
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadSettings(f"there is no settings file {path}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path}: {error}") from error


def _overlay(raw: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, value in environ.items():
        section, separator, key = name.removeprefix("WAIHU_").lower().partition("__")
        if name.startswith("WAIHU_") and separator:
            target = raw.setdefault(section, {})
            if not isinstance(target, dict):
                raise BadSettings(f"{name}: {section} is a list and can only be set in the file")
            target[key] = value


def _check(settings: Settings) -> None:
    phones = {phone.name for phone in settings.phones}
    for kind, names in (
        ("trunk", [trunk.name for trunk in settings.trunks]),
        ("phone", [phone.name for phone in settings.phones]),
        ("agent", [agent.id for agent in settings.agents]),
    ):
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise BadSettings(f"{kind} {sorted(twice)[0]!r} is given twice")
    for agent in settings.agents:
        if agent.phone and agent.phone not in phones and settings.exchange.managed:
            raise BadSettings(f"agent {agent.id}: there is no phone {agent.phone!r} in [[phones]]")
    if not settings.exchange.managed and not settings.exchange.ari_url:
        raise BadSettings("exchange.managed is off, so exchange.ari_url must say where Asterisk is")
