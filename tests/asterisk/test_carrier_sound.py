"""There is real sound behind the numbers: measured in recordings and by RTP counters."""

import math
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.asterisk.support import BareAri, bare_ari, until
from tests.asterisk.test_carrier import dial

from waihu.telephony.exchange import Exchange
from waihu.telephony.tones import RATE_HZ, SIT_HZ

SPEECH_RMS = 300  # of 32768; a quiet line is below 10


def power(samples: Sequence[int], frequency_hz: float) -> float:
    """Share of the energy that lies at one frequency, 0..1 (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * frequency_hz / RATE_HZ)
    one = two = 0.0
    for sample in samples:
        one, two = sample + turn * one - two, one
    energy = sum(sample * sample for sample in samples)
    return (one * one + two * two - turn * one * two) * 2 / (energy * len(samples)) if energy else 0.0


def rms(samples: Sequence[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0


def read_raw(path: Path) -> array:
    content = path.read_bytes() if path.exists() else b""
    return array("h", content[: len(content) // 2 * 2])


async def record(exchange: Exchange, ari: BareAri, channel: str) -> Path:
    """Record what a channel says (not what it hears) as it comes, 8 kHz."""
    name = (await ari.request("GET", f"/channels/{channel}"))["name"]
    assert exchange.config.recordings_dir is not None
    path = exchange.config.recordings_dir / f"{channel}.sln"
    await exchange.cli(f"mixmonitor start {name} /dev/null,r({path})")
    return path


@pytest.mark.parametrize("number", ["+493012000099", "+861012000099", "agent1"])
async def test_who_answers_speaks(exchange: Exchange, number: str) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, number)
        await ari.event(channel, "StasisStart")
        path = await record(exchange, ari, channel)
        await until(lambda: len(read_raw(path)) > RATE_HZ, 10)
        await ari.hang_up(channel)
        assert rms(read_raw(path)) > SPEECH_RMS


async def test_the_special_information_tone_is_heard_before_any_answer(exchange: Exchange) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, "+493012000006")
        await until(lambda: "PROGRESS" in ari.statuses(channel), 5)
        path = await record(exchange, ari, channel)
        end = await ari.event(channel, "ChannelDestroyed", 15)
        assert (end["cause"], end["tech_cause"]) == (1, 404)
    samples = read_raw(path)[: 2 * RATE_HZ]
    window = RATE_HZ // 20
    parts = [samples[start : start + window] for start in range(0, len(samples) - window, window)]
    heard = [hz for hz in SIT_HZ if any(rms(part) > SPEECH_RMS and power(part, hz) > 0.8 for part in parts)]
    assert heard[-2:] == list(SIT_HZ[-2:])  # the first tone may have begun before we recorded


async def received(ari: BareAri, channel: str) -> int:
    return int((await ari.request("GET", f"/channels/{channel}/rtp_statistics"))["rxcount"])


async def test_speech_in_dtx_sends_no_rtp_in_silence(exchange: Exchange) -> None:
    async with bare_ari(exchange) as ari:
        quiet, dtx = await dial(ari, exchange, "+493013000008"), await dial(ari, exchange, "+493013000020")
        await ari.event(quiet, "StasisStart")
        await ari.event(dtx, "StasisStart")
        before = await until(lambda: received(ari, dtx), 5, "the hello of number 20")
        ticks = await received(ari, quiet)

        async def a_second_later() -> bool:
            return await received(ari, quiet) > ticks + 100

        await until(a_second_later, 10)  # the silent one, who sends silence, is our clock: 2 s = 100 packets
        paused = await received(ari, dtx)
        ticks = await received(ari, quiet)
        await until(a_second_later, 10)
        assert await received(ari, dtx) == paused >= before
        await ari.hang_up(quiet)
        await ari.hang_up(dtx)
