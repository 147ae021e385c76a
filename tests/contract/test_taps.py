"""Taps: an ear hears one side of a leg, and nothing of it is felt in the call; on the fake and on Asterisk alike."""

import pytest
from tests.contract.bench import LONG, SHORT, Bench, contract

from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import BadInput, LegGone
from waihu_models.ids import CallId, LegId, new_id, tap_leg
from waihu_models.transcript import Side


def a_tap(on: LegId, where: tuple[str, int], side: Side = Side.CUSTOMER, **changes: object) -> do.Tap:
    stream_id = new_id()
    leg_id = tap_leg(CallId(on.removeprefix("c-")), side, stream_id)
    return do.Tap(**{"leg_id": leg_id, "on": on, "side": side, "stream_id": stream_id, "host": where[0],
                     "port": where[1], **changes})  # type: ignore[arg-type]  # fmt: skip


@contract
async def test_both_sides_are_tapped_and_the_call_is_told_nothing_of_it(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.bridge(leg)
    taps = [a_tap(leg, await bench.ear(), side) for side in Side]
    before = len(bench.signals)
    await bench.do(*taps)
    view = await bench.switch.view()
    assert {tap.leg_id for tap in taps} <= set(view.legs)
    assert view.legs[leg].bridge_id is not None
    for tap in taps:
        await bench.arrives(tap)
    assert [s for s in bench.signals[before:] if not isinstance(s, sig.PhoneReachable)] == []


@contract
async def test_a_tap_is_ended_and_the_call_goes_on(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    tap = a_tap(leg, await bench.ear())
    await bench.do(tap)
    await bench.arrives(tap)
    await bench.do(do.Untap(tap.leg_id))
    view = await bench.viewed(lambda view: tap.leg_id not in view.legs)
    assert leg in view.legs
    await bench.do(do.Untap(tap.leg_id))
    assert bench.all(sig.LegSignal, tap.leg_id) == []
    assert bench.all(sig.LegEnded) == []


@contract
async def test_a_tap_ends_with_the_leg_it_hears(bench: Bench) -> None:
    leg = await bench.talking_to(SHORT)
    taps = [a_tap(leg, await bench.ear(), side) for side in Side]
    await bench.do(*taps)
    await bench.told(sig.LegEnded, leg)
    await bench.viewed(lambda view: not {tap.leg_id for tap in taps} & set(view.legs))
    assert {s.leg_id for s in bench.all(sig.LegSignal)} == {leg}


@contract
async def test_where_no_ear_listens_the_tap_ends_and_the_call_goes_on(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    tap = a_tap(leg, await bench.no_ear())
    await bench.do(tap)
    view = await bench.viewed(lambda view: tap.leg_id not in view.legs)
    assert leg in view.legs
    assert bench.all(sig.LegEnded) == []


@contract
async def test_a_leg_that_is_gone_cannot_be_tapped(bench: Bench) -> None:
    with pytest.raises(LegGone):
        await bench.do(a_tap(LegId(f"c-{new_id()}"), await bench.ear()))


@contract
async def test_a_ringing_leg_can_be_tapped_before_its_answer(bench: Bench) -> None:
    leg = await bench.call("+441632960099")
    await until(lambda: bench.all(sig.LegSignal, leg))
    tap = a_tap(leg, await bench.ear())
    await bench.do(tap)
    await bench.told(sig.LegEntered, leg)
    await bench.arrives(tap)


@contract
async def test_what_cannot_be_said_to_the_exchange_is_refused(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    host, port = await bench.ear()
    for wrong in ({"stream_id": "x" * 32}, {"stream_id": "0"}, {"host": "1.2.3.4)"}, {"host": "::1"}, {"port": 0}):
        with pytest.raises(BadInput):
            await bench.do(a_tap(leg, (host, port), **wrong))
    assert (await bench.switch.view()).legs.keys() == {leg}
