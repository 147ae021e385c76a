"""The connection to the exchange: lost, away, back again, on the fake and on Asterisk alike."""

import pytest
from tests.contract.bench import FOR_EVER, HUMAN, LONG, RINGS, Bench, contract

from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import SwitchUnreachable
from waihu_models.ids import LegId


async def backs(bench: Bench, count: int) -> sig.SwitchBack:
    """Wait for the return of the connection, and tell what it brought."""
    await until(lambda: len(bench.all(sig.SwitchBack)) == count, 10.0, "the connection is back")
    back: sig.SwitchBack = bench.all(sig.SwitchBack)[-1]
    return back


@contract
async def test_entering_tells_that_the_exchange_is_there_and_empty(bench: Bench) -> None:
    assert bench.switch.reachable
    assert (bench.signals[0].legs, bench.signals[0].bridges) == ({}, frozenset())  # type: ignore[union-attr]


@contract
async def test_a_lost_connection_is_told_at_once_and_nothing_can_be_commanded(bench: Bench) -> None:
    await bench.lose()
    await bench.told(sig.SwitchLost, limit_s=0.5)
    assert not bench.switch.reachable
    with pytest.raises(SwitchUnreachable):
        await bench.call(HUMAN)
    with pytest.raises(SwitchUnreachable):
        await bench.switch.view()
    await bench.come_back()
    await backs(bench, 2)
    assert bench.switch.reachable
    assert len(bench.all(sig.SwitchLost)) == 1


@contract
async def test_what_is_still_there_is_told_on_the_return_and_goes_on(bench: Bench) -> None:
    stays, ends = await bench.talking_to(LONG), await bench.talking_to("+441632960022")
    bridge = await bench.bridge(stays)
    before = len(bench.signals)
    await bench.lose()
    await bench.told(sig.SwitchLost, limit_s=0.5)
    await bench.ends_unheard(ends)
    await bench.come_back()
    back = await backs(bench, 2)
    assert back.legs == {stays: sig.LegFacts(stays, answered=True, bridge_id=bridge)}
    assert back.bridges == {bridge}
    assert [type(s).__name__ for s in bench.signals[before:]] == ["SwitchLost", "SwitchBack"], "nothing is told later"
    assert ends not in back.legs
    await bench.do(do.HangUp(stays))
    await bench.told(sig.LegEnded, stays)


@contract
async def test_a_call_answered_while_nobody_listens_is_dropped_by_the_exchange(bench: Bench) -> None:
    leg = await bench.call(RINGS)
    await bench.told(sig.LegRinging, leg)
    await bench.lose()
    await bench.ends_unheard(leg)
    await bench.come_back()
    assert leg not in (await backs(bench, 2)).legs
    assert bench.story(leg) == ["LegRinging"]


@contract
async def test_a_call_that_rings_through_the_loss_is_told_of_as_before(bench: Bench) -> None:
    leg = await bench.call(FOR_EVER)
    await bench.told(sig.LegRinging, leg)
    await bench.lose()
    await bench.told(sig.SwitchLost, limit_s=0.5)
    await bench.come_back()
    assert not (await backs(bench, 2)).legs[leg].answered
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)


@contract
async def test_a_command_after_the_return_is_carried_out(bench: Bench) -> None:
    await bench.lose()
    await bench.told(sig.SwitchLost, limit_s=0.5)
    await bench.come_back()
    await backs(bench, 2)
    leg: LegId = await bench.talking_to(HUMAN)
    assert (await bench.switch.view()).legs[leg].answered
