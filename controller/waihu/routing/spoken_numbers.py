"""Numbers as people say them.

Engines read digits each in their own way: in Chinese they are given none at all, in English none that are said singly.
"""

import re

_LONG = 7
"""So many digits or more are a telephone number, and said one by one; so is what begins with + or 0."""
_NUMBER = re.compile(r"(?P<plus>\+)?(?P<whole>\d+)(?:\.(?P<part>\d+))?(?P<percent>%)?")

_DIGITS = "零一二三四五六七八九"
_ONE_BY_ONE = str.maketrans("0123456789", "零幺二三四五六七八九")  # 幺 for 1, which 七 cannot be mistaken for
_UNITS = ("", "十", "百", "千")
_THOUSANDS = ("", "万", "亿")
# What is counted: two of it are 两, but the second one (第二位) is 二.
_COUNTED = re.compile(r"\s*(?:个|位|分钟|小时|秒钟|点|天|周|次|名|家|条|种|遍)")
_ORDINAL = re.compile(r"第\s*$")


def spoken(text: str, language: str) -> str:
    """Return a text with its numbers as they are said.

    Args:
        text: Of any length.
        language: ``zh`` or ``en``; another one is left as it is.
    """
    if language == "zh":
        return _NUMBER.sub(lambda found: _chinese(found, text), text)
    if language == "en":
        return _NUMBER.sub(_english, text)
    return text


def _said_singly(found: re.Match[str]) -> bool:
    whole = found["whole"]
    return found["part"] is None and (found["plus"] is not None or len(whole) >= _LONG or whole[0] == "0" != whole)


def _english(found: re.Match[str]) -> str:
    if not _said_singly(found):
        return found[0]
    digits = found["whole"]
    # In threes from the end, with a little pause between.
    first = len(digits) % 3 or 3
    groups = [digits[:first], *(digits[start : start + 3] for start in range(first, len(digits), 3))]
    return ("plus " if found["plus"] else "") + ", ".join(" ".join(group) for group in groups)


def _chinese(found: re.Match[str], text: str) -> str:
    whole, part = found["whole"], found["part"]
    if _said_singly(found):
        return ("加" if found["plus"] else "") + whole.translate(_ONE_BY_ONE)
    if part is not None:
        said = f"{in_chinese(int(whole))}点{''.join(_DIGITS[int(digit)] for digit in part)}"
    elif int(whole) == 2 and _COUNTED.match(text, found.end()) and not _ORDINAL.search(text[: found.start()]):
        said = "两"
    else:
        said = in_chinese(int(whole))
    return f"百分之{said}" if found["percent"] else said


def in_chinese(number: int) -> str:
    """Return a whole number, 0 to 999,999,999,999, in Chinese characters: 10 is 十, 105 一百零五, 20010 二万零一十."""
    if number == 0:
        return _DIGITS[0]
    said, gap = "", False
    for power in range(len(_THOUSANDS) - 1, -1, -1):
        group = number // 10 ** (4 * power) % 10**4
        if group == 0:
            gap = bool(said)
            continue
        if said and (gap or group < 1000):
            said += _DIGITS[0]
        said += _group(group) + _THOUSANDS[power]
        gap = False
    return said.removeprefix("一") if said.startswith("一十") else said


def _group(number: int) -> str:
    """Return a number of 1 to 9999."""
    said, gap = "", False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit == 0:
            gap = bool(said)
            continue
        said += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _UNITS[power]
        gap = False
    return said
