"""Amounts and numbers that are said: money, percentages, spans of time, numbers that are read out."""

import re
from collections.abc import Sequence

from waihu.speech.number_words import HAN_NUMBER, han_value
from waihu.speech.spoken_times import is_chinese

_NUMBER = r"\d+(?:[.,]\d+)*"
_ENGLISH = re.compile(
    rf"\b({_NUMBER}) (dollars?|pounds?|euros?|yuan|percent|per cent|minutes?|hours?|days?|weeks?|months?|years?|people|"
    r"users?|units?|pieces?|seats?|times)\b"
    rf"|\b(\d{{3,}})\b"
)
_CHINESE = re.compile(
    f"百分之({HAN_NUMBER})"
    f"|({HAN_NUMBER})(块钱|块|元|美元|个月|年|天|周|小时|个小时|分钟|个人|台|套|件|折|次)(?!半)"
    r"|([零〇一二三四五六七八九幺\d]{3,})"
)


def amounts_in(text: str, language: str, taken: Sequence[tuple[int, int]] = ()) -> list[tuple[int, str]]:
    """Return amounts with their place in a text, as they are read; what is ``taken`` already is left out."""
    chinese = is_chinese(language)
    found = []
    for match in (_CHINESE if chinese else _ENGLISH).finditer(text):
        if not any(match.start() < end and begin < match.end() for begin, end in taken):
            found.append((match.start(), _han(match) if chinese else _english(match)))
    return found


def _english(match: re.Match[str]) -> str:
    if match[3]:
        return match[3]
    return f"{match[1]} %" if match[2].startswith("per") else f"{match[1]} {match[2]}"


def _han(match: re.Match[str]) -> str:
    if match[1]:
        return f"{han_value(match[1])} %"
    if match[4]:
        return "".join(str(han_value(char)) for char in match[4])
    return f"{han_value(match[2])}{match[3]}"
