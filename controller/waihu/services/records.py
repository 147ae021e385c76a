"""The records: customers' lists, judgements, recordings as files, put together for those who work with them."""

from pathlib import Path

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.dispositions import Dispositions
from waihu.services.dnc_uploads import DncUploads
from waihu.services.import_jobs import ImportJobs
from waihu.services.recording_files import RecordingFiles
from waihu.services.tasks import Tasks
from waihu.services.uploads import Uploads
from waihu.store.store import Store


class Records:
    """Builds the parts, once, and starts what runs by itself."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, tasks: Tasks, recordings: Path) -> None:
        self._tasks = tasks
        self.dispositions = Dispositions(store)
        self.recording_files = RecordingFiles(recordings, store)
        # Beside the recordings, in the folder for everything that changes.
        self.uploads = Uploads(recordings.parent / "uploads")
        self.imports = ImportJobs(store, self.uploads, bus, clock, tasks)
        self.dnc_uploads = DncUploads(store, self.uploads, tasks)

    async def load(self) -> None:
        """Read at the start what the last run left."""
        await self.dispositions.refresh()
        await self.imports.load()

    def watch(self) -> None:
        """Start what runs for as long as the program does."""
        self._tasks.forever(self.imports.clean_for_ever, "uploads")
