"""Text as it is searched for: words without case and accents, Chinese as pairs of neighbouring characters.

``太贵了 OK`` becomes ``太贵 贵了 了 ok``: each character begins exactly one piece, so that any stretch of Chinese is a
run of pieces, wherever words begin and end in it, and a single character is what a piece begins with.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_TERMS = 16
_HAN = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_APOSTROPHES = str.maketrans("", "", "'’ʼ＇")


@dataclass(frozen=True, slots=True)
class Term:
    """Pieces that follow each other; ``begins``: the last one may go on."""

    pieces: tuple[str, ...]
    begins: bool = False


def folded(text: str) -> str:
    """Return a text without case, accents, wide forms and apostrophes."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_APOSTROPHES)
    plain = "".join(one for one in apart if not unicodedata.combining(one))
    return unicodedata.normalize("NFC", plain)


def sought(text: str) -> str:
    """Return a text as it is kept for the search: its pieces with spaces between."""
    return " ".join(piece for piece, _ in placed_pieces(folded(text)))


def placed_pieces(plain: str) -> list[tuple[str, int]]:
    """Return the pieces of a folded text, and where each begins."""
    return [
        (piece, match.start() + place)
        for match in _PIECE.finditer(plain)
        for place, piece in enumerate(_pieces(match[0]))
    ]


def terms_of(query: str) -> tuple[Term, ...]:
    """Return what a query asks for, all of it together: words, ``"phrases"``, ``beginnings*``.

    Anything can be typed: what is neither letter nor digit only parts words.
    """
    found: list[Term] = []
    for match in _TERM.finditer(query):
        text = match[1] if match[1] is not None else match[2]
        term = _term(text, begins=match[2] is not None and text.endswith(("*", "＊")))
        if term is not None and term not in found:
            found.append(term)
    return tuple(found[:MOST_TERMS])


def _term(text: str, *, begins: bool) -> Term | None:
    runs = _PIECE.findall(folded(text))
    if not runs:
        return None
    *before, last = runs
    pieces = [piece for run in before for piece in _pieces(run)]
    if not _is_han(last):
        return Term((*pieces, last), begins)
    # What is looked for may go on: its last character begins a piece that is not known.
    pairs = _pieces(last)[:-1]
    return Term((*pieces, *pairs)) if pairs else Term((*pieces, last), begins=True)


def _pieces(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run))] if _is_han(run) else [run]


def _is_han(run: str) -> bool:
    return re.match(rf"[{_HAN}]", run) is not None
