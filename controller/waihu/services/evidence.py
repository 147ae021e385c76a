"""The evidence for one number or one day: every call, refusal, consent and listing, and the rules that held.

A JSON file whose lines are a chain, and a CSV file for each kind of record, whose hashes stand in the last line.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

from waihu import __version__
from waihu.services.evidence_chain import Verdict, verify
from waihu.services.evidence_files import EVIDENCE, EvidenceFiles, hash_of
from waihu.store import evidence as read
from waihu.store.audit import By, note
from waihu.store.evidence import Wanted
from waihu.store.store import Store
from waihu_models.errors import BadInput
from waihu_models.phone import mask

MOST_TOLD = 200_000
"""Refused numbers remembered; past that, what is known of one may be written twice."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: ``head`` is the SHA-256 of the last line, which the audit log keeps as well."""

    file: Path
    lines: int
    head: str
    counts: Mapping[str, int]


async def export(
    store: Store, wanted: Wanted, folder: Path, by: By, progress: Callable[[int], None] = lambda _: None
) -> Exported:
    """Write the evidence into a folder that holds none yet; the audit log keeps that it was done.

    Args:
        store: Where it is on record.
        wanted: Which number, or which span.
        folder: Made if it is not there; files in it can be read by their owner only.
        by: Who asks for it.
        progress: Told after each page how many calls and refusals are written.
    Raises:
        BadInput: the folder holds evidence already, or cannot be written; nothing is left of what was begun.
        NumberKeyLost: nobody can tell who is on the do-not-call lists.
    """
    files = EvidenceFiles(folder)
    try:
        await _write_all(store, wanted, files, by, progress)
        made = Exported(folder / EVIDENCE, *await asyncio.to_thread(files.close), files.counts)
        what = mask(wanted.number) if wanted.number else f"{wanted.since} to {wanted.until}"
        told = f"{what}: {made.lines} lines, SHA-256 {made.head}"
        await store.write(lambda connection: note(connection, by, "evidence.export", folder.name[:64], told))
    except BaseException as error:
        files.discard()
        if isinstance(error, OSError):
            raise BadInput(f"the evidence cannot be written to {folder}: {error}") from error
        raise
    return made


async def _write_all(
    store: Store, wanted: Wanted, files: EvidenceFiles, by: By, progress: Callable[[int], None]
) -> None:
    asked = {"number_e164": wanted.number, "since": wanted.since, "until": wanted.until}
    files.write("export", [{**asked, "made_at": by.at, "made_by": by.actor, "program": f"waihu {__version__}"}])
    versions, names, told = set[str](), set[str](), set[str]()
    done = 0
    if wanted.number is not None:
        await _of_numbers(store, files, [wanted.number])
    async for kind, page in _pages(store, wanted):
        await asyncio.to_thread(files.write, kind, map(_told if kind == "call" else dict, page))
        names |= {row["campaign_name"] for row in page} - {None}
        if kind == "call":
            versions |= {part for row in page for part in row["rules_version"].split("+") if part}
            await _beside_calls(store, wanted, files, page)
        elif wanted.number is None:
            await _beside_refusals(store, wanted, files, page, told)
        done += len(page)
        progress(done)
    await _rules(store, wanted, files, (names, sorted(versions)))


async def _pages(store: Store, wanted: Wanted) -> AsyncIterator[tuple[str, list[RowMapping]]]:
    async for page in read.pages_of_calls(store, wanted):
        yield "call", page
    async for page in read.pages_of_refusals(store, wanted):
        yield "refusal", page


def _told(row: RowMapping) -> dict[str, Any]:
    """Say of a call also what who was abandoned heard, and from when."""
    call = dict(row)
    heard = call["abandoned"] and not call["hang_up_asked"] and call["greeting_ended_at"] is not None
    call["message_played"] = call["drop_media"] if heard else ""
    call["message_from"] = call["greeting_ended_at"] + timedelta(seconds=call["patience_s"]) if heard else None
    return call


async def _beside_calls(store: Store, wanted: Wanted, files: EvidenceFiles, page: Sequence[RowMapping]) -> None:
    ids = [row["id"] for row in page]
    for kind in ("disposition", "recording"):
        files.write(kind, map(dict, await read.of_calls(store, kind, ids)))
    if wanted.number is None:
        # What is known of a number stands once in a day, after the page with its first call.
        await _of_numbers(store, files, await read.first_called(store, wanted, ids))


async def _beside_refusals(
    store: Store, wanted: Wanted, files: EvidenceFiles, page: Sequence[RowMapping], told: set[str]
) -> None:
    """Write what is known of numbers that were refused and not called; ``told`` are those written already."""
    numbers = {row["number_e164"] for row in page} - {None} - told
    await _of_numbers(store, files, sorted(numbers - await read.called(store, wanted, numbers)))
    if len(told) > MOST_TOLD:
        told.clear()
    told |= numbers


async def _of_numbers(store: Store, files: EvidenceFiles, numbers: Collection[str]) -> None:
    if numbers:
        files.write("consent", map(dict, await read.words(store, numbers)))
        files.write("do_not_call", map(dict, await read.listings(store, numbers)))


async def _rules(
    store: Store, wanted: Wanted, files: EvidenceFiles, named: tuple[Collection[str], Sequence[str]]
) -> None:
    if wanted.number is None:
        files.write("do_not_call", map(dict, await read.requests(store, wanted)))
    for kind, rows in (
        ("do_not_call_list", await read.lists(store, wanted)),
        ("campaign", await read.campaigns(store, named[0])),
        ("audit", await read.changes(store, named[0])),
        ("rule_pack", await read.packs(store, named[1])),
    ):
        files.write(kind, map(dict, rows))


def check(file: Path) -> Verdict:
    """Return what is wrong first with an export: its chain, then the CSV files beside it.

    Raises:
        BadInput: the file cannot be read.
    """
    try:
        with file.open("rb") as lines:
            found = verify(lines)
        if not found.fault:
            return Verdict(found.lines, found.head, _beside(file.parent, found.files or {}), found.files)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error}") from error
    return found


def _beside(folder: Path, files: Mapping[str, str]) -> str:
    for name, digest in files.items():
        file = folder / Path(name).name
        if not file.is_file():
            return f"{name} is missing"
        if hash_of(file) != digest:
            return f"{name} was changed"
    return ""
