"""Word lists and phrases: what the models know, and what is said in training, development and measurement.

Lines of ``texts/`` are tokens between blanks, ``#`` begins a comment. A token of the word list is spoken as the list
says and expected in the result; any other is spoken as it stands, and expected as nothing (``[unk]``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("en", "zh")


class Use(StrEnum):
    """What a set of texts is for. Training reads only its own; a test holds it to that."""

    TRAINING = "training"
    DEVELOPMENT = "development"
    HELD_OUT = "held-out"


_FILES = {
    Use.TRAINING: ("phrases", "running"),
    Use.DEVELOPMENT: ("dev", "dev-running"),
    Use.HELD_OUT: ("held-out", "held-out-running"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One thing to say. ``word``: what is expected to be recognised, empty for all that is not on the list."""

    spoken: str
    word: str = ""


Phrase = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class TextSet:
    """Phrases of callers, and running text that a recogniser should hear nothing in."""

    phrases: tuple[Phrase, ...]
    running: tuple[Phrase, ...]


def read_words(language: str) -> dict[str, str]:
    """Return the word list: word -> how it is spoken, in the order of the file."""
    words: dict[str, str] = {}
    for line in _lines(FOLDER / f"words.{language}"):
        word, _, spoken = line.partition("\t")
        words[word] = spoken or word
    return words


def read_texts(language: str, use: Use) -> TextSet:
    """Read the texts for one use, and no others."""
    words = read_words(language)
    phrases, running = (
        tuple(tokens(line, words) for line in _lines(FOLDER / f"{name}.{language}")) for name in _FILES[use]
    )
    return TextSet(phrases, running)


def tokens(line: str, words: Mapping[str, str]) -> Phrase:
    """Split a line into what is said and what of it is expected."""
    return tuple(_token(written, words) for written in line.lower().replace(",", " ").split())


def expected(phrase: Sequence[Token]) -> list[str]:
    """Return the words a perfect recogniser hears in a phrase."""
    return [token.word for token in phrase if token.word]


def _token(written: str, words: Mapping[str, str]) -> Token:
    return Token(words[written], written) if written in words else Token(written)


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
