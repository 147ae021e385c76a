"""How machine detection did in a campaign, by what agents said of the answers they were given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select

from waihu.store.abandoned import JUDGED_MACHINE
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.signals import Verdict
from waihu_models.tables import CallRow

_C = table(CallRow).c


@dataclass(frozen=True, slots=True)
class Screened:
    """Answers of a campaign that were listened to.

    Attributes:
        sent_away: Taken for machines. Nobody knows how many of them were people.
        passed_on: Taken for people, or unsure, and talked with an agent.
        judged: Of those, how many have a disposition.
        machines: Of those, how many the agent found to be machines.
    """

    sent_away: int
    passed_on: int
    judged: int
    machines: int


async def screened(store: Store, campaign_id: str, since: datetime) -> Screened:
    """Return how the answers of a campaign since a moment were taken, and what agents say of it."""
    passed = (_C.verdict != str(Verdict.MACHINE)) & _C.connected_at.is_not(None)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(
        count(_C.verdict == str(Verdict.MACHINE)).label("sent_away"),
        count(passed).label("passed_on"),
        count(passed & _C.disposition.is_not(None)).label("judged"),
        count(passed & (_C.disposition == JUDGED_MACHINE)).label("machines"),
    ).where(_C.campaign_id == campaign_id, _C.dialled_at >= since, _C.verdict.is_not(None))
    row = (await store.rows(query))[0]
    return Screened(**{name: int(row[name]) for name in Screened.__slots__})
