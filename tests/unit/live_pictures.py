"""Live pictures as dice make them, small and different from each other in every place."""

import random
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from waihu.testing.factories import NOON
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.assist import HintMark
from waihu_models.call import CallState, Direction
from waihu_models.campaign import CampaignState, DialMode
from waihu_models.live import (
    AgentDay,
    Desk,
    DeskAgent,
    DeskCall,
    DeskCampaign,
    DeskPreview,
    Figure,
    LiveAgent,
    LiveAlert,
    LiveCall,
    LiveCampaign,
    LiveDrops,
    LiveHint,
    LiveLine,
    LiveMinute,
    LiveQueue,
    LiveState,
    LiveSupervision,
    LiveSwitch,
    Pace,
)
from waihu_models.supervision import SpyMode, SpyState
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity

NAMES = ("Ada", "王芳", "Grace", "李雷", "Zoë")
FIGURES = ("waiting", "service_level", "drop", "connect", "lines")


def at(dice: random.Random) -> datetime:
    return NOON + timedelta(seconds=dice.randrange(3600), milliseconds=dice.randrange(1000))


def maybe(dice: random.Random, value: Any) -> Any:
    return value if dice.random() < 0.6 else None


def ratio(dice: random.Random) -> float | None:
    return maybe(dice, dice.randrange(1000) / 1000)


def some(dice: random.Random, keys: Any) -> list[str]:
    return [key for key in keys if dice.random() < 0.6]


def a_day(dice: random.Random) -> AgentDay:
    return AgentDay(
        calls=dice.randrange(50), sales=dice.randrange(9), talk_s=dice.randrange(9000) / 4, handling_s=ratio(dice)
    )


def an_agent(dice: random.Random, key: str) -> LiveAgent:
    return LiveAgent(
        id=key,
        name=dice.choice(NAMES),
        state=dice.choice(list(AgentState)),
        state_since=at(dice),
        reason=dice.choice(["", "tea", "培训"]),
        campaign_id=maybe(dice, "spring"),
        call_id=maybe(dice, "c1"),
        customer=dice.choice(["", *NAMES]),
        number=dice.choice(["", "+44****0200"]),
        wrap_ends_at=maybe(dice, at(dice)),
        next_state=maybe(dice, AgentState.PAUSED),
        day=a_day(dice),
    )


def a_call(dice: random.Random, key: str) -> LiveCall:
    return LiveCall(
        id=key,
        direction=dice.choice(list(Direction)),
        state=dice.choice(list(CallState)),
        state_since=at(dice),
        campaign_id=maybe(dice, "spring"),
        agent_id=maybe(dice, "agent1"),
        customer=dice.choice(NAMES),
        number="+44****0200",
        waits_since=maybe(dice, at(dice)),
    )


def a_campaign(dice: random.Random, key: str) -> LiveCampaign:
    drops = LiveDrops(
        window_s=86400.0, limit_ratio=0.03, live_answers=dice.randrange(900), abandoned=9, ratio=ratio(dice)
    )
    return LiveCampaign(
        id=key,
        name=dice.choice(["spring", "信用卡激活"]),
        mode=dice.choice(list(DialMode)),
        state=dice.choice(list(CampaignState)),
        lines=dice.randrange(90),
        pace_ratio=ratio(dice),
        pace=Pace(at=maybe(dice, at(dice)), limited_by="risk", en="dialled 2", zh="拨 2 路"),
        left=maybe(dice, dice.randrange(9000)),
        connect_ratio=ratio(dice),
        drops=maybe(dice, drops),
    )


def a_queue(dice: random.Random, key: str) -> LiveQueue:
    return LiveQueue(
        id=key,
        title=dice.choice(["Sales desk", "贷款专席", ""]),
        open=dice.random() < 0.5,
        waiting=dice.randrange(9),
        waits_since=maybe(dice, at(dice)),
        able=dice.randrange(9),
        free=dice.randrange(3),
        answered=dice.randrange(90),
        in_time=dice.randrange(40),
        abandoned=dice.randrange(9),
        in_time_ratio=ratio(dice),
    )


def a_figure(dice: random.Random) -> Figure:
    return Figure(
        value=ratio(dice), part=maybe(dice, 3), since=maybe(dice, at(dice)), campaign_id=maybe(dice, "spring")
    )


def some_minutes(dice: random.Random) -> tuple[LiveMinute, ...]:
    first, length = dice.randrange(4), dice.randrange(6)
    chosen = range(first, first + length) if dice.random() < 0.8 else sorted(dice.sample(range(9), length))
    return tuple(LiveMinute(at=NOON + timedelta(minutes=n), dialled=dice.randrange(3)) for n in chosen)


def a_switch(dice: random.Random) -> LiveSwitch:
    return LiveSwitch(reachable=dice.random() < 0.5, since=maybe(dice, at(dice)), reason=dice.choice(["", "lost"]))


def an_alert(dice: random.Random, key: str) -> LiveAlert:
    return LiveAlert(id=key, code="disk_full", text=dice.choice(["make room", "请清理磁盘"]), at=at(dice))


def a_supervision(dice: random.Random, key: str) -> LiveSupervision:
    mode, state = dice.choice(list(SpyMode)), dice.choice(list(SpyState))
    return LiveSupervision(id=key, supervisor="ada", agent_id="agent1", mode=mode, state=state, since=at(dice))


def a_line(dice: random.Random, key: str) -> LiveLine:
    return LiveLine(
        id=key,
        side=Side(key.split("-", maxsplit=1)[0]),
        at=at(dice),
        text=dice.choice(["the price is", "太贵了"]),
        final=dice.random() < 0.5,
        severity=maybe(dice, dice.choice(list(Severity))),
        kind=maybe(dice, PhraseKind.PRICE),
        phrase=dice.choice(["", "太贵"]),
    )


def a_hint(dice: random.Random, key: str) -> LiveHint:
    mark = dice.choice((None, *HintMark))
    return LiveHint(
        id=key, name="price", answer=dice.choice(NAMES), next_step="offer", phrase="太贵", at=at(dice), mark=mark
    )


def a_wall(dice: random.Random) -> LiveState:
    return LiveState(
        switch=a_switch(dice),
        agents={key: an_agent(dice, key) for key in some(dice, ("agent1", "agent2", "agent3"))},
        campaigns={key: a_campaign(dice, key) for key in some(dice, ("spring", "autumn"))},
        queues={key: a_queue(dice, key) for key in some(dice, ("sales", "expert"))},
        calls={key: a_call(dice, key) for key in some(dice, ("c1", "c2", "c3"))},
        figures={key: a_figure(dice) for key in some(dice, FIGURES)},
        minutes=some_minutes(dice),
        alerts={key: an_alert(dice, key) for key in some(dice, ("1", "2", "3"))},
        supervisions={key: a_supervision(dice, key) for key in some(dice, ("s-1", "s-2"))},
    )


def a_desk(dice: random.Random) -> LiveState:
    agent = DeskAgent(
        id="agent1",
        name="Ada",
        phone="agent1",
        mode=dice.choice(list(PhoneMode)),
        state=dice.choice(list(AgentState)),
        state_since=at(dice),
        next_state=maybe(dice, AgentState.OFFLINE),
        next_reason=dice.choice(["", "lunch"]),
    )
    call = DeskCall(
        id="c1",
        direction=Direction.OUTBOUND,
        state=dice.choice(list(CallState)),
        state_since=at(dice),
        dialled_at=NOON,
        held_s=dice.randrange(9) / 2,
        customer=dice.choice(NAMES),
        number="+44****0200",
        tags=dice.choice([(), ("vip",), ("vip", "高意向")]),
        callback_at=maybe(dice, at(dice)),
    )
    preview = DeskPreview(lead_id="l1", campaign_id="spring", customer=dice.choice(NAMES), number="+44****0200")
    campaign = DeskCampaign(
        id="spring", name="spring", mode=DialMode.PREVIEW, state=dice.choice(list(CampaignState)), script="# Hello"
    )
    desk = Desk(
        agent=agent,
        call=maybe(dice, call),
        preview=maybe(dice, preview),
        campaign=maybe(dice, campaign),
        day=a_day(dice),
        summary_of=maybe(dice, "c1"),
    )
    alerts = {key: replace(an_alert(dice, key), agent_id="agent1") for key in some(dice, ("1", "2"))}
    return LiveState(
        switch=a_switch(dice),
        alerts=alerts,
        lines={key: a_line(dice, key) for key in some(dice, ("customer-0", "agent-0", "customer-1"))},
        hints={key: a_hint(dice, key) for key in some(dice, ("h1", "h2"))},
        desk=desk,
    )
