"""How machine detection does in a campaign, by what agents say of the answers they are given."""

from datetime import datetime, timedelta
from math import sqrt
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_seen
from waihu.api.routes import Routes
from waihu.speech.answer_model import Costs
from waihu.store.detection import learnt_of, save_learnt, screened
from waihu_models.access import Right
from waihu_models.campaign import Detection
from waihu_models.detection import Learnt

routes = Routes("detection")

_Z95 = 1.96


class DetectionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days back answers are counted."""

    days: Annotated[int, Meta(ge=1, le=366)] = 30


class DetectionShown(Struct, frozen=True, kw_only=True):
    """What is decided by, and how it did.

    ``threshold``: the probability of a machine from which on an answer is sent away, null where the exchange decides
    alone. ``machines_ratio``: of what agents judged, with its 95 % interval; null while they judged nothing.
    ``people_ratio``: the share of people among the answers that were sent away, known from those that were passed on to
    be checked, each weighed by the share that was checked when it was drawn; ``people``: as many that makes of
    ``sent_away``. ``learnt_from``: known
    answers the campaign's own model was made of, of them ``learnt_checked`` checked; 0: what is shipped counts alone.
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
    check_share: float
    checked: int
    checked_people: int
    people_ratio: float | None
    people_low: float | None
    people_high: float | None
    people: int | None
    learnt_from: int
    learnt_checked: int
    learnt_at: datetime | None
    forgotten_at: datetime | None


def interval(share: float, whole: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (E. B. Wilson 1927)."""
    weight = _Z95**2 / whole
    middle, half = share + weight / 2, _Z95 * sqrt(share * (1 - share) / whole + weight / (4 * whole))
    return max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight))


def _share(share: float | None, whole: float) -> tuple[float | None, float | None, float | None]:
    if share is None:
        return None, None, None
    low, high = interval(share, whole)
    return round(share, 4), round(low, 4), round(high, 4)


@routes.get("/campaigns/{campaign_id}/detection", right=Right.CAMPAIGNS_READ)
async def read_detection(ask: Ask, campaign_id: str, query: DetectionQuery) -> DetectionShown:
    """Return how answers were taken in a campaign, how often that was wrong, and what was learnt of it."""
    campaign = await campaign_seen(ask, campaign_id, Right.CAMPAIGNS_READ)
    since = ask.by.at - timedelta(days=query.days)
    found, learnt = await screened(ask.house.store, campaign_id, since), await learnt_of(ask.house.store, campaign_id)
    machines = _share(found.machines / found.judged if found.judged else None, found.judged)
    people = _share(found.people_ratio, found.worth)
    combined = campaign.screening and campaign.detection is Detection.COMBINED
    return DetectionShown(
        screening=campaign.screening, detection=campaign.detection, person_cost=campaign.person_cost, since=since,
        threshold=round(Costs(person_sent_away=campaign.person_cost).threshold, 4) if combined else None,
        sent_away=found.sent_away, passed_on=found.passed_on, judged=found.judged, machines=found.machines,
        machines_ratio=machines[0], machines_low=machines[1], machines_high=machines[2],
        check_share=campaign.check_share, checked=found.checked, checked_people=found.people,
        people_ratio=people[0], people_low=people[1], people_high=people[2],
        people=None if found.people_ratio is None else round(found.people_ratio * found.sent_away),
        learnt_from=learnt.answers, learnt_checked=learnt.checked, learnt_at=learnt.at,
        forgotten_at=learnt.forgotten_at,
    )  # fmt: skip


@routes.delete("/campaigns/{campaign_id}/detection/learnt", right=Right.CAMPAIGNS_EDIT)
async def forget_detection(ask: Ask, campaign_id: str) -> None:
    """Let a campaign forget what it learnt of its answers: older ones count no more, within two minutes."""
    await campaign_seen(ask, campaign_id, Right.CAMPAIGNS_EDIT)
    await save_learnt(ask.house.store, campaign_id, Learnt(forgotten_at=ask.by.at), ask.by)
