"""What each campaign has learnt of its answers, kept current while it dials, and known without waiting."""

import asyncio
from dataclasses import replace

import structlog

from waihu.clock import Clock
from waihu.speech.answer_learning import learnt_model
from waihu.speech.answer_model import AnswerModel, Costs, shipped_model
from waihu.store.detection import known_answers, learnt_of, save_learnt
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.detection import Learnt
from waihu_models.errors import StoreError
from waihu_models.ids import CampaignId

log = structlog.get_logger()

MOST = 2000
"""Answers that are learnt from, the newest ones."""
EVERY_S = 120.0
"""A campaign that dials learns again after this."""
MOST_CAMPAIGNS = 500


class AnswerLearning:
    """Models by campaign. A campaign nobody asked for lately is forgotten, not what it learnt."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._models: dict[CampaignId, AnswerModel] = {}
        self._asked: dict[CampaignId, Campaign] = {}  # since the last look, the latest last

    def model_of(self, campaign: Campaign) -> AnswerModel:
        """Return what is known of a campaign's answers now; the next look begins with what it asks for."""
        self._asked.pop(campaign.id, None)
        self._asked[campaign.id] = campaign
        if len(self._asked) > MOST_CAMPAIGNS:
            del self._asked[next(iter(self._asked))]
        return self._models.get(campaign.id) or shipped_model()

    async def run(self) -> None:
        """Learn every now and then, for campaigns that have had answers since, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Learn once for every campaign that has had answers since the last look."""
        asked, self._asked = self._asked, {}
        for campaign in asked.values():
            try:
                await self.learn(campaign)
            except StoreError as error:
                self._asked.setdefault(campaign.id, campaign)
                log.warning("detection_not_learnt", campaign_id=campaign.id, problem=str(error))
        for gone in self._models.keys() - asked.keys() - self._asked.keys():
            del self._models[gone]

    async def learn(self, campaign: Campaign) -> Learnt:
        """Learn from all that is known of a campaign's answers, and keep what came of it.

        Raises:
            StoreError: they cannot be read, or it cannot be kept; what was learnt before goes on to count.
        """
        was = await learnt_of(self._store, campaign.id)
        known = await known_answers(self._store, campaign.id, was.forgotten_at, MOST)
        checked = sum(one.weight > 1 for one in known)
        model = await asyncio.to_thread(learnt_model, known, checked)
        threshold = Costs(person_sent_away=campaign.person_cost).threshold
        now = replace(
            was, answers=len(known) if model else 0, checked=checked if model else 0, threshold=round(threshold, 4),
            at=was.at,
        )  # fmt: skip
        if now != was:
            now = replace(now, at=self._clock.now())
            await save_learnt(self._store, campaign.id, now)
            log.info("detection_learnt", campaign_id=campaign.id, answers=now.answers, checked=now.checked)
        if model is None:
            self._models.pop(campaign.id, None)
        else:
            self._models[campaign.id] = model
        return now
