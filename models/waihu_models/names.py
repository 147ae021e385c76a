"""Names of people and tags: how they are compared, however they are typed."""

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"\s+")
_BETWEEN_TAGS = re.compile(r"\s*[,;|，；、]\s*")
LONGEST_TAG = 40


def name_key(name: str) -> str:
    """Return what a name is sorted and searched by: no capitals, no full-width letters, single spaces."""
    return _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags of a text that holds several, each once, in their order."""
    return tuple(dict.fromkeys(tag[:LONGEST_TAG] for tag in _BETWEEN_TAGS.split(text.strip()) if tag))
