"""Patterns of extensions: ``_NXX.`` as sets of characters, one after the other.

Source: Asterisk 22 documentation, "Pattern Matching"; ``main/pbx.c``.
"""

from dataclasses import dataclass

DIGITS = frozenset("0123456789")
CLASSES = {"X": DIGITS, "Z": DIGITS - {"0"}, "N": DIGITS - {"0", "1"}}
_TAILS = {".": 1, "!": 0}
"""What ends a pattern that goes on: characters that have to follow at least."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sets of characters, then nothing more (tail ""), one or more of any kind (".") or any number of them ("!")."""

    sets: tuple[frozenset[str], ...]
    tail: str = ""

    @property
    def shortest(self) -> int:
        """Length of the shortest extension it matches."""
        return len(self.sets) + _TAILS.get(self.tail, 0)


def is_pattern(extension: str) -> bool:
    """Whether an extension stands for many."""
    return extension.startswith("_")


def read_pattern(extension: str) -> Pattern:
    """Read an extension: a pattern, or one that stands for itself.

    Raises:
        ValueError: a bracket is not closed, or holds nothing.
    """
    if not is_pattern(extension):
        return Pattern(tuple(frozenset(char) for char in extension))
    sets: list[frozenset[str]] = []
    at = 1
    while at < len(extension):
        char = extension[at]
        if char in _TAILS:
            return Pattern(tuple(sets), char)
        if char == "[":
            end = extension.index("]", at)  # ValueError: it is not there
            sets.append(_members(extension[at + 1 : end]))
            at = end
        elif char != "-":  # written for the eye only
            sets.append(CLASSES.get(char.upper(), frozenset(char)))
        at += 1
    return Pattern(tuple(sets))


def _members(inside: str) -> frozenset[str]:
    found: set[str] = set()
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            found |= {chr(code) for code in range(ord(inside[at]), ord(inside[at + 2]) + 1)}
            at += 3
        else:
            found.add(inside[at])
            at += 1
    if not found:
        raise ValueError("an empty set of characters")
    return frozenset(found)


def matches(pattern: Pattern, extension: str) -> bool:
    """Whether a dialled extension is matched."""
    long_enough = len(extension) >= pattern.shortest and (pattern.tail or len(extension) == len(pattern.sets))
    return bool(long_enough) and all(char in one for char, one in zip(extension, pattern.sets, strict=False))


def covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether whatever the second matches is matched by the first as well."""
    if narrow.shortest < wide.shortest or (narrow.tail and not wide.tail):
        return False
    if not wide.tail and len(narrow.sets) != len(wide.sets):
        return False
    if len(wide.sets) > len(narrow.sets):  # the rest of the narrow one may be anything
        return False
    return all(some <= all_ for some, all_ in zip(narrow.sets, wide.sets, strict=False))


def goes_first(one: Pattern, other: Pattern) -> bool:
    """Whether Asterisk tries the first one before the other: the more particular, character by character."""
    return _order(one) < _order(other)


def _order(pattern: Pattern) -> list[tuple[int, int]]:
    ends = {"": 0, ".": 1 << 10, "!": 1 << 11}
    ranks = [(len(chars), ord(min(chars))) for chars in pattern.sets]
    return [*ranks, (ends[pattern.tail], 0)]


def sample(extension: str) -> str:
    """Return an extension that is matched by this one.

    Raises:
        ValueError: the pattern cannot be read.
    """
    pattern = read_pattern(extension)
    chars = "".join(_plainest(one) for one in pattern.sets)
    return chars + "0" * _TAILS.get(pattern.tail, 0)


def _plainest(chars: frozenset[str]) -> str:
    return min(chars, key=lambda char: (not char.isdigit(), char))


def trapped_letters(extension: str) -> str:
    """Return the small letters of a pattern that are classes though others beside them are none: ``_agentX``."""
    if not is_pattern(extension):
        return ""
    plain, inside = [], False
    for char in extension[1:]:
        if char in "[]":
            inside = char == "["
        elif not inside:
            plain.append(char)
    words = any(char.isalpha() and char.upper() not in CLASSES for char in plain)
    return "".join(sorted({char for char in plain if char in "xzn"})) if words else ""
