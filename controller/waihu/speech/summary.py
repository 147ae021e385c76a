"""The draft of what a call was about: nothing is written anew, everything in it was said.

Reason, objections, numbers and dates, a promised call back, and the judgement that follows from it. A person decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from waihu.speech.lexicon import Lexicon, words_of
from waihu.speech.phrases import NOT_UNDERSTOOD, PhraseIndex, folded
from waihu.speech.promised import promised_at
from waihu.speech.redaction import HIDDEN, redact
from waihu.speech.shipped_words import base_language, cues_of
from waihu.speech.spoken_amounts import amounts_in
from waihu.speech.spoken_times import is_chinese, text_of, times_in
from waihu_models.assist import Summary
from waihu_models.disposition import Category, Choice
from waihu_models.ids import CallId, CampaignId
from waihu_models.transcript import Side, Utterance
from waihu_models.word_alert import PhraseKind

MOST_MENTIONED = 20
_LEFT_OUT = re.compile(rf"(?:{HIDDEN}|\[\w+\]|<\w+>)(?:\s*(?:{HIDDEN}|\[\w+\]|<\w+>))*")
"""Secret numbers, and what was not understood."""
_ENOUGH = 2.0
_WEIGHT_OF_CUE, _WEIGHT_OF_WORD, _MOST_WORDS, _REFUSED = 1.5, 0.5, 6, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call that is over.

    Attributes:
        said: Both sides, by time.
        choices: What it may be judged by.
        zone: Of the customer.
        now: When it is drafted.
    """

    call_id: CallId
    said: Sequence[Utterance]
    lexicon: Lexicon
    campaign_id: CampaignId | None
    choices: Sequence[Choice]
    zone: ZoneInfo
    now: datetime


def draft(case: Case) -> Summary | None:
    """Return a draft; None: the customer said nothing."""
    sides = [redact([one for one in case.said if one.side is side]) for side in Side]
    said = sorted((one for side in sides for one in side), key=_moment)
    customer = [one for one in said if one.side is Side.CUSTOMER]
    if not customer:
        return None
    no_calls = any(_wants_no_calls(case, one) for one in customer)
    callback_at = promised_at(said, case.zone) if not no_calls else None
    objections = _objections(case, customer)
    reason, mentioned = _reason(customer), _mentioned(said, case.zone)
    text = _text(_language(customer), reason, objections, mentioned, callback_at)
    return Summary(
        call_id=case.call_id, reason=reason, objections=objections, mentioned=mentioned, callback_at=callback_at,
        disposition=_disposition(case, customer, callback_at, no_calls), text=text, drafted_at=case.now,
    )  # fmt: skip


def _moment(said: Utterance) -> datetime:
    return said.at


def _language(customer: Sequence[Utterance]) -> str:
    languages = [one.language for one in customer]
    return max(languages, key=languages.count)


# ---- what was said -------------------------------------------------------------------------------------------------


def _objections(case: Case, customer: Sequence[Utterance]) -> tuple[str, ...]:
    found = (one.owner.name for said in customer for one in case.lexicon.objections_in(said, case.campaign_id))
    return tuple(dict.fromkeys(found))


def _reason(customer: Sequence[Utterance]) -> str:
    """Return the utterance that says best why there is a call; the first of equals."""
    best = max(customer, key=_says_why)
    return _LEFT_OUT.sub("…", best.text_display) if _says_why(best) >= _ENOUGH else ""


def _says_why(said: Utterance) -> float:
    cues, words = _cues(base_language(said.language)), words_of(said)
    empty = _empty(base_language(said.language))
    telling = sum(len(word) if is_chinese(said.language) else 1 for word in words if folded(word) not in empty)
    found = [hit.owner for hit in cues.find(words)]
    score = _WEIGHT_OF_CUE * min(2, found.count("reason")) + _WEIGHT_OF_WORD * min(_MOST_WORDS, telling)
    return score - (_REFUSED if {"refused", "wrong_number"} & set(found) else 0.0)


@cache
def _cues(language: str) -> PhraseIndex[str]:
    cues = cues_of(language)
    kinds = {"reason": cues.reason, "success": cues.success, "refused": cues.refused, "wrong_number": cues.wrong_number}
    return PhraseIndex((kind, phrase) for kind, phrases in kinds.items() for phrase in phrases)


@cache
def _empty(language: str) -> frozenset[str]:
    return frozenset(folded(word) for word in cues_of(language).empty) | {NOT_UNDERSTOOD, ""}


def _mentioned(said: Sequence[Utterance], zone: ZoneInfo) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in said:
        text = text_of(one)
        times = times_in(text, one.language, one.at.astimezone(zone))
        here = [(time.begin, time.shown()) for time in times if not time.bare]
        here += amounts_in(text, one.language, [(time.begin, time.end) for time in times if not time.bare])
        found.update(dict.fromkeys(shown for _, shown in sorted(here)))
    return tuple(found)[:MOST_MENTIONED]


# ---- what follows --------------------------------------------------------------------------------------------------


def _disposition(case: Case, customer: Sequence[Utterance], callback_at: datetime | None, no_calls: bool) -> str:
    category, first = (Category.DO_NOT_CALL, "do_not_call") if no_calls else _category(customer, callback_at)
    codes = [choice.code for choice in case.choices if choice.category is category and choice.active]
    return first if first in codes else next(iter(codes), "")


def _category(customer: Sequence[Utterance], callback_at: datetime | None) -> tuple[Category | None, str]:
    """Return which kind of judgement follows, and the usual code for it; the last word of the customer counts."""
    ends = [hit.owner for one in customer for hit in _cues(base_language(one.language)).find(words_of(one))]
    last = next((end for end in reversed(ends) if end != "reason"), "")
    if "wrong_number" in ends:
        return Category.INVALID, "wrong_number"
    if last == "success":
        return Category.SUCCESS, "sale"
    if callback_at is not None:
        return Category.CALLBACK, "callback"
    return (Category.REFUSED, "refused") if last == "refused" else (None, "")


def _wants_no_calls(case: Case, said: Utterance) -> bool:
    found = case.lexicon.lists_in(said, case.campaign_id)
    return any(one.owner.kind is PhraseKind.DO_NOT_CALL for one in found)


def _text(
    language: str, reason: str, objections: Sequence[str], mentioned: Sequence[str], callback_at: datetime | None
) -> str:
    labels, chinese = cues_of(language).labels, is_chinese(language)
    comma, colon = ("、", "：") if chinese else (", ", ": ")
    callback = f"{callback_at:%Y-%m-%d %H:%M} ({callback_at.tzinfo})" if callback_at is not None else ""
    parts = {
        "reason": reason, "objections": comma.join(objections), "mentioned": comma.join(mentioned),
        "callback": callback,
    }  # fmt: skip
    return "\n".join(f"{labels[name]}{colon}{value}" for name, value in parts.items() if value)
