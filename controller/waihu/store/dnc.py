"""The do-not-call list."""

from sqlalchemy import Connection, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.phone import E164, mask
from waihu_models.tables import DoNotCallRow

_TABLE = table(DoNotCallRow)


async def allow_again(store: Store, number: E164, by: By) -> None:
    """Take a number off the list; its entry stays, deactivated.

    Raises:
        NotFound: the number is not on the list.
    """
    listed = (_TABLE.c.number_e164 == number) & _TABLE.c.active

    def work(connection: Connection) -> None:
        changed = connection.execute(update(_TABLE).where(listed).values(active=False, deactivated_at=by.at))
        if changed.rowcount == 0:
            raise NotFound(f"{mask(number)} is not on the do-not-call list")
        note(connection, by, "dnc.allow_again", mask(number))

    await store.write(work)
