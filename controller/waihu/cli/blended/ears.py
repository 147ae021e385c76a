"""Who hears whom: everybody is a tone, and what arrives at each phone is recorded at the carrier and looked into."""

import asyncio
import cmath
import math
from array import array
from collections.abc import Mapping
from pathlib import Path

from waihu.cli.blended.house import TONE_HZ
from waihu.cli.blended.stage import NotSeen
from waihu.telephony.carrier import Carrier
from waihu.telephony.tones import RATE_HZ, Samples
from waihu_models.ids import new_id

_HEARD, _UNHEARD = 0.1, 0.001  # share of the energy at one frequency
_QUIET = 30.0  # root mean square, of 32768
_PIECE = RATE_HZ // 2
_LOOKS = 6
_LOOKS_FOR_SOUND, _BETWEEN_S = 100, 0.1


async def hears(carrier: Carrier, expected: Mapping[str, set[str]]) -> str:
    """Wait until everybody hears whom they are to hear; return it in words.

    Raises:
        NotSeen: they hear others; says whom.
    """
    found: dict[str, set[str] | None] = {}
    for _ in range(_LOOKS):  # a busy machine may miss packets in one half second, but not in all
        found = {who: await _heard_by(carrier, who) for who in expected}
        if found == dict(expected):
            return "; ".join(f"{who} hears {_names(whom)}" for who, whom in expected.items())
    raise NotSeen("; ".join(f"{who} hears {_names(whom)}" for who, whom in found.items()))


def _names(whom: set[str] | None) -> str:
    return "something unclear" if whom is None else " and ".join(sorted(whom)) or "nobody"


async def _heard_by(carrier: Carrier, who: str) -> set[str] | None:
    file = (carrier.config.directory / f"heard-{new_id()}.sln").absolute()  # the only folder the carrier writes to
    samples = await _recorded(carrier, await _channel_of(carrier, who), file)
    if _rms(samples) < _QUIET:
        return set()
    shares = {name: _share(samples, hz) for name, hz in TONE_HZ.items()}
    if any(_UNHEARD < share < _HEARD for share in shares.values()):
        return None
    return {name for name, share in shares.items() if share >= _HEARD}


async def _channel_of(carrier: Carrier, who: str) -> str:
    rows = [line.split("!") for line in (await carrier.cli("core show channels concise")).splitlines()]
    phone = f"tone{TONE_HZ[who]}"
    # The caller's phone calls us: the leg of the call is the one that was dialled.
    mine = (row[0] for row in rows if row[0].startswith("PJSIP/") and _is_of(row, who, phone))
    found = next(mine, None)
    if found is None:
        raise NotSeen(f"the phone of {who} is in no call")
    return found


def _is_of(row: list[str], who: str, phone: str) -> bool:
    return row[0].startswith("PJSIP/waihu-") and row[5] == "AppDial" if who == "customer" else row[2] == phone


async def _recorded(carrier: Carrier, channel: str, path: Path) -> Samples:
    """Return half a second of what arrives at a phone, after another half second."""
    await carrier.cli(f"mixmonitor start {channel} {path}.both.sln,r({path})")
    try:
        for _ in range(_LOOKS_FOR_SOUND):
            await asyncio.sleep(_BETWEEN_S)
            samples = _read(path)
            if len(samples) >= 2 * _PIECE:
                return samples[_PIECE : 2 * _PIECE]
    finally:
        await carrier.cli(f"mixmonitor stop {channel}")
        _forget(path)
    raise NotSeen(f"no sound arrives at {channel}")


def _read(path: Path) -> Samples:
    samples: Samples = array("h")
    raw = path.read_bytes() if path.exists() else b""
    samples.frombytes(raw[: len(raw) // 2 * 2])
    return samples


def _forget(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink(missing_ok=True)


def _rms(samples: Samples) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def _share(samples: Samples, hz: int) -> float:
    """Return the share of the energy at one frequency: the line of a discrete Fourier transform."""
    turn = -2j * cmath.pi * hz / RATE_HZ
    line: complex = sum((sample * cmath.exp(turn * n) for n, sample in enumerate(samples)), 0j)
    energy = sum(sample * sample for sample in samples) * len(samples) / 2
    return abs(line) * abs(line) / energy if energy else 0.0
