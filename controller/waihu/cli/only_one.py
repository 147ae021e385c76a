"""One controller for one folder: two of them would dial the same list."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waihu_models.errors import Conflict


@contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Be the only ``what`` in a folder for as long as the context lasts, also after a crash of the one before.

    Raises:
        Conflict: another one is at work there; says its pid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{what}.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Conflict(
                f"a {what} with pid {file.read().strip() or 'unknown'} is at work in {folder}: "
                "end it first, or set WAIHU_VAR to another folder"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
