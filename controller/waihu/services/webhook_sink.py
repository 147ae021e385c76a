"""Webhooks: an event becomes a signed request, and whatever comes back becomes yes or no."""

import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

import aiohttp
import msgspec
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from waihu import __version__
from waihu.clock import Clock
from waihu.services.web_addresses import AddressRefused, GuardedResolver, check_literal
from waihu_models.errors import DeliveryFailed
from waihu_models.outward import OutwardEvent

SIGNATURE, DELIVERY, EVENT = "Waihu-Signature", "Waihu-Delivery", "Waihu-Event"
CONNECT_LIMIT_S = 4.0
ANSWER_LIMIT_S = 10.0
READ_BYTES = 500
"""Of an answer that says no; of one that says yes nothing is read."""
_OVERLOADED = frozenset({408, 425, 429})


def new_secret() -> str:
    """Make a secret to sign with."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def body_of(event: OutwardEvent) -> bytes:
    """Return what is sent: the same bytes each time, so that they can be signed anew for each attempt."""
    told = {"id": event.id, "topic": event.topic, "at": event.at, "key": event.key, "data": event.payload}
    return msgspec.json.encode(told)


def signature(keys: Sequence[str], body: bytes, at: datetime) -> str:
    """Return the signature header: the time, and HMAC-SHA256 over time, a dot and the body by each secret."""
    at_s = str(int(at.timestamp()))
    signed = f"{at_s}.".encode() + body
    made = (hmac.digest(key.encode(), signed, "sha256").hex() for key in keys)
    return ",".join([f"t={at_s}", *(f"v1={one}" for one in made)])


class Poster:
    """Sends requests; opened by the first one."""

    def __init__(self, *, private: bool) -> None:
        self.private = private
        self._sessions: dict[str, ClientSession] = {}

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send a request and return its status, 200 to 299.

        Raises:
            DeliveryFailed: there is no such answer.
        """
        parsed = URL(url)
        try:
            self._check(parsed)
            async with self._session(parsed.scheme).post(
                parsed, data=body, headers=headers, allow_redirects=False
            ) as response:
                if not 200 <= response.status < 300:
                    raise await _no(response)
                return response.status
        except AddressRefused as error:
            raise DeliveryFailed(str(error)) from error
        except TimeoutError as error:
            raise DeliveryFailed(f"no answer within {ANSWER_LIMIT_S:.0f} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DeliveryFailed(_said(error)) from error

    def _check(self, url: URL) -> None:
        plain = url.scheme == "http"
        if plain and not self.private:
            raise AddressRefused("plain http is not allowed by the settings")
        check_literal(url.host or "", private=self.private, plain=plain)

    def _session(self, scheme: str) -> ClientSession:
        session = self._sessions.get(scheme)
        if session is None:
            resolver = GuardedResolver(private=self.private, plain=scheme == "http")
            session = self._sessions[scheme] = ClientSession(
                connector=TCPConnector(resolver=resolver, use_dns_cache=False, limit=0, limit_per_host=8),
                timeout=ClientTimeout(total=ANSWER_LIMIT_S, connect=CONNECT_LIMIT_S, sock_connect=CONNECT_LIMIT_S),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return session


async def _no(response: aiohttp.ClientResponse) -> DeliveryFailed:
    status = response.status
    if 300 <= status < 400:
        return DeliveryFailed(f"status {status}: the receiver sends us elsewhere, where we do not go", answered=True)
    text = ""
    with suppress(aiohttp.ClientError, TimeoutError):
        text = _printable((await response.content.read(READ_BYTES)).decode("utf-8", "replace"))
    answered = status < 500 and status not in _OVERLOADED
    return DeliveryFailed(f"status {status}: {text}" if text else f"status {status}", answered=answered)


def _said(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, AddressRefused):
        return str(cause)
    return _printable(f"{type(error).__name__}: {error}")[:300]


def _printable(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class WebhookSink:
    """Tells one address; contract: ``waihu.services.outward.Sink``."""

    def __init__(self, poster: Poster, clock: Clock, url: str, keys: Sequence[str]) -> None:
        self._post = partial(poster.post, url)
        self._clock = clock
        self._keys = tuple(keys)

    async def deliver(self, event: OutwardEvent) -> None:
        """Send one event.

        Raises:
            DeliveryFailed: it was not taken, or nobody knows.
        """
        await self.send(event)

    async def send(self, event: OutwardEvent) -> int:
        """Send one event and return the status of the answer.

        Raises:
            DeliveryFailed: as ``deliver``.
        """
        body = body_of(event)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Waihu/{__version__}",
            SIGNATURE: signature(self._keys, body, self._clock.now()),
            DELIVERY: event.id,
            EVENT: event.topic,
        }
        return await self._post(body, headers)
