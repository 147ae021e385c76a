"""Whose agents and campaigns are: a small copy of what the store says, so that live screens can be filtered."""

import asyncio
from collections.abc import Callable

import structlog

from waihu.store.live_queries import CampaignCard, Rosters, rosters
from waihu.store.store import Store
from waihu_models.errors import StoreError
from waihu_models.ids import AgentId, CampaignId

log = structlog.get_logger()

FOLLOW_S = 1.0
UNKNOWN = "?"
"""The team of what was made a moment ago and not read yet: no team's, so that nobody sees it who may not."""


class Teams:
    """The teams of agents and campaigns; None: everybody's, as are those of nobody (an id of None)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = Rosters({}, {})
        self.changed: Callable[[], None] = lambda: None

    def team_of_agent(self, agent_id: str | None) -> str | None:
        """Return the team an agent is in."""
        return self._known.agents.get(AgentId(agent_id), UNKNOWN) if agent_id else None

    def team_of_campaign(self, campaign_id: str | None) -> str | None:
        """Return the team a campaign belongs to."""
        card = self.campaign(campaign_id)
        return card.team_id if card else (UNKNOWN if campaign_id else None)

    def campaign(self, campaign_id: str | None) -> CampaignCard | None:
        """Return what a campaign is called, and whose it is; None: it is not known."""
        return self._known.campaigns.get(CampaignId(campaign_id)) if campaign_id else None

    @property
    def campaigns(self) -> tuple[CampaignId, ...]:
        """All campaigns."""
        return tuple(self._known.campaigns)

    async def refresh(self) -> None:
        """Read it again.

        Raises:
            StoreError: the database cannot be read.
        """
        found = await rosters(self._store)
        if found != self._known:
            self._known = found
            self.changed()

    async def follow(self) -> None:
        """Keep to what the store says, whoever changed it, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                await self.refresh()
            except StoreError as error:
                log.warning("teams_not_read", problem=str(error))
