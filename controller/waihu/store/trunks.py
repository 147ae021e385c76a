"""Trunks in the store, and what calls of the last hour say of every trunk."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.number_key import NumberKey
from waihu.store.sealed import seal, unseal
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.tables import CallRow, TrunkRow
from waihu_models.trunk import CarrierTrunk, Source

_TABLE, _CALL = table(TrunkRow), table(CallRow)
_PLAIN = (
    "name", "host", "port", "username", "register", "max_lines", "calls_per_s", "caller_id", "strip_plus",
    "dial_prefix", "enabled",
)  # fmt: skip
NEWEST = 5000
"""Calls looked at for the figures of a trunk: the newest ones, so that a look costs the same on a store of any size."""


async def trunks(store: Store) -> list[CarrierTrunk]:
    """Return all trunks of the store, by name, with their passwords.

    Raises:
        NumberKeyLost: a password cannot be opened.
    """
    rows = await store.rows(select(_TABLE).order_by(_TABLE.c.name))
    key = await store.number_key() if any(row["sealed_password"] for row in rows) else None
    return [_trunk(row, key) for row in rows]


async def keep_trunk(store: Store, trunk: CarrierTrunk, by: By, *, new: bool) -> None:
    """Keep a trunk: a new one, or one that is changed; ``trunk.version`` is the one it was read with.

    Raises:
        Conflict: a new one has the name of one that is there.
        NotFound: it is not there any more.
        Stale: it was changed meanwhile.
    """
    key = await store.number_key()

    def work(connection: Connection) -> None:
        row = _row(trunk, key, by.at)
        known = connection.execute(select(_TABLE).where(_TABLE.c.name == trunk.name)).mappings().first()
        if new:
            if known is not None:
                raise Conflict(f"there is a trunk {trunk.name!r} already")
            connection.execute(insert(_TABLE), {**row, "version": 1})
            note(connection, by, "trunk.add", trunk.name, _told(row))
            return
        was = _current(known, trunk)
        said = difference({name: was[name] for name in (*_PLAIN, "codecs")}, {n: row[n] for n in (*_PLAIN, "codecs")})
        if unseal(key, was["sealed_password"], _about(trunk.name)) != trunk.password:
            said = ", ".join(filter(None, (said, "password")))
        connection.execute(update(_TABLE).where(_TABLE.c.name == trunk.name).values(**row, version=trunk.version + 1))
        note(connection, by, "trunk.change", trunk.name, said)

    await store.write(work)


async def drop_trunk(store: Store, name: str, version: int, by: By) -> None:
    """Take a trunk out of the store.

    Raises:
        NotFound: it is not there.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()
        if known is None:
            raise NotFound(f"there is no trunk {name!r}")
        if known["version"] != version:
            raise Stale(f"trunk {name!r}", {}, known["version"])
        connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
        note(connection, by, "trunk.remove", name, _told(dict(known)))

    await store.write(work)


def _current(known: RowMapping | None, trunk: CarrierTrunk) -> RowMapping:
    if known is None:
        raise NotFound(f"there is no trunk {trunk.name!r}")
    if known["version"] != trunk.version:
        told = {name: known[name] for name in _PLAIN if known[name] != getattr(trunk, name)}
        raise Stale(f"trunk {trunk.name!r}", told, known["version"])
    return known


def _about(name: str) -> str:
    return f"trunk {name}"


def _told(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {row[name]}" for name in (*_PLAIN[1:], "codecs"))


def _row(trunk: CarrierTrunk, key: NumberKey, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(trunk, name) for name in _PLAIN},
        "codecs": ",".join(trunk.codecs),
        "sealed_password": seal(key, trunk.password, _about(trunk.name)),
        "changed_at": at,
    }


def _trunk(row: RowMapping, key: NumberKey | None) -> CarrierTrunk:
    password = unseal(key, row["sealed_password"], _about(row["name"])) if key is not None else ""
    plain = {name: row[name] for name in _PLAIN}
    codecs = tuple(row["codecs"].split(","))
    return CarrierTrunk(**plain, password=password, codecs=codecs, version=row["version"], source=Source.STORE)


# ---- what calls say of trunks --------------------------------------------------------------------------------------


@dataclass(slots=True)
class TrunkFigures:
    """Outbound calls of one trunk that have ended; times in seconds."""

    attempts: int = 0
    answered: int = 0
    talk_s: float = 0.0  # of all answered calls together, from the answer to the end
    first_sign_s: float = 0.0  # of all calls that had one: from dialling to ringing, early media or the answer
    first_signs: int = 0
    sip_codes: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def answer_ratio(self) -> float | None:
        """Answered calls per attempt (answer-seizure ratio)."""
        return self.answered / self.attempts if self.attempts else None

    @property
    def average_talk_s(self) -> float | None:
        """Average length of a call (ACD)."""
        return self.talk_s / self.answered if self.answered else None

    @property
    def average_first_sign_s(self) -> float | None:
        """Average post-dial delay."""
        return self.first_sign_s / self.first_signs if self.first_signs else None


_COLUMNS = ("trunk", "dialled_at", "ringing_at", "early_media_at", "answered_at", "hung_up_at", "sip_code", "outcome")


async def figures_since(store: Store, since: datetime) -> dict[str, TrunkFigures]:
    """Return the figures of every trunk over its calls since a moment, of the ``NEWEST`` calls at most.

    Raises:
        StoreError: the database cannot be read.
    """
    # Ids sort by time, so the newest calls are read from the end of the primary key.
    newest = (
        select(*(_CALL.c[name] for name in _COLUMNS), _CALL.c.direction).order_by(_CALL.c.id.desc()).limit(NEWEST)
    ).subquery()
    query = select(newest).where(
        newest.c.direction == "outbound", newest.c.hung_up_at.is_not(None), newest.c.dialled_at >= since
    )
    # In a reader's thread: the loop has calls to serve.
    return await store.read(lambda connection: _summed(list(connection.execute(query).mappings())))


def _summed(rows: list[RowMapping]) -> dict[str, TrunkFigures]:
    made: defaultdict[str, TrunkFigures] = defaultdict(TrunkFigures)
    for row in rows:
        figures = made[row["trunk"]]
        figures.attempts += 1
        if row["answered_at"] is not None:
            figures.answered += 1
            figures.talk_s += max(0.0, (row["hung_up_at"] - row["answered_at"]).total_seconds())
        elif row["sip_code"]:
            figures.sip_codes[row["sip_code"]] += 1
        figures.outcomes[row["outcome"] or ""] += 1
        signs = [row[name] for name in ("ringing_at", "early_media_at", "answered_at") if row[name] is not None]
        if signs:
            figures.first_signs += 1
            figures.first_sign_s += max(0.0, (min(signs) - row["dialled_at"]).total_seconds())
    return dict(made)
