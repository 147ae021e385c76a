"""Whom Asterisk runs as: never root if it can be helped."""

import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("waihu", "asterisk", "nobody")  # the first one this machine has


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine that is not root's."""

    name: str
    uid: int
    gid: int

    def own(self, paths: Iterable[Path]) -> None:
        """Give files and folders, not what is in them, to this account; links are left alone.

        Raises:
            OSError: one of them cannot be given away.
        """
        for path in paths:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(needed: Iterable[Path]) -> Account | None:
    """Choose whom a program started by root runs as, None if it has to stay who starts it.

    That is so when we are not root ourselves, when the machine has no such account, or when another account could not
    reach one of the files and folders it needs; those it is given must lie in folders that anybody may pass.
    """
    if os.geteuid() != 0 or not all(_reachable(path) for path in needed):
        return None
    for name in _NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents if parent.exists())
