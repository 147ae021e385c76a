"""Our exchange as it comes up: reachable for those with the password, on loopback only, with what was configured."""

import stat
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from tests.asterisk.support import bare_ari, until

from waihu.telephony.exchange import Exchange

LISTENING, LOOPBACK = "0A", "0100007F"


def listeners(pid: int) -> Iterator[tuple[str, str, int]]:
    """Sockets of a program that take traffic from anybody: protocol, local address in hex, port (proc(5))."""
    own = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    for protocol in ("tcp", "udp", "tcp6", "udp6"):
        for line in Path(f"/proc/{pid}/net/{protocol}").read_text().splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].rpartition(":")
            if f"socket:[{fields[9]}]" in own and (protocol.startswith("udp") or fields[3] == LISTENING):
                yield protocol, address, int(port, 16)


def ephemeral_ports() -> tuple[int, int]:
    """The ports the kernel gives to sockets that asked for none."""
    low, high = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    return int(low), int(high)


async def test_it_answers_on_the_command_line(exchange: Exchange) -> None:
    assert "Asterisk 2" in await exchange.cli("core show version")


async def test_ari_is_open_with_the_generated_password_only(exchange: Exchange) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{exchange.ari_url}/asterisk/info"
        right = aiohttp.encode_basic_auth(exchange.ari_user, exchange.ari_password)
        async with session.get(url, headers={"Authorization": right}) as answer:
            assert answer.status == 200
            assert (await answer.json())["system"]["version"].startswith(exchange.install.version_text)
        async with session.get(
            url, headers={"Authorization": aiohttp.encode_basic_auth(exchange.ari_user, "waihu")}
        ) as answer:
            assert answer.status == 401


async def test_it_listens_on_loopback_only_also_for_rtp(exchange: Exchange) -> None:
    async with bare_ari(exchange, "loopback") as ari:
        await ari.request("POST", "/channels/lo-1", endpoint="PJSIP/00@carrier", app="loopback")
        await ari.event("lo-1", "StasisStart")
        open_to_all = list(listeners(exchange.pid))
        await ari.request("DELETE", "/channels/lo-1")
    ports = {port for _, address, port in open_to_all if address == LOOPBACK}
    assert {exchange.sip_port, exchange.ports.http, exchange.ami_port} <= ports
    assert any(exchange.ports.rtp_start <= port <= exchange.ports.rtp_end for port in ports)
    # Where the machine has a name server, the SIP stack asks it from one socket of each address family.
    others = [(protocol, port) for protocol, address, port in open_to_all if address != LOOPBACK]
    low, high = ephemeral_ports()
    assert sorted(protocol for protocol, _ in others) in ([], ["udp"], ["udp", "udp6"])
    assert all(low <= port <= high for _, port in others), "no port that anybody could know"


def test_only_we_can_read_its_secrets(exchange: Exchange) -> None:
    directory = exchange.config.directory
    files = [directory / "secrets.json", *(directory / "etc").iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    passwords = {
        exchange.ari_password,
        exchange.ami_password,
        *(exchange.phone_password(p) for p in ("agent1", "lazy1")),
    }
    assert len(passwords) == 4
    assert min(map(len, passwords)) >= 32


async def test_every_required_module_runs_and_nothing_was_complained_about(exchange: Exchange) -> None:
    modules = (exchange.config.directory / "etc/modules.conf").read_text()
    wanted = {line.split()[2] for line in modules.splitlines() if line.startswith(("require = ", "load = "))}
    shown = {line.split()[0]: line for line in (await exchange.cli("module show")).splitlines() if ".so" in line}
    assert {name for name in wanted if "Running" not in shown.get(name, "")} == set()
    assert [line for line in exchange.last_words(500).splitlines() if "ERROR" in line] == []


@pytest.mark.parametrize(
    ("dialplan", "line"),
    [
        ("waihu-screen", "Stasis(waihu,amd,${AMDSTATUS},${AMDCAUSE})"),
        ("from-phones", "Echo()"),
        ("from-trunk", "Stasis("),
    ],
)
async def test_the_dialplan_is_in_force(exchange: Exchange, dialplan: str, line: str) -> None:
    assert line in await exchange.cli(f"dialplan show {dialplan}")


async def test_phones_and_the_trunk_become_reachable(exchange: Exchange) -> None:
    async def all_reachable() -> bool:
        return (await exchange.cli("pjsip show contacts")).count(" Avail ") == len(exchange.config.endpoints)

    await until(all_reachable, 10)
