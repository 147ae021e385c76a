"""What the exchange says of its trunks: are we registered there, does the carrier answer, how fast."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from waihu_models.errors import BadInput, SwitchError

Command: TypeAlias = Callable[[str], Awaitable[list[str]]]
"""Gives a line to the exchange's command line: ``AmiClient.command``."""
MOST = 50
"""Trunks asked about in one look, each by one command."""


class Registration(StrEnum):
    """Whether we are registered at a carrier."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"  # not yet, or the carrier does not answer
    REJECTED = "rejected"  # name or password are wrong
    NONE = "none"  # the trunk does not register
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SipState:
    """A trunk as the exchange sees it. ``reachable`` None: nobody has asked the carrier yet."""

    registration: Registration = Registration.UNKNOWN
    reachable: bool | None = None
    round_trip_ms: float | None = None


async def look_at_trunks(command: Command, names: Sequence[str]) -> dict[str, SipState]:
    """Ask the exchange about trunks; of one that cannot be asked about nothing is known.

    Args:
        command: The exchange's command line.
        names: The first ``MOST`` of them are asked about.
    """
    try:
        registrations = _registrations(await command("pjsip show registrations"))
    except (SwitchError, BadInput):
        return dict.fromkeys(names, SipState())
    states = {}
    for name in names[:MOST]:
        try:
            reachable, round_trip_ms = _contact(await command(f"pjsip show aor {name}"), name)
        except (SwitchError, BadInput):
            states[name] = SipState()
        else:
            registration = registrations.get(name, Registration.NONE)
            states[name] = SipState(registration, reachable, round_trip_ms)
    return {name: states.get(name, SipState()) for name in names}


_REGISTRATION = re.compile(r"^ (?P<name>[\w-]+)/sip\S*\s.*\s(?P<state>Registered|Unregistered|Rejected)\b", re.ASCII)
_CONTACT = re.compile(r"^\s+Contact:\s+(?P<name>[\w-]+)/\S+\s+\S+\s+(?P<state>\w+)\s+(?P<ms>\S+)", re.ASCII)


def _registrations(lines: Sequence[str]) -> dict[str, Registration]:
    found = filter(None, map(_REGISTRATION.match, lines))
    return {match["name"]: Registration(match["state"].lower()) for match in found}


def _contact(lines: Sequence[str], name: str) -> tuple[bool | None, float | None]:
    """Return whether the contact of a trunk answers, and after how many milliseconds."""
    for match in filter(None, map(_CONTACT.match, lines)):
        if match["name"] == name and match["state"] in {"Avail", "Unavail"}:
            milliseconds = re.fullmatch(r"\d+(\.\d+)?", match["ms"])
            return match["state"] == "Avail", float(match["ms"]) if milliseconds else None
    return None, None
