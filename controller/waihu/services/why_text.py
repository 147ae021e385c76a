"""Reasons in words, in English and Chinese."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from waihu.services.why import Why
from waihu_models.lead import LeadState, Refusal

_REFUSALS = {
    Refusal.DO_NOT_CALL: ("the number is on the do-not-call list{listing}", "号码在勿扰名单中{listing}"),
    Refusal.CONSENT_DENIED: ("the customer has refused to be called", "客户已拒绝来电"),
    Refusal.OUTSIDE_HOURS: ("it is outside calling hours where the callee is", "被叫所在地不在允许呼叫的时段"),
    Refusal.ZONE_UNKNOWN: (
        "the number says no time zone, so nobody can tell the hour there: give the lead, or its campaign, a zone",
        "无法由号码判断时区：请为名单指定时区，或为活动设置默认时区",
    ),
    Refusal.TOO_EARLY: ("it is to be called later", "尚未到下次呼叫时间"),
    Refusal.ATTEMPTS_USED: ("all its attempts are used up", "呼叫次数已用完"),
    Refusal.NUMBER_USED: (
        "the number was called as often as its campaign ever allows",
        "该号码呼叫次数已达活动上限",
    ),
    Refusal.DAILY_LIMIT: ("the number was called as often as is allowed in 24 hours", "24 小时内呼叫次数已达上限"),
    Refusal.NUMBER_INVALID: ("the number is vacant, or somebody else's", "号码为空号或非本人"),
    Refusal.LEAD_CLOSED: ("it is done: {reason}", "已结束：{reason}"),
    Refusal.LEAD_PAUSED: (
        "it is paused, by hand or after refusals: waihu lead resume",
        "已暂停（人工或多次拒绝）：waihu lead resume",
    ),
    Refusal.PREFERRED_TIME: ("the customer wants to be called at other hours", "客户希望在其他时段接听"),
    Refusal.CONSENT_NEEDED: (
        "a rule pack asks for a yes, and the customer has given none: waihu consent add",
        "规则包要求客户明确同意，但没有同意记录：waihu consent add",
    ),
    Refusal.FREQUENCY_CAP: (
        "the number was called as often as a rule pack or its campaign allows",
        "号码呼叫频次已达规则包或活动上限",
    ),
    Refusal.DROP_LOCKOUT: (
        "it was abandoned not long ago, and is left alone for a while",
        "该号码近期发生过放弃呼叫，暂停再次呼叫",
    ),
    Refusal.CALLER_ID_USED_UP: (
        "no number of the campaign's caller-id set may be shown now: waihu caller-id list",
        "活动的主叫号码组暂无可用号码：waihu caller-id list",
    ),
    Refusal.DO_NOT_CALL_STALE: (
        "do-not-call list {stale} is too old to be asked: import a newer file (waihu dnc import)",
        "勿扰名单 {stale} 已过期：请导入新文件（waihu dnc import）",
    ),
    Refusal.NUMBER_BUSY: ("the number is in a call of ours", "该号码正在与我方通话"),
}


def explain(why: Why, lang: str = "en") -> str:
    """Return the reasons of one lead as lines of text; times in the zone of this machine."""
    return "\n".join(_lines(why, lang == "zh"))


def _lines(why: Why, zh: bool) -> Iterator[str]:
    lead = why.lead
    who = " ".join(filter(None, (lead.name, lead.number_e164)))
    yield f"{who} ({'活动' if zh else 'campaign'} {why.campaign.name}, {'名单' if zh else 'lead'} {lead.id})"
    yield "  " + _now(why, zh)
    if not why.running:
        yield "  " + (
            f"活动未运行（{why.campaign.state}）" if zh else f"its campaign does not run: it is {why.campaign.state}"
        )
    today = why.facts.attempts_since(why.at - timedelta(hours=24))
    count = lead.attempts, why.campaign.max_attempts, today, why.campaign.max_attempts_per_day
    yield "  " + ("已呼叫 {} 次，上限 {}；24 小时内 {} 次，上限 {}" if zh else
                  "called {} times of {}, the number {} times of {} in 24 hours").format(*count)  # fmt: skip
    if why.campaign.law.version:
        yield f"  {'规则包' if zh else 'rule packs'} {why.campaign.law.version}"
    if lead.last_outcome:
        last = lead.last_outcome, _clock(lead.last_attempt_at)
        yield "  " + ("上次结果 {}，{}" if zh else "last time: {}, {}").format(*last)
    for past in why.past:
        yield f"  {_clock(past.at)}  {reason_text(past.code, why, zh)}"


def _now(why: Why, zh: bool) -> str:
    refusal = why.permission.refusal
    if why.lead.state is LeadState.DIALLING:
        return "正在呼叫" if zh else "it is being called now"
    if refusal is None:
        return "现在可以呼叫" if zh else "it may be called now"
    again = why.permission.again_at
    when = ("，最早 {}" if zh else ", at the earliest {}").format(_clock(again)) if again else ""
    return ("现在不可呼叫：" if zh else "it may not be called now: ") + reason_text(refusal, why, zh) + when


def reason_text(code: Refusal, why: Why, zh: bool) -> str:
    """Return one reason in words."""
    on = why.facts.listing
    listing = f"（{on.list_name}，{on.on}）" if on and zh else f" ({on.list_name}, {on.on})" if on else ""
    return _REFUSALS[code][zh].format(
        reason=why.lead.last_outcome or why.lead.state, listing=listing, stale=why.facts.stale_list
    )


def _clock(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S") if at else "-"
