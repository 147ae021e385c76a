"""Asterisk's events into our signals: the one place that knows both. Pure, and never raises whatever it is given."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waihu.telephony.media_words import counts_at_end
from waihu.telephony.port import Signal
from waihu_models.ids import BridgeId, LegId, PlaybackId, is_probe_leg, is_tap_leg
from waihu_models.signals import (
    BridgeGone,
    DigitPressed,
    LegAnswered,
    LegArrived,
    LegChose,
    LegEnded,
    LegEntered,
    LegFacts,
    LegHeld,
    LegJoined,
    LegLeft,
    LegProgress,
    LegRinging,
    LegScreened,
    LegUnheld,
    MessageLeft,
    PhoneDialled,
    PhoneReachable,
    PhoneWish,
    PlaybackEnded,
    TransferWished,
    Verdict,
)

WANTED = (
    "StasisStart",
    "Dial",
    "ChannelStateChange",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "BridgeDestroyed",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelTransfer",
    "PlaybackFinished",
    "EndpointStateChange",
    "ContactStatusChange",
    "ApplicationReplaced",
)
"""The types of events this module reads; the exchange is asked to send no others."""

_VERDICTS = {"HUMAN": Verdict.HUMAN, "MACHINE": Verdict.MACHINE, "NOTSURE": Verdict.UNSURE, "HANGUP": Verdict.UNSURE}
_WISHES = {str(number): wish for number, wish in enumerate(PhoneWish, start=1)}  # as dialplans/phones say them
# "HUMAN-800-800": so many milliseconds of silence had passed after the greeting, of so many that were needed.
_SILENCE_AFTER_GREETING = re.compile(r"HUMAN-(\d{1,5})-\d{1,5}")
_HIGHEST_CODE = 999  # of SIP; Q.850 ends at 127
# "Removed" is said of an address, not of the phone: one that moves has a new address before the old one goes.
_GONE_STATES = frozenset({"offline", "Unreachable"})
_HERE_STATES = frozenset({"online", "Created", "Reachable", "NonQualified", "Unqualified", "Updated"})


@dataclass(frozen=True, slots=True)
class Malformed:
    """An event that is not what it should be; ``kind`` is its type as far as it has one."""

    kind: str
    problem: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap has come into our hands: the switch's own business, no signal."""

    leg_id: LegId


def translate(event: Any, at: datetime) -> Signal | Tapped | Malformed | None:
    """Return the signal of an event; None for one that means nothing to us.

    Args:
        event: Decoded JSON, of any shape.
        at: When it was read.
    """
    kind = event.get("type") if isinstance(event, dict) else None
    if not isinstance(kind, str):
        return Malformed("unknown", "no type")
    try:
        if is_probe_leg(_text(event.get("channel", {}).get("id", ""))):
            return None
        return _translate(kind, event, at)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        return Malformed(kind[:40], f"{type(error).__name__}: {error}"[:200])


def _translate(kind: str, event: dict[str, Any], at: datetime) -> Signal | Tapped | None:  # noqa: PLR0911, PLR0912, C901 -- one match
    match kind:
        case "StasisStart":
            return _entered(event, at)
        case "Dial":
            return _dial(event, at)
        case "ChannelStateChange":
            return LegAnswered(_leg(event), at) if _text(event["channel"]["state"]) == "Up" else None
        case "ChannelEnteredBridge":
            return LegJoined(_leg(event), at, BridgeId(_text(event["bridge"]["id"])))
        case "ChannelLeftBridge":
            return LegLeft(_leg(event), at, BridgeId(_text(event["bridge"]["id"])))
        case "BridgeDestroyed":
            return BridgeGone(BridgeId(_text(event["bridge"]["id"])), at)
        case "ChannelDestroyed" if not is_tap_leg(_leg(event)):
            cause, code = _whole(event.get("cause")), _whole(event.get("tech_cause"))
            return LegEnded(_leg(event), at, cause, code, counts_at_end(event["channel"]))
        case "ChannelDtmfReceived":
            return DigitPressed(_leg(event), at, _text(event["digit"]))
        case "ChannelHold" | "ChannelUnhold":
            return (LegHeld if kind == "ChannelHold" else LegUnheld)(_leg(event), at)
        case "ChannelTransfer":
            return _transfer(event, at)
        case "PlaybackFinished":
            return _played(event["playback"], at)
        case "EndpointStateChange":
            endpoint = event["endpoint"]
            return _phone(_text(endpoint["resource"]), _text(endpoint.get("state", "")), at)
        case "ContactStatusChange":
            contact = event["contact_info"]
            return _phone(_text(contact["aor"]), _text(contact["contact_status"]), at)
        case _:
            return None


def _entered(event: dict[str, Any], at: datetime) -> Signal | Tapped | None:
    leg_id, args = _leg(event), event.get("args", [])
    if not isinstance(args, list) or not all(isinstance(arg, str) for arg in args):
        raise TypeError("args are not a list of texts")
    match args:
        case [] | ["out"]:
            return LegEntered(leg_id, at)
        case ["tap"]:
            return Tapped(leg_id)
        case ["amd", status, cause]:
            silence = _SILENCE_AFTER_GREETING.match(cause)
            silence_s = int(silence[1]) / 1000 if silence else 0.0
            return LegScreened(leg_id, at, _VERDICTS.get(status, Verdict.UNSURE), silence_s, cause)
        case ["asked", key]:
            return LegChose(leg_id, at, key)
        case ["left", left]:
            return MessageLeft(leg_id, at, left == "yes")
        case ["phone", phone, code] | ["phone", phone, code, _]:
            return PhoneDialled(leg_id, at, phone, _WISHES[code], "".join(args[3:]))
        case ["in", trunk, caller, dialled]:
            return LegArrived(leg_id, at, trunk, caller, dialled)
        case _:
            return None


def arrival_of(channel: dict[str, Any], app: str, at: datetime) -> LegArrived | None:
    """Return the arrival of a call from outside that is in the hands of ``app``, None for any other channel.

    Args:
        channel: A channel as ARI lists it.
        app: Name of the application.
        at: When the list was read.
    """
    dialplan = channel.get("dialplan") or {}
    if dialplan.get("app_name") != "Stasis" or is_probe_leg(_text(channel["id"])):
        return None
    match str(dialplan.get("app_data", "")).split(","):
        case [name, "in", trunk, caller, dialled] if name == app:
            return LegArrived(LegId(_text(channel["id"])), at, trunk, caller, dialled)
        case _:
            return None


def facts_of(channel: dict[str, Any], bridge_id: BridgeId | None) -> LegFacts:
    """Return a leg as ARI lists its channel."""
    ours = (channel.get("dialplan") or {}).get("app_name") == "Stasis"
    return LegFacts(LegId(channel["id"]), channel["state"] == "Up", bridge_id, in_app=ours)


def _dial(event: dict[str, Any], at: datetime) -> Signal | None:
    leg_id = LegId(_text(event["peer"]["id"]))
    match _text(event["dialstatus"]):
        case "RINGING":
            return LegRinging(leg_id, at)
        case "PROGRESS":
            return LegProgress(leg_id, at)
        case "ANSWER":
            return LegAnswered(leg_id, at)
        case _:  # how a dial ended says too little: the outcome is decided when the leg is destroyed
            return None


def _transfer(event: dict[str, Any], at: datetime) -> Signal | None:
    if event.get("state"):  # how a transfer went on, as we said ourselves
        return None
    # With another call instead of a number to go to, the destination is the name of that call.
    wanted = event["refer_to"]["requested_destination"]
    to = wanted.get("destination", "") if not event["refer_to"].get("destination_channel") else ""
    return TransferWished(LegId(_text(event["referred_by"]["source_channel"]["id"])), at, _text(to))


def _played(playback: dict[str, Any], at: datetime) -> Signal | None:
    target = _text(playback["target_uri"])
    if not target.startswith("channel:"):
        return None
    failed = _text(playback["state"]) == "failed"
    return PlaybackEnded(LegId(target.removeprefix("channel:")), at, PlaybackId(_text(playback["id"])), failed)


def _phone(name: str, state: str, at: datetime) -> Signal | None:
    if state in _GONE_STATES:
        return PhoneReachable(name, False, at)
    return PhoneReachable(name, True, at) if state in _HERE_STATES else None


def _leg(event: dict[str, Any]) -> LegId:
    return LegId(_text(event["channel"]["id"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is not text")
    return value


def _whole(value: Any) -> int:
    number = int(value) if value not in {None, ""} else 0
    return number if 0 <= number <= _HIGHEST_CODE else 0
