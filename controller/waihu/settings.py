"""Settings: one TOML file, overridden by environment variables ``WAIHU_<SECTION>__<KEY>``.

Unknown keys, wrong types and values out of range are refused with the place named. Every setting has a default that
works on one machine; the trunks are the only thing that must be given to reach the world.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct, field

from waihu_models.agent import PhoneMode
from waihu_models.errors import BadSettings

Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(ge=0, le=86400)]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
PauseReason = Annotated[str, Meta(min_length=1, max_length=60)]


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
    min_free_mb: Annotated[int, Meta(ge=0, le=100_000_000)] = 500  # below this an alert is raised
    retention_days: Annotated[int, Meta(ge=0, le=36500)] = 0  # older ones are deleted; 0: kept for ever


class SpeechSettings(_Section, frozen=True, kw_only=True):
    """How calls are heard. Without a model for a language its calls are not transcribed, and nothing else changes."""

    engine: Annotated[str, Meta(pattern="^(auto|vosk|vosk-server|null)$")] = "auto"  # auto: vosk where it has a model
    models: str = ""  # folder of models; "" = models/ in the var folder
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[a-z0-9]+)*$")] = "en"  # where nothing else says
    ears: Annotated[int, Meta(ge=0, le=64)] = 0  # processes that listen; 0: one less than this machine has cores
    servers: tuple[str, ...] = ()  # of vosk-server: ws://host:2700, with a weight behind a space where they differ
    partials: bool = True  # show what is being said before it is finished
    agent_measures: bool = False  # tension indicators of agents too
    review_share: Annotated[float, Meta(ge=0, le=1)] = 0.05  # of calls, that people review beside the quality rules
    retention_days: Annotated[int, Meta(ge=0, le=36500)] = 0  # older transcripts are deleted; 0: kept for ever
    redact: bool = True  # card and identity numbers are left out of transcripts, and silenced in recordings


VoiceName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,40}(\+[A-Za-z0-9_]{1,30})?$")]


class SpeakingSettings(_Section, frozen=True, kw_only=True):
    """How texts are spoken to callers: announcements of queues, menus, names."""

    engine: Annotated[str, Meta(pattern="^(espeak|null)$")] = "espeak"  # null: texts are not spoken
    voice_en: VoiceName = "en-us+f3"  # as espeak-ng --voices lists them
    voice_zh: VoiceName = "cmn-latn-pinyin+f2"
    words_per_min: Annotated[int, Meta(ge=80, le=450)] = 155
    cache_mb: Annotated[int, Meta(ge=10, le=100_000)] = 200  # of sounds that are kept


class CompanySettings(_Section, frozen=True, kw_only=True):
    """Who is calling, as the safe-harbour message says it."""

    name: Annotated[str, Meta(max_length=120)] = "our company"
    number: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(pattern="^(en|zh)$")] = "en"


class QueueSettings(_Section, frozen=True, kw_only=True):
    """Where callers wait whom no rule and no menu sends elsewhere."""

    default: str = ""  # name of a queue; "": callers wait in none, and any agent takes them


class DeskSettings(_Section, frozen=True, kw_only=True):
    """How agents work, unless told otherwise one by one."""

    wrap_limit_s: Annotated[float, Meta(ge=0, le=3600)] = 30.0  # of agents who are made from now on
    pause_reasons: Annotated[tuple[PauseReason, ...], Meta(min_length=1, max_length=20)] = (
        "break", "lunch", "meeting", "training",
    )  # fmt: skip


class AlertSettings(_Section, frozen=True, kw_only=True):
    """From where on people are told that something is wrong."""

    loop_lag_ms: Annotated[int, Meta(ge=20, le=60_000)] = 250  # how late the program gets round to things
    store_backlog: Annotated[int, Meta(ge=10, le=5000)] = 1000  # writes that wait for the database
    outbox_backlog: Annotated[int, Meta(ge=10, le=10_000_000)] = 10_000  # events that wait to be delivered
    trunk_failed_ratio: Annotated[float, Meta(gt=0, le=1)] = 0.3  # of a trunk's calls, that its carrier could not carry


class RuleSettings(_Section, frozen=True, kw_only=True):
    """Where rule packs are, beside those that are shipped."""

    directory: str = ""  # "" = no packs of one's own


class WebSettings(_Section, frozen=True, kw_only=True):
    """Where the console and the API are served."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 8080  # 0: any that is free
    certificate: str = ""  # PEM file; "" = plain HTTP, for this machine only or behind a proxy that has one
    certificate_key: str = ""
    public_url: str = ""  # what people type, when it is not this host and port, e.g. https://calls.example.com
    proxies: tuple[str, ...] = ()  # addresses of proxies whose X-Forwarded-For is believed
    session_hours: Annotated[float, Meta(gt=0, le=720)] = 12.0
    metrics_token: str = ""  # lets a program elsewhere read /metrics; "" = only this machine may
    upload_limit_mb: Annotated[int, Meta(ge=1, le=2000)] = 100
    day_zone: str = "UTC"  # IANA name of the zone in which the day of live figures begins at midnight


class WebhookSettings(_Section, frozen=True, kw_only=True):
    """What other systems are told, and for how long it is kept for them."""

    private: bool = False  # receivers in private networks and on this machine, those by plain HTTP too
    keep_days: Annotated[float, Meta(gt=0, le=365)] = 7.0  # events in the outbox, once everybody was told
    most_events: Annotated[int, Meta(ge=1000)] = 2_000_000  # in the outbox, told or not


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
    speech: SpeechSettings = SpeechSettings()
    speaking: SpeakingSettings = SpeakingSettings()
    company: CompanySettings = CompanySettings()
    desk: DeskSettings = DeskSettings()
    queues: QueueSettings = QueueSettings()
    alerts: AlertSettings = AlertSettings()
    rules: RuleSettings = RuleSettings()
    log: LogSettings = LogSettings()
    web: WebSettings = WebSettings()
    webhooks: WebhookSettings = WebhookSettings()
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


def given(path: Path | None = None, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return which settings somebody gave, as ``section.key``, and where: ``environment`` or ``file``.

    Raises:
        BadSettings: the file cannot be read.
    """
    raw = _read(path) if path else {}
    in_file = {f"{section}.{key}": "file" for section, keys in raw.items() if isinstance(keys, dict) for key in keys}
    over: dict[str, Any] = {}
    _overlay(over, os.environ if environ is None else environ)
    return in_file | {f"{section}.{key}": "environment" for section, keys in over.items() for key in keys}


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
    if bool(settings.web.certificate) != bool(settings.web.certificate_key):
        raise BadSettings("web.certificate and web.certificate_key belong together: give both, or none")
    try:
        ZoneInfo(settings.web.day_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSettings(f"web.day_zone: there is no zone {settings.web.day_zone!r}") from error
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
