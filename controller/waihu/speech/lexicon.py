"""All phrases that are listened for, of lists and of objections, and which of them count in a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from waihu.speech.phrases import PhraseIndex
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
        self._lists = _Shelf(lists)
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
    def __init__(self, owners: Sequence[Owner]) -> None:
        self._owners = {owner.id: owner for owner in owners if owner.active}
        terms = ((owner.id, phrase) for owner in self._owners.values() for phrase in owner.phrases)
        self.index: PhraseIndex[str] = PhraseIndex(terms)

    def find(self, said: Utterance, campaign_id: CampaignId | None) -> list[Found[Owner]]:
        language = base_language(said.language)
        found = []
        for hit in self.index.find(words_of(said)):
            owner = self._owners[hit.owner]
            speaks = not language or not owner.language or base_language(owner.language) == language
            if speaks and owner.campaign_id in {None, campaign_id}:
                start_s = said.words[hit.first].start_s if said.words else said.start_s
                said_at = said.at + timedelta(seconds=start_s - said.start_s)
                found.append(Found(owner, hit.phrase, start_s, said_at))
        return found


def words_of(said: Utterance) -> list[str]:
    """Return the words of an utterance; of one without times, as they are written."""
    return [word.text for word in said.words] or said.text_raw.split()
