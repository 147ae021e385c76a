"""What administrators changed, read before anything is started: the exchange has to begin with it."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
import structlog

from waihu.cli.assembly import exchange_config, places
from waihu.cli.opened import by_program
from waihu.cli.options import key_file, store_url
from waihu.services.dialplan_start import BegunWith, begin_with, settle_broken_off
from waihu.services.setting_shelf import with_stored
from waihu.settings import PhoneSettings, Settings, TrunkSettings
from waihu.store.phones import phones
from waihu.store.settings_store import kept_settings
from waihu.store.store import Store
from waihu.store.trunks import trunks
from waihu_models.trunk import CarrierTrunk, DeskPhone

log = structlog.get_logger()

T = TypeVar("T", TrunkSettings, PhoneSettings)


async def as_kept(base: Settings, origins: Mapping[str, str]) -> Settings:
    """Return settings with what the store adds: trunks, phones, and values in the place of defaults.

    Args:
        base: As file and environment give them.
        origins: Which were given, see ``waihu.settings.given``.
    Raises:
        StoreTooOld: the database needs ``waihu migrate``.
        NumberKeyLost: a password cannot be opened.
    """
    store = await Store.open(store_url(base), key_file=key_file(base))
    try:
        chosen = with_stored(base, origins, await kept_settings(store))
        more_trunks = [_trunk(trunk) for trunk in await trunks(store) if trunk.enabled]
        more_phones = [_phone(phone) for phone in await phones(store)]
    finally:
        await store.close()
    return msgspec.structs.replace(
        chosen,
        trunks=(*base.trunks, *_new("trunk", base.trunks, more_trunks)),
        phones=(*base.phones, *_new("phone", base.phones, more_phones)),
    )


async def kept_dialplan(chosen: Settings) -> BegunWith:
    """Return the dialplan templates the exchange begins with, once what an earlier run left half done is settled."""
    store = await Store.open(store_url(chosen), key_file=key_file(chosen))
    try:
        await settle_broken_off(store, by_program())
        if not chosen.exchange.managed:
            return BegunWith()
        at = places(chosen)
        return await begin_with(store, exchange_config(chosen, at, at.sounds))
    finally:
        await store.close()


def _new(kind: str, of_file: tuple[T, ...], stored: list[T]) -> list[T]:
    """Return what the file does not name; where it does, the file counts."""
    names = {one.name for one in of_file}
    for one in stored:
        if one.name in names:
            log.warning("stands_in_file_and_store", kind=kind, name=one.name)
    return [one for one in stored if one.name not in names]


def _trunk(trunk: CarrierTrunk) -> TrunkSettings:
    return TrunkSettings(
        name=trunk.name, host=trunk.host, port=trunk.port, username=trunk.username, password=trunk.password,
        register=trunk.register, codecs=trunk.codecs, max_lines=trunk.max_lines, calls_per_s=trunk.calls_per_s,
        caller_id=trunk.caller_id, strip_plus=trunk.strip_plus, dial_prefix=trunk.dial_prefix,
    )  # fmt: skip


def _phone(phone: DeskPhone) -> PhoneSettings:
    return PhoneSettings(name=phone.name, password=phone.password, contact=phone.contact)
