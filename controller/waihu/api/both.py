"""Sentences in both languages, as they are sent."""

from msgspec import Struct

from waihu.services.words import Words


class BothLanguages(Struct, frozen=True, kw_only=True):
    """The same sentence in English and in Chinese."""

    en: str
    zh: str


def both(words: Words) -> BothLanguages:
    """Return words as they are sent."""
    return BothLanguages(en=words.en, zh=words.zh)
