"""What a batch of units does to the database, inside one transaction."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from waihu.store.statements import Kind, Params, Prepared
from waihu.store.unit import Unit
from waihu_models.errors import StoreError
from waihu_models.tables import AuditRow

_Grouped: TypeAlias = dict[Kind, list[Params]]


def write(connection: Connection, statements: Mapping[Kind, Prepared], units: Iterable[Unit]) -> None:
    """Write units: rows of one kind in one statement, kinds in the order of ``Kind``.

    Raises:
        StoreError: a lead is to be dialled that is not as it was when it was read.
    """
    for group in _groups(units):
        for kind in sorted(group):
            rows = _chained(connection, group[kind]) if kind is Kind.AUDIT else group[kind]
            met = statements[kind].write(connection, rows)
            if kind is Kind.LEAD_DIALLED and met != len(rows):
                raise StoreError("a lead is gone, or was changed or dialled by somebody else since it was read")


def _groups(units: Iterable[Unit]) -> Iterable[_Grouped]:
    """Collect rows by kind.

    Where the order of kinds would turn two writes around, a new group begins between them: a lead that gets its next
    step and is then dialled must end as being dialled, and the second of two leads with one number must find the
    customer whom the first became.
    """
    group: _Grouped = {}
    stepped: set[str] = set()
    reached: set[str] = set()
    for unit in units:
        for kind, row in unit.writes:
            again = kind is Kind.LEAD_DIALLED and row["lead_key"] in stepped
            if again or (kind is Kind.CUSTOMER and row["number"] in reached):
                yield group
                group, stepped, reached = {}, set(), set()
            if kind is Kind.LEAD_STEP:
                stepped.add(row["lead_key"])
            elif kind is Kind.CUSTOMER:
                reached.add(row["number"])
            group.setdefault(kind, []).append(row)
    yield group


def _chained(connection: Connection, rows: list[Params]) -> list[Params]:
    """Link rows to the newest one there is, which another program may have written."""
    last = connection.execute(select(AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)).scalar() or ""
    chained = []
    for row in rows:
        link = chain(last, row)
        chained.append({**row, "prev_hash": last, "hash": link})
        last = link
    return chained


def chain(prev_hash: str, row: Mapping[str, Any] | RowMapping) -> str:
    """Return the hash of an audit row: SHA-256 over the hash before it and everything the row says."""
    at = row["at"].astimezone(UTC).isoformat()
    said = [prev_hash, row["actor"], row["action"], row["object_id"], row["detail"], at]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
