"""Outcomes: what technically became of a call. The agent's judgement is a disposition and lives elsewhere."""

from dataclasses import dataclass
from enum import StrEnum

from waihu_models.signals import Verdict


class Outcome(StrEnum):
    """Every ended call has exactly one; reports balance over them."""

    ANSWERED = "answered"  # a person spoke with an agent
    ABANDONED = "abandoned"  # a person answered, no agent within the limit
    HUNG_UP = "hung_up"  # a person answered and left before the limit was over
    MACHINE = "machine"  # an answering machine, a fax, an announcement
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"  # the callee or the carrier declined (403, 603 …)
    INVALID_NUMBER = "invalid_number"  # vacant or changed number (404, 410, 484 …)
    UNREACHABLE = "unreachable"  # switched off, out of coverage (408, 480)
    CONGESTION = "congestion"  # the carrier could not carry it (5xx, Q.850 34, 38, 42 …)
    CANCELLED = "cancelled"  # who called gave up before any answer, not because of the ring time-out
    FAILED = "failed"  # our own side: exchange or controller


LIVE_ANSWERS = frozenset({Outcome.ANSWERED, Outcome.ABANDONED, Outcome.HUNG_UP})
"""The denominator of the drop rate: calls answered by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnd:
    """Everything the outcome of a call is decided from, at the moment its leg is gone.

    Attributes:
        answered: The far end answered.
        connected: Customer and agent heard each other.
        abandoned: The limit without an agent was passed.
        verdict: Machine detection's word, None when it was not asked or did not finish.
        ring_s: Seconds from dialling to the end, for unanswered calls.
        ring_timeout_s: The limit after which the exchange gives up by itself.
        hang_up_asked: We asked for the end.
        cause: Q.850 cause, 0 when none was given.
        sip_code: Final SIP response, 0 when none was seen.
        lost: The end was never seen, or a command for this call failed.
    """

    answered: bool = False
    connected: bool = False
    abandoned: bool = False
    verdict: Verdict | None = None
    ring_s: float = 0.0
    ring_timeout_s: float = 0.0
    hang_up_asked: bool = False
    cause: int = 0
    sip_code: int = 0
    lost: bool = False


# SIP says more than Q.850: Asterisk maps 404, 484 and 604 all to cause 1 or 28, 403 and 603 both to 21.
_BY_SIP = {
    400: Outcome.FAILED,
    401: Outcome.FAILED,
    403: Outcome.REJECTED,
    404: Outcome.INVALID_NUMBER,
    407: Outcome.FAILED,
    408: Outcome.UNREACHABLE,
    410: Outcome.INVALID_NUMBER,
    480: Outcome.UNREACHABLE,
    484: Outcome.INVALID_NUMBER,
    486: Outcome.BUSY,
    487: Outcome.CANCELLED,
    488: Outcome.FAILED,
    600: Outcome.BUSY,
    603: Outcome.REJECTED,
    604: Outcome.INVALID_NUMBER,
    607: Outcome.REJECTED,
    608: Outcome.REJECTED,
}
_BY_CAUSE = {
    1: Outcome.INVALID_NUMBER,
    2: Outcome.INVALID_NUMBER,
    3: Outcome.INVALID_NUMBER,
    17: Outcome.BUSY,
    18: Outcome.UNREACHABLE,
    19: Outcome.NO_ANSWER,
    20: Outcome.UNREACHABLE,
    21: Outcome.REJECTED,
    22: Outcome.INVALID_NUMBER,
    27: Outcome.CONGESTION,
    28: Outcome.INVALID_NUMBER,
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    41: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.FAILED,
}


_TIMEOUT_SLACK_S = 0.5


def decide_outcome(end: LegEnd) -> Outcome:
    """Say what became of a call whose leg has ended.

    Source: ASTERISK's ``ChannelDestroyed`` carries cause and SIP code; ITU-T Q.850 for causes, RFC 3261 §21 for codes.
    """
    if end.connected:
        return Outcome.ANSWERED
    if end.answered:
        return _answered_without_agent(end)
    return _never_answered(end)


def _answered_without_agent(end: LegEnd) -> Outcome:
    if end.verdict is Verdict.MACHINE:
        return Outcome.MACHINE
    if end.abandoned:
        return Outcome.ABANDONED
    return Outcome.FAILED if end.lost else Outcome.HUNG_UP


def _never_answered(end: LegEnd) -> Outcome:
    if end.lost:
        return Outcome.FAILED
    if end.hang_up_asked:
        return Outcome.CANCELLED
    # Our own CANCEL after the ring time-out comes back as 480 with cause 19, just as a phone that is switched off does:
    # only the time tells them apart.
    if end.sip_code in {0, 480, 487} and end.ring_s >= end.ring_timeout_s - _TIMEOUT_SLACK_S > 0:
        return Outcome.NO_ANSWER
    if end.sip_code in _BY_SIP:
        return _BY_SIP[end.sip_code]
    if end.sip_code >= 500:
        return Outcome.CONGESTION if end.sip_code < 600 else Outcome.REJECTED
    return _BY_CAUSE.get(end.cause, Outcome.FAILED)
