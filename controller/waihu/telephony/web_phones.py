"""Phones in browsers, as the exchange knows them: endpoints that are made and taken away while it runs.

They live in the memory of the exchange (``asterisk/etc/sorcery.conf.j2``): nothing is reloaded, no call notices, and a
restart forgets them.

Source: Asterisk 22 ARI, "Push Configuration".
"""

import secrets
from collections.abc import Mapping
from typing import Any, Protocol

from waihu.telephony.ari import AriClient, part
from waihu_models.errors import LegGone, SwitchRefused

CONTEXT = "from-phones"
CODECS = "alaw,ulaw"
"""What operators speak. With opus on one side of a call MixMonitor writes some raw recordings at 48 kHz instead of
8 kHz, and nothing in the file says which."""
EXPIRES_S = 300
"""A registration lasts so long whatever a browser asks for: timers of a page in the background run late by a minute."""
RTP_TIMEOUT_S = 30
"""A leg whose page is gone ends after this, if nobody ends it before."""


class WebPhoneSwitch(Protocol):
    """The part of an exchange in which phones of browsers are made."""

    async def make_phone(self, phone: str, password: str) -> None:
        """Let a phone register with this password; of one that is there only the password changes.

        Raises:
            SwitchUnreachable: no connection; nothing was done.
            SwitchTimeout: no answer in time; it may have been done.
            SwitchRefused: the exchange said no: it is not set up for phones of browsers, or has another phone so named.
        """
        ...

    async def take_phone(self, phone: str) -> None:
        """Let a phone register no more; one that is not there is no error.

        The exchange goes on knowing it, and a browser that is registered stays so until its WebSocket is closed.

        Raises:
            SwitchUnreachable, SwitchTimeout, SwitchRefused: as for ``make_phone``.
        """
        ...


class AriWebPhones:
    """Makes phones of browsers through ARI.

    Args:
        ari: The connection of the switch.
        app: Name of the Stasis application, which is told when a phone comes or goes.
    """

    def __init__(self, ari: AriClient, *, app: str = "waihu") -> None:
        self._ari = ari
        self._app = app

    async def make_phone(self, phone: str, password: str) -> None:
        """Let a phone register with this password."""
        await self._put("auth", phone, _auth(phone, password))  # first: there is never an endpoint without
        if not await self._is_there(phone):  # made anew, a registered phone would be taken for one that moves
            await self._put("aor", phone, _AOR)
            await self._put("endpoint", phone, _endpoint(phone))
        subscription = f"applications/{part(self._app)}/subscription"
        await self._ari.request("POST", subscription, eventSource=f"endpoint:PJSIP/{phone}")

    async def take_phone(self, phone: str) -> None:
        """Let a phone register no more."""
        # Not by deleting it: of a registered endpoint something stays behind, which then says that the next one of this
        # name is reachable when it is not.
        if await self._is_there(phone):
            await self._put("auth", phone, _auth(phone, secrets.token_urlsafe(24)))

    async def _is_there(self, phone: str) -> bool:
        try:
            await self._ari.request("GET", _path("endpoint", phone), gone=(404,))
        except LegGone:
            return False
        return True

    async def _put(self, kind: str, phone: str, fields: Mapping[str, str]) -> None:
        wish: dict[str, Any] = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        try:
            await self._ari.request("PUT", _path(kind, phone), wish, gone=())
        except SwitchRefused as error:
            raise SwitchRefused(
                f"the exchange makes no phones of browsers (sorcery.conf: {kind} = memory is missing?): {error}"
            ) from error


def _path(kind: str, phone: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{part(phone)}"


def _auth(phone: str, password: str) -> dict[str, str]:
    return {"auth_type": "userpass", "username": phone, "password": password}


_AOR = {
    "max_contacts": "1",
    "remove_existing": "yes",  # the page that came last has the phone
    "minimum_expiration": str(EXPIRES_S),
    "default_expiration": str(EXPIRES_S),
    "maximum_expiration": str(EXPIRES_S),
    "qualify_frequency": "0",  # its WebSocket tells whether it is there, within milliseconds
}


def _endpoint(phone: str) -> dict[str, str]:
    return {
        "webrtc": "yes",
        "dtls_auto_generate_cert": "yes",
        "transport": "ws",  # and with it the address that sound is bound to
        "context": CONTEXT,
        "identify_by": "username,auth_username",
        "auth": phone,
        "aors": phone,
        "disallow": "all",
        "allow": CODECS,
        "direct_media": "no",
        "rewrite_contact": "yes",  # a browser does not know its own address
        "force_rport": "yes",
        "rtp_symmetric": "yes",
        "dtmf_mode": "rfc4733",
        "rtp_timeout": str(RTP_TIMEOUT_S),
        "allow_transfer": "no",  # calls are moved by the application
        "allow_subscribe": "no",
        "callerid": f"<{phone}>",
    }
