"""Campaigns: look, make, change, start, pause, throttle, and why the pacer does what it does."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.campaign_checks import check_campaign
from waihu.services.why_pacing import WhyPacing
from waihu.store import accounts as people
from waihu.store import campaigns as stored
from waihu.store.leads import leads_left, put_off
from waihu.store.pacing_log import latest_decisions
from waihu.store.rows import campaign_of
from waihu.store.visible import visible_campaigns
from waihu_models.access import Right
from waihu_models.campaign import (
    CallingHours,
    Campaign,
    CampaignState,
    Detection,
    DialMode,
    ListOrder,
    RefusalRule,
    RetryRule,
)
from waihu_models.errors import BadField
from waihu_models.ids import CampaignId, new_id
from waihu_models.lead import LeadState
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import Cap

routes = Routes("campaigns")

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Reference = Annotated[str, Meta(min_length=1, max_length=32)]
Ratio = Annotated[float, Meta(ge=0, le=1)]
Lines = Annotated[int, Meta(ge=1, le=10_000)]
Rate = Annotated[float, Meta(gt=0, le=200)]
PerAgent = Annotated[float, Meta(ge=0.1, le=20)]
RingTime = Annotated[int, Meta(ge=5, le=120)]
Seconds = Annotated[float, Meta(ge=0, le=31_536_000)]
Times = Annotated[int, Meta(ge=1, le=1000)]
Number = Annotated[str, Meta(max_length=32)]
Short = Annotated[str, Meta(max_length=64)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Script = Annotated[str, Meta(max_length=20_000)]
Language = Annotated[str, Meta(pattern=r"^([a-z]{2,3}(-[a-z0-9]{1,8}){0,3})?$")]


class CampaignShown(Struct, frozen=True, kw_only=True):
    """A campaign with its rules. Times of ``hours`` are the callee's own."""

    id: str
    name: str
    mode: DialMode
    state: CampaignState
    team_id: str | None
    trunk: str
    caller_id: str
    caller_id_set: str
    region: str | None
    lines_per_agent: float
    max_lines: int
    calls_per_s: float
    ring_timeout_s: int
    patience_s: float
    target_drop_ratio: float
    screening: bool
    detection: Detection
    person_cost: float
    check_share: float
    recording: bool
    recording_needs_consent: bool
    menu: str
    voicemail: str
    script: str
    speech_language: str
    hours: CallingHours
    max_attempts: int
    max_attempts_per_day: int
    number_caps: list[Cap]
    retries: dict[Outcome, RetryRule]
    passes: int
    pass_delay_s: float
    refusals: RefusalRule
    callback_own_s: float
    order: ListOrder
    packs: list[str]
    version: int


class CampaignDetail(Struct, frozen=True, kw_only=True):
    """A campaign, and how its list stands."""

    campaign: CampaignShown
    leads: dict[LeadState, int]
    put_off: dict[str, int]  # leads that wait for a moment, by what they wait for
    version: int


class NewCampaign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A campaign to be made; it does not dial before it is started. What is left out has the product's defaults."""

    name: Name
    mode: DialMode | UnsetType = UNSET
    team_id: Reference | UnsetType | None = UNSET
    trunk: Short | UnsetType = UNSET
    caller_id: Number | UnsetType = UNSET
    caller_id_set: Short | UnsetType = UNSET
    region: Country | UnsetType | None = UNSET
    lines_per_agent: PerAgent | UnsetType = UNSET
    max_lines: Lines | UnsetType = UNSET
    calls_per_s: Rate | UnsetType = UNSET
    ring_timeout_s: RingTime | UnsetType = UNSET
    patience_s: Annotated[float, Meta(ge=0.2, le=30)] | UnsetType = UNSET
    target_drop_ratio: Ratio | UnsetType = UNSET
    screening: bool | UnsetType = UNSET
    detection: Detection | UnsetType = UNSET
    person_cost: Annotated[float, Meta(ge=1, le=1000)] | UnsetType = UNSET
    check_share: Annotated[float, Meta(ge=0, le=0.5)] | UnsetType = UNSET
    recording: bool | UnsetType = UNSET
    recording_needs_consent: bool | UnsetType = UNSET
    menu: Short | UnsetType = UNSET
    voicemail: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    script: Script | UnsetType = UNSET
    speech_language: Language | UnsetType = UNSET
    hours: CallingHours | UnsetType = UNSET
    max_attempts: Times | UnsetType = UNSET
    max_attempts_per_day: Times | UnsetType = UNSET
    number_caps: Annotated[list[Cap], Meta(max_length=20)] | UnsetType = UNSET
    retries: dict[Outcome, RetryRule] | UnsetType = UNSET
    passes: Times | UnsetType = UNSET
    pass_delay_s: Seconds | UnsetType = UNSET
    refusals: RefusalRule | UnsetType = UNSET
    callback_own_s: Seconds | UnsetType = UNSET
    order: ListOrder | UnsetType = UNSET
    packs: Annotated[list[str], Meta(max_length=20)] | UnsetType = UNSET


class CampaignChange(NewCampaign, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a campaign; what is left out stays."""

    name: Name | UnsetType = UNSET  # type: ignore[assignment]


class Throttle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast a campaign may dial, as a supervisor steers it."""

    lines_per_agent: PerAgent | UnsetType = UNSET
    max_lines: Lines | UnsetType = UNSET
    calls_per_s: Rate | UnsetType = UNSET


class PacingShown(Struct, frozen=True, kw_only=True):
    """One decision of the pacer, in words of both languages."""

    at: datetime | None
    en: str
    zh: str
    figures: dict[str, float]


def shown(row: RowMapping) -> CampaignShown:
    """Return a campaign as it is told."""
    campaign = campaign_of(row)
    values = {name: getattr(campaign, name) for name in CampaignShown.__struct_fields__ if name != "team_id"}
    lists = {"number_caps": list(campaign.number_caps), "packs": list(campaign.packs)}
    return CampaignShown(**{**values, **lists, "team_id": row["team_id"]})


def _given(body: Struct) -> dict[str, Any]:
    """Return what a body says, as values of the noun."""
    said = {name: getattr(body, name) for name in body.__struct_fields__}
    said = {name: value for name, value in said.items() if value is not UNSET}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


async def _keep(ask: Ask, campaign: Campaign, beside: Mapping[str, Any]) -> CampaignShown:
    if beside.get("team_id") and beside["team_id"] not in {team["id"] for team in await people.teams(ask.house.store)}:
        raise BadField("$.team_id", f"there is no team {beside['team_id']!r}")
    check_campaign(campaign, ask.house.lines.names, ask.house.asking.menus.by_name())
    await ask.house.shelf.refresh()
    await ask.house.shelf.lawful(campaign)  # packs that are missing or contradict each other are refused here
    await stored.save_campaign(ask.house.store, campaign, ask.by, beside=beside)
    await ask.house.dialling.resume()
    return shown(await _row(ask, campaign.id))


async def _row(ask: Ask, campaign_id: str, right: Right = Right.CAMPAIGNS_READ) -> RowMapping:
    return await stored.campaign_row_by_id(ask.house.store, campaign_id, visible_campaigns(ask.viewer, right))


@routes.get("/campaigns", right=Right.CAMPAIGNS_READ)
async def list_campaigns(ask: Ask) -> list[CampaignShown]:
    """Return all campaigns."""
    return [shown(row) for row in await stored.campaign_rows(ask.house.store, visible_campaigns(ask.viewer))]


@routes.post("/campaigns", right=Right.CAMPAIGNS_EDIT, status=201, idempotent=True)
async def create_campaign(ask: Ask, body: NewCampaign) -> CampaignShown:
    """Make a campaign."""
    said = _given(body)
    beside = {"team_id": said.pop("team_id", None)}
    return await _keep(ask, Campaign(id=CampaignId(new_id()), **said), beside)


@routes.get("/campaigns/{campaign_id}", right=Right.CAMPAIGNS_READ)
async def read_campaign(ask: Ask, campaign_id: str) -> CampaignDetail:
    """Return one campaign, and how its list stands."""
    campaign = shown(await _row(ask, campaign_id))
    left = await leads_left(ask.house.store, CampaignId(campaign_id))
    waiting = await put_off(ask.house.store, CampaignId(campaign_id), ask.house.clock.now())
    return CampaignDetail(campaign=campaign, leads=dict(left), put_off=dict(waiting), version=campaign.version)


@routes.patch("/campaigns/{campaign_id}", right=Right.CAMPAIGNS_EDIT)
async def change_campaign(ask: Ask, campaign_id: str, body: CampaignChange) -> CampaignShown:
    """Change a campaign; one that dials follows at once."""
    campaign = campaign_of(await _row(ask, campaign_id, Right.CAMPAIGNS_EDIT))
    said = _given(body)
    beside = {"team_id": said.pop("team_id")} if "team_id" in said else {}
    return await _keep(ask, replace(campaign, **said, version=ask.if_match()), beside)


@routes.patch("/campaigns/{campaign_id}/throttle", right=Right.CAMPAIGNS_STEER)
async def throttle_campaign(ask: Ask, campaign_id: str, body: Throttle) -> CampaignShown:
    """Let a campaign dial faster or slower."""
    campaign = campaign_of(await _row(ask, campaign_id, Right.CAMPAIGNS_STEER))
    return await _keep(ask, replace(campaign, **_given(body), version=ask.if_match()), {})


async def _set_state(ask: Ask, campaign_id: str, state: CampaignState) -> CampaignShown:
    campaign = campaign_of(await _row(ask, campaign_id, Right.CAMPAIGNS_STEER))
    if state is CampaignState.RUNNING:
        await ask.house.dialling.start(campaign.name, ask.by)
    else:
        await ask.house.dialling.pause(campaign.name, ask.by, state)
    return shown(await _row(ask, campaign_id))


@routes.post("/campaigns/{campaign_id}/start", right=Right.CAMPAIGNS_STEER)
async def start_campaign(ask: Ask, campaign_id: str) -> CampaignShown:
    """Let a campaign dial."""
    return await _set_state(ask, campaign_id, CampaignState.RUNNING)


@routes.post("/campaigns/{campaign_id}/pause", right=Right.CAMPAIGNS_STEER)
async def pause_campaign(ask: Ask, campaign_id: str) -> CampaignShown:
    """Stop dialling; calls under way go on."""
    return await _set_state(ask, campaign_id, CampaignState.PAUSED)


@routes.post("/campaigns/{campaign_id}/finish", right=Right.CAMPAIGNS_EDIT)
async def finish_campaign(ask: Ask, campaign_id: str) -> CampaignShown:
    """Say that a campaign is over; it stops dialling."""
    return await _set_state(ask, campaign_id, CampaignState.FINISHED)


class PacingQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many decisions are wanted."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 20


@routes.get("/campaigns/{campaign_id}/pacing", right=Right.WALL)
async def read_pacing(ask: Ask, campaign_id: str, query: PacingQuery) -> list[PacingShown]:
    """Return the pacer's last decisions and why, oldest first."""
    campaign = campaign_of(await _row(ask, campaign_id))
    rows = (await latest_decisions(ask.house.store, campaign.id, query.limit))[::-1]
    if not rows:
        (en,), (zh,) = (list(WhyPacing(campaign, ()).lines(lang)) for lang in ("en", "zh"))
        return [PacingShown(at=None, en=en, zh=zh, figures={})]
    told = []
    for row in rows:
        (en,), (zh,) = (list(WhyPacing(campaign, [row]).lines(lang))[-1:] for lang in ("en", "zh"))
        figures = {name: float(row[name]) for name in _FIGURES}
        told.append(PacingShown(at=row["at"], en=en, zh=zh, figures=figures))
    return told


_FIGURES = ("dial", "cancel", "ready", "lines", "answers", "frees", "risk", "threshold", "rate")
