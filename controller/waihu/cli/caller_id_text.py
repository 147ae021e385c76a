"""Words for caller ids, in English and Chinese: for each the English ones first."""

from collections.abc import Sequence

from waihu.dialer.answer_rates import interval
from waihu_models.caller_id import CallerIdSet, NumberState, OwnNumber, StateReason, Tally

HEADINGS = (
    ("number", "state", "until", "why", "calls", "answered", "answer rate (95 %)", "today"),
    ("号码", "状态", "截止", "原因", "呼叫", "接听", "接听率 (95 %)", "今日"),
)
_STATES = {
    NumberState.ACTIVE: ("active", "使用中"),
    NumberState.RESTED: ("rested", "停用"),
    NumberState.QUARANTINED: ("quarantined", "隔离"),
    NumberState.TRIAL: ("on trial", "试呼"),
}
_REASONS = {
    StateReason.NEW: ("new", "新号码"),
    StateReason.BY_HAND: ("by hand", "人工操作"),
    StateReason.REST_OVER: ("its rest is over", "停用期已满"),
    StateReason.ANSWERS_FELL: (
        "answered less than the others: {own}, theirs {others}",
        "接听率低于同组号码：{own}，其他号码 {others}",
    ),
    StateReason.QUARANTINE_OVER: ("its quarantine is over", "隔离期已满"),
    StateReason.TRIAL_PASSED: ("answered like the others again", "试呼接听正常"),
    StateReason.TRIAL_FAILED: (
        "not answered in its trial either: {own}, the others {others}",
        "试呼接听率仍低：{own}，其他号码 {others}",
    ),
}


def state_text(own: OwnNumber, zh: bool) -> str:
    """Return the state of a number in words."""
    return _STATES[own.state][zh]


def reason_text(own: OwnNumber, zh: bool) -> str:
    """Return why a number is in its state, with a person's own words."""
    watch = own.watch
    said = _REASONS[own.reason][zh].format(own=_share(watch.own), others=_share(watch.others))
    return f"{said}: {own.note}" if own.note else said


def shown_rate(tally: Tally) -> str:
    """Return an answer rate with the interval in which the true one lies; "-" where nothing tells."""
    if not tally.told:
        return "-"
    low, high = interval(tally)
    return f"{tally.answered / tally.told:.1%} ({low:.1%}–{high:.1%})"


def title(one: CallerIdSet, campaigns: Sequence[str], days: int, zh: bool) -> str:
    """Return the heading of a set's table."""
    users = ", ".join(campaigns)
    if zh:
        return f"{one.name}（{one.zone}，每号每日 {one.cap_per_day} 次，近 {days} 天）活动：{users or '无'}"
    return f"{one.name} ({one.zone}, {one.cap_per_day} calls a day, last {days} days), campaigns: {users or 'none'}"


def _share(tally: Tally) -> str:
    return f"{tally.answered}/{tally.told}"
