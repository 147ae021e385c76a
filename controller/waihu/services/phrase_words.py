"""Phrases as people write them, checked before they are listened for."""

from collections.abc import Sequence

from waihu.speech.phrases import folded
from waihu_models.errors import BadField

MOST = 2000
"""Phrases of one list, or of one objection."""


def checked_phrases(phrases: Sequence[str], path: str = "$.phrases") -> tuple[str, ...]:
    """Return phrases as they are kept: each once, whatever its case and spaces.

    Raises:
        BadField: of one of them nothing is left that could be heard.
    """
    kept: dict[str, str] = {}
    for place, phrase in enumerate(phrases):
        key = folded(phrase)
        if not key or "\n" in key:
            raise BadField(f"{path}[{place}]", "there is no word in it that could be said")
        kept.setdefault(key, " ".join(phrase.split()))
    return tuple(kept.values())
