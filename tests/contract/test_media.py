"""How the sound of a leg travels is counted, and said with the leg's end; on the fake and on Asterisk alike."""

import asyncio

import pytest
from tests.contract.bench import BUSY, LONG, Bench, contract

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import LegGone
from waihu_models.ids import LegId


async def heard(bench: Bench, leg_id: LegId, packets: int) -> None:
    async with asyncio.timeout(10.0):
        while (counts := await bench.switch.media(leg_id)).received < packets or counts.sent < packets:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@contract
async def test_packets_of_a_leg_are_counted_both_ways(bench: Bench) -> None:
    leg, other = await bench.talking_to(LONG), await bench.talking_to(LONG)
    await bench.bridge(leg, other)
    await heard(bench, leg, 50)
    counts = await bench.switch.media(leg)
    assert counts.received_lost == 0
    assert 0.0 <= counts.jitter_in_ms < 50.0


@contract
async def test_the_end_of_a_leg_says_what_was_counted_whoever_hung_up(bench: Bench) -> None:
    ours, theirs = await bench.talking_to(LONG), await bench.talking_to(LONG)
    await bench.bridge(ours, theirs)
    await heard(bench, theirs, 20)
    await bench.far_end_hangs_up(theirs)
    await bench.do(do.HangUp(ours))
    for leg in (ours, theirs):
        ended = await bench.told(sig.LegEnded, leg)
        assert ended.media is not None
        assert ended.media.received >= 20


@contract
async def test_of_a_leg_that_was_never_answered_nothing_was_counted(bench: Bench) -> None:
    leg = await bench.call(BUSY)
    ended = await bench.told(sig.LegEnded, leg)
    assert ended.media is None or ended.media.received == 0


@contract
async def test_a_leg_that_is_gone_has_no_counts(bench: Bench) -> None:
    with pytest.raises(LegGone):
        await bench.switch.media(LegId("c-never-there"))
