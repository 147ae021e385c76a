"""Import of do-not-call lists: all of a file takes the place of the list of its name, or nothing of it does.

A file is read to its end before anything is written. Its hashes are then sorted, so that the database writes each of
its pages once, and written beside the list in force, which they replace in one step.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import phonenumbers

from waihu.services.dnc_rows import DncFile, open_dnc_file
from waihu.services.importer import ErrorFile, digest, error_file_of
from waihu.store.audit import By
from waihu.store.dnc_lists import (
    NewList,
    begin_list,
    give_up,
    list_named,
    put_in_force,
    replaceable,
    take_away,
    write_numbers,
)
from waihu.store.number_key import NumberKey
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import US_MAX_AGE_DAYS
from waihu_models.errors import BadInput, StoreError
from waihu_models.list_entry import BadRow

READ_AT_ONCE, WRITTEN_AT_ONCE = 10_000, 10_000
BREATH_S = 0.002
"""Pause between two writes: SQLite lets others in only when nobody holds the lock."""
MOST_BAD = 0.01
"""Share of bad rows from which a file is not what it is said to be."""
_HASH_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DncImport:
    """What is said of a file. ``region``: the country of its national numbers, and the only one it speaks of."""

    name: str
    source: str
    obtained_on: date
    by: By
    max_age_days: int | None = None  # None: of the United States 31, of others none
    campaign: Campaign | None = None
    region: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    error_file: Path | None = None
    most_bad: float = MOST_BAD


@dataclass(frozen=True, slots=True)
class DncProgress:
    """How far an import is; ``what`` is "read" in bytes or "written" in numbers."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DncResult:
    """What became of a file."""

    rows: int
    numbers: int  # on the list now, each once
    bad: int
    before: int | None  # numbers of the list it replaced
    error_file: Path | None

    def summary(self) -> str:
        """Say it in a line or two."""
        was = "a new list" if self.before is None else f"in place of {self.before}"
        said = f"{self.rows} rows: {self.numbers} numbers are in force, {was}; {self.bad} rows rejected"
        return f"{said}\nNot imported, with reasons: {self.error_file}" if self.error_file else said


async def import_dnc_list(
    store: Store, path: Path, wanted: DncImport, on_progress: Callable[[DncProgress], None] = lambda _: None
) -> DncResult:
    """Let a file take the place of the list of its name.

    Raises:
        BadInput: the file cannot be read, holds too many bad rows, or may not replace that list; it stays as it was.
        StoreError: the database failed; the list stays as it was.
    """
    new = await asyncio.to_thread(_new_list, path, wanted)
    known = await list_named(store, new.name)
    replaceable(known, new)
    key = await store.number_key()
    read = await _read(path, wanted, key, on_progress)
    _judge(path, wanted, read)
    list_id = await begin_list(store, new, wanted.by)
    try:
        numbers = await _write(store, list_id, read, on_progress)
        await put_in_force(store, list_id, new, numbers, wanted.by)
    except BaseException:
        with suppress(StoreError):  # a list that never came into force harms nobody, and goes with the next import
            await give_up(store, list_id, wanted.by.at)
            await take_away(store)
        raise
    with suppress(StoreError):
        await take_away(store)
    before = known.numbers if known else None
    return DncResult(rows=read.rows, numbers=numbers, bad=read.bad, before=before, error_file=read.error_file)


def _new_list(path: Path, wanted: DncImport) -> NewList:
    if wanted.obtained_on > wanted.by.at.date():
        raise BadInput(f"--obtained-on {wanted.obtained_on} lies in the future")
    code = phonenumbers.country_code_for_region(wanted.region) if wanted.region else 0
    if wanted.region and not code:
        raise BadInput(f"--region {wanted.region!r} is no country; write it as US, GB, CN")
    try:
        sha256 = digest(path)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from error
    return NewList(
        name=wanted.name,
        source=wanted.source,
        obtained_on=wanted.obtained_on,
        max_age_days=wanted.max_age_days or (US_MAX_AGE_DAYS if wanted.region == "US" else None),
        campaign_id=wanted.campaign.id if wanted.campaign else None,
        prefix=f"+{code}" if code else "",
        sha256=sha256,
    )


# ---- reading -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Read:
    """What was read: hashes by their first byte, packed, so that ten million take no more than 160 MB."""

    rows: int = 0
    bad: int = 0
    first_bad: BadRow | None = None
    error_file: Path | None = None
    buckets: list[bytearray] = field(default_factory=lambda: [bytearray() for _ in range(256)])

    def add(self, number_hash: bytes) -> None:
        self.buckets[number_hash[0]] += number_hash

    @property
    def hashes(self) -> int:
        return sum(map(len, self.buckets)) // _HASH_BYTES

    def ascending(self) -> Iterator[bytes]:
        """Yield every hash once, in order; what has been given out is freed."""
        for bucket in self.buckets:
            yield from sorted({bytes(bucket[i : i + _HASH_BYTES]) for i in range(0, len(bucket), _HASH_BYTES)})
            bucket.clear()


async def _read(path: Path, wanted: DncImport, key: NumberKey, on_progress: Callable[[DncProgress], None]) -> _Read:
    file = await asyncio.to_thread(open_dnc_file, path, wanted.region, wanted.mapping)
    size = (await asyncio.to_thread(path.stat)).st_size
    read = _Read()
    with ErrorFile(wanted.error_file or error_file_of(path), file.header) as errors:
        while done := await asyncio.to_thread(_read_some, file, key, read, errors):
            on_progress(DncProgress("read", min(done, size), size))
        read.error_file = errors.written
    return read


def _read_some(file: DncFile, key: NumberKey, read: _Read, errors: ErrorFile) -> int:
    """Read the next rows; return how many bytes are behind us, 0 at the end."""
    done = 0
    for row in islice(file.rows, READ_AT_ONCE):
        done = max(row.bytes_done, 1)
        read.rows += 1
        numbers = file.read(row)
        if isinstance(numbers, BadRow):
            read.bad += 1
            read.first_bad = read.first_bad or numbers
            errors.write([numbers])
        else:
            for number in numbers:
                read.add(key.hash(number))
    return done


def _judge(path: Path, wanted: DncImport, read: _Read) -> None:
    """Refuse a file that holds no numbers, or too much that is none.

    Raises:
        BadInput: names the first bad row and where the others are.
    """
    bad = read.first_bad
    if bad is not None and read.bad > read.rows * wanted.most_bad:
        raise BadInput(
            f"{path}, line {bad.line}: {bad.text}. {read.bad} of {read.rows} rows are bad "
            f"({read.bad / read.rows:.1%}, at most {wanted.most_bad:.1%}): nothing was imported. "
            f"All of them, with reasons: {read.error_file}"
        )
    if not read.hashes:
        raise BadInput(f"{path} holds no numbers: nothing was imported")


# ---- writing -------------------------------------------------------------------------------------------------------


async def _write(store: Store, list_id: int, read: _Read, on_progress: Callable[[DncProgress], None]) -> int:
    total, numbers = read.hashes, 0
    ascending = read.ascending()
    while some := list(islice(ascending, WRITTEN_AT_ONCE)):
        await write_numbers(store, list_id, some)
        numbers += len(some)
        on_progress(DncProgress("written", numbers, total))
        await asyncio.sleep(BREATH_S)
    return numbers
