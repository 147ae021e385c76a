"""What rule packs ask, in sentences of both languages."""

from collections.abc import Iterator
from datetime import time

from waihu.services.words import Words
from waihu_models.rule_pack import ANY_TIME, ConsentRule, CountedFrom, Rules, Window

_DAYS = (
    Words("Monday", "周一"), Words("Tuesday", "周二"), Words("Wednesday", "周三"), Words("Thursday", "周四"),
    Words("Friday", "周五"), Words("Saturday", "周六"), Words("Sunday", "周日"),
)  # fmt: skip
_UNITS = (
    (86_400.0, Words("{n:g} days", "{n:g} 天")),
    (3_600.0, Words("{n:g} hours", "{n:g} 小时")),
    (60.0, Words("{n:g} minutes", "{n:g} 分钟")),
)
_CONSENT = {
    ("call", ConsentRule.OPT_IN): Words("calls only with the customer's consent", "须事先取得客户同意才能外呼"),
    ("call", ConsentRule.OPT_OUT): Words("calls until the customer refuses", "客户未拒绝即可外呼"),
    ("record", ConsentRule.OPT_IN): Words("recording only with consent", "须取得同意才能录音"),
    ("record", ConsentRule.OPT_OUT): Words("recording until it is refused", "客户未拒绝即可录音"),
}


def rule_lines(rules: Rules) -> Iterator[Words]:
    """Say what is asked; what is not asked is left out."""
    yield from _of_hours(rules)
    for cap in rules.caps:
        span = _span(cap.within_s)
        yield Words(
            f"at most {cap.most} calls to one number in {span.en}", f"同一号码 {span.zh}内最多呼叫 {cap.most} 次"
        )
    if rules.ring_min_s:
        yield Words(f"let it ring for at least {rules.ring_min_s} s", f"振铃不少于 {rules.ring_min_s} 秒")
    yield from _of_drops(rules)
    for what, rule in (("call", rules.call_consent), ("record", rules.record_consent)):
        if rule is not ConsentRule.NONE:
            yield _CONSENT[what, rule]


def _of_hours(rules: Rules) -> Iterator[Words]:
    if rules.week != ANY_TIME:
        first = 0
        for day in range(1, len(rules.week) + 1):
            if day == len(rules.week) or rules.week[day] != rules.week[first]:
                yield _days(first, day - 1, rules.week[first])
                first = day
    if rules.closed_on:
        days = ", ".join(day.isoformat() for day in sorted(rules.closed_on))
        yield Words(f"nobody is called on {days}", f"以下日期不外呼：{days}")
    if rules.zone:
        yield Words(f"where no time zone is known: {rules.zone}", f"时区未知时按 {rules.zone}")


def _days(first: int, last: int, windows: tuple[Window, ...]) -> Words:
    names = _DAYS[first] if first == last else Words(
        f"{_DAYS[first].en} to {_DAYS[last].en}", f"{_DAYS[first].zh}至{_DAYS[last].zh}"
    )  # fmt: skip
    hours = ", ".join(map(_window, windows))
    return Words(f"{names.en}: {hours or 'nobody is called'}", f"{names.zh}：{hours or '不外呼'}")


def _of_drops(rules: Rules) -> Iterator[Words]:
    for limit in rules.drop_limits:
        span = _span(limit.window_s)
        if limit.ratio == 0:
            yield Words("no live answer may be abandoned", "不允许任何呼损")
            continue
        yield Words(
            f"at most {limit.ratio:.1%} of live answers abandoned in {span.en}",
            f"{span.zh}内呼损率不超过 {limit.ratio:.1%}",
        )
    if rules.agent_within_s:
        early = rules.counted_from is CountedFrom.ANSWER
        start = Words("the answer", "接听") if early else Words("the end of the greeting", "问候语结束")
        yield Words(
            f"an agent within {rules.agent_within_s:g} s of {start.en}, later the call counts as abandoned",
            f"{start.zh}后 {rules.agent_within_s:g} 秒内须接通坐席，否则计为呼损",
        )
    if rules.redial_lockout_s:
        span = _span(rules.redial_lockout_s)
        kept = (
            Words(", except with an agent kept free", "（预留坐席的呼叫除外）") if rules.redial_with_agent else Words()
        )
        yield Words(f"after an abandoned call none for {span.en}{kept.en}", f"呼损后 {span.zh}内不得再次呼叫{kept.zh}")


def _window(window: Window) -> str:
    start, end = window
    return f"{start:%H:%M}–{'24:00' if end == time.max else f'{end:%H:%M}'}"


def _span(seconds: float) -> Words:
    for length, words in _UNITS:
        if seconds > length and seconds % length == 0:
            return words.filled(n=seconds / length)
    return Words("24 hours", "24 小时") if seconds == _UNITS[0][0] else Words(f"{seconds:g} s", f"{seconds:g} 秒")
