"""What the program says when it says no, in the language of who asks: English as the code has it, or Chinese.

The texts are in ``problems.zh.toml``, found by the English ones, in which ``{}`` stands for any value.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

CHINESE = "zh-CN"
_VALUES = "values"
_GAP = re.compile(r"\{(\d*)\}")


def wanted_language(accepted: str) -> str:
    """Return ``zh-CN`` or ``en`` for a header ``Accept-Language``: whichever of the two is named with more weight."""
    best, found = 0.0, "en"
    for part in accepted[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = {"zh": CHINESE, "en": "en"}.get(tag.lower().partition("-")[0])
        if language is not None and (worth := _weight(weight)) > best:
            best, found = worth, language
    return found


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def in_chinese(text: str) -> str:
    """Return a text of the program in Chinese; one that nobody has translated stays as it is."""
    fixed, forms, values = _catalogue()
    if text in fixed:
        return fixed[text]
    for pattern, said in forms:
        if (match := pattern.fullmatch(text)) is not None:
            return _filled(said, [values.get(value, value) for value in match.groups()])
    return text


def translated() -> frozenset[str]:
    """Return the English texts that have a Chinese one."""
    return frozenset(english for section, texts in _texts().items() if section != _VALUES for english in texts)


@cache
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files("waihu.api").joinpath("problems.zh.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _catalogue() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]], dict[str, str]]:
    sections = _texts()
    known = {
        english: said for section, texts in sections.items() if section != _VALUES for english, said in texts.items()
    }
    with_gaps = sorted((english for english in known if "{}" in english), key=_said_by_itself, reverse=True)
    fixed = {english: said for english, said in known.items() if "{}" not in english}
    return fixed, [(_pattern(english), known[english]) for english in with_gaps], sections[_VALUES]


def _said_by_itself(english: str) -> int:
    """Return how much of a text is no value: the more, the less can it be meant by accident."""
    return len(english) - 2 * english.count("{}")


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in english.split("{}")), re.DOTALL)


def _filled(said: str, values: Iterable[str]) -> str:
    given = list(values)
    turn = iter(given)
    return _GAP.sub(lambda gap: given[int(gap[1]) - 1] if gap[1] else next(turn), said)
