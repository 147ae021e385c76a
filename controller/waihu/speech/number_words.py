"""Numbers in words: ``twenty five`` is 25, ``the fifth`` 5th, ``four five one two`` 4512, 三十五 is 35."""

import re
from collections.abc import Sequence

_UNITS = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
_TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_SIZES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER = {**_UNITS, **_TEENS, **_TENS}
_READ_OUT = 3
"""So many single digits in a row are read out one by one."""
_HAN = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_HAN_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
HAN_NUMBER = r"[\d零〇一二两三四五六七八九十百千万]+"


def with_digits(words: Sequence[str]) -> str:
    """Return English words, in small letters, as one text with digits for its numbers."""
    made: list[str] = []
    place = 0
    while place < len(words):
        number, after = _digits(words, place) or _ordinal(words, place) or _number(words, place)
        made.append(number if after > place else words[place])
        place = max(after, place + 1)
    return " ".join(made)


def _digits(words: Sequence[str], place: int) -> tuple[str, int] | None:
    after = place
    while after < len(words) and words[after] in _UNITS:
        after += 1
    return ("".join(str(_UNITS[word]) for word in words[place:after]), after) if after - place >= _READ_OUT else None


def _ordinal(words: Sequence[str], place: int) -> tuple[str, int] | None:
    word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
    if word in _ORDINALS:
        return f"{_ORDINALS[word]}th", place + 1
    if word in _TENS and _ORDINALS.get(following, 10) < 10:
        return f"{_TENS[word] + _ORDINALS[following]}th", place + 2
    return None


def _number(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return the longest number that begins at a place, and where it ends; the same place: there is none."""
    whole, part, after, last = 0, 0, place, 0
    while after < len(words):
        word = words[after]
        if word in _NUMBER and _joins(last, _NUMBER[word]):
            part, last, after = part + _NUMBER[word], _NUMBER[word] or 1, after + 1
        elif word in _SIZES and (part or _is_article(words, after)):
            size = _SIZES[word]
            part, after, last = max(part, 1) * size, after + 1, size
            if size > 100:
                whole, part = whole + part, 0
        elif word == "and" and last >= 100 and after + 1 < len(words) and words[after + 1] in _NUMBER:
            after += 1
        else:
            break
    return str(whole + part), after


def _is_article(words: Sequence[str], place: int) -> bool:
    return place > 0 and words[place - 1] in {"a", "an"}


def _joins(last: int, value: int) -> bool:
    """Whether a number word goes on with the number before it: ``twenty five`` does, ``five thirty`` does not."""
    return last == 0 or (value < 10 and 20 <= last < 100) or (last >= 100 and value < 100)


def han_value(text: str) -> int:
    """Return what a number in Chinese, or in digits, is: 十二, 两千零五, 一二三, 12."""
    if text.isdecimal():
        return int(text)
    if not re.search("[十百千万]", text):
        return int("".join(str(_HAN.get(char, char)) for char in text))
    whole = part = digit = 0
    for char in text:
        if char in _HAN_SIZES:
            size = _HAN_SIZES[char]
            if size == 10_000:
                whole, part, digit = (whole + part + digit) * size, 0, 0
            else:
                part, digit = part + (digit or 1) * size, 0
        else:
            digit = digit * 10 + int(char) if char.isdecimal() else _HAN[char]
    if len(text) > 2 and text[-2] in "百千万" and digit:
        digit *= _HAN_SIZES[text[-2]] // 10  # 一万二 is 12000
    return whole + part + digit
