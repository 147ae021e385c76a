"""A text made into speech is heard by who is called."""

from pathlib import Path

import pytest
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import SPEECH_RMS, read_raw, rms
from tests.contract.bench import asterisk_bench

from waihu.clock import SystemClock
from waihu.routing import announcements
from waihu.telephony.carrier import Carrier
from waihu.telephony.espeak import Espeak
from waihu.telephony.exchange import Exchange
from waihu.telephony.spoken_sounds import SpeakingPlan, SpokenSounds
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.ids import PlaybackId, new_id

SILENT = "+441632960008"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_position_and_wait_are_heard_on_a_call(exchange: Exchange, carrier: Carrier, language: str) -> None:
    async with asterisk_bench(exchange, carrier) as bench:
        leg = await bench.talking_to(SILENT)
        folder = bench.recordings / "spoken"
        sounds = SpokenSounds(SpeakingPlan(speaker=Espeak(), folder=folder), SystemClock())
        sound = await sounds.sound(announcements.position_and_wait(3, 120.0, language), language)
        sent = await what_is_sent(bench.switch, exchange, leg)
        playback = PlaybackId(new_id())
        await bench.do(do.Play(leg, str(sound), playback))
        ended = await bench.told(sig.PlaybackEnded, leg, limit_s=30.0)
        assert (ended.playback_id, ended.failed) == (playback, False)
        await until(lambda: rms(read_raw(sent)) > SPEECH_RMS, 10.0, "speech was sent to the callee")


async def what_is_sent(switch: object, exchange: Exchange, leg: str) -> Path:
    """Record what a leg hears, and nothing of what it says."""
    name = (await switch.ari.request("GET", f"channels/{leg}"))["name"]  # type: ignore[attr-defined]
    assert exchange.config.recordings_dir is not None
    path = exchange.config.recordings_dir / f"sent-{new_id()}.sln"
    await exchange.cli(f"mixmonitor start {name} /dev/null,t({path})")
    return path
