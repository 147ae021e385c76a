"""Live answers and abandoned calls, counted by the database.

A call that an agent judged to be a machine is no live answer. Calls now in talk are.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, case, cast, extract, func, select

from waihu.dialer.abandoned_rate import Counted
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import Direction, Origin
from waihu_models.ids import CampaignId
from waihu_models.outcome import Outcome
from waihu_models.tables import CallRow

_C = table(CallRow).c
_ANSWERED_AT = func.coalesce(_C.answered_at, _C.dialled_at, type_=_C.dialled_at.type)
_LONGEST_RING = timedelta(minutes=10)
"""From dialling to the answer; calls are found by when they were dialled, and counted by when they were answered."""
JUDGED_MACHINE = "machine"
_TO_MACHINE = _C.connected_at.is_not(None) & (func.coalesce(_C.disposition, "") == JUDGED_MACHINE)
_TO_AGENT = _C.connected_at.is_not(None) & (func.coalesce(_C.disposition, "") != JUDGED_MACHINE)
_LIVE = _TO_AGENT | _C.abandoned | (func.coalesce(_C.outcome, "") == str(Outcome.HUNG_UP))
# Whom agents called by hand must not make the rate look better.
_OUTBOUND = (_C.direction == str(Direction.OUTBOUND)) & (_C.origin != str(Origin.MANUAL))


def _sum(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0)).label(name)


def _answered_since(campaign_id: CampaignId, since: datetime) -> ColumnElement[bool]:
    dialled = _C.dialled_at >= since - _LONGEST_RING
    return (_C.campaign_id == campaign_id) & dialled & (since <= _ANSWERED_AT) & _OUTBOUND


async def counted_by_rules(store: Store, campaign_id: CampaignId, since: datetime) -> dict[str, Counted]:
    """Return what was counted since a moment, for each ``rules_version`` that let calls pass."""
    query = (
        select(
            _C.rules_version,
            _sum(_LIVE, "live_answers"),
            _sum(_C.abandoned, "abandoned"),
            _sum(_TO_AGENT, "to_agents"),
            _sum(_TO_MACHINE, "machines_to_agents"),
            _sum(_C.outcome == str(Outcome.MACHINE), "screened_out"),
        )
        .where(_answered_since(campaign_id, since))
        .group_by(_C.rules_version)
    )
    return {
        row["rules_version"]: Counted(**{name: int(row[name]) for name in Counted.__slots__})
        for row in await store.rows(query)
    }


async def counted_by_minute(store: Store, campaign_id: CampaignId, since: datetime) -> list[tuple[float, int, int]]:
    """Return (seconds since ``since``, live answers, abandoned) of each minute in which a person answered, in order."""
    second = cast(extract("epoch", _ANSWERED_AT), Integer)
    minute = (second - second % 60).label("minute")
    query = (
        select(minute, _sum(_LIVE, "live_answers"), _sum(_C.abandoned, "abandoned"))
        .where(_answered_since(campaign_id, since), _LIVE)
        .group_by(minute)
        .order_by(minute)
    )
    return [
        (max(0.0, row["minute"] - since.timestamp()), int(row["live_answers"]), int(row["abandoned"]))
        for row in await store.rows(query)
    ]
