"""From settings to parts: the exchange that is run, and the plan of a controller."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from waihu import paths
from waihu.app import Plan
from waihu.cli.options import key_file, rule_folders, store_url
from waihu.dialplan.probing import ProbeCall, Trace
from waihu.services.dialplan_change import DialplanTools
from waihu.services.ears import setup_of
from waihu.services.hearing import HearingPlan
from waihu.services.lines import Trunk as Line
from waihu.services.office import OfficePlan
from waihu.settings import Settings, SpeakingSettings, SpeechSettings, TrunkSettings
from waihu.speech.apart import Apart
from waihu.telephony.espeak import Espeak
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import ExchangeConfig, OwnTemplate, Phone, Ports, Trunk
from waihu.telephony.install import find_install
from waihu.telephony.probe import Prober
from waihu.telephony.prompts import Wording, house_sounds
from waihu.telephony.spoken_sounds import SpeakingPlan
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.telephony.trial import try_dialplan
from waihu.telephony.trunk_state import look_at_trunks
from waihu.telephony.web_phones import AriWebPhones
from waihu_models.errors import ExchangeFailed
from waihu_models.trunk import CarrierTrunk, DeskPhone


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation."""

    exchange: Path
    recordings: Path
    sounds: Path
    rootfs: Path


def places(settings: Settings) -> Places:
    """Return the folders these settings mean."""
    var = paths.var()
    return Places(
        exchange=Path(settings.exchange.directory) if settings.exchange.directory else var / "exchange",
        recordings=Path(settings.recordings.directory) if settings.recordings.directory else var / "recordings",
        sounds=var / "sounds",
        rootfs=var / "asterisk-root",
    )


def exchange_config(settings: Settings, at: Places, sounds: Path) -> ExchangeConfig:
    """Return what a managed exchange is told."""
    chosen = settings.exchange
    return ExchangeConfig(
        directory=at.exchange,
        host=chosen.host,
        ports=Ports(
            sip=chosen.sip_port,
            http=chosen.http_port,
            ami=chosen.ami_port,
            rtp_start=chosen.rtp_start,
            rtp_end=chosen.rtp_end,
        ),
        trunks=tuple(_trunk(trunk) for trunk in settings.trunks),
        phones=tuple(Phone(name=p.name, password=p.password, contact=p.contact) for p in settings.phones),
        recordings_dir=at.recordings,
        sounds_dir=sounds,
        external_address=chosen.external_address,
        local_networks=chosen.local_networks,
    )


def _trunk(trunk: TrunkSettings) -> Trunk:
    return Trunk(
        name=trunk.name,
        host=trunk.host,
        port=trunk.port,
        username=trunk.username,
        password=trunk.password,
        codecs=trunk.codecs,
        max_channels=trunk.max_lines,
        register=trunk.register,
    )


@asynccontextmanager
async def managed_exchange(
    settings: Settings, *, leave_running: bool = False, own_dialplans: tuple[OwnTemplate, ...] = ()
) -> AsyncIterator[Exchange | None]:
    """Run the exchange these settings describe; None when somebody else runs it.

    Args:
        settings: What counts at the start.
        leave_running: Whether it outlives this context.
        own_dialplans: Templates that run in the place of the shipped ones.

    Raises:
        ExchangeFailed: there is no Asterisk here, or it does not start.
    """
    if not settings.exchange.managed:
        yield None
        return
    at = places(settings)
    install = find_install(at.rootfs)
    if install is None:
        raise ExchangeFailed("there is no Asterisk here: run scripts/bootstrap, or install the package asterisk")
    sounds = house_sounds(at.sounds, wording(settings))
    exchange = Exchange(install, replace(exchange_config(settings, at, sounds), own_dialplans=own_dialplans))
    await exchange.start()
    try:
        yield exchange
    finally:
        if not leave_running:
            await exchange.stop()


def wording(settings: Settings) -> Wording:
    """Return what our announcements say."""
    number = re.sub(r"[^0-9 ]", "", settings.company.number) or "0"
    return Wording(company=settings.company.name, phone_number=number)


def plan(
    settings: Settings,
    exchange: Exchange | None,
    base: Settings | None = None,
    origins: Mapping[str, str] = MappingProxyType({}),
    set_aside: tuple[tuple[str, str], ...] = (),
) -> Plan:
    """Return what the controller is built from.

    Args:
        settings: What counts at the start, see ``kept``.
        exchange: The one we run; None: somebody else does.
        base: As file and environment give them; None: the same, and nothing is kept in the store yet.
        origins: Which were given, see ``waihu.settings.given``.
        set_aside: Own dialplan templates that do not run, each with why.
    """
    at = places(settings)
    chosen = settings.exchange
    if exchange is not None:
        ari = AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password)
        ami = AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password)
        sounds = exchange.config.sounds_dir
    else:
        ari = AriAccess(chosen.ari_url, chosen.ari_user, chosen.ari_password)
        ami = AmiAccess(chosen.ami_host, chosen.ami_port, chosen.ami_user, chosen.ami_password)
        sounds = None
    spoken = sounds / settings.company.language if sounds else Path("custom")
    media = {name: f"sound:{spoken / name}" for name in ("safe-harbour", "all-busy", "test-call", "beep")}
    switch = AsteriskSwitch(
        ari, ami, recordings_dir=at.recordings, media=media, trunks=[trunk.name for trunk in settings.trunks]
    )
    return Plan(
        store_url=store_url(settings),
        switch=switch,
        trunks=tuple(line(trunk) for trunk in settings.trunks),
        recordings=at.recordings,
        key_file=key_file(settings),
        min_free_bytes=settings.recordings.min_free_mb * 1_000_000,
        rules=rule_folders(settings),
        web=settings.web,
        web_phones=AriWebPhones(switch.ari),
        # The SIP WebSocket is served by the same HTTP server as ARI.
        sip_target=lambda: f"ws{ari.url.removeprefix('http').removesuffix('/ari')}/ws",
        office=replace(
            _office(base or settings, exchange, switch, origins), dialplan=dialplan_tools(exchange, set_aside)
        ),
        hearing=_hearing(settings.speech, paths.var()),
        speaking=speaking(settings.speaking, at.sounds),
    )


def speaking(chosen: SpeakingSettings, sounds: Path) -> SpeakingPlan:
    """Return what texts are spoken with, and where their sounds are kept."""
    voices = {"en": chosen.voice_en, "zh": chosen.voice_zh}
    speaker = Espeak(voices=voices, words_per_min=chosen.words_per_min) if chosen.engine == "espeak" else None
    folder = (sounds / "spoken").absolute()
    return SpeakingPlan(speaker=speaker, folder=folder, most_bytes=chosen.cache_mb * 1_000_000)


def _hearing(chosen: SpeechSettings, var: Path) -> HearingPlan:
    return HearingPlan(settings=chosen, var=var, recognizer=lambda: Apart(setup_of(chosen, var)))


def _office(
    base: Settings, exchange: Exchange | None, switch: AsteriskSwitch, origins: Mapping[str, str]
) -> OfficePlan:
    return OfficePlan(
        exchange=exchange,
        carriers=tuple(_carrier(trunk) for trunk in base.trunks),
        phones=tuple(DeskPhone(name=p.name, password=p.password, contact=p.contact) for p in base.phones),
        settings=base,
        origins=origins,
        look=partial(look_at_trunks, switch.ami.command),
        ami_up=lambda: switch.ami.reachable,
        told=switch.know_trunks,
    )


def dialplan_tools(exchange: Exchange | None, set_aside: tuple[tuple[str, str], ...] = ()) -> DialplanTools:
    """Return what a change of the dialplan of an exchange of ours is tried and watched with."""
    if exchange is None:
        return DialplanTools(set_aside=set_aside)
    access = AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password)

    async def probe(calls: Sequence[ProbeCall]) -> list[Trace]:
        return await Prober(access).probe(calls)

    return DialplanTools(attempt=partial(try_dialplan, exchange.install), probe=probe, set_aside=set_aside)


def _carrier(trunk: TrunkSettings) -> CarrierTrunk:
    return CarrierTrunk(
        name=trunk.name, host=trunk.host, port=trunk.port, username=trunk.username, password=trunk.password,
        register=trunk.register, codecs=trunk.codecs, max_lines=trunk.max_lines, calls_per_s=trunk.calls_per_s,
        caller_id=trunk.caller_id, strip_plus=trunk.strip_plus, dial_prefix=trunk.dial_prefix,
    )  # fmt: skip


def line(trunk: TrunkSettings) -> Line:
    """Return what dialling needs to know of a trunk."""
    return Line(
        name=trunk.name,
        max_lines=trunk.max_lines,
        calls_per_s=trunk.calls_per_s,
        caller_id=trunk.caller_id,
        strip_plus=trunk.strip_plus,
        dial_prefix=trunk.dial_prefix,
    )
