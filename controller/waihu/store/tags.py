"""Tags of customers."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.tables import CustomerTagRow

_TAG = table(CustomerTagRow)
MOST = 500


async def tags_in_use(store: Store) -> list[RowMapping]:
    """Return ``tag`` and ``customers`` of every tag, the most used first."""
    count = func.count().label("customers")
    query = select(_TAG.c.tag, count).group_by(_TAG.c.tag).order_by(count.desc(), _TAG.c.tag).limit(MOST)
    return await store.rows(query)


async def tags_by_customer(store: Store, customer_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the tags of customers who have any."""
    found: dict[str, tuple[str, ...]] = {}
    if customer_ids:
        query = select(_TAG).where(_TAG.c.customer_id.in_(set(customer_ids))).order_by(_TAG.c.tag)
        for row in await store.rows(query):
            found[row["customer_id"]] = (*found.get(row["customer_id"], ()), row["tag"])
    return found


def tags_of(connection: Connection, customer_id: str) -> list[str]:
    """Return the tags of a customer, in a transaction."""
    return sorted(connection.execute(select(_TAG.c.tag).where(_TAG.c.customer_id == customer_id)).scalars())


def put_tags(connection: Connection, customer_id: str, tags: Iterable[str]) -> None:
    """Let a customer have these tags and no others, in a transaction."""
    connection.execute(delete(_TAG).where(_TAG.c.customer_id == customer_id))
    rows = [{"customer_id": customer_id, "tag": tag} for tag in sorted(set(tags))]
    if rows:
        connection.execute(insert(_TAG), rows)
