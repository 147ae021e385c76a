"""Sets of caller ids in the store, and what people change of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, case, delete, func, insert, or_, select, update

from waihu.dialer.caller_id_life import active, rested
from waihu.dialer.caller_ids import day_start
from waihu.store.audit import By, difference, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import Direction
from waihu_models.caller_id import (
    CallerIdSet,
    CallerIdSetId,
    NumberState,
    OwnNumber,
    StateReason,
    Tally,
    Usage,
    Watch,
)
from waihu_models.disposition import STANDARD
from waihu_models.errors import Conflict, NotFound
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.tables import CallerIdNumberRow, CallerIdSetRow, CallRow

SETS, NUMBERS = table(CallerIdSetRow), table(CallerIdNumberRow)
_CALL = table(CallRow).c
_SET_FIELDS = tuple(field.name for field in fields(CallerIdSet) if field.name != "numbers")
_NOBODY_SPOKE = tuple(
    str(outcome)
    for outcome in (Outcome.MACHINE, Outcome.BUSY, Outcome.NO_ANSWER, Outcome.REJECTED, Outcome.UNREACHABLE)
)
"""What the callee's side did with a call it was shown; the other ways to end say nothing of the number shown."""
_MACHINE = STANDARD["machine"].code


# ---- reading -------------------------------------------------------------------------------------------------------


async def caller_id_sets(store: Store) -> list[CallerIdSet]:
    """Return all sets by name, each with its numbers in their order."""
    return await store.read(_sets)


async def sets_in_use(store: Store, now: datetime) -> list[tuple[CallerIdSet, dict[E164, Usage]]]:
    """Return all sets, each with how much of its numbers is used at this moment."""

    def work(connection: Connection) -> list[tuple[CallerIdSet, dict[E164, Usage]]]:
        return [(one, _usage(connection, one, now)) for one in _sets(connection)]

    return await store.read(work)


async def set_named(store: Store, name: str) -> CallerIdSet:
    """Return a set by name.

    Raises:
        NotFound: there is none; names like it are offered.
    """
    known = {one.name: one for one in await caller_id_sets(store)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known) or sorted(known)[:5]
    offered = f"did you mean {', '.join(near)}?" if near else "there are none yet: waihu caller-id add-set NAME"
    raise NotFound(f"there is no caller-id set {name!r}; {offered}")


async def tallies(store: Store, numbers: Sequence[E164], since: datetime) -> dict[E164, Tally]:
    """Return how the calls from each number went that were dialled from a moment on."""
    query = (
        select(
            _CALL.caller_id,
            func.count().label("dialled"),
            func.sum(case((told(), 1), else_=0)).label("told"),
            func.sum(case((answered(), 1), else_=0)).label("answered"),
        )
        .where(calls_from(numbers), _CALL.dialled_at >= since)
        .group_by(_CALL.caller_id)
    )
    rows = await store.rows(query)
    return {E164(row["caller_id"]): Tally(row["dialled"], row["told"], row["answered"]) for row in rows}


def calls_from(numbers: Sequence[E164]) -> ColumnElement[bool]:
    """Return the condition for outbound calls from these numbers, in the order of the index for it."""
    return _CALL.caller_id.in_(numbers) & (_CALL.direction == Direction.OUTBOUND.value)


def answered() -> ColumnElement[bool]:
    """Return the condition for calls a person answered, those still in talk included."""
    live = or_(_CALL.connected_at.is_not(None), _CALL.abandoned, _CALL.outcome == Outcome.HUNG_UP.value)
    return live & func.coalesce(_CALL.disposition != _MACHINE, True)


def told() -> ColumnElement[bool]:
    """Return the condition for calls that tell something of the number they came from."""
    return or_(answered(), _CALL.outcome.in_(_NOBODY_SPOKE), func.coalesce(_CALL.disposition == _MACHINE, False))


def _usage(connection: Connection, one: CallerIdSet, now: datetime) -> dict[E164, Usage]:
    today = day_start(one.zone, now)
    counted = _counts(connection, [own.number_e164 for own in one.numbers], today)
    usage = {number: Usage(today=count) for number, count in counted.items()}
    for own in one.numbers:
        if own.state is NumberState.TRIAL:
            tried = _counts(connection, [own.number_e164], own.since).get(own.number_e164, 0)
            usage[own.number_e164] = Usage(counted.get(own.number_e164, 0), tried)
    return usage


def _counts(connection: Connection, numbers: Sequence[E164], since: datetime) -> dict[E164, int]:
    # The index holds all that is asked: no call itself is read.
    query = (
        select(_CALL.caller_id, func.count().label("count"))
        .where(calls_from(numbers), _CALL.dialled_at >= since)
        .group_by(_CALL.caller_id)
    )
    return {E164(row["caller_id"]): row["count"] for row in connection.execute(query).mappings()}


# ---- rows ----------------------------------------------------------------------------------------------------------


def _sets(connection: Connection) -> list[CallerIdSet]:
    rows = connection.execute(select(SETS).order_by(SETS.c.name)).mappings().all()
    return [set_of(row, numbers_of(connection, row["id"])) for row in rows]


def set_of(row: RowMapping | Mapping[str, Any], numbers: Sequence[OwnNumber]) -> CallerIdSet:
    """Return the set of a row."""
    return CallerIdSet(**{name: row[name] for name in _SET_FIELDS}, numbers=tuple(numbers))


def numbers_of(connection: Connection, set_id: CallerIdSetId) -> list[OwnNumber]:
    """Return the numbers of a set in their order."""
    query = select(NUMBERS).where(NUMBERS.c.set_id == set_id).order_by(NUMBERS.c.number_e164)
    return [_number_of(row) for row in connection.execute(query).mappings()]


def _number_of(row: RowMapping) -> OwnNumber:
    watch = dict(row["watch"])
    return OwnNumber(
        **{
            **row,
            "state": NumberState(row["state"]),
            "reason": StateReason(row["reason"]),
            "watch": Watch(
                score=watch["score"],
                own=Tally(*watch["own"]),
                others=Tally(*watch["others"]),
                usual=(watch["usual"][0], watch["usual"][1]),
                pending=(watch["pending"][0], watch["pending"][1]),
            ),
        }
    )


def _number_row(own: OwnNumber) -> dict[str, Any]:
    watch, w = asdict(own.watch), own.watch
    for name, tally in (("own", w.own), ("others", w.others)):
        watch[name] = [tally.dialled, tally.told, tally.answered]
    return {**asdict(own), "state": str(own.state), "reason": str(own.reason), "watch": watch}


# ---- changing ------------------------------------------------------------------------------------------------------


async def add_set(store: Store, made: CallerIdSet, by: By) -> None:
    """Keep a new set, without numbers.

    Raises:
        Conflict: its name is taken.
    """

    def work(connection: Connection) -> None:
        if connection.execute(select(SETS.c.id).where(SETS.c.name == made.name)).scalar() is not None:
            raise Conflict(f"there is a caller-id set {made.name!r} already")
        connection.execute(insert(SETS), {name: getattr(made, name) for name in _SET_FIELDS})
        note(connection, by, "caller_id.add_set", made.name, f"zone {made.zone}, {made.cap_per_day} calls a day")

    await store.write(work)


async def change_set(store: Store, name: str, changes: Mapping[str, Any], by: By) -> CallerIdSet:
    """Change rules of a set, by the names of its fields; return it as it is then.

    Raises:
        NotFound: there is no such set.
    """
    known = await set_named(store, name)

    def work(connection: Connection) -> None:
        row = connection.execute(select(SETS).where(SETS.c.id == known.id)).mappings().one()
        if changes:
            connection.execute(update(SETS).where(SETS.c.id == known.id).values(**changes))
            note(connection, by, "caller_id.change_set", name, difference(dict(row), dict(changes)))

    await store.write(work)
    return await set_named(store, name)


async def add_numbers(store: Store, numbers: Sequence[OwnNumber], by: By) -> None:
    """Put numbers into their set, all or none.

    Raises:
        Conflict: one of them belongs to a set already.
    """

    def work(connection: Connection) -> None:
        for own in numbers:
            taken = _where(connection, own.number_e164)
            if taken is not None:
                raise Conflict(f"{own.number_e164} belongs to caller-id set {taken!r} already")
            connection.execute(insert(NUMBERS), _number_row(own))
            note(connection, by, "caller_id.add", own.number_e164, f"owned since {own.owned_since}")

    await store.write(work)


async def remove_number(store: Store, number: E164, by: By) -> None:
    """Take a number out of its set: no call is made from it any more.

    Raises:
        NotFound: it belongs to none.
    """

    def work(connection: Connection) -> None:
        known = _known(connection, number)
        connection.execute(delete(NUMBERS).where(NUMBERS.c.number_e164 == number))
        note(connection, by, "caller_id.remove", number, f"owned since {known.owned_since}")

    await store.write(work)


async def rest(store: Store, number: E164, until: datetime | None, by: By, why: str = "") -> None:
    """Leave a number alone until a moment, or until it is released.

    Raises:
        NotFound: it belongs to no set.
    """
    await _change(store, number, lambda own: rested(own, until, by.at, why), by)


async def release(store: Store, number: E164, by: By, why: str = "") -> None:
    """Use a number again, whatever its state; the test of its answer rate begins anew.

    Raises:
        NotFound: it belongs to no set.
    """
    await _change(store, number, lambda own: active(own, StateReason.BY_HAND, by.at, why), by)


async def _change(store: Store, number: E164, change: Callable[[OwnNumber], OwnNumber], by: By) -> None:
    def work(connection: Connection) -> None:
        known = _known(connection, number)
        save_number(connection, known, change(known), by)

    await store.write(work)


def save_number(connection: Connection, was: OwnNumber, own: OwnNumber, by: By) -> None:
    """Keep a number as it is now; a new state is a row of the audit log."""
    connection.execute(update(NUMBERS).where(NUMBERS.c.number_e164 == own.number_e164).values(**_number_row(own)))
    if (own.state, own.since) != (was.state, was.since):
        note(connection, by, f"caller_id.{own.state}", own.number_e164, _said(was, own))


def _said(was: OwnNumber, own: OwnNumber) -> str:
    parts = [f"{was.state} → {own.state}", str(own.reason), own.note]
    if own.state is NumberState.QUARANTINED:
        mine, others = own.watch.own, own.watch.others
        parts.append(f"{mine.answered} of {mine.told} answered, of the others' {others.answered} of {others.told}")
    if own.until is not None:
        parts.append(f"until {own.until.isoformat(timespec='seconds')}")
    return ", ".join(filter(None, parts))


def _known(connection: Connection, number: E164) -> OwnNumber:
    row = connection.execute(select(NUMBERS).where(NUMBERS.c.number_e164 == number)).mappings().first()
    if row is None:
        raise NotFound(f"{number} belongs to no caller-id set: waihu caller-id list")
    return _number_of(row)


def _where(connection: Connection, number: E164) -> str | None:
    query = select(SETS.c.name).where(SETS.c.id == NUMBERS.c.set_id, NUMBERS.c.number_e164 == number)
    return connection.execute(query).scalar()
