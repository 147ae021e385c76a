"""What lists that people look through share: numbers as they are typed, moments in cursors, visible campaigns."""

from datetime import datetime

from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.services.number_search import possible_numbers
from waihu.store.campaigns import campaign_row_by_id, campaign_rows
from waihu.store.rows import campaign_of
from waihu.store.visible import visible_campaigns
from waihu_models.access import Right
from waihu_models.campaign import Campaign
from waihu_models.errors import BadField, BadNumber
from waihu_models.phone import E164, parse_e164


async def numbers_meant(ask: Ask, text: str) -> tuple[E164, ...] | None:
    """Return every number a typed text can mean; None: nothing was typed."""
    if not text.strip():
        return None
    rows = await campaign_rows(ask.house.store, visible_campaigns(ask.viewer))
    return possible_numbers(text, [row["rules"].get("region") for row in rows])


def number_given(text: str, region: str | None, path: str) -> E164:
    """Return the one number a text says, which is to be kept: no country is guessed.

    Numbers in no range that is in use are taken: a person typed them, and ranges change.

    Raises:
        BadField: it is none.
    """
    try:
        return parse_e164(text, region, allow_fictional=True)
    except BadNumber as error:
        raise BadField(path, str(error)) from error


async def campaign_row(ask: Ask, campaign_id: str, right: Right) -> RowMapping:
    """Return the row of a campaign that may be seen.

    Raises:
        NotFound: there is none.
    """
    return await campaign_row_by_id(ask.house.store, campaign_id, visible_campaigns(ask.viewer, right))


async def campaign_seen(ask: Ask, campaign_id: str, right: Right) -> Campaign:
    """Return a campaign that may be seen.

    Raises:
        NotFound: there is none.
    """
    return campaign_of(await campaign_row(ask, campaign_id, right))


def moment(text: str) -> datetime:
    """Return the moment a cursor names.

    Raises:
        BadField: it names none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadField("after", "this is not a cursor of this list") from error
    if at.tzinfo is None:
        raise BadField("after", "this is not a cursor of this list")
    return at
