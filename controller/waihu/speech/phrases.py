"""Finds phrases in what was said, thousands at once: whole words where a script parts words, anywhere where not.

What is said and what is looked for are folded alike: case, accents of Latin letters, apostrophes and punctuation do not
count. Chinese is looked at without the spaces that recognisers put between words.
"""

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import ahocorasick

from waihu.speech.redaction import HIDDEN

Owner = TypeVar("Owner", bound=Hashable)

NOT_UNDERSTOOD = "\n"
"""Stands for what was not understood, or left out: no phrase reaches over it."""
_APOSTROPHES = "'’ʼ`´"


@dataclass(frozen=True, slots=True)
class Hit(Generic[Owner]):
    """A phrase that was said.

    Attributes:
        owner: Whose phrase it is.
        phrase: As its owner wrote it.
        first: Place of its first word; ``last``: of its last one.
    """

    owner: Owner
    phrase: str
    first: int
    last: int


class PhraseIndex(Generic[Owner]):
    """Phrases of several owners, made ready to be looked for."""

    def __init__(self, terms: Iterable[tuple[Owner, str]]) -> None:
        by_key: defaultdict[str, dict[Owner, str]] = defaultdict(dict)
        for owner, phrase in terms:
            by_key[folded(phrase)].setdefault(owner, phrase)
        by_key.pop("", None)
        self.size = len(by_key)
        self._automaton = ahocorasick.Automaton()
        for key, owners in by_key.items():
            self._automaton.add_word(key, (len(key), tuple(owners.items())))
        if by_key:
            self._automaton.make_automaton()

    def find(self, words: Sequence[str]) -> list[Hit[Owner]]:
        """Return what is said in words, by place; of the phrases of one owner that overlap, the first and longest."""
        if not self.size:
            return []
        text, starts = _joined(words)
        found: defaultdict[Owner, list[tuple[int, int, str]]] = defaultdict(list)
        for end, (length, owners) in self._automaton.iter(text):
            begin = end - length + 1
            if _parts(text, begin) and _parts(text, end + 1):
                for owner, phrase in owners:
                    found[owner].append((begin, -end, phrase))
        placed = [(*place, owner) for owner, places in found.items() for place in _longest(places)]
        return [
            Hit(owner, phrase, bisect_right(starts, begin) - 1, bisect_right(starts, -minus_end) - 1)
            for begin, minus_end, phrase, owner in sorted(placed, key=_place)
        ]


def _place(placed: tuple[int, int, str, Any]) -> tuple[int, int]:
    # In the text, not by words: a word of a language without spaces may hold the end of one phrase and all of another.
    return placed[:2]


def _longest(places: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for place in sorted(places):
        if not kept or place[0] > -kept[-1][1]:
            kept.append(place)
    return kept


def folded(text: str) -> str:
    """Return a text as it is compared."""
    return _joined(text.split())[0]


def _joined(words: Sequence[str]) -> tuple[str, list[int]]:
    """Return words as one folded text, and where in it each begins."""
    text, starts = "", []
    for word in words:
        piece = _folded_word(word)
        if text and piece and not (_is_close(text[-1]) or _is_close(piece[0])):
            text += " "
        starts.append(len(text))
        text += piece
    return text, starts


@lru_cache(maxsize=50_000)
def _folded_word(word: str) -> str:
    if word == HIDDEN or word[:1] in {"[", "<"}:
        return NOT_UNDERSTOOD
    kept = []
    for char in unicodedata.normalize("NFKD", word).casefold():
        if char.isalnum():
            kept.append(char)
        elif not (unicodedata.combining(char) or char in _APOSTROPHES):
            kept.append(" ")
    return _closed_up("".join(kept).split())


def _closed_up(pieces: list[str]) -> str:
    text = ""
    for piece in pieces:
        text += piece if not text or _is_close(text[-1]) or _is_close(piece[0]) else f" {piece}"
    return text


def _is_close(char: str) -> bool:
    """Whether words are written without spaces in the script of a character: Chinese, and Japanese kana."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or char >= "\U00020000" or char == "〇"


def _parts(text: str, place: int) -> bool:
    """Whether a word may begin or end before a place."""
    if place in {0, len(text)}:
        return True
    before, after = text[place - 1], text[place]
    inside = before.isalnum() and after.isalnum()
    return not inside or _is_close(before) or _is_close(after)
