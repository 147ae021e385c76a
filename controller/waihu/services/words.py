"""Sentences for people, in both languages of the product."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same in English and in Chinese; "" in both: there is nothing to say."""

    en: str = ""
    zh: str = ""

    def filled(self, **values: object) -> "Words":
        """Return both with ``{names}`` replaced."""
        return Words(self.en.format(**values), self.zh.format(**values))


NOTHING = Words()
