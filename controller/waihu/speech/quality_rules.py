"""Holds a call against quality rules. What could not be heard well enough is unknown, never passed or failed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from waihu.speech.lexicon import words_of
from waihu.speech.phrases import Hit, PhraseIndex
from waihu.speech.shipped_words import base_language
from waihu.speech.stretches import Stretch, interruptions, silences, speech_s, stretches
from waihu_models.ids import CampaignId
from waihu_models.quality import Finding, QualityRule, RuleFinding, RuleKind, Unjudged
from waihu_models.transcript import Side, Transcript, TranscriptState, Utterance

Parameters: TypeAlias = Mapping[str, Any]

LEAST_SPEECH_S = 10.0
"""Of both sides together; from less no ratio is made."""
_WHY = {
    TranscriptState.LISTENING: Unjudged.WAITING,
    TranscriptState.DEFERRED: Unjudged.WAITING,
    TranscriptState.NO_MODEL: Unjudged.NO_MODEL,
    TranscriptState.FAILED: Unjudged.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCall:
    """What is known of a call when it is judged.

    Attributes:
        connected_at: When customer and agent were; times of evidence count from here.
        talk_s: From then until the customer's leg was gone.
        held_s: How much of it the customer was on hold.
        said: What both sides said, by time.
    """

    campaign_id: CampaignId | None
    connected_at: datetime
    talk_s: float
    held_s: float
    transcripts: Sequence[Transcript]
    said: Sequence[Utterance]

    @property
    def language(self) -> str:
        """The language of the call, without its dialect; empty where nobody knows."""
        return next((base_language(one.language) for one in self.transcripts if one.language), "")

    def why_not(self, *sides: Side) -> Unjudged | None:
        """Return why what was not heard of these sides proves nothing; None: all of it was heard."""
        state = {one.side: one.state for one in self.transcripts}
        for side in sides:
            if side not in state:
                return Unjudged.NO_TRANSCRIPT
            if state[side] is not TranscriptState.DONE:
                return _WHY[state[side]]
        return None

    def place_s(self, at: datetime) -> float:
        """Return a moment as seconds since the connection."""
        return (at - self.connected_at).total_seconds()

    def spoken(self, side: Side) -> list[Stretch]:
        """Return when a side spoke in the conversation."""
        return [one for one in stretches(self.said, side, self.connected_at) if one.end_s > 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    finding: Finding
    value: float | None = None
    evidence: str = ""
    start_s: float | None = None
    utterance_id: str = ""
    why: Unjudged | None = None


def _unknown(why: Unjudged, value: float | None = None) -> _Outcome:
    return _Outcome(finding=Finding.UNKNOWN, why=why, value=value)


def _verdict(passed: bool, value: float, evidence: Stretch | None = None) -> _Outcome:
    return _Outcome(
        finding=Finding.PASSED if passed else Finding.FAILED, value=round(value, 3),
        start_s=round(evidence.start_s, 3) if evidence else None,
        utterance_id=evidence.utterance_id if evidence else "",
    )  # fmt: skip


class _Sought:
    """Phrases of a rule, made ready; one that is said inside a phrase of ``unless`` is not meant: "not risk free"."""

    def __init__(self, parameters: Parameters) -> None:
        self._phrases, self._unless = (
            PhraseIndex((0, phrase) for phrase in parameters.get(name, ())) for name in ("phrases", "unless")
        )

    def find(self, words: Sequence[str]) -> list[Hit[int]]:
        hits = self._phrases.find(words)
        spared = self._unless.find(words) if hits else []
        return [hit for hit in hits if not any(one.first <= hit.first and hit.last <= one.last for one in spared)]


class RuleBook:
    """The rules that count now, made ready once for many calls."""

    def __init__(self, rules: Sequence[QualityRule] = ()) -> None:
        self.rules = [rule for rule in rules if rule.active]
        self._sought = {rule.id: _Sought(rule.parameters) for rule in self.rules}

    def of(self, heard: HeardCall) -> list[QualityRule]:
        """Return the rules for a call: of its campaign, and of its language; of all languages where it is unknown."""
        spoken = heard.language
        return [
            rule
            for rule in self.rules
            if rule.campaign_id in {None, heard.campaign_id}
            and (not spoken or not rule.language or base_language(rule.language) == spoken)
        ]

    def judge(self, heard: HeardCall) -> tuple[RuleFinding, ...]:
        """Return how each rule for a call came out."""
        return tuple(self._finding(rule, heard) for rule in self.of(heard))

    def _finding(self, rule: QualityRule, heard: HeardCall) -> RuleFinding:
        if rule.language and not heard.language:
            why = heard.why_not(*Side) or Unjudged.LANGUAGE_UNKNOWN
            out = _unknown(why)
        else:
            out = _JUDGES[rule.kind](rule.parameters, heard, self._sought[rule.id])
        return RuleFinding(
            rule_id=rule.id, rule_name=rule.name, rule_version=rule.version, finding=out.finding, kind=rule.kind,
            weight=rule.weight, fatal=rule.fatal, evidence=out.evidence, start_s=out.start_s,
            at=heard.connected_at + timedelta(seconds=out.start_s) if out.start_s is not None else None,
            utterance_id=out.utterance_id, value=out.value, why=out.why,
        )  # fmt: skip


# ---- what is said --------------------------------------------------------------------------------------------------


def _first_hit(parameters: Parameters, heard: HeardCall, sought: _Sought) -> _Outcome | None:
    """Return where a phrase was first said by the rule's side in time, as one that passed."""
    side, within_s = Side(parameters.get("side", Side.AGENT)), float(parameters.get("within_s", 0.0))
    for one in heard.said:
        if one.side is not side:
            continue
        for hit in sought.find(words_of(one)):
            start_s = heard.place_s(one.at) + (one.words[hit.first].start_s - one.start_s if one.words else 0.0)
            if not within_s or start_s <= within_s:
                return _Outcome(
                    finding=Finding.PASSED, evidence=hit.phrase, start_s=round(start_s, 3), utterance_id=one.id
                )  # fmt: skip
    return None


def _said(parameters: Parameters, heard: HeardCall, sought: _Sought) -> _Outcome:
    hit = _first_hit(parameters, heard, sought)
    if hit is not None:
        return hit
    why = heard.why_not(Side(parameters.get("side", Side.AGENT)))
    if why is not None:
        return _unknown(why)
    least_s = float(parameters.get("least_talk_s", 0.0)) or float(parameters.get("within_s", 0.0))
    if heard.talk_s < least_s:
        return _unknown(Unjudged.TOO_SHORT)
    return _Outcome(finding=Finding.FAILED)


def _not_said(parameters: Parameters, heard: HeardCall, sought: _Sought) -> _Outcome:
    hit = _first_hit({**parameters, "within_s": 0.0}, heard, sought)
    if hit is not None:
        return _Outcome(
            finding=Finding.FAILED, evidence=hit.evidence, start_s=hit.start_s, utterance_id=hit.utterance_id
        )  # fmt: skip
    why = heard.why_not(Side(parameters.get("side", Side.AGENT)))
    return _unknown(why) if why is not None else _Outcome(finding=Finding.PASSED)


# ---- how it is said ------------------------------------------------------------------------------------------------


def _talk_ratio(parameters: Parameters, heard: HeardCall, _: _Sought) -> _Outcome:
    why = heard.why_not(*Side)
    if why is not None:
        return _unknown(why)
    agent_s, customer_s = (speech_s(heard.spoken(side)) for side in (Side.AGENT, Side.CUSTOMER))
    if agent_s + customer_s < LEAST_SPEECH_S:
        return _unknown(Unjudged.LITTLE_SPEECH)
    ratio = agent_s / (agent_s + customer_s)
    return _verdict(float(parameters.get("min", 0.0)) <= ratio <= float(parameters.get("max", 1.0)), ratio)


def _dead_air(parameters: Parameters, heard: HeardCall, _: _Sought) -> _Outcome:
    why = heard.why_not(*Side)
    if why is not None:
        return _unknown(why)
    quiet = silences([*heard.spoken(Side.AGENT), *heard.spoken(Side.CUSTOMER)], heard.talk_s)
    longest = max(quiet, key=_length, default=None)
    if longest is None:
        return _verdict(True, 0.0)
    most_s = float(parameters.get("max_s", 0.0))
    if longest.length_s > most_s >= longest.length_s - heard.held_s:
        return _unknown(Unjudged.HELD, round(longest.length_s, 3))
    return _verdict(longest.length_s <= most_s, longest.length_s, longest)


def _length(one: Stretch) -> float:
    return one.length_s


def _interruptions(parameters: Parameters, heard: HeardCall, _: _Sought) -> _Outcome:
    why = heard.why_not(*Side)
    if why is not None:
        return _unknown(why)
    agent, customer = heard.spoken(Side.AGENT), heard.spoken(Side.CUSTOMER)
    if speech_s(agent) + speech_s(customer) < LEAST_SPEECH_S:
        return _unknown(Unjudged.LITTLE_SPEECH)
    found = interruptions(agent, customer)
    per_min = 60.0 * len(found) / max(heard.talk_s, 60.0)  # one in a short call is one, not four a minute
    return _verdict(per_min <= float(parameters.get("max_per_min", 0.0)), per_min, found[0] if found else None)


_JUDGES: Mapping[RuleKind, Callable[[Parameters, HeardCall, _Sought], _Outcome]] = {
    RuleKind.SAID: _said,
    RuleKind.NOT_SAID: _not_said,
    RuleKind.TALK_RATIO: _talk_ratio,
    RuleKind.DEAD_AIR: _dead_air,
    RuleKind.INTERRUPTIONS: _interruptions,
}


# ---- the score -----------------------------------------------------------------------------------------------------


def score_of(findings: Sequence[RuleFinding]) -> float | None:
    """Return 0..100, by the weights of the rules that could be judged; None where none could."""
    judged = [one for one in findings if one.finding is not Finding.UNKNOWN]
    if any(one.fatal and one.finding is Finding.FAILED for one in judged):
        return 0.0
    whole = sum(one.weight for one in judged)
    if whole <= 0:
        return None
    return round(100.0 * sum(one.weight for one in judged if one.finding is Finding.PASSED) / whole, 1)


def why_unjudged(findings: Sequence[RuleFinding]) -> Unjudged:
    """Return the reason most rules of a call could not be judged for."""
    reasons = [one.why for one in findings if one.why is not None]
    return max(reasons, key=reasons.count) if reasons else Unjudged.NO_RULES
