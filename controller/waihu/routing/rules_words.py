"""Why a rule held, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waihu.routing.rules_cells import plain, quoted, write_cell
from waihu.routing.rules_index import ReadRule
from waihu_models.call_facts import CallFacts
from waihu_models.phone import mask


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that held: what was asked of a field, and what it was."""

    field: str
    asked: str
    was: str


def held_by(rule: ReadRule, facts: CallFacts) -> tuple[Held, ...]:
    """Return the conditions of a rule that holds, with the facts they met; of a number the middle is hidden."""
    known = {name: getattr(facts, name) for name in rule.cells}
    if "number" in known:
        known["number"] = mask(known["number"])
    return tuple(Held(name, write_cell(cell), _said(known[name])) for name, cell in rule.cells.items())


def _said(value: str | float | bool | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(quoted, value)) or "none"
    if isinstance(value, float):
        return plain(round(value, 3))
    return quoted(value) if isinstance(value, str) else plain(value)


ENGLISH: Mapping[str, str] = {
    "direction": "direction",
    "number": "number",
    "line": "line",
    "campaign": "campaign",
    "business_type": "business type",
    "language": "language",
    "customer_known": "customer known",
    "level": "level",
    "value": "value",
    "tags": "tags",
    "last_outcome": "last outcome",
    "last_resolved": "last call resolved",
    "last_agent": "last agent",
    "days_since_contact": "days since contact",
    "open_ticket": "open ticket",
    "hour": "hour",
    "weekday": "weekday",
    "probability": "predicted probability",
}
CHINESE: Mapping[str, str] = {
    "direction": "方向",
    "number": "号码",
    "line": "线路",
    "campaign": "外呼活动",
    "business_type": "业务类型",
    "language": "语言",
    "customer_known": "已知客户",
    "level": "客户等级",
    "value": "客户价值",
    "tags": "标签",
    "last_outcome": "上次结果",
    "last_resolved": "上次已解决",
    "last_agent": "上次坐席",
    "days_since_contact": "距上次联系天数",
    "open_ticket": "有未结工单",
    "hour": "时刻",
    "weekday": "星期",
    "probability": "预测概率",
}


def in_words(held: Iterable[Held], names: Mapping[str, str] = ENGLISH) -> str:
    """Say which conditions held: ``level "A"; days since contact 9 (> 7)``."""
    return "; ".join(
        f"{names.get(one.field, one.field)} {one.was}" + (f" ({one.asked})" if one.asked != one.was else "")
        for one in held
    )
