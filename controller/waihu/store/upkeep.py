"""How the database is doing: its size, and what waits to be checkpointed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from waihu.store.engine import sync_url


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """Sizes of an SQLite database; None: it is another one, or nobody has seen it yet."""

    size_bytes: int | None = None
    wal_bytes: int | None = None
    checkpoint_at: datetime | None = None  # when the log was seen to begin anew, which is after a whole checkpoint


class Upkeep:
    """Looks at the files of the database; quick enough for the loop."""

    def __init__(self, url: str) -> None:
        parsed = make_url(sync_url(url))
        file = parsed.database if parsed.get_backend_name() == "sqlite" else None
        self._file = Path(file) if file else None
        self._salt = b""
        self._checkpoint_at: datetime | None = None

    def look(self, now: datetime) -> StoreFacts:
        """Return the sizes now; called now and then, it sees when the log began anew."""
        if self._file is None:
            return StoreFacts()
        try:
            size = self._file.stat().st_size
            wal, salt = _wal(self._file.with_name(self._file.name + "-wal"))
        except OSError:
            return StoreFacts()
        if self._salt and salt and salt != self._salt:
            self._checkpoint_at = now
        self._salt = salt or self._salt
        return StoreFacts(size, wal, self._checkpoint_at)


def _wal(path: Path) -> tuple[int, bytes]:
    """Return size and salts of the log. Source: SQLite file format §4.1; the salts change whenever it begins anew."""
    if not path.exists():
        return 0, b""
    with path.open("rb") as file:
        header = file.read(24)
    return path.stat().st_size, header[16:24]
