"""Choosing free ports for an instance, and keeping the choice."""

import random
import socket
from contextlib import ExitStack
from dataclasses import replace

from waihu.telephony.exchange_config import Ports
from waihu_models.errors import ExchangeFailed

# Below the ports that the kernel gives to outgoing connections, so that none of those can take a chosen one.
_LOWEST, _HIGHEST = 10_000, 32_000
_RTP_PORTS = 1000
_TRIES = 200


def complete(ports: Ports, host: str) -> Ports:
    """Replace every 0 by a free port on ``host``.

    Raises:
        ExchangeFailed: none was found.
    """
    for name in ("sip", "http", "ami"):
        if getattr(ports, name) == 0:
            taken = {ports.sip, ports.http, ports.ami}
            ports = replace(ports, **{name: _free(host, taken)})
    if ports.rtp_start == 0:
        start = _free_range(host)
        ports = replace(ports, rtp_start=start, rtp_end=start + _RTP_PORTS - 1)
    return ports


def is_free(host: str, port: int) -> bool:
    """Whether both UDP and TCP can be bound now."""
    return _binds(host, port, socket.SOCK_DGRAM) and _binds(host, port, socket.SOCK_STREAM)


def _binds(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


def _free(host: str, taken: set[int]) -> int:
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, _HIGHEST)  # noqa: S311  no secret
        if port not in taken and is_free(host, port):
            return port
    raise ExchangeFailed(f"no free port on {host} in {_LOWEST}..{_HIGHEST}")


def _free_range(host: str) -> int:
    for _ in range(_TRIES):
        start = random.randrange(_LOWEST, _HIGHEST - _RTP_PORTS, 2)  # noqa: S311  no secret
        with ExitStack() as probes:
            if all(_held(probes, host, start + offset) for offset in range(_RTP_PORTS)):
                return start
    raise ExchangeFailed(f"no {_RTP_PORTS} free ports in a row on {host} in {_LOWEST}..{_HIGHEST}")


def _held(probes: ExitStack, host: str, port: int) -> bool:
    probe = probes.enter_context(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM))
    try:
        probe.bind((host.strip("[]"), port))
    except OSError:
        return False
    return True
