"""Campaigns in the store."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from waihu.dialer.lead_order import order_mark
from waihu.store.audit import By, difference, note
from waihu.store.rows import campaign_of, campaign_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.tables import CampaignRow

_TABLE = table(CampaignRow)


async def campaigns(store: Store) -> list[Campaign]:
    """Return all campaigns by name."""
    return [campaign_of(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.name))]


async def campaign_named(store: Store, name: str) -> Campaign:
    """Return a campaign by name.

    Raises:
        NotFound: there is none; names like it are offered.
    """
    known = {campaign.name: campaign for campaign in await campaigns(store)}
    if name in known:
        return known[name]
    near = get_close_matches(name, known) or sorted(known)[:5]
    offered = f"did you mean {', '.join(near)}?" if near else "there are none yet: waihu campaign add NAME"
    raise NotFound(f"there is no campaign {name!r}; {offered}")


async def campaign_row_by_id(store: Store, campaign_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the row of a campaign, for ``campaign_of``.

    Args:
        store: Where.
        campaign_id: Which.
        visible: Who may see it, see ``waihu.store.visible``.
    Raises:
        NotFound: there is none that may be seen.
    """
    rows = await store.rows(select(_TABLE).where(_TABLE.c.id == campaign_id, visible))
    if not rows:
        raise NotFound(f"there is no campaign {campaign_id!r}")
    return rows[0]


async def campaign_rows(store: Store, visible: ColumnElement[bool]) -> list[RowMapping]:
    """Return the rows of all campaigns that may be seen, by name."""
    return await store.rows(select(_TABLE).where(visible).order_by(_TABLE.c.name))


async def save_campaign(
    store: Store, campaign: Campaign, by: By | None = None, *, beside: Mapping[str, Any] | None = None
) -> None:
    """Keep a campaign: a new one is inserted, a known one changed if nobody else has changed it.

    Args:
        store: Where.
        campaign: As it shall be; its version is the one it was read with.
        by: Who does it, for the audit log; None: the program itself.
        beside: Columns that are no rules: ``team_id``.

    Raises:
        Stale: it was changed in the meantime.
        Conflict: its name is taken.
    """

    def work(connection: Connection) -> None:
        known = connection.execute(select(_TABLE).where(_TABLE.c.id == campaign.id)).mappings().first()
        row = campaign_row(campaign) | dict(beside or {})
        if known is None:
            taken = connection.execute(select(_TABLE.c.id).where(_TABLE.c.name == campaign.name)).scalar()
            if taken is not None:
                raise Conflict(f"there is a campaign {campaign.name!r} already")
            # Whatever comes onto its list is ordered by these rules from the beginning.
            connection.execute(insert(_TABLE), {**row, "order_mark": order_mark(campaign.order)})
            note(connection, by, "campaign.add", campaign.name)
            return
        same = (_TABLE.c.id == campaign.id) & (_TABLE.c.version == campaign.version)
        changed = connection.execute(update(_TABLE).where(same).values(**{**row, "version": campaign.version + 1}))
        before, after = _flat(known), _flat(row)
        if changed.rowcount == 0:
            other = {name: before[name] for name in after if before.get(name) != after[name]}
            raise Stale(f"campaign {campaign.name!r}", other, known["version"])
        note(connection, by, "campaign.change", campaign.name, difference(before, after))

    await store.write(work)


def _flat(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    named = {name: row[name] for name in ("name", "mode", "state", "team_id") if name in row}
    return {**named, **row["rules"]}
