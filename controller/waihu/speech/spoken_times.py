"""Moments that are said: ``tomorrow at half past three``, 明天下午三点, ``in two hours``, 下周一上午.

An hour without its half of the day is meant in the day: one to seven is afternoon. A person confirms what is read here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from waihu.speech.lexicon import words_of
from waihu.speech.number_words import with_digits
from waihu.speech.phrases import folded
from waihu.speech.shipped_words import base_language
from waihu.speech.time_atoms import CHINESE, ENGLISH, Atom, atoms_in
from waihu_models.transcript import Utterance

_EARLY, _LATE = 8, 12
"""Hours that are meant before noon when nothing says so."""
_USUAL = {"morning": 600, "noon": 720, "afternoon": 900, "evening": 1140, "night": 1200}
"""Minutes since midnight that stand for a part of the day."""
_AFTER_NOON = frozenset({"afternoon", "evening", "night"})
_MORNING = 600
_BETWEEN = {
    "en": re.compile(r"(?:\s|,|\b(?:at|on|in|the|about|around|by|say|maybe|of)\b)*"),
    "zh": re.compile("(?:的|大概|左右|大约|差不多|吧|，|、| |在|那)*"),
}
_LONG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A moment as it was said, in the time of the place where it is meant.

    Attributes:
        begin: Place in the text where it begins, ``end`` where it ends.
        day: None: only a time was said.
        minutes: Since midnight; None: only a day was said.
        moment: Said as a span from now on.
        part: Of the day, where that was said.
        bare: It may mean something else.
    """

    begin: int
    end: int
    day: date | None = None
    minutes: int | None = None
    moment: datetime | None = None
    part: str = ""
    bare: bool = False

    def shown(self) -> str:
        """Return it as people read it."""
        if self.moment is not None:
            return self.moment.strftime("%Y-%m-%dT%H:%M")
        clock = f"{self.minutes // 60:02d}:{self.minutes % 60:02d}" if self.minutes is not None else ""
        return "T".join(filter(None, (self.day.isoformat() if self.day else "", clock)))

    def after(self, now: datetime) -> datetime | None:
        """Return the moment that is meant, on the clock of ``now``; None: it has passed."""
        if self.moment is not None:
            return self.moment
        minutes = self.minutes if self.minutes is not None else _USUAL.get(self.part, _MORNING)
        day = self.day or now.date()
        found = datetime.combine(day, time(minutes // 60, minutes % 60), now.tzinfo)
        if found <= now and self.day is None:
            found += timedelta(days=1)
        return found if found > now else None


def text_of(said: Utterance) -> str:
    """Return what was said as it is read here: small letters, digits in English, no spaces in Chinese."""
    text = folded(" ".join(words_of(said))).replace("\n", " ")
    return text if is_chinese(said.language) else with_digits(text.split())


def is_chinese(language: str) -> bool:
    """Say whether a language is written without spaces between words: Chinese and its dialects."""
    return base_language(language) in {"zh", "yue", "cmn", "wuu"}


def times_in(text: str, language: str, now: datetime) -> list[SpokenTime]:
    """Return the moments in a text, by place.

    Args:
        text: From ``text_of``.
        language: In which it was said.
        now: When it was said, on the clock of who is meant.
    """
    chinese = is_chinese(language)
    atoms = atoms_in(text, CHINESE if chinese else ENGLISH, now.date())
    groups: list[list[Atom]] = []
    for atom in atoms:
        if groups and _goes_on(groups[-1], atom, text, _BETWEEN["zh" if chinese else "en"]):
            groups[-1].append(atom)
        else:
            groups.append([atom])
    made = (_made(group, now) for group in groups)
    return [one for one in made if one is not None]


def _goes_on(group: Sequence[Atom], atom: Atom, text: str, between: re.Pattern[str]) -> bool:
    last = group[-1]
    if not between.fullmatch(text[last.end : atom.begin]) or atom.after or last.after:
        return False
    both_day = atom.day is not None and any(one.day is not None for one in group)
    both_time = atom.minutes is not None and any(one.minutes is not None for one in group)
    return not (both_day or both_time)


def _made(group: Sequence[Atom], now: datetime) -> SpokenTime | None:
    begin, end = group[0].begin, group[-1].end
    if (span := group[0].after) is not None:
        moment = now + span
        if span >= _LONG:
            return SpokenTime(begin, end, day=moment.date())
        return SpokenTime(begin, end, moment=moment.replace(second=0, microsecond=0))
    day = next((one.day for one in group if one.day is not None), None)
    part = next((one.part for one in group if one.part), "")
    clock = next((one for one in group if one.minutes is not None), None)
    if day is None and clock is None:
        return SpokenTime(begin, end, part=part, bare=True) if part else None
    minutes = _on_its_half(clock, part) if clock is not None else None
    bare = clock is not None and clock.bare and day is None and not part
    return SpokenTime(begin, end, day=day, minutes=minutes, part=part, bare=bare)


def _on_its_half(clock: Atom, part: str) -> int:
    minutes = clock.minutes or 0
    hour = minutes // 60
    if clock.sure:
        return minutes
    if part in _AFTER_NOON and 0 < hour < 12:
        return minutes if part == "night" and hour < 6 else minutes + 720
    if part == "noon" and 0 < hour < 3:
        return minutes + 720
    if not part and 0 < hour < _EARLY:
        return minutes + 720
    return minutes
