"""Why a lead is called or not, for people who may not see its number."""

from collections.abc import Mapping
from dataclasses import replace

from waihu.clock import Clock
from waihu.services.why import why_lead
from waihu.services.why_text import explain
from waihu.services.words import Words
from waihu.store.store import Store
from waihu_models.ids import LeadId
from waihu_models.phone import E164, mask
from waihu_models.rule_pack import RulePack


async def why_masked(store: Store, lead_id: LeadId, clock: Clock, packs: Mapping[str, RulePack]) -> Words:
    """Return the reasons of a lead in both languages, its number masked.

    Raises:
        NotFound: there is no such lead.
        BadRulePack: its campaign names a rule pack that is not there.
    """
    (why,) = await why_lead(store, lead_id, clock, packs)
    told = replace(why, lead=replace(why.lead, number_e164=E164(mask(why.lead.number_e164))))
    return Words(explain(told, "en"), explain(told, "zh"))
