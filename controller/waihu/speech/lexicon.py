"""All phrases that are listened for, of lists and of objections, and which of them count in a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from waihu.speech.phrases import Hit, PhraseIndex
from waihu.speech.shipped_words import base_language
from waihu_models.assist import Objection
from waihu_models.ids import CampaignId
from waihu_models.transcript import Side, Utterance
from waihu_models.word_alert import PhraseList


class HasPhrases(Protocol):
    """What lists and objections have in common."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def phrases(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def campaign_id(self) -> CampaignId | None: ...  # noqa: D102
    @property
    def active(self) -> bool: ...  # noqa: D102


Owner = TypeVar("Owner", bound=HasPhrases)

NEAR_WORDS = 3
"""So many words may lie between a phrase and another beside which it is not meant: "I do not want any refund"."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Owner]):
    """A phrase that was said; ``start_s`` counts as the utterance's, ``said_at`` is the same as a moment."""

    owner: Owner
    phrase: str
    start_s: float
    said_at: datetime


class Lexicon:
    """Made once for each change of the lists, then only looked at."""

    def __init__(self, lists: Sequence[PhraseList] = (), objections: Sequence[Objection] = ()) -> None:
        self._lists = _Shelf(lists, {one.id: one.unless for one in lists if one.active})
        self._objections = _Shelf(objections)

    def __len__(self) -> int:
        """Return how many different phrases are listened for."""
        return self._lists.index.size + self._objections.index.size

    def lists_in(self, said: Utterance, campaign_id: CampaignId | None) -> list[Found[PhraseList]]:
        """Return the phrases of lists in what was said, by place."""
        return [found for found in self._lists.find(said, campaign_id) if said.side in found.owner.sides]

    def objections_in(self, said: Utterance, campaign_id: CampaignId | None) -> list[Found[Objection]]:
        """Return the objections in what a customer said, by place."""
        return self._objections.find(said, campaign_id) if said.side is Side.CUSTOMER else []


class _Shelf(Generic[Owner]):
    """Owners of phrases; ``unless``: by owner, beside what theirs are not meant."""

    def __init__(self, owners: Sequence[Owner], unless: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
        self._owners = {owner.id: owner for owner in owners if owner.active}
        terms = ((owner.id, phrase) for owner in self._owners.values() for phrase in owner.phrases)
        self.index: PhraseIndex[str] = PhraseIndex(terms)
        self._unless: PhraseIndex[str] = PhraseIndex((key, phrase) for key, of in unless.items() for phrase in of)

    def find(self, said: Utterance, campaign_id: CampaignId | None) -> list[Found[Owner]]:
        language, words = base_language(said.language), words_of(said)
        found, hits = [], self.index.find(words)
        spared = self._unless.find(words) if hits else []
        for hit in hits:
            if any(one.owner == hit.owner and _are_near(one, hit) for one in spared):
                continue
            owner = self._owners[hit.owner]
            speaks = not language or not owner.language or base_language(owner.language) == language
            if speaks and owner.campaign_id in {None, campaign_id}:
                start_s = said.words[hit.first].start_s if said.words else said.start_s
                said_at = said.at + timedelta(seconds=start_s - said.start_s)
                found.append(Found(owner, hit.phrase, start_s, said_at))
        return found


def _are_near(one: Hit[str], other: Hit[str]) -> bool:
    return max(one.first - other.last, other.first - one.last) <= NEAR_WORDS + 1


def words_of(said: Utterance) -> list[str]:
    """Return the words of an utterance; of one without times, as they are written."""
    return [word.text for word in said.words] or said.text_raw.split()
