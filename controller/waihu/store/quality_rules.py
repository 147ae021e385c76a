"""Quality rules as they are kept: shipped ones, those of people, their versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from waihu.store.audit import By
from waihu.store.kept_words import add_kept, add_missing, change_kept, delete_kept, kept_row, kept_rows, sign_of_change
from waihu.store.quality_rows import rule_of, rule_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.visible import visible_campaigns
from waihu_models.access import Right, Viewer
from waihu_models.quality import QualityRule
from waihu_models.tables import CampaignRow, QualityRuleRow

_RULE, _CAMPAIGN = table(QualityRuleRow), table(CampaignRow)


def visible_rules(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ``quality_rule``: those for all campaigns, or one that may be seen."""
    seen = select(_CAMPAIGN.c.id).where(visible_campaigns(viewer, Right.QUALITY_READ))
    return or_(_RULE.c.campaign_id.is_(None), _RULE.c.campaign_id.in_(seen))


async def changed_rules(store: Store) -> tuple[Any, ...]:
    """Return what is another value after any change of a rule."""
    return await sign_of_change(store, (_RULE,))


async def load_shipped_rules(store: Store, rules: Sequence[QualityRule], at: datetime) -> list[str]:
    """Add what is shipped and was never here; return the ids of what was added."""
    return await add_missing(store, _RULE, [rule_row(one) for one in rules], at)


async def quality_rules(store: Store, visible: ColumnElement[bool] | None = None) -> list[QualityRule]:
    """Return the rules, by name."""
    return [rule_of(row) for row in await kept_rows(store, _RULE, visible)]


async def quality_rule(store: Store, rule_id: str, visible: ColumnElement[bool] | None = None) -> QualityRule:
    """Return one rule.

    Raises:
        NotFound: there is none that may be seen.
    """
    return rule_of(await kept_row(store, _RULE, rule_id, visible))


async def add_rule(store: Store, rule: QualityRule, by: By) -> None:
    """Add a rule."""
    await add_kept(store, _RULE, rule_row(rule), by)


async def change_rule(store: Store, rule: QualityRule, by: By) -> None:
    """Put a rule in the place of the one of its id and version.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await change_kept(store, _RULE, rule.id, rule.version, rule_row(rule), by)


async def delete_rule(store: Store, rule_id: str, version: int, by: By) -> None:
    """Delete a rule; scores it was part of stay.

    Raises:
        NotFound: there is none.
        Stale: it was changed since that version.
    """
    await delete_kept(store, _RULE, rule_id, version, by)
