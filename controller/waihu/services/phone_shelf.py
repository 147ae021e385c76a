"""The phone shelf: SIP phones of agents, those of the settings file and those an administrator adds."""

import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from waihu.services.agent_desk import AgentDesk
from waihu.services.exchange_desk import ExchangeDesk
from waihu.store import phones as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu.telephony.exchange_config import ExchangeConfig, is_sip_address
from waihu.telephony.exchange_config import Phone as SipPhone
from waihu_models.errors import BadField, Conflict, NotFound, Stale
from waihu_models.trunk import DeskPhone, Source

MOST = 2000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_PASSWORD_BYTES = 18


def sip_phone_of(phone: DeskPhone) -> SipPhone:
    """Return what the exchange is told of a phone."""
    return SipPhone(name=phone.name, password=phone.password, contact=phone.contact)


def check(phone: DeskPhone) -> None:
    """Refuse what the exchange could not use.

    Raises:
        BadField: with the path of the first field that is wrong.
    """
    if not _NAME.fullmatch(phone.name):
        raise BadField("$.name", "a small letter, then up to 31 small letters, digits and _")
    if phone.contact and not is_sip_address(phone.contact):
        raise BadField("$.contact", "no SIP address, such as sip:desk7@192.0.2.7:5060")


class PhoneShelf:
    """Keeps phones, and tells the exchange of changes."""

    def __init__(
        self, store: Store, desk: ExchangeDesk, agents: AgentDesk, from_file: Collection[DeskPhone] = ()
    ) -> None:
        self._store = store
        self._desk = desk
        self._agents = agents
        self._from_file = {phone.name: phone for phone in from_file}
        self._stored: dict[str, DeskPhone] = {}

    async def load(self) -> None:
        """Read the phones of the store, at the start; the exchange was told of them when it was started."""
        kept = await stored.phones(self._store)
        self._stored = {phone.name: phone for phone in kept if phone.name not in self._from_file}  # the file counts

    def __iter__(self) -> Iterator[DeskPhone]:
        """Iterate over all phones, by name."""
        both = {**self._from_file, **self._stored}
        return iter([both[name] for name in sorted(both)])

    def __contains__(self, name: object) -> bool:
        """Whether there is a phone of this name."""
        return name in self._from_file or name in self._stored

    @property
    def managed(self) -> bool:
        """Whether the exchange is told of changes; if not, the phone has to be set up there by hand."""
        return self._desk.managed

    def reachable(self, name: str) -> bool | None:
        """Whether a phone can be reached now; None: the exchange has not said."""
        return self._agents.phones.get(name)

    async def add(self, name: str, contact: str, by: By) -> DeskPhone:
        """Make a phone; the answer holds its new password, which is told nowhere else.

        Raises:
            BadField: a value is wrong; nothing was changed.
            Conflict: the name is taken, or there are too many.
            ExchangeFailed: the exchange did not take it; nothing was changed.
        """
        phone = DeskPhone(name=name, contact=contact, password=_new_password(), source=Source.STORE)
        check(phone)
        if name in self:
            raise Conflict(f"there is a phone {name!r} already")
        if len(self._stored) >= MOST:
            raise Conflict(f"there may be {MOST} phones beside those of the settings file")
        async with self._desk.changing(self._with(name, phone), (name,) if contact else ()):
            await stored.keep_phone(self._store, phone, by, new=True)
            self._stored = self._kept(name, phone)
        return phone

    async def change(self, name: str, version: int, by: By, *, contact: str | None, new_password: bool) -> DeskPhone:
        """Change where a phone is, or give it a new password.

        Raises:
            NotFound, Conflict: there is none, or it stands in the settings file.
            Stale: it was changed meanwhile.
            BadField: the contact is no SIP address.
            ExchangeFailed: the exchange did not take it; nothing was changed.
        """
        was = self._own(name, version)
        phone = replace(
            was,
            contact=was.contact if contact is None else contact,
            password=_new_password() if new_password else was.password,
        )
        check(phone)
        async with self._desk.changing(self._with(name, phone), (name,) if phone.contact else ()):
            await stored.keep_phone(self._store, phone, by, new=False)
            phone = replace(phone, version=version + 1)
            self._stored = self._kept(name, phone)
        return phone

    async def remove(self, name: str, version: int, by: By) -> None:
        """Take a phone away.

        Raises:
            NotFound: there is none.
            Conflict: it stands in the settings file, or an agent works on it.
            Stale: it was changed meanwhile.
        """
        self._own(name, version)
        users = [agent.id for agent in self._agents if agent.phone == name]
        if users:
            raise Conflict(f"phone {name!r} is that of {', '.join(users[:5])}: give them another one first")
        async with self._desk.changing(self._with(name, None)):
            await stored.drop_phone(self._store, name, version, by)
            self._stored = self._kept(name, None)

    def _own(self, name: str, version: int) -> DeskPhone:
        if name in self._from_file:
            raise Conflict(f"phone {name!r} stands in the settings file: change it there, and start again")
        phone = self._stored.get(name)
        if phone is None:
            raise NotFound(f"there is no phone {name!r}")
        if phone.version != version:
            raise Stale(f"phone {name!r}", {"contact": phone.contact}, phone.version)
        return phone

    def _kept(self, name: str, phone: DeskPhone | None) -> dict[str, DeskPhone]:
        others = {other: one for other, one in self._stored.items() if other != name}
        return others if phone is None else {**others, name: phone}

    def _with(self, name: str, phone: DeskPhone | None) -> Callable[[ExchangeConfig], ExchangeConfig]:
        """Return the change; it is made when its turn comes. Phones that are not ours stay as the exchange has them."""

        def change(config: ExchangeConfig) -> ExchangeConfig:
            kept = self._kept(name, phone)
            ours = {*self._stored, *kept}
            others = [one for one in config.phones if one.name not in ours]
            return replace(config, phones=(*others, *(sip_phone_of(kept[one]) for one in sorted(kept))))

        return change


def _new_password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)
