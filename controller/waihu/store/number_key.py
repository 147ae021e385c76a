"""The key numbers on do-not-call lists are hashed with: made once, kept in a file, recognised by its fingerprint.

The hash is HMAC-SHA256 cut to 16 bytes: without the key nobody can try all numbers of a country on it, and two of ten
million numbers share one with a probability of 10^-25.
"""

import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.engine import make_url

from waihu.store.engine import sync_url
from waihu.store.statements import Kind, statements, table
from waihu_models.do_not_call import INTERNAL_ID
from waihu_models.errors import NumberKeyLost
from waihu_models.tables import ClearNumberRow, NumberKeyRow

if TYPE_CHECKING:
    from waihu.store.store import Store

KEY_FILE = "do-not-call.key"
_KEY_BYTES, _HASH_BYTES = 32, 16
_AT_ONCE = 5000
_KEY, _CLEAR = table(NumberKeyRow), table(ClearNumberRow)


class NumberKey:
    """Hashes numbers."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.fingerprint = hmac.digest(key, b"fingerprint", "sha256").hex()

    def derived(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for another purpose, from which this one cannot be found."""
        return hmac.digest(self._key, f"key for {purpose}".encode(), "sha256")

    def hash(self, number: str) -> bytes:
        """Return what stands on a list for a number in E.164."""
        return hmac.digest(self._key, number.encode(), "sha256")[:_HASH_BYTES]


def key_file_of(url: str) -> Path | None:
    """Return where the key lies unless told otherwise: beside the SQLite file; None with another database."""
    parsed = make_url(sync_url(url))
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(file).parent / KEY_FILE if file else None


async def settled_key(store: "Store", path: Path | None) -> NumberKey:
    """Return the key of this store, made if the store has never had one, and hash numbers kept in clear till now.

    Raises:
        NumberKeyLost: the file is missing, unreadable or another one's: hashes cannot be compared.
    """
    if path is None:
        raise NumberKeyLost("no file is named for the key of the do-not-call lists: set store.hash_key_file")
    kept = await store.rows(select(_KEY.c.fingerprint))
    key = NumberKey(_read(path) if kept else _read_or_make(path))
    fingerprint = kept[0]["fingerprint"] if kept else await store.write(lambda connection: _register(connection, key))
    if fingerprint != key.fingerprint:
        raise NumberKeyLost(f"{path} is not the key the numbers on the do-not-call lists were hashed with")
    while await store.rows(select(_CLEAR.c.number_e164).limit(1)):
        await store.write(lambda connection: _hash_some(connection, key))
    return key


# ---- the file ------------------------------------------------------------------------------------------------------


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError as error:
        raise NumberKeyLost(
            f"{path} is missing: without it nobody can tell who is on the do-not-call lists. Put it back from a backup"
        ) from error
    except (OSError, ValueError) as error:
        raise NumberKeyLost(f"{path}, the key of the do-not-call lists, cannot be read: {error}") from error
    if len(key) < _KEY_BYTES:
        raise NumberKeyLost(f"{path}, the key of the do-not-call lists, is cut short")
    return key


def _read_or_make(path: Path) -> bytes:
    """Make a key that exists whole or not at all, readable by us only; of two programs at once one makes it."""
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # made with mode 0600
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(_KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(temporary, path)
            Path(temporary).unlink()
        except OSError as error:
            raise NumberKeyLost(f"{path}, the key of the do-not-call lists, cannot be made: {error}") from error
    return _read(path)


# ---- in the writer's thread ----------------------------------------------------------------------------------------


def _register(connection: Connection, key: NumberKey) -> str:
    """Note the fingerprint, unless another program was first; return the one that counts."""
    kept = connection.execute(select(_KEY.c.fingerprint)).scalar()
    if kept is None:
        connection.execute(insert(_KEY).values(id=1, fingerprint=key.fingerprint))
        return key.fingerprint
    return str(kept)


def _hash_some(connection: Connection, key: NumberKey) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")  # nothing of the clear numbers stays in free pages
    rows = connection.execute(select(_CLEAR).limit(_AT_ONCE)).mappings().all()
    if rows:
        hashed = [
            {
                "list_id": INTERNAL_ID,
                "number_hash": key.hash(row["number_e164"]),
                "added_at": row["at"],
                "source": row["source"],
                "reason": row["reason"],
                "removed_at": None if row["active"] else row["deactivated_at"] or row["at"],
                "removed_by": None,
            }
            for row in rows
        ]
        statements(connection.dialect)[Kind.DO_NOT_CALL].write(connection, hashed)
        connection.execute(delete(_CLEAR).where(_CLEAR.c.number_e164.in_([row["number_e164"] for row in rows])))
