"""Rule packs in the store: each version as it was when it was first used."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import BadRulePack
from waihu_models.rule_pack import RulePack
from waihu_models.tables import RulePackRow

_TABLE = table(RulePackRow)


async def keep_packs(store: Store, packs: Iterable[RulePack], at: datetime) -> None:
    """Keep the text of packs that come into use; those kept already stay as they are.

    Raises:
        BadRulePack: a pack was in use under the same version with another text; nothing was kept.
    """
    wanted = list(packs)

    def work(connection: Connection) -> None:
        for pack in wanted:
            same = (_TABLE.c.name == pack.name) & (_TABLE.c.version == pack.number)
            known = connection.execute(select(_TABLE.c.sha256).where(same)).scalar()
            digest = hashlib.sha256(pack.text.encode()).hexdigest()
            if known is None:
                row = {"name": pack.name, "version": pack.number, "sha256": digest, "text": pack.text, "taken_at": at}
                connection.execute(insert(_TABLE), row)
            elif known != digest:
                raise BadRulePack(
                    f"rule pack {pack.version} was in use with another text: raise its version, "
                    "so that calls can say which of the two let them pass"
                )

    await store.write(work)


async def kept_packs(store: Store) -> list[RowMapping]:
    """Return ``name``, ``version``, ``sha256``, ``text`` and ``taken_at`` of every version that was in use."""
    return await store.rows(select(_TABLE).order_by(_TABLE.c.name, _TABLE.c.taken_at))
