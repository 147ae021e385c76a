"""What the exchange says of a leg's sound, into our counts.

Two names of Asterisk 22 mean the opposite of what they say, as measured with a far end that loses and delays packets on
purpose: ``txjitter`` is what we measured of what we receive, ``rxjitter`` what the far end reports. Losses are named
right: ``rxploss`` (``lp``) is missing here, ``txploss`` (``rlp``) over there. Times are in seconds.
"""

from collections.abc import Mapping
from typing import Any

from waihu_models.media import MediaCounts

_VARIABLE = "RTPAUDIOQOS"
_NAMES = {"lp": "rxploss", "rlp": "txploss"}  # of the variable -> of ARI
_MOST_MS = 60_000.0


def counts_of(said: Mapping[str, Any]) -> MediaCounts:
    """Return the counts in an answer of ``channels/…/rtp_statistics``.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    round_trip_ms = _milliseconds(said["rtt"])
    told = round_trip_ms > 0.0 or int(said["txploss"]) > 0 or float(said["rxjitter"]) > 0.0
    return MediaCounts(
        received=_count(said["rxcount"]),
        received_lost=_count(said["rxploss"]),
        jitter_in_ms=_milliseconds(said["txjitter"]),
        sent=_count(said["txcount"]),
        sent_lost=_count(said["txploss"]),
        jitter_out_ms=_milliseconds(said["rxjitter"]) if told else None,
        round_trip_ms=round_trip_ms or None,
    )


def counts_at_end(channel: Mapping[str, Any]) -> MediaCounts | None:
    """Return the counts that come with a channel's end, None where it says none: it had no sound."""
    variables = channel.get("channelvars")
    text = variables.get(_VARIABLE) if isinstance(variables, dict) else None
    if not isinstance(text, str) or not text:
        return None
    pairs = (field.partition("=") for field in text.split(";") if field)
    said = {_NAMES.get(name, name): value for name, _, value in pairs}
    try:
        return counts_of(said)
    except (KeyError, TypeError, ValueError):
        return None  # the leg has ended all the same, and that is what matters


def _count(value: Any) -> int:
    number = int(str(value))  # by its digits: a float that is no number would be another error
    # An unsigned difference that went below nothing: more packets came than were expected.
    return number if 0 <= number < 1 << 31 else 0


def _milliseconds(value: Any) -> float:
    milliseconds = float(value) * 1000.0
    return min(_MOST_MS, milliseconds) if milliseconds >= 0.0 else 0.0  # False for "not a number", too
