"""Why is this lead called, or not called, now? The same rules as the hopper's, asked without dialling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from waihu.clock import Clock
from waihu.dialer.dial_rules import may_dial
from waihu.dialer.list_rules import Permission
from waihu.dialer.rule_packs import under_law
from waihu.store import leads as stored
from waihu.store.campaigns import campaigns
from waihu.store.store import Store
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.errors import NotFound
from waihu_models.lead import DialFacts, Lead, LeadState, Refusal
from waihu_models.rule_pack import RulePack

PAST = 5


@dataclass(frozen=True, slots=True)
class PastRefusal:
    """A refusal of some time ago, as it was stored."""

    code: Refusal
    at: datetime
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that decides whether a lead is dialled now. ``permission`` is what the rules say at ``at``."""

    lead: Lead
    campaign: Campaign
    facts: DialFacts
    permission: Permission
    past: Sequence[PastRefusal]
    at: datetime

    @property
    def dialable(self) -> bool:
        """Whether the lead may be called at this moment, if its campaign runs and a line and an agent are free."""
        return self.permission.refusal is None and self.lead.state is not LeadState.DIALLING

    @property
    def running(self) -> bool:
        """Whether its campaign dials."""
        return self.campaign.state is CampaignState.RUNNING


async def why_lead(
    store: Store, key: str, clock: Clock, packs: Mapping[str, RulePack] = MappingProxyType({})
) -> list[Why]:
    """Return the reasons for a lead (by its id), or for every lead with a number (in E.164).

    Raises:
        BadRulePack: a campaign names a rule pack that is not among ``packs``, or packs that cannot hold together.
        NotFound: there is no such lead.
        StoreError: the database cannot be read.
    """
    leads = await stored.leads_by_key(store, key)
    if not leads:
        raise NotFound(f"there is no lead with id or number {key!r}; numbers are written as +441632960000")
    now = clock.now()
    known = {campaign.id: campaign for campaign in await campaigns(store)}
    facts = await stored.dial_facts(store, leads, now)
    made = []
    for lead in leads:
        campaign, of_lead = under_law(known[lead.campaign_id], packs), facts.get(lead.id, DialFacts())
        past = [
            PastRefusal(Refusal(row["code"]), row["at"], row["again_at"])
            for row in await stored.past_refusals(store, lead.id, PAST)
        ]
        made.append(Why(lead, campaign, of_lead, may_dial(lead, of_lead, campaign, now), past, now))
    return made
