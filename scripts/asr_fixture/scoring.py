"""Error rates: how many words (English) or characters (Mandarin) a recogniser got wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from asr_fixture.graph import UNKNOWN


@dataclass(frozen=True, slots=True)
class Score:
    """Errors among so many units that were said. Scores add up."""

    errors: int = 0
    said: int = 0

    @property
    def ratio(self) -> float:
        """Errors for each unit said; can pass 1."""
        return self.errors / max(1, self.said)

    def __add__(self, other: "Score") -> "Score":
        return Score(self.errors + other.errors, self.said + other.said)


def score(language: str, said: Sequence[str], heard: Sequence[str]) -> Score:
    """Compare what was said with what was heard, without regard to ``[unk]``.

    English is counted in words. Mandarin is counted in characters: where words begin is a matter of taste there.
    """
    wanted, found = units(language, said), units(language, heard)
    return Score(distance(wanted, found), len(wanted))


def false_words(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return how many listed words were heard more often than they were said."""
    return (Counter(word for word in heard if word != UNKNOWN) - Counter(said)).total()


def units(language: str, words: Sequence[str]) -> list[str]:
    """Return what is counted of a sequence of words."""
    known = [word for word in words if word != UNKNOWN]
    return list("".join(known)) if language == "zh" else known


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the least number of units to insert, leave out and replace (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, wanted in enumerate(said, 1):
        diagonal, row[0] = row[0], place
        for column, found in enumerate(heard, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (wanted != found))
    return row[-1]
