"""What agents may choose from, as sets: one for all campaigns, and those of campaigns that have their own."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.disposition import Category, Choice
from waihu_models.errors import NotFound, Stale
from waihu_models.tables import DispositionSetRow

_SET = table(DispositionSetRow)
FOR_ALL = ""


async def disposition_sets(store: Store) -> dict[str, RowMapping]:
    """Return the row of every set by campaign id; ``FOR_ALL`` is the one of campaigns without their own."""
    return {row["campaign_id"]: row for row in await store.rows(select(_SET))}


def choices_of(row: RowMapping) -> tuple[Choice, ...]:
    """Return the choices of a row, in their order."""
    return tuple(Choice(**{**one, "category": Category(one["category"])}) for one in row["choices"])


async def save_set(store: Store, campaign_id: str, choices: Sequence[Choice], version: int, by: By) -> int:
    """Put choices in the place of those of a campaign (or of ``FOR_ALL``); return the new version.

    Args:
        store: Where.
        campaign_id: Whose.
        choices: All of them, in their order.
        version: That of the set they were made from; 0: the campaign has none yet.
        by: Who does it.
    Raises:
        Stale: somebody else changed it first.
    """
    values = [_plain(choice) for choice in choices]

    def work(connection: Connection) -> int:
        this = _SET.c.campaign_id == campaign_id
        known = connection.execute(select(_SET).where(this)).mappings().first()
        present = known["version"] if known is not None else 0
        if present != version:
            raise Stale("this set of dispositions", {"choices": known["choices"] if known is not None else []}, present)
        if known is None:
            connection.execute(insert(_SET).values(campaign_id=campaign_id, choices=values))
        else:
            connection.execute(update(_SET).where(this).values(choices=values, version=version + 1))
        note(connection, by, "dispositions.change", campaign_id, ", ".join(one["code"] for one in values))
        return version + 1

    return await store.write(work)


def _plain(choice: Choice) -> dict[str, Any]:
    return {**asdict(choice), "category": str(choice.category)}


async def forget_set(store: Store, campaign_id: str, version: int, by: By) -> None:
    """Let a campaign have the choices of all again.

    Raises:
        NotFound: it has none of its own.
        Stale: somebody else changed them first.
    """

    def work(connection: Connection) -> None:
        this = _SET.c.campaign_id == campaign_id
        known = connection.execute(select(_SET).where(this)).mappings().first()
        if known is None or campaign_id == FOR_ALL:
            raise NotFound("this campaign has no dispositions of its own")
        if known["version"] != version:
            raise Stale("this set of dispositions", {"choices": known["choices"]}, known["version"])
        connection.execute(delete(_SET).where(this))
        note(connection, by, "dispositions.forget", campaign_id)

    await store.write(work)
