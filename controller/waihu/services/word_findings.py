"""What follows from one utterance: alerts, objections that were raised, a judgement that is proposed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from waihu.speech.lexicon import Found, Lexicon
from waihu.speech.shipped_words import cues_of
from waihu_models.assist import Hint, Objection
from waihu_models.call import Call, CallState
from waihu_models.disposition import Category, Choice
from waihu_models.ids import CampaignId, new_id
from waihu_models.transcript import Side, Utterance
from waihu_models.word_alert import PhraseKind, PhraseList, WordAlert

OFFERED_AGAIN = timedelta(seconds=60)
"""So long after an answer was offered, the same one is not offered again in a call."""

Choices = Callable[[CampaignId | None], Sequence[Choice]]


@dataclass(slots=True)
class Memory:
    """What a call was told already: list or objection -> when that was said last."""

    alerted: dict[str, datetime] = field(default_factory=dict)
    offered: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """What follows; hints that are not among ``offered`` are only counted."""

    alerts: tuple[WordAlert, ...] = ()
    raised: tuple[Hint, ...] = ()
    offered: frozenset[str] = frozenset()  # ids of hints

    @property
    def none(self) -> bool:
        """Whether nothing follows."""
        return not (self.alerts or self.raised)


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance in its call, and when it was looked at."""

    call: Call
    said: Utterance
    now: datetime
    late: bool = False


def find(lexicon: Lexicon, heard: Heard, memory: Memory, choices: Choices) -> Findings:
    """Return what follows from an utterance, and remember it."""
    said_phrases = lexicon.lists_in(heard.said, heard.call.campaign_id)
    alerts = [
        _alert(heard, found)
        for found in said_phrases
        if _is_due(memory.alerted, found, timedelta(seconds=found.owner.cool_down_s))
    ]
    objections = [_hint(heard, found) for found in _once(lexicon.objections_in(heard.said, heard.call.campaign_id))]
    helped = [*_proposed(heard, said_phrases, choices), *objections]
    offered = frozenset(hint.id for hint in helped if _helps(heard, hint) and _is_new(memory.offered, hint))
    # A judgement that is not proposed now is nothing that was raised.
    kept = tuple(hint for hint in helped if hint.id in offered or not hint.disposition)
    return Findings(tuple(sorted(alerts, key=_order)), kept, offered)


def _order(alert: WordAlert) -> tuple[datetime, str]:
    return alert.said_at, alert.id


def _helps(heard: Heard, hint: Hint) -> bool:
    """Whether an agent can make use of a hint: of an answer in talk, of a proposed judgement also in wrap-up."""
    call = heard.call
    if heard.late or call.agent_id is None or call.state is CallState.ENDED:
        return False
    return call.live or bool(hint.disposition)


def _is_due(told: dict[str, datetime], found: Found[PhraseList], pause: timedelta) -> bool:
    """Whether a list may alert again; both sides speak at once, so what was said before may come after."""
    last = told.get(found.owner.id)
    if last is not None and abs(found.said_at - last) < pause:
        return False
    told[found.owner.id] = found.said_at
    return True


def _is_new(offered: dict[str, datetime], hint: Hint) -> bool:
    last = offered.get(hint.objection_id)
    if last is not None and hint.at - last < OFFERED_AGAIN:
        return False
    offered[hint.objection_id] = hint.at
    return True


def _once(found: Sequence[Found[Objection]]) -> list[Found[Objection]]:
    """Return each objection of an utterance once."""
    first: dict[str, Found[Objection]] = {}
    for one in found:
        first.setdefault(one.owner.id, one)
    return list(first.values())


def _alert(heard: Heard, found: Found[PhraseList]) -> WordAlert:
    call, said, one = heard.call, heard.said, found.owner
    return WordAlert(
        id=new_id(), call_id=call.id, agent_id=call.agent_id, campaign_id=call.campaign_id, side=said.side,
        utterance_id=said.id, list_id=one.id, list_name=one.name, kind=one.kind, severity=one.severity,
        phrase=found.phrase, text=said.text_display, start_s=found.start_s, said_at=found.said_at, at=heard.now,
        tell_agent=one.tell_agent, tell_supervisors=one.tell_supervisors, tell_outside=one.tell_outside,
        late=heard.late,
    )  # fmt: skip


def _hint(heard: Heard, found: Found[Objection]) -> Hint:
    one = found.owner
    return Hint(
        id=new_id(), call_id=heard.call.id, agent_id=heard.call.agent_id, objection_id=one.id, name=one.name,
        answer=one.answer, next_step=one.next_step, phrase=found.phrase, utterance_id=heard.said.id,
        start_s=found.start_s, at=heard.now,
    )  # fmt: skip


def _proposed(heard: Heard, found: Sequence[Found[PhraseList]], choices: Choices) -> list[Hint]:
    """Return the judgement that is proposed when a customer wants no more calls."""
    wishes = [one for one in found if one.owner.kind is PhraseKind.DO_NOT_CALL]
    if not wishes or heard.said.side is not Side.CUSTOMER:
        return []
    code = code_of(choices(heard.call.campaign_id), Category.DO_NOT_CALL)
    if not code:
        return []
    one = wishes[0]
    return [
        Hint(
            id=new_id(), call_id=heard.call.id, agent_id=heard.call.agent_id, objection_id=one.owner.id,
            name=one.owner.name, answer=cues_of(one.owner.language).no_call_answer, next_step="", phrase=one.phrase,
            utterance_id=heard.said.id, start_s=one.start_s, at=heard.now, disposition=code,
        )
    ]  # fmt: skip


def code_of(choices: Sequence[Choice], category: Category, first: str = "") -> str:
    """Return the code of the disposition of a category that is offered, ``first`` where it is; empty: there is none."""
    codes = [choice.code for choice in choices if choice.category is category]
    return first if first in codes else next(iter(codes), "")


def told_outside(alert: WordAlert, call: Call) -> dict[str, Any]:
    """Return the payload of ``words.alerted``: what was listened for and where it was said, not what else was said.

    The recording begins when agent and customer are connected.
    """
    begins_at = call.connected_at if call.recording_id is not None else None
    at_s = round((alert.said_at - begins_at).total_seconds(), 3) if begins_at is not None else None
    return {
        "alert_id": alert.id, "call_id": alert.call_id, "campaign_id": alert.campaign_id, "agent_id": alert.agent_id,
        "side": str(alert.side), "list_id": alert.list_id, "list_name": alert.list_name, "kind": str(alert.kind),
        "severity": str(alert.severity), "phrase": alert.phrase, "said_at": alert.said_at.isoformat(),
        "recording_id": call.recording_id, "at_s": at_s, "late": alert.late,
    }  # fmt: skip
