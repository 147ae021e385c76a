"""The test of answer rates, on the calls in the store: quarter hour after quarter hour, each of them once.

All of it is one transaction that also moves ``judged_until``: of several controllers one does it, and a killed one
leaves nothing half done.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add

from sqlalchemy import Connection, select, update

from waihu.dialer.answer_rates import PERIOD_S
from waihu.dialer.caller_id_life import after_period, when_due
from waihu.store.audit import By
from waihu.store.caller_ids import SETS, answered, calls_from, numbers_of, save_number, set_of, told
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.caller_id import CallerIdSet, CallerIdSetId, NumberState, OwnNumber, Tally
from waihu_models.phone import E164
from waihu_models.tables import CallRow

SETTLED = timedelta(minutes=3)
"""After the end of a quarter hour: by then every call of it was answered, or has ended."""
MOST_AT_ONCE = timedelta(hours=12)
"""What is looked at in one transaction, which keeps all other writes waiting."""
_CALL = table(CallRow).c
_PERIOD = timedelta(seconds=PERIOD_S)
_NONE = Tally()


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that came into another state."""

    was: OwnNumber
    now: OwnNumber


def period_start(at: datetime) -> datetime:
    """Return when the quarter hour of a moment began."""
    return datetime.fromtimestamp(at.timestamp() // PERIOD_S * PERIOD_S, UTC)


def is_due(one: CallerIdSet, now: datetime) -> bool:
    """Say whether there is anything to judge: a quarter hour is over, or a rest or quarantine is."""
    return _closed(one.judged_until, now) > one.judged_until or any(
        when_due(own, now) is not own for own in one.numbers
    )


async def judge(store: Store, set_id: CallerIdSetId, now: datetime) -> list[Moved]:
    """Look at the quarter hours of a set that are over, and at rests and quarantines that are.

    Raises:
        StoreError: nothing was done; try again.
    """

    def work(connection: Connection) -> list[Moved]:
        row = connection.execute(select(SETS).where(SETS.c.id == set_id).with_for_update()).mappings().first()
        if row is None:
            return []
        return _judge(connection, set_of(row, numbers_of(connection, set_id)), now)

    return await store.write(work)


def _judge(connection: Connection, one: CallerIdSet, now: datetime) -> list[Moved]:
    by, moved = By("controller", now), list[Moved]()
    until = _closed(one.judged_until, now)
    numbers = {own.number_e164: own for own in one.numbers}
    for start, calls in _periods(connection, one, until):
        judged = {number: _after(own, numbers, one, calls, start + _PERIOD) for number, own in numbers.items()}
        moved += _saved(connection, numbers, judged, by)
        numbers = judged
    moved += _saved(connection, numbers, {number: when_due(own, now) for number, own in numbers.items()}, by)
    connection.execute(update(SETS).where(SETS.c.id == one.id).values(judged_until=until))
    return moved


def _closed(since: datetime, now: datetime) -> datetime:
    """Return up to when quarter hours are over, as far as one transaction goes."""
    return max(since, min(period_start(now - SETTLED), since + MOST_AT_ONCE))


def _after(
    own: OwnNumber, numbers: Mapping[E164, OwnNumber], one: CallerIdSet, calls: Mapping[E164, Tally], at: datetime
) -> OwnNumber:
    # Numbers on trial are under suspicion: no other one is compared with them.
    beside = [
        calls.get(number, _NONE)
        for number, other in numbers.items()
        if number != own.number_e164 and other.state is not NumberState.TRIAL
    ]
    return after_period(own, one, calls.get(own.number_e164, _NONE), reduce(add, beside, _NONE), at)


def _saved(
    connection: Connection, were: Mapping[E164, OwnNumber], are: Mapping[E164, OwnNumber], by: By
) -> Iterator[Moved]:
    for number, own in are.items():
        was = were[number]
        if own is not was:
            save_number(connection, was, own, by)
        if own.state is not was.state:
            yield Moved(was, own)


def _periods(
    connection: Connection, one: CallerIdSet, until: datetime
) -> Iterator[tuple[datetime, Mapping[E164, Tally]]]:
    query = (
        select(_CALL.caller_id, _CALL.dialled_at, told().label("told"), answered().label("answered"))
        .where(calls_from([own.number_e164 for own in one.numbers]))
        .where(_CALL.dialled_at >= one.judged_until, _CALL.dialled_at < until)
    )
    found: defaultdict[datetime, dict[E164, Tally]] = defaultdict(dict)
    for row in connection.execute(query).mappings():
        tallies, number = found[period_start(row["dialled_at"])], E164(row["caller_id"])
        tallies[number] = tallies.get(number, _NONE) + Tally(1, int(row["told"] or 0), int(row["answered"] or 0))
    yield from sorted(found.items(), key=lambda period: period[0])
