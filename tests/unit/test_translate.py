from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.telephony.translate import WANTED, Malformed, arrival_of, translate
from waihu.testing.factories import NOON
from waihu_models import signals as sig
from waihu_models.ids import is_probe_leg, probe_leg

LEG = "c-0197a000000070008000000000000001"
CHANNEL = {
    "id": LEG,
    "name": "PJSIP/carrier-0000002a",
    "state": "Up",
    "protocol_id": "0b2f",
    "caller": {"name": "", "number": "441632960000"},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {"context": "from-trunk", "exten": "s", "priority": 1, "app_name": "AppDial2", "app_data": ""},
    "creationtime": "2026-11-23T12:00:00.000+0000",
    "language": "en",
}
BRIDGE = {"id": "b-agent1-s1", "technology": "simple_bridge", "bridge_type": "mixing", "channels": [LEG]}
PLAYBACK = {
    "id": "p1", "media_uri": "sound:safe-harbour", "target_uri": f"channel:{LEG}", "language": "en", "state": "done",
}  # fmt: skip
CONTACT = {"uri": "sip:agent1@127.0.0.1", "contact_status": "Reachable", "aor": "agent1", "roundtrip_usec": "512"}


def event(kind: str, **values: Any) -> dict[str, Any]:
    stamp = "2026-11-23T12:00:00.123+0000"
    return {"type": kind, "timestamp": stamp, "asterisk_id": "02:42:ac:11", "application": "waihu", **values}


def dial(status: str) -> dict[str, Any]:
    return event("Dial", dialstatus=status, dialstring="441632960200@carrier", forward="", peer=CHANNEL)


def start(*args: str) -> dict[str, Any]:
    return event("StasisStart", channel=CHANNEL, args=list(args))


def transfer(state: str = "", **destination: str) -> dict[str, Any]:
    more = {"state": state} if state else {}
    wanted = {"requested_destination": destination}
    return event("ChannelTransfer", refer_to=wanted, referred_by={"source_channel": CHANNEL}, **more)


def endpoint(state: str) -> dict[str, Any]:
    held = {"technology": "PJSIP", "resource": "agent1", "channel_ids": [], "state": state}
    return event("EndpointStateChange", endpoint=held)


MEANT: list[tuple[dict[str, Any], Any]] = [
    (start(), sig.LegEntered(LEG, NOON)),
    (start("out"), sig.LegEntered(LEG, NOON)),
    (start("amd", "HUMAN", "HUMAN-800-800"), sig.LegScreened(LEG, NOON, sig.Verdict.HUMAN, 0.8, "HUMAN-800-800")),
    (start("amd", "MACHINE", "LONGGREETING-1500-1500"),
     sig.LegScreened(LEG, NOON, sig.Verdict.MACHINE, 0.0, "LONGGREETING-1500-1500")),
    (start("amd", "NOTSURE", "TOOLONG-5000"), sig.LegScreened(LEG, NOON, sig.Verdict.UNSURE, 0.0, "TOOLONG-5000")),
    (start("amd", "NOTSURE", "EARLY"), sig.LegScreened(LEG, NOON, sig.Verdict.UNSURE, 0.0, sig.EARLY)),
    (start("amd", "HANGUP", ""), sig.LegScreened(LEG, NOON, sig.Verdict.UNSURE)),
    (start("amd", "", ""), sig.LegScreened(LEG, NOON, sig.Verdict.UNSURE)),
    (start("in", "carrier", "441632960777", "08001234"),
     sig.LegArrived(LEG, NOON, "carrier", "441632960777", "08001234")),
    (start("asked", "2"), sig.LegChose(LEG, NOON, "2")),
    (start("asked", ""), sig.LegChose(LEG, NOON)),
    (start("left", "yes"), sig.MessageLeft(LEG, NOON, True)),
    (start("left", "no"), sig.MessageLeft(LEG, NOON)),
    (start("phone", "agent1", "1"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.LOG_IN)),
    (start("phone", "agent1", "2"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.LOG_IN_ON_HOOK)),
    (start("phone", "agent1", "3"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.LOG_OUT)),
    (start("phone", "agent1", "4"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.AVAILABLE)),
    (start("phone", "agent1", "5", "7"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.PAUSE, "7")),
    (start("phone", "agent1", "6", "1"), sig.PhoneDialled(LEG, NOON, "agent1", sig.PhoneWish.JUDGE, "1")),
    (start("something", "else"), None),
    (dial("RINGING"), sig.LegRinging(LEG, NOON)),
    (dial("PROGRESS"), sig.LegProgress(LEG, NOON)),
    (dial("ANSWER"), sig.LegAnswered(LEG, NOON)),
    (dial(""), None),
    (dial("BUSY"), None),
    (dial("NOANSWER"), None),
    (dial("CONGESTION"), None),
    (event("ChannelStateChange", channel=CHANNEL), sig.LegAnswered(LEG, NOON)),
    (event("ChannelStateChange", channel={**CHANNEL, "state": "Ring"}), None),
    (event("ChannelEnteredBridge", channel=CHANNEL, bridge=BRIDGE), sig.LegJoined(LEG, NOON, "b-agent1-s1")),
    (event("BridgeDestroyed", bridge=BRIDGE), sig.BridgeGone("b-agent1-s1", NOON)),
    (event("ChannelLeftBridge", channel=CHANNEL, bridge=BRIDGE), sig.LegLeft(LEG, NOON, "b-agent1-s1")),
    (event("ChannelDestroyed", channel=CHANNEL, cause=17, cause_txt="User busy", tech_cause=486),
     sig.LegEnded(LEG, NOON, 17, 486)),
    (event("ChannelDestroyed", channel=CHANNEL, cause=16, cause_txt="Normal Clearing"), sig.LegEnded(LEG, NOON, 16)),
    (event("ChannelDestroyed", channel=CHANNEL, cause="19", tech_cause=""), sig.LegEnded(LEG, NOON, 19)),
    (event("ChannelDtmfReceived", channel=CHANNEL, digit="#", duration_ms=120), sig.DigitPressed(LEG, NOON, "#")),
    (event("ChannelHold", channel=CHANNEL), sig.LegHeld(LEG, NOON)),
    (event("ChannelUnhold", channel=CHANNEL), sig.LegUnheld(LEG, NOON)),
    (transfer(destination="agent2"), sig.TransferWished(LEG, NOON, "agent2")),
    (transfer(protocol_id="call-1"), sig.TransferWished(LEG, NOON)),
    (transfer(destination="agent2", state="channel_declined"), None),
    (event("PlaybackFinished", playback=PLAYBACK), sig.PlaybackEnded(LEG, NOON, "p1")),
    (event("PlaybackFinished", playback={**PLAYBACK, "state": "failed"}), sig.PlaybackEnded(LEG, NOON, "p1", True)),
    (event("PlaybackFinished", playback={**PLAYBACK, "target_uri": "bridge:b-agent1-s1"}), None),
    (endpoint("online"), sig.PhoneReachable("agent1", True, NOON)),
    (endpoint("offline"), sig.PhoneReachable("agent1", False, NOON)),
    (endpoint("unknown"), None),
    (event("ContactStatusChange", contact_info=CONTACT), sig.PhoneReachable("agent1", True, NOON)),
    (event("ContactStatusChange", contact_info={**CONTACT, "contact_status": "Unreachable"}),
     sig.PhoneReachable("agent1", False, NOON)),
    (event("ApplicationReplaced"), None),
    (event("ChannelVarset", variable="X", value="1", channel=CHANNEL), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"), MEANT, ids=lambda value: value.get("type") if isinstance(value, dict) else ""
)
def test_an_event_becomes_the_signal_it_means(said: dict[str, Any], meant: Any) -> None:
    decoded = msgspec.json.decode(msgspec.json.encode(said))
    assert translate(decoded, NOON) == meant


def test_every_wanted_type_of_event_is_tried_here() -> None:
    assert {said["type"] for said, _ in MEANT} >= set(WANTED)


@pytest.mark.parametrize("said", [
    event("StasisStart", channel=CHANNEL, args="amd"),
    event("StasisStart", channel=CHANNEL, args=[1, 2]),
    event("StasisStart", args=[]),
    start("phone", "agent1", "9"),
    event("ChannelDestroyed", channel={"id": 7}),
    event("ChannelDestroyed", channel=CHANNEL, cause="busy"),
    event("ChannelDestroyed", channel=CHANNEL, cause=[16]),
    event("ChannelDestroyed", channel=None),
    event("ChannelDestroyed", channel="gone"),
    event("Dial", peer={}, dialstatus="RINGING"),
    event("ChannelDtmfReceived", channel=CHANNEL),
    event("PlaybackFinished", playback=[]),
    event("EndpointStateChange", endpoint={"resource": None, "state": "online"}),
])  # fmt: skip
def test_an_event_that_is_not_what_it_should_be_is_malformed_under_its_type(said: dict[str, Any]) -> None:
    found = translate(said, NOON)
    assert isinstance(found, Malformed)
    assert found.kind == said["type"]
    assert found.problem


@pytest.mark.parametrize("said", [None, 1, "text", [], {}, {"type": None}, {"type": ["Dial"]}])
def test_what_has_no_type_is_malformed(said: Any) -> None:
    assert translate(said, NOON) == Malformed("unknown", "no type")


def test_the_word_about_a_malformed_event_is_short() -> None:
    found = translate(event("ChannelDestroyed", channel={"id": ["x" * 10_000]}), NOON)
    assert isinstance(found, Malformed)
    assert len(found.problem) <= 200


KEYS = st.sampled_from(
    ["id", "channel", "peer", "bridge", "playback", "endpoint", "contact_info", "args", "cause", "tech_cause", "state",
     "dialstatus", "digit", "target_uri", "resource", "aor", "contact_status"]
)  # fmt: skip
WORDS = st.sampled_from(["Up", "ANSWER", "RINGING", "amd", "in", "out", "phone", "HUMAN", "1", "channel:x", LEG])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=6),
    max_leaves=10,
)  # fmt: skip
EVENTS = st.builds(lambda kind, body: {**body, "type": kind}, st.sampled_from(WANTED), st.dictionaries(KEYS, JSON))


@settings(max_examples=150)
@given(JSON | EVENTS)
def test_no_json_whatever_it_holds_makes_translation_raise(said: Any) -> None:
    found = translate(said, NOON)
    kinds = (sig.LegSignal, sig.BridgeGone, sig.PhoneReachable, Malformed)
    assert found is None or isinstance(found, kinds)
    if isinstance(found, sig.LegSignal):
        assert isinstance(found.leg_id, str)
    if isinstance(found, sig.LegEnded):
        assert isinstance(found.cause, int)
        assert isinstance(found.sip_code, int)


@pytest.mark.parametrize("kind", ["StasisStart", "ChannelDestroyed", "ChannelDtmfReceived", "ChannelStateChange"])
def test_a_call_that_only_tries_the_dialplan_is_nobodys(kind: str) -> None:
    near = probe_leg()
    for leg in (near, f"{near}-far"):
        channel = {**CHANNEL, "id": leg, "dialplan": {"app_name": "Stasis", "app_data": "waihu,in,carrier,1,2"}}
        assert translate(event(kind, channel=channel, args=["in", "carrier", "1", "2"], digit="1"), NOON) is None
        assert arrival_of(channel, "waihu", NOON) is None
        assert is_probe_leg(leg)
    assert not is_probe_leg(LEG)
