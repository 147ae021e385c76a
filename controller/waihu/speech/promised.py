"""The time at which somebody was promised to be called again: said where a call back is spoken of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from waihu.speech.lexicon import words_of
from waihu.speech.phrases import PhraseIndex
from waihu.speech.shipped_words import base_language, cues_of
from waihu.speech.spoken_times import SpokenTime, text_of, times_in
from waihu_models.transcript import Side, Utterance

WINDOW = 4
"""So many utterances, of both sides, after a call back was spoken of, a time still belongs to it."""
_TWO = 120


def promised_at(said: Sequence[Utterance], zone: ZoneInfo) -> datetime | None:
    """Return the promised time, the last one that was named; None: none was.

    Args:
        said: Both sides, by time.
        zone: In which times are meant: the customer's.
    """
    left, agreed, since = 0, None, None
    for one in said:
        now = one.at.astimezone(zone)
        speaks_of_it = bool(_cue(base_language(one.language), one.side).find(words_of(one)))
        left = WINDOW if speaks_of_it else left - 1
        if left <= 0 and not speaks_of_it:
            continue
        for time in times_in(text_of(one), one.language, now):
            if _is_one(time):
                agreed = time if agreed is None else _merged(agreed, time)
                since = now
    return agreed.after(since) if agreed is not None and since is not None else None


@cache
def _cue(language: str, side: Side) -> PhraseIndex[str]:
    cues = cues_of(language)
    own = cues.callback_customer if side is Side.CUSTOMER else cues.callback_agent
    return PhraseIndex(("callback", phrase) for phrase in (*cues.callback, *own))


def _is_one(time: SpokenTime) -> bool:
    """Whether it is a time, where a call back is spoken of: 三点 is, and so is a part of the day."""
    return not time.bare or bool(time.part) or (time.minutes or 0) >= _TWO


def _merged(before: SpokenTime, now: SpokenTime) -> SpokenTime:
    """Return what is meant when a day is said first and its time in answer to a question, or the other way round."""
    if now.moment is not None or before.moment is not None or now.day is not None:
        same_time = now.minutes is None and not now.part and before.moment is None and before.day is None
        return replace(now, minutes=before.minutes, part=before.part) if same_time else now
    return replace(now, day=before.day)
