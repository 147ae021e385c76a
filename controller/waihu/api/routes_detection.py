"""How machine detection does in a campaign, by what agents say of the answers they are given."""

from datetime import datetime, timedelta
from math import sqrt
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_seen
from waihu.api.routes import Routes
from waihu.speech.answer_model import Costs
from waihu.store.detection import screened
from waihu_models.access import Right
from waihu_models.campaign import Detection

routes = Routes("detection")

_Z95 = 1.96


class DetectionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days back answers are counted."""

    days: Annotated[int, Meta(ge=1, le=366)] = 30


class DetectionShown(Struct, frozen=True, kw_only=True):
    """What is decided by, and how it did.

    ``threshold``: the probability of a machine from which on an answer is sent away, null where the exchange decides
    alone. ``machines_ratio``: of what agents judged, with its 95 % interval; null while they judged nothing. How many
    of ``sent_away`` were people nobody knows: they hear no agent.
    """

    screening: bool
    detection: Detection
    person_cost: float
    threshold: float | None
    since: datetime
    sent_away: int
    passed_on: int
    judged: int
    machines: int
    machines_ratio: float | None
    machines_low: float | None
    machines_high: float | None


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson 1927)."""
    share, weight = part / whole, _Z95**2 / whole
    middle, half = share + weight / 2, _Z95 * sqrt(share * (1 - share) / whole + weight / (4 * whole))
    return max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight))


@routes.get("/campaigns/{campaign_id}/detection", right=Right.CAMPAIGNS_READ)
async def read_detection(ask: Ask, campaign_id: str, query: DetectionQuery) -> DetectionShown:
    """Return how answers were taken in a campaign, and how many machines agents were given."""
    campaign = await campaign_seen(ask, campaign_id, Right.CAMPAIGNS_READ)
    since = ask.by.at - timedelta(days=query.days)
    found = await screened(ask.house.store, campaign_id, since)
    low, high = interval(found.machines, found.judged) if found.judged else (None, None)
    combined = campaign.screening and campaign.detection is Detection.COMBINED
    return DetectionShown(
        screening=campaign.screening, detection=campaign.detection, person_cost=campaign.person_cost, since=since,
        threshold=round(Costs(person_sent_away=campaign.person_cost).threshold, 4) if combined else None,
        sent_away=found.sent_away, passed_on=found.passed_on, judged=found.judged, machines=found.machines,
        machines_ratio=round(found.machines / found.judged, 4) if found.judged else None,
        machines_low=None if low is None else round(low, 4), machines_high=None if high is None else round(high, 4),
    )  # fmt: skip
