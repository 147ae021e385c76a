"""Bridges, music, announcements and recordings, on the fake and on Asterisk alike."""

from collections.abc import Callable

import pytest
from tests.contract.bench import FOR_EVER, HUMAN, LONG, Bench, contract

from waihu.telephony import tones
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import BadInput, LegGone, SwitchRefused
from waihu_models.ids import BridgeId, LegId, PlaybackId, RecordingId, new_id


@contract
async def test_a_leg_joins_a_bridge_leaves_it_on_hold_and_is_resumed(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    bridge = await bench.bridge(leg)
    assert bench.all(sig.LegJoined, leg)[0].bridge_id == bridge
    assert (await bench.switch.view()).legs[leg].bridge_id == bridge
    await bench.do(do.Hold(bridge, leg))
    assert (await bench.told(sig.LegLeft, leg)).bridge_id == bridge
    assert (await bench.switch.view()).legs[leg].bridge_id is None
    await bench.do(do.Resume(bridge, leg))
    await until(lambda: len(bench.all(sig.LegJoined, leg)) == 2)
    assert bench.story(leg) == ["LegAnswered", "LegEntered", "LegJoined", "LegLeft", "LegJoined"]


@contract
async def test_opening_a_bridge_twice_is_no_error(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    bridge = await bench.bridge(leg)
    await bench.do(do.OpenBridge(bridge))
    view = await bench.switch.view()
    assert bridge in view.bridges
    assert view.legs[leg].bridge_id == bridge


@contract
async def test_closing_a_bridge_leaves_its_legs_up(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    bridge = await bench.bridge(leg)
    await bench.do(do.CloseBridge(bridge))
    await bench.told(sig.LegLeft, leg)
    await bench.do(do.CloseBridge(bridge))
    view = await bench.viewed(lambda view: bridge not in view.bridges)
    assert view.legs[leg].answered
    assert [gone.bridge_id for gone in bench.all(sig.BridgeGone)] == [bridge]
    with pytest.raises(SwitchRefused):
        await bench.do(do.Join(bridge, leg))


@contract
async def test_a_leg_that_joins_again_leaves_first(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    bridge = await bench.bridge(leg)
    other = BridgeId(f"b-agent2-{new_id()}")
    await bench.do(do.OpenBridge(other), do.Join(other, leg))
    await until(lambda: len(bench.all(sig.LegJoined, leg)) == 2)
    assert bench.story(leg)[-3:] == ["LegJoined", "LegLeft", "LegJoined"]
    assert [s.bridge_id for s in bench.all(sig.LegJoined, leg)] == [bridge, other]


@contract
async def test_a_leg_that_ends_leaves_its_bridge_first_and_the_other_leg_stays(bench: Bench) -> None:
    agent = await bench.ring("agent1")
    await bench.told(sig.LegEntered, agent)
    customer = await bench.talking_to(LONG)
    bridge = await bench.bridge(agent, customer)
    await bench.do(do.HangUp(customer))
    await bench.told(sig.LegEnded, customer)
    assert bench.story(customer)[-3:] == ["LegJoined", "LegLeft", "LegEnded"]
    assert (await bench.switch.view()).legs[agent].bridge_id == bridge


@contract
async def test_holding_a_leg_that_is_in_no_bridge_is_refused(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    with pytest.raises(SwitchRefused):
        await bench.do(do.Hold(await bench.bridge(), leg))


_FOR_A_LEG: dict[str, Callable[[BridgeId, LegId], do.Command]] = {
    "Join": do.Join,
    "Hold": do.Hold,
    "Resume": do.Resume,
    "Answer": lambda _, leg: do.Answer(leg),
    "Screen": lambda _, leg: do.Screen(leg),
    "StartMusic": lambda _, leg: do.StartMusic(leg),
    "StopMusic": lambda _, leg: do.StopMusic(leg),
    "Play": lambda _, leg: do.Play(leg, "safe-harbour", PlaybackId("p-gone")),
    "StartRecording": lambda _, leg: do.StartRecording(RecordingId("r-gone"), leg),
    "PauseRecording": lambda _, leg: do.PauseRecording(RecordingId("r-gone"), leg),
    "ResumeRecording": lambda _, leg: do.ResumeRecording(RecordingId("r-gone"), leg),
    "StopRecording": lambda _, leg: do.StopRecording(RecordingId("r-gone"), leg),
}


@pytest.mark.parametrize("command", _FOR_A_LEG)
@contract
async def test_a_command_for_a_leg_that_has_left_says_so(bench: Bench, command: str) -> None:
    leg = await bench.call("+441632960002")
    await bench.told(sig.LegEnded, leg)
    bridge = await bench.bridge()
    with pytest.raises(LegGone):
        await bench.do(_FOR_A_LEG[command](bridge, leg))


@contract
async def test_music_is_started_and_stopped_on_a_leg(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.StartMusic(leg), do.StartMusic(leg), do.StopMusic(leg), do.StopMusic(leg))
    await bench.bridge(leg)


@contract
async def test_an_announcement_is_played_to_its_end(bench: Bench) -> None:
    leg, playback = await bench.talking_to(LONG), PlaybackId(new_id())
    await bench.do(do.Play(leg, "safe-harbour", playback))
    ended = await bench.told(sig.PlaybackEnded, leg, limit_s=20.0)
    assert (ended.playback_id, ended.failed) == (playback, False)
    played_s = (ended.at - bench.all(sig.LegEntered, leg)[0].at).total_seconds()
    assert 3.0 < played_s < 20.0
    assert (await bench.switch.view()).legs[leg].answered


@contract
async def test_announcements_wait_for_each_other_and_fail_when_the_leg_ends(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    first, second = PlaybackId(new_id()), PlaybackId(new_id())
    await bench.do(do.Play(leg, "safe-harbour", first), do.Play(leg, "safe-harbour", second), do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)
    ended = {(s.playback_id, s.failed) for s in bench.all(sig.PlaybackEnded, leg)}
    assert ended == {(first, True), (second, True)}
    assert bench.story(leg)[-2:] == ["PlaybackEnded", "LegEnded"]


@contract
async def test_an_announcement_that_is_stopped_ends_at_once_and_the_leg_can_be_bridged(bench: Bench) -> None:
    leg, playback = await bench.talking_to(LONG), PlaybackId(new_id())
    bridge = await bench.bridge()
    await bench.do(do.StartMusic(leg), do.Play(leg, "safe-harbour", playback))
    await bench.do(do.StopPlaying(leg, playback), do.StopMusic(leg), do.Join(bridge, leg))
    joined = await bench.told(sig.LegJoined, leg, limit_s=3.0)  # far sooner than the announcement would have ended
    assert joined.bridge_id == bridge
    assert (await bench.told(sig.PlaybackEnded, leg)).playback_id == playback
    await bench.do(do.StopPlaying(leg, playback), do.StopPlaying(leg, PlaybackId("p-never")))


@contract
async def test_an_unknown_announcement_is_refused(bench: Bench) -> None:
    leg = await bench.talking_to(HUMAN)
    with pytest.raises(SwitchRefused, match="there is no announcement 'nope'"):
        await bench.do(do.Play(leg, "nope", PlaybackId("p-1")))


@contract
async def test_a_sound_is_played_by_its_path_to_its_end(bench: Bench) -> None:
    sound = bench.recordings / "made-on-the-spot"
    tones.write_wav(sound.with_suffix(".wav"), tones.tone([600.0], 1.0))
    leg, playback = await bench.talking_to(LONG), PlaybackId(new_id())
    await bench.do(do.Play(leg, str(sound), playback))
    ended = await bench.told(sig.PlaybackEnded, leg)
    assert (ended.playback_id, ended.failed) == (playback, False)
    assert (ended.at - bench.all(sig.LegEntered, leg)[0].at).total_seconds() >= 0.9


@contract
async def test_a_path_without_a_sound_ends_as_failed_and_one_that_cannot_be_said_is_refused(
    bench: Bench,
) -> None:
    leg, playback = await bench.talking_to(LONG), PlaybackId(new_id())
    await bench.do(do.Play(leg, str(bench.recordings / "nothing"), playback))
    ended = await bench.told(sig.PlaybackEnded, leg)
    assert (ended.playback_id, ended.failed) == (playback, True)
    with pytest.raises(BadInput):
        await bench.do(do.Play(leg, "/tmp/a,b", PlaybackId("p-1")))


@contract
async def test_a_recording_lies_in_the_folder_and_is_paused_resumed_and_stopped(bench: Bench) -> None:
    leg, recording = await bench.talking_to(LONG), RecordingId(new_id())
    await bench.bridge(leg, await bench.talking_to(HUMAN))
    await bench.do(do.StartRecording(recording, leg))
    file = bench.recordings / f"{recording}.raw"
    await until(lambda: file.exists() and file.stat().st_size > 0, what="sound is written")
    assert file.stat().st_size % 4 == 0, "two channels of 16 bits"
    await bench.do(do.PauseRecording(recording, leg), do.ResumeRecording(recording, leg))
    await bench.do(do.StopRecording(recording, leg))


@pytest.mark.parametrize("command", [do.PauseRecording, do.ResumeRecording, do.StopRecording])
@contract
async def test_a_recording_that_was_never_started_cannot_be_changed(
    bench: Bench, command: Callable[[RecordingId, LegId], do.Command]
) -> None:
    leg = await bench.talking_to(LONG)
    with pytest.raises(SwitchRefused):
        await bench.do(command(RecordingId("r-never"), leg))


@contract
async def test_a_recording_ends_with_its_leg(bench: Bench) -> None:
    leg, recording = await bench.talking_to(LONG), RecordingId(new_id())
    await bench.do(do.StartRecording(recording, leg), do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)
    await until((bench.recordings / f"{recording}.raw").exists, what="the file is there")


@contract
async def test_the_view_tells_legs_bridges_and_phones(bench: Bench) -> None:
    up, rings = await bench.talking_to(LONG), await bench.call(FOR_EVER)
    await bench.told(sig.LegRinging, rings)
    bridge = await bench.bridge(up)
    view = await bench.switch.view()
    assert view.legs == {
        up: sig.LegFacts(up, answered=True, bridge_id=bridge),
        rings: sig.LegFacts(rings, answered=False, in_app=False),
    }
    assert view.bridges == {bridge}
    assert {"agent1", "lazy1", "carrier"} <= view.phones.keys()
    assert view.phones["agent1"]
