"""Digits as people say and recognisers write them: ``four one one one``, ``四一一一``, ``double seven``, ``4111``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ENGLISH = {
    "zero": "0", "oh": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
    "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19", "hundred": "00", "thousand": "000",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_MISHEARD = {
    "o": "0",
    "won": "1",
    "to": "2",
    "too": "2",
    "tree": "3",
    "for": "4",
    "fife": "5",
    "ate": "8",
    "niner": "9",
}
"""Digits only where digits stand on both sides."""
_LETTERS = {"bee": "B", "see": "C", "sea": "C", "dee": "D", "ex": "X", "叉": "X", "艾克斯": "X", "埃克斯": "X"}
_CHINESE = {
    "零": "0", "〇": "0", "○": "0", "洞": "0", "一": "1", "幺": "1", "二": "2", "两": "2", "三": "3", "四": "4",
    "五": "5", "六": "6", "七": "7", "八": "8", "九": "9",
}  # fmt: skip
_BETWEEN = frozenset({
    "and", "uh", "um", "er", "erm", "ah", "hm", "hmm", "mm", "dash", "hyphen", "space", "then", "yes", "yeah", "ok",
    "okay", "right", "the", "next", "[unk]", "<unk>", "嗯", "呃", "啊", "那个", "杠", "横杠", "空格", "然后", "对",
    "好", "好的", "是", "是的",
})  # fmt: skip
"""Said between the digits of one number."""
MOST_BETWEEN = 3
_PAIR = re.compile("[A-Z]{2}")
"""Two letters as somebody writes them at the begin of a number; any two small ones are a word."""
_MARKS = " -.,;:/()·、，。"


@dataclass(frozen=True, slots=True)
class Digit:
    """A character of a number, and the word it comes from."""

    char: str
    place: int


def runs(words: Sequence[str]) -> list[list[Digit]]:
    """Return each run of digits and single letters in words, with nothing else between but what one says between."""
    plain = [word if _PAIR.fullmatch(word) else word.casefold().strip("'’\"") for word in words]
    found: list[list[Digit]] = []
    run: list[Digit] = []
    between = 0
    for place in range(len(plain)):
        chars = _chars(plain, place)
        if chars is None:
            between += 1
            if run and plain[place] in _BETWEEN and between <= MOST_BETWEEN:
                continue
            found.append(run)
            run, between = [], 0
        else:
            between = 0
            for piece in _broken(chars):
                if piece == "":
                    found.append(run)
                    run = []
                run += [Digit(char, place) for char in piece]
    return [one for one in [*found, run] if one]


def _broken(chars: str) -> Iterator[str]:
    """Yield digits; an empty text where something else stands between."""
    for number, piece in enumerate(chars.split("|")):
        if number:
            yield ""
        if piece:
            yield piece


def _chars(plain: Sequence[str], place: int) -> str | None:
    """Return the digits in a word, ``|`` for what is none; None: it holds none at all."""
    word, after = plain[place], plain[place + 1] if place + 1 < len(plain) else ""
    if word in _ENGLISH:
        return _ENGLISH[word]
    if word in _TENS:
        units = _ENGLISH.get(after, "")
        return _TENS[word] + ("" if len(units) == 1 and units != "0" else "0")
    if word in _TIMES and len(_ENGLISH.get(after, "")) == 1:
        return _ENGLISH[after] * (_TIMES[word] - 1)
    if word in _MISHEARD and place and _is_digit(plain[place - 1]) and _is_digit(after):
        return _MISHEARD[word]
    if word in _LETTERS or _PAIR.fullmatch(word) or re.fullmatch("[a-z]", word):
        return _LETTERS.get(word, word.upper())
    return _written(word)


def _is_digit(word: str) -> bool:
    return word in _ENGLISH or word in _TENS or (bool(word) and all(c.isdigit() or c in _CHINESE for c in word))


def _written(word: str) -> str | None:
    made, any_digit = "", False
    for char in word:
        if char in _CHINESE:
            made, any_digit = made + _CHINESE[char], True
        elif char in _LETTERS:
            made += _LETTERS[char]
        elif char.isdecimal():
            made, any_digit = made + str(int(char)), True
        elif char not in _MARKS:
            made += char.upper() if re.fullmatch("[a-z]", char) else "|"
    return made if any_digit else None
