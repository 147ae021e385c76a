"""The choices agents have when they judge a call: those of their campaign, or those for all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waihu.store import dispositions as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu_models.disposition import STANDARD, Choice
from waihu_models.errors import BadField
from waihu_models.ids import CampaignId

_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST = 60
STANDARD_CHOICES = tuple(
    Choice(
        code=one.code, label_en=one.label_en, label_zh=one.label_zh, category=one.category,
        requires_note=one.requires_note, hot_key=key,
    )
    for key, one in enumerate(STANDARD.values(), start=1)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """The choices of a campaign. ``own``: they are its own; ``version`` 0: it has none yet."""

    choices: tuple[Choice, ...]
    own: bool
    version: int

    @property
    def active(self) -> tuple[Choice, ...]:
        """Those that are offered."""
        return tuple(choice for choice in self.choices if choice.active)


class Dispositions:
    """All sets, read once and after every change: an agent's judgement waits for no disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sets: Mapping[str, ChoiceSet] = {}

    async def refresh(self) -> None:
        """Read all sets."""
        rows = await stored.disposition_sets(self._store)
        self._sets = {
            campaign_id: ChoiceSet(stored.choices_of(row), campaign_id != stored.FOR_ALL, row["version"])
            for campaign_id, row in rows.items()
        }

    def of_all(self) -> ChoiceSet:
        """Return the set of campaigns that have none of their own."""
        return self._sets.get(stored.FOR_ALL) or ChoiceSet(STANDARD_CHOICES, own=False, version=0)

    def of(self, campaign_id: str | None) -> ChoiceSet:
        """Return the set a campaign uses; of one without its own the version is 0."""
        own = self._sets.get(campaign_id) if campaign_id else None
        return own or ChoiceSet(self.of_all().choices, own=False, version=0)

    def offered(self, campaign_id: CampaignId | None) -> tuple[Choice, ...]:
        """Return what an agent of a campaign may choose from."""
        return self.of(campaign_id).active

    async def save(self, campaign_id: str, choices: Sequence[Choice], version: int, by: By) -> None:
        """Put choices in the place of those of a campaign, or of all (campaign "").

        Raises:
            BadField: they cannot be offered as they are.
            Stale: somebody else changed them first.
        """
        _check(choices)
        await stored.save_set(self._store, campaign_id, choices, version, by)
        await self.refresh()

    async def forget(self, campaign_id: str, version: int, by: By) -> None:
        """Let a campaign use the set of all again.

        Raises:
            NotFound: it has none of its own.
            Stale: somebody else changed it first.
        """
        await stored.forget_set(self._store, campaign_id, version, by)
        await self.refresh()


def _check(choices: Sequence[Choice]) -> None:
    if not any(choice.active for choice in choices):
        raise BadField("$.choices", "at least one has to be offered")
    codes: set[str] = set()
    keys: set[int] = set()
    for place, choice in enumerate(choices):
        at = f"$.choices[{place}]"
        if not _CODE.fullmatch(choice.code):
            raise BadField(f"{at}.code", "small letters, digits and _, beginning with a letter, at most 32")
        if choice.code in codes:
            raise BadField(f"{at}.code", f"{choice.code} is there twice")
        if not choice.label_en.strip() or not choice.label_zh.strip():
            raise BadField(f"{at}.label_en", "a label in English and one in Chinese are needed")
        if choice.active and choice.hot_key in keys:
            raise BadField(f"{at}.hot_key", f"key {choice.hot_key} is there twice")
        _check_standard(at, choice)
        codes.add(choice.code)
        if choice.active and choice.hot_key is not None:
            keys.add(choice.hot_key)


def _check_standard(at: str, choice: Choice) -> None:
    """A code of the standard means what it always meant: calls of earlier days are read by it."""
    standard = STANDARD.get(choice.code)
    if standard is not None and standard.category is not choice.category:
        raise BadField(f"{at}.category", f"{choice.code} always means {standard.category}: choose another code")
