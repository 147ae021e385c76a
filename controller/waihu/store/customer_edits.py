"""What people change of customers: new ones, their fields, notes; and clear numbers, which are shown on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.tags import put_tags, tags_of
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.ids import CustomerId, new_id
from waihu_models.names import name_key
from waihu_models.phone import E164, mask
from waihu_models.tables import CustomerNoteRow, CustomerPhoneRow, CustomerRow

_CUSTOMER, _PHONE, _NOTE = table(CustomerRow), table(CustomerPhoneRow), table(CustomerNoteRow)


@dataclass(frozen=True, slots=True)
class Which:
    """A customer, and who may be seen: somebody else's is as good as none."""

    customer_id: str
    visible: ColumnElement[bool]


async def add_customer(
    store: Store, values: Mapping[str, Any], numbers: Sequence[E164], tags: Sequence[str], by: By
) -> CustomerId:
    """Make a customer; ``values`` are columns of the row.

    Raises:
        Conflict: a customer has that external id.
    """
    customer_id = CustomerId(new_id())
    row = {**values, "id": customer_id, "name_key": name_key(values.get("name", "")), "created_at": by.at}

    def work(connection: Connection) -> None:
        same = _CUSTOMER.c.external_id == values.get("external_id")
        if values.get("external_id") and connection.execute(select(_CUSTOMER.c.id).where(same)).first():
            raise Conflict(f"a customer has the external id {values['external_id']!r} already")
        connection.execute(insert(_CUSTOMER), row)
        phones = [
            {
                "id": new_id(), "customer_id": customer_id, "number_e164": number, "masked": mask(number),
                "last4": number[-4:], "place": place,
            }
            for place, number in enumerate(dict.fromkeys(numbers))
        ]  # fmt: skip
        if phones:
            connection.execute(insert(_PHONE), phones)
        put_tags(connection, customer_id, tags)
        note(connection, by, "customer.add", customer_id)

    await store.write(work)
    return customer_id


async def change_customer(store: Store, which: Which, version: int, values: Mapping[str, Any], by: By) -> None:
    """Change fields of a customer; ``tags`` among the values puts these in the place of those there are.

    Raises:
        NotFound: there is no such customer that may be changed.
        Stale: somebody else changed it first.
    """

    def work(connection: Connection) -> None:
        known = _known(connection, which)
        before = {**known, "tags": tags_of(connection, which.customer_id)}
        after = {**values, "tags": sorted(set(values["tags"]))} if "tags" in values else dict(values)
        if known["version"] != version:
            other = {name: before[name] for name in after if before[name] != after[name]}
            raise Stale("this customer", other, known["version"])
        said = difference(before, after)
        if "tags" in after:
            put_tags(connection, which.customer_id, after.pop("tags"))
        if "name" in after:
            after["name_key"] = name_key(after["name"])
        this = _CUSTOMER.c.id == which.customer_id
        connection.execute(update(_CUSTOMER).where(this).values(**after, version=version + 1))
        note(connection, by, "customer.change", which.customer_id, said)

    await store.write(work)


async def add_note(store: Store, which: Which, text: str, by: By) -> str:
    """Keep a note on a customer; return its id.

    Raises:
        NotFound: there is no such customer that may be changed.
    """
    note_id = new_id()
    row = {"id": note_id, "customer_id": which.customer_id, "at": by.at, "actor": by.actor, "text": text}

    def work(connection: Connection) -> None:
        _known(connection, which)
        connection.execute(insert(_NOTE), row)

    await store.write(work)
    return note_id


async def note_shown(store: Store, whose: str, number: E164, by: By, what: str = "number.reveal") -> None:
    """Put on record that somebody was shown a clear number; it is shown only after that."""
    await store.write(lambda connection: note(connection, by, what, whose, mask(number)))


def _known(connection: Connection, which: Which) -> Mapping[str, Any]:
    query = select(_CUSTOMER).where(_CUSTOMER.c.id == which.customer_id, which.visible)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"there is no customer {which.customer_id!r}")
    return dict(row)
