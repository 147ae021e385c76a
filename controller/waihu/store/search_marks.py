"""Where in a text the words lie that were looked for."""

from dataclasses import dataclass

from waihu.store.search_words import Term, folded, placed_pieces

AROUND = 60
"""Characters shown before and after what was found."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; ``hit``: it is what was looked for."""

    text: str
    hit: bool


def marked(text: str, terms: tuple[Term, ...], around: int = AROUND) -> list[Part]:
    """Return a text in parts, cut to the neighbourhood of what was found."""
    hits = _joined(_hits(text, terms))
    if not hits:
        return [Part(_cut(text, 0, min(len(text), 2 * around)), hit=False)] if text else []
    begin, end = max(0, hits[0][0] - around), min(len(text), hits[-1][1] + around, hits[0][1] + 4 * around)
    parts, place = [], begin
    for first, last in hits:
        if first >= end:
            break
        parts += [Part(text[place:first], hit=False), Part(text[first : min(last, end)], hit=True)]
        place = min(last, end)
    parts.append(Part(text[place:end], hit=False))
    before = [Part("…", hit=False)] if begin else []
    after = [Part("…", hit=False)] if end < len(text) else []
    return before + [part for part in parts if part.text] + after


def _cut(text: str, begin: int, end: int) -> str:
    return text[begin:end] + ("…" if end < len(text) else "")


def _hits(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Return begin and end of each run of pieces that is a term, in characters of the text."""
    plain, origin = "", []
    for place, one in enumerate(text):
        made = folded(one)
        plain += made
        origin += [place] * len(made)
    pieces = placed_pieces(plain)
    found = []
    for term in terms:
        for first in range(len(pieces) - len(term.pieces) + 1):
            run = pieces[first : first + len(term.pieces)]
            if _is(term, [piece for piece, _ in run]):
                last, start = term.pieces[-1], run[-1][1]
                found.append((origin[run[0][1]], origin[start + len(last) - 1] + 1))
    return sorted(found)


def _is(term: Term, run: list[str]) -> bool:
    *before, last = term.pieces
    return run[:-1] == before and (run[-1].startswith(last) if term.begins else run[-1] == last)


def _joined(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in hits:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
