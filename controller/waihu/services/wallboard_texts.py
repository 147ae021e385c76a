"""What the figures of the wall mean, in English and Chinese: the one place, for tooltips, API and document alike."""

from msgspec import Struct

from waihu_models.campaign import Campaign, DialMode


class FigureMeaning(Struct, frozen=True, kw_only=True):
    """What one figure is: what is divided by what, over which span, and when it is good.

    Attributes:
        name: Of the figure, as live screens get it.
        unit: ``count``, ``ratio`` (0..1), ``seconds``, ``per_s`` or ``per_h``.
        more_is_better: In which direction it is good; None: in neither.
        warn: From this value on it wants a look; None: never by itself.
        bad: From this value on something has to be done.
    """

    name: str
    unit: str
    label_en: str
    label_zh: str
    meaning_en: str
    meaning_zh: str
    window_en: str
    window_zh: str
    more_is_better: bool | None = None
    warn: float | None = None
    bad: float | None = None


_NOW = ("now", "当前")
_HOUR = ("calls dialled in the present minute and the 59 before it", "当前分钟及之前 59 分钟内拨出的呼叫")
_RULES = ("the window of the law or of the campaign's own limit", "法规或活动自身限额的统计窗口")


def _figure(  # noqa: PLR0913 -- a table
    name: str,
    unit: str,
    label: tuple[str, str],
    meaning: tuple[str, str],
    window: tuple[str, str],
    *,
    more_is_better: bool | None = None,
    limits: tuple[float, float] | None = None,
) -> FigureMeaning:
    warn, bad = limits or (None, None)
    return FigureMeaning(
        name=name,
        unit=unit,
        label_en=label[0],
        label_zh=label[1],
        meaning_en=meaning[0],
        meaning_zh=meaning[1],
        window_en=window[0],
        window_zh=window[1],
        more_is_better=more_is_better,
        warn=warn,
        bad=bad,
    )


FIGURES = (
    _figure(
        "waiting", "count", ("Waiting", "等待中"),
        ("people on the line, called or calling, who have no agent yet; beside it since when the first of them waits",
         "已接通或呼入、尚无坐席的客户数；并列为最早一位开始等待的时间"),
        _NOW, more_is_better=False, limits=(1, 5),
    ),
    _figure(
        "service_level", "ratio", ("Service level (20 s)", "服务水平（20 秒）"),
        ("people who had an agent within 20 s after the greeting / people whose wait is over: connected, abandoned, or "
         "gone by themselves; inbound and outbound",
         "问候后 20 秒内接入坐席的客户 ÷ 等待已结束的客户（已接入、被放弃或自行挂断）；含呼入与外呼"),
        _HOUR, more_is_better=True, limits=(0.8, 0.6),
    ),
    _figure(
        "drop", "ratio", ("Abandoned", "放弃率"),
        ("answered by a person and no agent within the limit / answered by a person; of the campaign nearest to "
         "its limit, or farthest over it",
         "真人接听但限时内无坐席 ÷ 真人接听；取最接近或超出上限最多的活动"),
        _RULES, more_is_better=False,
    ),
    _figure(
        "connect", "ratio", ("Connect rate", "接通率"),
        ("answered by a person / outbound calls dialled", "真人接听 ÷ 外呼次数"),
        _HOUR, more_is_better=True,
    ),
    _figure(
        "agents_on", "count", ("Agents", "在线坐席"),
        ("agents who are logged in, whatever they do", "已登录的坐席，不论状态"), _NOW,
    ),
    _figure("agents_talking", "count", ("Talking", "通话中"), ("agents in talk", "正在通话的坐席"), _NOW),
    _figure(
        "agents_available", "count", ("Ready", "空闲"),
        ("agents who wait for a call, or have one reserved", "等待来话或已预留呼叫的坐席"), _NOW,
    ),
    _figure("agents_wrap_up", "count", ("Wrap-up", "话后处理"), ("agents in wrap-up", "正在话后处理的坐席"), _NOW),
    _figure("agents_paused", "count", ("Paused", "暂停"), ("agents who are paused", "暂停中的坐席"), _NOW),
    _figure(
        "lines", "count", ("Lines", "线路"),
        ("lines in use on all trunks / lines there are; of the whole installation",
         "全部中继已用线路 ÷ 可用线路；整个系统"),
        _NOW,
    ),
    _figure(
        "calls_per_s", "per_s", ("Calls per second", "每秒呼叫"),
        ("outbound calls started / 10 s", "已发起外呼数 ÷ 10 秒"),
        ("the last 10 whole seconds", "最近 10 个整秒"),
    ),
    _figure(
        "contacts", "per_h", ("Contacts per hour", "每小时通话"),
        ("outbound calls in which customer and agent heard each other", "客户与坐席实际通话的外呼数"),
        _HOUR, more_is_better=True,
    ),
    _figure(
        "sales", "per_h", ("Sales per hour", "每小时成交"),
        ("calls the agent judged a success", "坐席判定为成交的呼叫数"), _HOUR, more_is_better=True,
    ),
    _figure(
        "machine", "ratio", ("Machines", "机器应答率"),
        ("answered by a machine, as machine detection says / outbound calls answered",
         "机器检测判定为机器的接听 ÷ 外呼接听"),
        _HOUR, more_is_better=False,
    ),
    _figure(
        "answer_seizure", "ratio", ("Answer-seizure ratio", "应答占用比"),
        ("outbound calls answered by anybody, machines included / outbound calls dialled",
         "外呼被接听数（含机器）÷ 外呼次数"),
        _HOUR, more_is_better=True, limits=(0.3, 0.15),
    ),
    _figure(
        "hopper", "count", ("Staged leads", "待拨名单"),
        ("leads read ahead, to be called next, of campaigns that run", "运行中活动已预读、即将拨打的名单数"), _NOW,
    ),
    _figure(
        "empty_in", "seconds", ("First list empty in", "最早拨完"),
        ("leads left / calls dialled a second, over the last hour; of the running campaign whose list ends first",
         "剩余名单 ÷ 最近一小时平均每秒拨打数；取最早拨完的运行中活动"),
        _NOW, more_is_better=True, limits=(3600, 900),
    ),
)  # fmt: skip

_PACE = {
    DialMode.PREVIEW: ("each agent looks at the next lead and starts the call", "坐席预览名单后自行发起呼叫"),
    DialMode.PROGRESSIVE: ("one line for each agent who is ready", "每个空闲坐席拨一路"),
    DialMode.RATIO: ("{lines:g} lines for each agent who is ready", "每个空闲坐席拨 {lines:g} 路"),
    DialMode.PREDICTIVE: ("no decision was taken yet", "尚无决策"),
}


def pace_without_reasons(campaign: Campaign) -> tuple[str, str]:
    """Say in English and Chinese how a campaign dials whose pacer has no reasons of its own."""
    en, zh = _PACE[campaign.mode]
    return en.format(lines=campaign.lines_per_agent), zh.format(lines=campaign.lines_per_agent)
