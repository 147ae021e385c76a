"""Do-not-call lists that people send as files: read in the background, one at a time.

What is under way lives in memory only: when the program ends, the list in force stays as it was, and the file has to
be sent again.
"""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import structlog

from waihu.services.dnc_import import DncImport, DncProgress, import_dnc_list
from waihu.services.tasks import Tasks
from waihu.services.uploads import Uploads
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, WaihuError
from waihu_models.ids import new_id

log = structlog.get_logger()

REMEMBERED = 20


@dataclass(slots=True)
class DncUpload:
    """One file on its way; ``state`` is running, done or failed, ``step`` what it does now."""

    id: str
    name: str
    campaign_id: str | None
    state: str = "running"
    step: str = ""
    done: int = 0
    total: int = 0
    rows: int = 0
    numbers: int = 0
    bad: int = 0
    problem: str = ""


class DncUploads:
    """Files of do-not-call lists."""

    def __init__(self, store: Store, uploads: Uploads, tasks: Tasks) -> None:
        self._store = store
        self._uploads = uploads
        self._tasks = tasks
        self._known: OrderedDict[str, DncUpload] = OrderedDict()

    def get(self, upload_id: str) -> DncUpload:
        """Return how far a file is.

        Raises:
            NotFound: it is not known (any more).
        """
        if upload_id not in self._known:
            raise NotFound(f"there is no upload {upload_id!r}: the program forgets them when it ends")
        return self._known[upload_id]

    def start(self, kept_as: str, wanted: DncImport) -> DncUpload:
        """Let a kept file become a list.

        Raises:
            Conflict: another one is being read.
        """
        if any(one.state == "running" for one in self._known.values()):
            raise Conflict("another do-not-call list is being read: wait for it")
        upload = DncUpload(new_id(), wanted.name, wanted.campaign.id if wanted.campaign else None)
        self._known[upload.id] = upload
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._tasks.start(self._run(upload, kept_as, wanted), f"do-not-call list {upload.id}")
        return upload

    async def _run(self, upload: DncUpload, kept_as: str, wanted: DncImport) -> None:
        path = self._uploads.path(kept_as)

        def moved(progress: DncProgress) -> None:
            upload.step, upload.done, upload.total = progress.what, progress.done, progress.total

        try:
            result = await import_dnc_list(self._store, path, wanted, moved)
            upload.rows, upload.numbers, upload.bad = result.rows, result.numbers, result.bad
            upload.state = "done"
        except (WaihuError, OSError) as error:
            upload.problem = _without(path, str(error))
            upload.state = "failed"
            log.warning("dnc_upload_failed", problem=upload.problem)
        finally:
            await self._uploads.remove(kept_as)


def _without(path: Path, text: str) -> str:
    """Say it without the folder of this machine; the file with the bad rows does not outlive the upload."""
    return text.partition(" All of them, with reasons")[0].replace(str(path), "the file").replace("--", "")
