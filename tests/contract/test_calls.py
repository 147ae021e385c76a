"""Calls: what is said of a leg from its first sign to its end, on the fake and on Asterisk alike."""

import pytest
from tests.contract.bench import (
    BUSY,
    CALLER,
    EARLY,
    FOR_EVER,
    HUMAN,
    KEYS,
    LONG,
    MACHINE,
    NO_SUCH,
    OURS,
    RINGS,
    SHORT,
    Bench,
    contract,
)

from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import BadInput, LegGone, SwitchRefused
from waihu_models.ids import LegId, PlaybackId, RecordingId, spy_leg
from waihu_models.supervision import SpyMode


@contract
async def test_a_call_rings_is_answered_and_is_then_in_our_hands(bench: Bench) -> None:
    leg = await bench.call(RINGS)
    entered = await bench.told(sig.LegEntered, leg)
    assert bench.story(leg) == ["LegRinging", "LegAnswered", "LegEntered"]
    assert (entered.at - bench.all(sig.LegRinging, leg)[0].at).total_seconds() == pytest.approx(1.0, abs=0.3)


@contract
async def test_early_media_is_told_before_the_answer(bench: Bench) -> None:
    leg = await bench.talking_to(EARLY)
    assert bench.story(leg) == ["LegProgress", "LegAnswered", "LegEntered"]


@contract
async def test_entering_our_hands_is_said_once(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    await bench.bridge(leg)
    assert len(bench.all(sig.LegEntered, leg)) == 1
    assert len(bench.all(sig.LegJoined, leg)) == 1


@pytest.mark.parametrize(
    ("number", "cause", "sip_code"),
    [(BUSY, 17, 486), (NO_SUCH, 1, 404), ("+441632960005", 34, 503), ("+441632960007", 21, 403),
     ("+441632960012", 22, 410), ("+441632960013", 18, 408), ("+441632960014", 19, 480), ("+441632960015", 27, 502),
     ("+441632960016", 38, 500), ("+441632960019", 21, 603), ("+441632960077", 1, 404)],
)  # fmt: skip
@contract
async def test_a_refusal_ends_the_leg_with_its_cause_and_sip_code(
    bench: Bench, number: str, cause: int, sip_code: int
) -> None:
    leg = await bench.call(number)
    ended = await bench.told(sig.LegEnded, leg)
    assert (ended.cause, ended.sip_code) == (cause, sip_code)
    assert bench.story(leg) == ["LegEnded"]
    assert leg not in (await bench.switch.view()).legs


@contract
async def test_a_leg_nobody_answers_ends_at_the_ring_time_out(bench: Bench) -> None:
    leg = await bench.call(FOR_EVER, ring_timeout_s=1)
    ended = await bench.told(sig.LegEnded, leg)
    assert (ended.cause, ended.sip_code) == (19, 480)
    assert bench.story(leg) == ["LegRinging", "LegEnded"]
    assert (ended.at - bench.all(sig.LegRinging, leg)[0].at).total_seconds() == pytest.approx(1.0, abs=0.3)


@contract
async def test_a_ringing_leg_is_hung_up(bench: Bench) -> None:
    leg = await bench.call(FOR_EVER)
    await bench.told(sig.LegRinging, leg)
    await bench.do(do.HangUp(leg))
    ended = await bench.told(sig.LegEnded, leg)
    assert (ended.cause, ended.sip_code) == (16, 0)
    assert bench.story(leg) == ["LegRinging", "LegEnded"]


@contract
async def test_an_answered_leg_is_hung_up_and_a_leg_that_is_gone_is_no_error(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    await bench.do(do.HangUp(leg))
    ended = await bench.told(sig.LegEnded, leg)
    assert (ended.cause, ended.sip_code) == (16, 0)
    await bench.do(do.HangUp(leg), do.HangUp(LegId("c-never-there")))
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegEnded"]


@contract
async def test_a_far_end_that_hangs_up_ends_its_leg(bench: Bench) -> None:
    leg = await bench.talking_to(SHORT)
    ended = await bench.told(sig.LegEnded, leg)
    assert ended.cause in {0, 16}, "Asterisk says 0 when the far end gives no reason"
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegEnded"]
    assert (ended.at - bench.all(sig.LegAnswered, leg)[0].at).total_seconds() == pytest.approx(0.6, abs=0.3)


@pytest.mark.parametrize(
    ("number", "verdict"), [(HUMAN, sig.Verdict.HUMAN), (MACHINE, sig.Verdict.MACHINE), (LONG, sig.Verdict.MACHINE)]
)
@contract
async def test_machine_detection_tells_people_from_machines(bench: Bench, number: str, verdict: sig.Verdict) -> None:
    leg = await bench.talking_to(number)
    await bench.do(do.Screen(leg))
    screened = await bench.told(sig.LegScreened, leg)
    assert screened.verdict is verdict
    waited_s = (screened.at - bench.all(sig.LegEntered, leg)[0].at).total_seconds()
    assert 1.0 < waited_s < 5.0
    assert screened.silence_s == (pytest.approx(0.8, abs=0.1) if verdict is sig.Verdict.HUMAN else 0.0)
    assert len(bench.all(sig.LegScreened, leg)) == 1
    await bench.bridge(leg)
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegScreened", "LegJoined"]


@contract
async def test_a_leg_hung_up_during_machine_detection_gets_no_verdict(bench: Bench) -> None:
    leg = await bench.talking_to(MACHINE)
    await bench.do(do.Screen(leg))
    with pytest.raises(LegGone):
        await bench.do(do.Screen(leg))
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegEnded"]


@pytest.mark.parametrize("verdict", list(sig.Verdict))
@contract
async def test_a_leg_is_taken_out_of_machine_detection_with_another_verdict_and_no_second_one_comes(
    bench: Bench, verdict: sig.Verdict
) -> None:
    leg = await bench.talking_to(MACHINE)
    await bench.do(do.Screen(leg), do.EndScreening(leg, verdict))
    screened = await bench.told(sig.LegScreened, leg)
    assert (screened.verdict, screened.cause) == (verdict, sig.EARLY)
    assert (screened.at - bench.all(sig.LegEntered, leg)[0].at).total_seconds() < 1.5, "it takes 2.6 s by itself"
    await bench.bridge(leg)
    with pytest.raises(LegGone):
        await bench.do(do.EndScreening(leg, verdict))
    assert (await bench.switch.view()).legs[leg].bridge_id is not None
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegScreened", "LegJoined"]
    assert len(bench.all(sig.LegScreened, leg)) == 1


@contract
async def test_a_leg_that_machine_detection_let_go_of_is_gone_and_its_own_verdict_counts(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    for end in (do.EndScreening(leg, sig.Verdict.MACHINE), do.EndScreening(LegId("c-gone"), sig.Verdict.HUMAN)):
        with pytest.raises(LegGone):
            await bench.do(end)
    await bench.do(do.Screen(leg))
    await bench.told(sig.LegScreened, leg)
    with pytest.raises(LegGone):
        await bench.do(do.EndScreening(leg, sig.Verdict.MACHINE))
    assert [one.verdict for one in bench.all(sig.LegScreened, leg)] == [sig.Verdict.HUMAN]


@pytest.mark.parametrize(
    ("phone", "story", "end"),
    [("agent1", ["LegAnswered", "LegEntered"], None), ("lazy1", ["LegRinging", "LegEnded"], (19, 480)),
     ("busy1", ["LegEnded"], (17, 486))],
)  # fmt: skip
@contract
async def test_phones_answer_ring_or_reject(
    bench: Bench, phone: str, story: list[str], end: tuple[int, int] | None
) -> None:
    leg = await bench.ring(phone, ring_timeout_s=1)
    last = await bench.told(sig.LegEntered if end is None else sig.LegEnded, leg)
    assert bench.story(leg) == story
    if end is not None:
        assert (last.cause, last.sip_code) == end


@contract
async def test_a_key_pressed_on_a_phone_is_told(bench: Bench) -> None:
    leg = await bench.ring("agent1")
    await bench.told(sig.LegEntered, leg)
    await bench.press(leg, "4")
    assert (await bench.told(sig.DigitPressed, leg)).digit == "4"


@pytest.mark.parametrize("wish", list(sig.PhoneWish))
@contract
async def test_a_code_dialled_on_a_phone_is_told_and_its_leg_waits_to_be_hung_up(
    bench: Bench, wish: sig.PhoneWish
) -> None:
    leg = await bench.dial_code("agent1", wish)
    dialled = bench.all(sig.PhoneDialled)[0]
    assert (dialled.phone, dialled.wish, dialled.key) == ("agent1", wish, KEYS.get(wish, ""))
    assert not (await bench.switch.view()).legs[leg].answered
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)
    assert bench.story(leg) == ["PhoneDialled", "LegEnded"]


@contract
async def test_a_call_that_comes_in_is_answered_by_us(bench: Bench) -> None:
    leg = await bench.call_in()
    arrived = bench.all(sig.LegArrived)[0]
    assert (arrived.trunk, arrived.caller, arrived.dialled) == ("carrier", CALLER, OURS)
    assert not (await bench.switch.view()).legs[leg].answered
    await bench.do(do.Answer(leg))
    await bench.told(sig.LegAnswered, leg)
    assert (await bench.switch.view()).legs[leg].answered
    await bench.do(do.Answer(leg))
    await bench.bridge(leg)
    await bench.far_end_hangs_up(leg)
    await bench.told(sig.LegEnded, leg)
    assert bench.story(leg) == ["LegArrived", "LegAnswered", "LegJoined", "LegLeft", "LegEnded"]


@pytest.mark.parametrize("text", ["+441632960000\r\nX: y", "1\n2", "1\0"])
@contract
async def test_a_value_with_control_characters_is_never_said_to_the_exchange(bench: Bench, text: str) -> None:
    address = do.TrunkAddress("carrier", text)
    caller = do.TrunkAddress("carrier", HUMAN)
    for call in (do.PlaceCall(LegId("c-1"), address, "", 5), do.PlaceCall(LegId("c-1"), caller, text, 5)):
        with pytest.raises(BadInput):
            await bench.do(call)
    leg = await bench.talking_to(HUMAN)
    with pytest.raises(BadInput):
        await bench.do(do.StartRecording(RecordingId(text), leg))


@pytest.mark.parametrize("address", [do.TrunkAddress("nowhere", HUMAN), do.PhoneAddress("nobody")])
@contract
async def test_an_address_that_does_not_exist_is_refused(
    bench: Bench, address: do.TrunkAddress | do.PhoneAddress
) -> None:
    with pytest.raises(SwitchRefused):
        await bench.do(do.PlaceCall(LegId("c-nowhere"), address, "", 5))
    assert bench.story(LegId("c-nowhere")) == []


@contract
async def test_a_leg_is_placed_once(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    with pytest.raises(LegGone):
        await bench.do(do.PlaceCall(leg, do.TrunkAddress("carrier", HUMAN), "", 5))
    assert (await bench.switch.view()).legs[leg].answered


@contract
async def test_a_ringing_leg_is_not_in_our_hands(bench: Bench) -> None:
    leg = await bench.call(FOR_EVER)
    await bench.told(sig.LegRinging, leg)
    bridge = await bench.bridge()
    for command in (do.Join(bridge, leg), do.Screen(leg), do.Play(leg, "safe-harbour", PlaybackId("p-1"))):
        with pytest.raises(LegGone):
            await bench.do(command)
    assert not (await bench.switch.view()).legs[leg].answered


@contract
async def test_keys_pressed_for_an_agent_arrive_at_the_far_end_in_order(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.bridge(leg)
    await bench.watch_keys()
    await bench.do(do.SendDigits(leg, "12*#A"))
    await until(lambda: len(bench.keys_at_far_end(leg)) >= 5, 10.0, "the far end gets every key")
    assert bench.keys_at_far_end(leg) == "12*#A"


async def _phone(bench: Bench) -> LegId:
    leg = await bench.ring("agent1")
    await bench.told(sig.LegEntered, leg)
    return leg


def _keys(bench: Bench, leg: LegId) -> list[str]:
    """Keys heard on a leg; what is said several times at the same moment counts once."""
    pressed = bench.all(sig.DigitPressed, leg)
    return [s.digit for place, s in enumerate(pressed) if place == 0 or s.at != pressed[place - 1].at]


@contract
async def test_keys_for_a_leg_that_is_gone_are_refused(bench: Bench) -> None:
    with pytest.raises(LegGone):
        await bench.do(do.SendDigits(LegId("c-never-there"), "1"))


# ---- supervisors ---------------------------------------------------------------------------------------------------


async def spying(bench: Bench, phone: str = "agent2") -> tuple[LegId, LegId]:
    """Let a phone hear an agent's leg; return that and the leg of the phone."""
    agent, leg = await _phone(bench), spy_leg()
    await bench.do(do.Spy(leg, phone, agent, 2))
    return agent, leg


@contract
async def test_a_supervisors_phone_answers_and_its_leg_ends_with_the_agents(bench: Bench) -> None:
    agent, leg = await spying(bench)
    await bench.told(sig.LegAnswered, leg)
    assert (await bench.switch.view()).legs[leg].answered
    await bench.do(do.HangUp(agent))
    await bench.told(sig.LegEnded, leg)
    assert bench.story(leg) == ["LegAnswered", "LegEnded"], "it never comes into our hands"


@contract
async def test_a_supervisors_leg_is_hung_up_and_the_agents_stays(bench: Bench) -> None:
    agent, leg = await spying(bench)
    await bench.told(sig.LegAnswered, leg)
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)
    assert agent in (await bench.switch.view()).legs


@contract
async def test_each_change_of_who_hears_a_supervisor_is_told_as_a_key(bench: Bench) -> None:
    _, leg = await spying(bench)
    await bench.told(sig.LegAnswered, leg)
    for count, mode in enumerate(SpyMode, start=1):
        await bench.do(do.ChangeSpy(leg, mode))
        await until(lambda count=count: len(_keys(bench, leg)) == count, 5.0, "the key is told")
    assert _keys(bench, leg) == ["4", "5", "6"]
    with pytest.raises(LegGone):
        await bench.do(do.ChangeSpy(LegId("s-never-there"), SpyMode.LISTEN))


@pytest.mark.parametrize(("phone", "end"), [("lazy1", (19, 480)), ("busy1", (17, 486))])
@contract
async def test_a_supervisors_phone_that_is_not_answered_ends_its_leg(
    bench: Bench, phone: str, end: tuple[int, int]
) -> None:
    _, leg = await spying(bench, phone)
    ended = await bench.told(sig.LegEnded, leg)
    assert (ended.cause, ended.sip_code) == end
    assert "LegAnswered" not in bench.story(leg)


@contract
async def test_nobody_spies_from_an_unknown_phone_or_on_a_leg_that_is_gone(bench: Bench) -> None:
    agent = await _phone(bench)
    with pytest.raises(SwitchRefused):
        await bench.do(do.Spy(spy_leg(), "nobody", agent, 2))
    with pytest.raises(LegGone):
        await bench.do(do.Spy(spy_leg(), "agent2", LegId("a-never-there"), 2))
