"""Where other systems may be told something: not this machine, nor what lies beside it, unless that is allowed.

An address of a receiver is given from outside, and whoever gives it must not make us ask on their behalf what only we
can reach (server-side request forgery). Names are looked up once for each connection, and what was found is what is
connected to: a name that means something else a moment later gains nothing.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from waihu_models.errors import BadField

LONGEST_URL = 2000
LOOK_UP_S = 3.0
Address: TypeAlias = IPv4Address | IPv6Address

_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this machine, by another name
        "169.254.0.0/16",  # link-local: most clouds answer questions about the machine and its keys here
        "fe80::/10",
        "100.100.100.200/32",  # the same at Alibaba
        "168.63.129.16/32",  # at Azure
        "192.0.0.192/32",  # at Oracle
        "fd00:ec2::254/128",  # at Amazon
        "fd20:ce::254/128",  # at Google
        "224.0.0.0/4",
        "240.0.0.0/4",
        "ff00::/8",
        "::/128",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


class AddressRefused(OSError):
    """A name that leads where nobody may be sent."""


def checked_url(text: str, *, private: bool, path: str = "$.url") -> str:
    """Return the address of a receiver as it is kept.

    Args:
        text: As it is given.
        private: Whether receivers in private networks and on this machine are allowed, and plain HTTP to them.
        path: Where it stands in what was given.
    Raises:
        BadField: nobody may be told anything there.
    """
    try:
        url = URL(text.strip())
        host = url.host
    except ValueError as error:
        raise BadField(path, f"this is no address: {error}") from error
    if len(text) > LONGEST_URL:
        raise BadField(path, f"an address has at most {LONGEST_URL} characters")
    if url.scheme not in {"http", "https"} or not host:
        raise BadField(path, "an address begins with https:// and a host")
    if url.user is not None or url.fragment:
        raise BadField(path, "no user, password or # can stand in an address")
    if url.scheme == "http" and not private:
        raise BadField(path, "use https: plain http is for private networks, and those are not allowed by the settings")
    literal = _literal(host)
    problem = refusal(literal, private=private, plain=url.scheme == "http") if literal is not None else ""
    if problem or (host.rstrip(".").lower().endswith("localhost") and not private):
        raise BadField(path, problem or "this machine may not be told anything")
    return str(url)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def refusal(address: Address, *, private: bool, plain: bool) -> str:
    """Say why nobody may be told anything at an address; "": somebody may.

    Args:
        address: What a name leads to.
        private: Whether private networks and this machine are allowed.
        plain: Whether it would be told by plain HTTP.
    """
    inside = _embedded(address)
    both = (address,) if inside is None else (address, inside)
    if any(one in network for one in both for network in _NEVER if one.version == network.version):
        return f"{address} is an address nobody may be told anything at"
    public = address.is_global if inside is None else inside.is_global
    if not public and not private:
        return f"{address} lies in a private network, which the settings do not allow"
    if public and plain:
        return f"{address} is public: use https"
    return ""


def _embedded(address: Address) -> IPv4Address | None:
    """Return the IPv4 address an IPv6 one stands for."""
    if not isinstance(address, IPv6Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def check_literal(host: str, *, private: bool, plain: bool) -> None:
    """Refuse a host that is written as an address: those are never looked up.

    Raises:
        AddressRefused: nobody may be told anything there.
    """
    literal = _literal(host)
    problem = refusal(literal, private=private, plain=plain) if literal is not None else ""
    if problem:
        raise AddressRefused(problem)


class GuardedResolver(AbstractResolver):
    """Looks names up, and gives out no address where nobody may be told anything."""

    def __init__(self, *, private: bool, plain: bool) -> None:
        self._private = private
        self._plain = plain
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a name leads.

        Raises:
            AddressRefused: it leads, also, where nobody may be sent.
            OSError: there is no such name, or nobody says so in time.
        """
        async with asyncio.timeout(LOOK_UP_S):
            found = await self._inner.resolve(host, port, family)
        for one in found:
            address = ip_address(one["host"].partition("%")[0])
            problem = refusal(address, private=self._private, plain=self._plain)
            if problem:  # one bad address among good ones would be tried when those do not answer
                raise AddressRefused(f"{host}: {problem}")
        return found

    async def close(self) -> None:
        """End."""
        await self._inner.close()
