"""A campaign as the wall shows it: from its dial loop, if it has one, and from the books."""

from datetime import timedelta

from waihu.clock import Clock
from waihu.services.dial_loop import DialLoop
from waihu.services.teams import Teams
from waihu.services.wallboard_books import Books
from waihu.services.wallboard_texts import pace_without_reasons
from waihu.services.why_pacing import in_words
from waihu_models.campaign import CampaignState
from waihu_models.ids import CampaignId
from waihu_models.live import DeskCampaign, LiveCampaign, LiveDrops, Pace


def campaign_row(
    campaign_id: CampaignId, teams: Teams, loop: DialLoop | None, books: Books, left: int | None
) -> LiveCampaign | None:
    """Return a campaign's row; None: it is not known any more."""
    card = teams.campaign(campaign_id)
    if card is None:
        return None
    today = books.campaign(campaign_id).today
    row = LiveCampaign(
        id=campaign_id,
        name=card.name,
        mode=card.mode,
        state=card.state,
        left=left,
        attempts=today.attempts,
        live_answers=today.live_answers,
        connect_ratio=today.live_answers / today.attempts if today.attempts else None,
        sales=today.sales,
    )
    return _with_loop(row, loop, books) if loop is not None else row


def _with_loop(row: LiveCampaign, loop: DialLoop, books: Books) -> LiveCampaign:
    campaign, ready, alone = loop.campaign, loop.feed.ready, len(loop.feed.calls)
    per_s = books.dialled_per_s(row.id) if campaign.state is CampaignState.RUNNING else 0.0
    return LiveCampaign(
        **{
            **{name: getattr(row, name) for name in row.__struct_fields__},
            "mode": campaign.mode,
            "state": campaign.state,
            "lines": len(loop.feed.live),
            "dialling": alone,
            "ready": ready,
            "pace_ratio": alone / ready if ready else None,
            "pace": _pace(loop, books.clock),
            "staged": len(loop.hopper),
            "empties_in_s": round(row.left / per_s) if row.left is not None and per_s else None,
            "drops": _drops(loop, books.clock),
        }
    )


def _drops(loop: DialLoop, clock: Clock) -> LiveDrops:
    limit, live_answers, abandoned = loop.ledger.nearest(clock.monotonic())
    return LiveDrops(
        window_s=limit.window_s,
        limit_ratio=limit.ratio,
        live_answers=live_answers,
        abandoned=abandoned,
        ratio=abandoned / live_answers if live_answers else None,
    )


def _pace(loop: DialLoop, clock: Clock) -> Pace:
    said = loop.explained
    if said is None:
        en, zh = pace_without_reasons(loop.campaign)
        return Pace(en=en, zh=zh)
    decision = said._asdict()
    decision["limited_by"] = decision.pop("limit")
    return Pace(
        at=clock.now() - timedelta(seconds=clock.monotonic() - said.t),
        limited_by=said.limit,
        en=in_words(decision, zh=False),
        zh=in_words(decision, zh=True),
    )


def desk_campaign(campaign_id: CampaignId, teams: Teams, loop: DialLoop | None) -> DeskCampaign | None:
    """Return a campaign as its agents see it; None: it is not known any more."""
    card = teams.campaign(campaign_id)
    if loop is not None:
        campaign = loop.campaign
        return DeskCampaign(
            id=campaign_id, name=campaign.name, mode=campaign.mode, state=campaign.state, script=campaign.script
        )
    if card is None:
        return None
    return DeskCampaign(id=campaign_id, name=card.name, mode=card.mode, state=card.state, script=card.script)
