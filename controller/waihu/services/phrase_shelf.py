"""The shelf of phrases: lists and objections as they count now, in memory, so that what is said waits for no disk."""

import asyncio

import structlog

from waihu.clock import Clock
from waihu.speech.lexicon import Lexicon
from waihu.speech.shipped_words import shipped_lists, shipped_objections
from waihu.store.store import Store
from waihu.store.word_lists import changed, load_shipped, objections, phrase_lists
from waihu_models.errors import StoreError

log = structlog.get_logger()

LOOK_S = 0.7
"""So often changes of lists are looked for, whoever made them."""


class PhraseShelf:
    """What is listened for; ``lexicon`` is another one after each change."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._sign: object = None
        self.lexicon = Lexicon()

    async def load(self) -> None:
        """Add at the start what is shipped and was never here, and read all.

        Raises:
            StoreError: the database cannot be read or written.
        """
        added = await load_shipped(self._store, shipped_lists(), shipped_objections(), self._clock.now())
        if added:
            log.info("shipped_phrases_loaded", lists=len(added))
        await self.refresh()

    async def refresh(self) -> bool:
        """Read lists and objections if they have changed; return whether they had.

        Raises:
            StoreError: the database cannot be read.
        """
        sign = await changed(self._store)
        if sign == self._sign:
            return False
        lists, answers = await phrase_lists(self._store), await objections(self._store)
        self.lexicon = await asyncio.to_thread(Lexicon, lists, answers)  # thousands of phrases take some time
        self._sign = sign
        return True

    async def follow(self) -> None:
        """Look for changes until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.refresh()
            except StoreError as error:
                log.warning("phrases_not_read", problem=str(error))
