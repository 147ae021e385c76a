"""What is done with words that are said, put together: alerts, answers, summaries."""

from collections.abc import Sequence

from waihu.services import assist, late_words, word_watch
from waihu.services.assist import Assist
from waihu.services.late_words import LateWords
from waihu.services.office import Neighbours
from waihu.services.patient_writes import PatientWrites
from waihu.services.phrase_shelf import PhraseShelf
from waihu.services.tasks import Tasks
from waihu.services.word_watch import WordWatch
from waihu_models.disposition import Choice
from waihu_models.ids import CampaignId


class SpokenWords:
    """Builds the parts, once, and starts what runs by itself."""

    def __init__(self, near: Neighbours) -> None:
        def choices(campaign_id: CampaignId | None) -> Sequence[Choice]:
            return near.agents.choices(campaign_id)  # they are given to the desk later than this is built

        self.shelf = PhraseShelf(near.store, near.clock)
        self.writes = PatientWrites(near.store, near.metrics)
        self.watcher = WordWatch(
            word_watch.Around(
                bus=near.bus, clock=near.clock, metrics=near.metrics, calls=near.calls, shelf=self.shelf,
                writes=self.writes, choices=choices,
            )
        )  # fmt: skip
        self.assist = Assist(
            assist.Around(
                store=near.store, bus=near.bus, clock=near.clock, tasks=near.tasks, shelf=self.shelf, choices=choices
            )
        )  # fmt: skip
        self.late = LateWords(
            late_words.Around(
                store=near.store, bus=near.bus, clock=near.clock, metrics=near.metrics, shelf=self.shelf,
                choices=choices, then=self.assist.late,
            )
        )  # fmt: skip

    async def load(self) -> None:
        """Read at the start what is listened for, and find what an earlier run left to be searched.

        Raises:
            StoreError: the database cannot be read or written.
        """
        await self.shelf.load()
        await self.late.load()

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.forever(self.shelf.follow, "phrases")
        tasks.forever(self.writes.run, "words to be stored")
        tasks.forever(self.late.run, "words heard late")
