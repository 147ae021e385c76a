"""Lists of phrases that are listened for, and the objections that are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, or_, select

from waihu.store.audit import By
from waihu.store.kept_words import (
    add_kept,
    add_missing,
    change_kept,
    delete_kept,
    kept_row,
    kept_rows,
    sign_of_change,
)
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.visible import visible_campaigns
from waihu.store.word_rows import list_of, list_row, objection_of, objection_row
from waihu_models.access import Right, Viewer
from waihu_models.assist import Objection
from waihu_models.tables import CampaignRow, ObjectionRow, PhraseListRow
from waihu_models.word_alert import PhraseList

_LIST, _OBJECTION, _CAMPAIGN = table(PhraseListRow), table(ObjectionRow), table(CampaignRow)


def visible_lists(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``phrase_list``: those for all campaigns, or one that may be seen."""
    return or_(_LIST.c.campaign_id.is_(None), _LIST.c.campaign_id.in_(_seen(viewer)))


def visible_objections(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``objection``: those for all campaigns, or one that may be seen."""
    return or_(_OBJECTION.c.campaign_id.is_(None), _OBJECTION.c.campaign_id.in_(_seen(viewer)))


def _seen(viewer: Viewer) -> Any:
    return select(_CAMPAIGN.c.id).where(visible_campaigns(viewer, Right.CAMPAIGNS_READ))


async def changed(store: Store) -> tuple[Any, ...]:
    """Return what is another value after any change of a list or an objection."""
    return await sign_of_change(store, (_LIST, _OBJECTION))


async def load_shipped(
    store: Store, lists: Sequence[PhraseList], objections: Sequence[Objection], at: datetime
) -> list[str]:
    """Add what is shipped and was never here; return the ids of what was added."""
    added = await add_missing(store, _LIST, [list_row(one) for one in lists], at)
    return added + await add_missing(store, _OBJECTION, [objection_row(one) for one in objections], at)


# ---- lists ---------------------------------------------------------------------------------------------------------


async def phrase_lists(store: Store, visible: ColumnElement[bool] | None = None) -> list[PhraseList]:
    """Return the lists, by name."""
    return [list_of(row) for row in await kept_rows(store, _LIST, visible)]


async def phrase_list(store: Store, list_id: str, visible: ColumnElement[bool] | None = None) -> PhraseList:
    """Return one list.

    Raises:
        NotFound: there is none that may be seen.
    """
    return list_of(await kept_row(store, _LIST, list_id, visible))


async def add_list(store: Store, one: PhraseList, by: By) -> None:
    """Add a list."""
    await add_kept(store, _LIST, list_row(one), by)


async def change_list(store: Store, one: PhraseList, by: By) -> None:
    """Put a list in the place of the one of its id and version.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await change_kept(store, _LIST, one.id, one.version, list_row(one), by)


async def delete_list(store: Store, list_id: str, version: int, by: By) -> None:
    """Delete a list; alerts it raised stay.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await delete_kept(store, _LIST, list_id, version, by)


# ---- objections ----------------------------------------------------------------------------------------------------


async def objections(store: Store, visible: ColumnElement[bool] | None = None) -> list[Objection]:
    """Return the objections, by name."""
    return [objection_of(row) for row in await kept_rows(store, _OBJECTION, visible)]


async def objection(store: Store, objection_id: str, visible: ColumnElement[bool] | None = None) -> Objection:
    """Return one objection.

    Raises:
        NotFound: there is none that may be seen.
    """
    row: RowMapping = await kept_row(store, _OBJECTION, objection_id, visible)
    return objection_of(row)


async def add_objection(store: Store, one: Objection, by: By) -> None:
    """Add an objection."""
    await add_kept(store, _OBJECTION, objection_row(one), by)


async def change_objection(store: Store, one: Objection, by: By) -> None:
    """Put an objection in the place of the one of its id and version.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await change_kept(store, _OBJECTION, one.id, one.version, objection_row(one), by)


async def delete_objection(store: Store, objection_id: str, version: int, by: By) -> None:
    """Delete an objection; what is counted of it stays.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await delete_kept(store, _OBJECTION, objection_id, version, by)
