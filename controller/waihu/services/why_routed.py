"""Why was a call sent where it went? The rule that decided, in English and Chinese."""

from waihu.routing.rules_words import CHINESE, ENGLISH, Held, in_words
from waihu.services.words import Words
from waihu.store.routing_calls import KeptDecision
from waihu_models.call_facts import RouteKind

_BY_RULE = Words(
    "It was sent to {kind} {target} by rule {rule!r} of routing table {table}: {held}.",
    "按路由规则表 {table} 的规则“{rule}”转到{kind} {target}：{held}。",
)
_ALL = Words("the rule takes all calls", "该规则适用于所有通话")
_BY_DEFAULT = Words(
    "No rule of routing table {table} held, so it was sent to {kind} {target}.",
    "路由规则表 {table} 中没有符合的规则，转到{kind} {target}。",
)
_KINDS = {
    RouteKind.QUEUE: Words("queue", "队列"),
    RouteKind.AGENT: Words("agent", "坐席"),
    RouteKind.LINE_GROUP: Words("line group", "线路组"),
}


def why_routed(kept: KeptDecision) -> Words:
    """Return by which rule a call was sent where it went, and which conditions held."""
    held = tuple(Held(*one) for one in kept.held)
    said = Words(in_words(held, ENGLISH) or _ALL.en, in_words(held, CHINESE) or _ALL.zh)
    form = _BY_RULE if kept.decision.rule else _BY_DEFAULT
    given = {"target": kept.decision.target, "rule": kept.decision.rule, "table": kept.decision.table_version}
    kind = _KINDS[kept.decision.kind]
    return Words(
        form.en.format(**given, kind=kind.en, held=said.en), form.zh.format(**given, kind=kind.zh, held=said.zh)
    )
