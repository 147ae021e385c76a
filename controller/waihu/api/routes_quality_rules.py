"""Quality rules: what every call is held against. Read by who sees quality, changed by administrators."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_row
from waihu.api.routes import Routes
from waihu.services.phrase_words import MOST, checked_phrases
from waihu.store import quality_rules as stored
from waihu_models.access import Right
from waihu_models.errors import BadField
from waihu_models.ids import CampaignId, new_id
from waihu_models.quality import QualityRule, RuleKind
from waihu_models.transcript import Side

routes = Routes("quality rules")

Ref = Annotated[str, Meta(max_length=32)]
RuleName = Annotated[str, Meta(min_length=1, max_length=80)]
RulePhrase = Annotated[str, Meta(min_length=1, max_length=100)]
Spoken = Annotated[str, Meta(pattern=r"^([a-z]{2,3}(-[a-z0-9]{1,8}){0,3})?$")]
RuleSeconds = Annotated[float, Meta(ge=0, le=3600)]
Share = Annotated[float, Meta(ge=0, le=1)]
PHRASED = {RuleKind.SAID, RuleKind.NOT_SAID}
_NUMBERS = {
    RuleKind.SAID: ("within_s", "least_talk_s"),
    RuleKind.NOT_SAID: (),
    RuleKind.TALK_RATIO: ("min", "max"),
    RuleKind.DEAD_AIR: ("max_s",),
    RuleKind.INTERRUPTIONS: ("max_per_min",),
}


class RuleParameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rule looks at, by its kind.

    ``said``: ``phrases`` by ``side`` within ``within_s`` of the connection (0: anywhere), of calls of at least
    ``least_talk_s``. ``not_said``: ``phrases`` by ``side``. ``talk_ratio``: the agent's share between ``min`` and
    ``max``. ``dead_air``: the longest silence at most ``max_s``. ``interruptions``: at most ``max_per_min``.
    ``unless``: a phrase said inside one of these is not meant ("risk free" in "not risk free").
    """

    phrases: Annotated[list[RulePhrase], Meta(max_length=MOST)] = []
    unless: Annotated[list[RulePhrase], Meta(max_length=MOST)] = []
    side: Side = Side.AGENT
    within_s: RuleSeconds = 0.0
    least_talk_s: RuleSeconds = 0.0
    min: Share = 0.0
    max: Share = 1.0
    max_s: RuleSeconds = 0.0
    max_per_min: Annotated[float, Meta(ge=0, le=60)] = 0.0


class QualityRuleShown(Struct, frozen=True, kw_only=True):
    """A rule. ``campaign_id`` null: of all campaigns; ``language`` empty: of every language."""

    id: str
    name: str
    kind: RuleKind
    parameters: RuleParameters
    language: str
    campaign_id: str | None
    weight: float
    fatal: bool
    active: bool
    version: int


class QualityRuleWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a rule. ``weight``: its share of the score; ``fatal``: the score is 0 when it is not kept."""

    name: RuleName
    kind: RuleKind
    parameters: RuleParameters = RuleParameters()
    language: Spoken = ""
    campaign_id: Ref | None = None
    weight: Annotated[float, Meta(gt=0, le=100)] = 1.0
    fatal: bool = False
    active: bool = True


def shown(rule: QualityRule) -> QualityRuleShown:
    """Return a rule as it is shown."""
    known = {name: value for name, value in rule.parameters.items() if name in RuleParameters.__struct_fields__}
    return QualityRuleShown(
        id=rule.id, name=rule.name, kind=rule.kind, language=rule.language, campaign_id=rule.campaign_id,
        parameters=RuleParameters(**{**known, **({"side": Side(known["side"])} if "side" in known else {})}),
        weight=rule.weight, fatal=rule.fatal, active=rule.active, version=rule.version,
    )  # fmt: skip


def _parameters(body: QualityRuleWish) -> dict[str, Any]:
    given = body.parameters
    made: dict[str, Any] = {name: getattr(given, name) for name in _NUMBERS[body.kind]}
    if body.kind in PHRASED:
        made |= {"phrases": list(checked_phrases(given.phrases, "$.parameters.phrases")), "side": str(given.side)}
        made |= {"unless": list(checked_phrases(given.unless, "$.parameters.unless"))} if given.unless else {}
        if not made["phrases"]:
            raise BadField("$.parameters.phrases", "a rule of this kind needs phrases")
    if body.kind is RuleKind.TALK_RATIO and given.min > given.max:
        raise BadField("$.parameters.min", "the least is more than the most")
    return made


async def _wished(ask: Ask, body: QualityRuleWish, rule_id: str, version: int) -> QualityRule:
    if body.campaign_id is not None:
        await campaign_row(ask, body.campaign_id, Right.CAMPAIGNS_READ)
    return QualityRule(
        id=rule_id, name=body.name.strip() or body.name, kind=body.kind, parameters=_parameters(body),
        language=body.language, weight=body.weight, fatal=body.fatal, active=body.active, version=version,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id is not None else None,
    )  # fmt: skip


async def _read(ask: Ask, rule_id: str) -> QualityRuleShown:
    return shown(await stored.quality_rule(ask.house.store, rule_id, stored.visible_rules(ask.viewer)))


@routes.get("/quality-rules", right=Right.QUALITY_READ)
async def list_quality_rules(ask: Ask) -> list[QualityRuleShown]:
    """Return the rules calls are held against, by name."""
    return [shown(one) for one in await stored.quality_rules(ask.house.store, stored.visible_rules(ask.viewer))]


@routes.post("/quality-rules", right=Right.QUALITY_EDIT, status=201, idempotent=True)
async def create_quality_rule(ask: Ask, body: QualityRuleWish) -> QualityRuleShown:
    """Hold calls against a new rule, those that end from now on."""
    rule = await _wished(ask, body, new_id(), 1)
    await stored.add_rule(ask.house.store, rule, ask.by)
    return await _read(ask, rule.id)


@routes.get("/quality-rules/{rule_id}", right=Right.QUALITY_READ)
async def read_quality_rule(ask: Ask, rule_id: str) -> QualityRuleShown:
    """Return one rule."""
    return await _read(ask, rule_id)


@routes.put("/quality-rules/{rule_id}", right=Right.QUALITY_EDIT)
async def replace_quality_rule(ask: Ask, rule_id: str, body: QualityRuleWish) -> QualityRuleShown:
    """Put a rule in the place of what it was; scores that were given stay."""
    await stored.change_rule(ask.house.store, await _wished(ask, body, rule_id, ask.if_match()), ask.by)
    return await _read(ask, rule_id)


@routes.delete("/quality-rules/{rule_id}", right=Right.QUALITY_EDIT)
async def delete_quality_rule(ask: Ask, rule_id: str) -> None:
    """Delete a rule; scores it was part of stay."""
    await stored.delete_rule(ask.house.store, rule_id, ask.if_match(), ask.by)
