"""Numbers as people type them into a search box: every number of ours it could mean."""

import re
import unicodedata
from collections.abc import Iterable

from waihu_models.errors import BadNumber
from waihu_models.phone import E164, parse_e164

_SIGNS = re.compile(r"[\s\-.()/]+")
_NUMBER = re.compile(r"\+?\d{7,20}")
MOST_REGIONS = 20


def plain(text: str) -> str:
    """Return a text without the signs people put between digits."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


def looks_like_number(text: str) -> bool:
    """Say whether a text can only be meant as a whole number."""
    return _NUMBER.fullmatch(plain(text)) is not None


def looks_like_last_four(text: str) -> bool:
    """Say whether a text can only be meant as the end of a number."""
    return re.fullmatch(r"\d{4}", plain(text)) is not None


def possible_numbers(text: str, regions: Iterable[str | None]) -> tuple[E164, ...]:
    """Return what a text can mean as a number: international, or national in one of these countries.

    Looking for a number that is not meant does no harm, so here, and only here, a country may be guessed.
    """
    typed = plain(text)
    found = []
    for region in (None, *sorted({region for region in regions if region})[:MOST_REGIONS]):
        try:
            found.append(parse_e164(typed, region, allow_fictional=True))
        except BadNumber:
            continue
    if re.fullmatch(r"[1-9]\d{7,14}", typed):
        found.append(E164(f"+{typed}"))  # with its country code, but without the sign
    return tuple(dict.fromkeys(found))
