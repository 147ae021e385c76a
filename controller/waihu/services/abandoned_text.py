"""Abandoned calls as people read them and as JSON; labels in English and Chinese."""

import io
from collections.abc import Iterator

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu.services.abandoned import Abandoned, SpanCount, UnderPack

_LABELS = {
    "title": ("Abandoned calls", "放弃呼叫"),
    "campaign": ("campaign", "活动"),
    "pack": ("rule pack", "规则包"),
    "own": ("own limit", "活动自身上限"),
    "window": ("over", "时间窗"),
    "live": ("live answers", "真人接听"),
    "abandoned": ("abandoned", "放弃"),
    "ratio": ("rate", "放弃率"),
    "estimated": ("UK estimate", "英国估算"),
    "limit": ("limit", "上限"),
    "left": ("what is left", "余量"),
    "more": ("{left} more may be abandoned", "还可放弃 {left} 次"),
    "any": ("any number", "不限"),
    "none": ("no limit", "无上限"),
    "exceeded": ("LIMIT EXCEEDED", "已超上限"),
    "day": ("24 hours", "24 小时"),
    "days": ("{count:g} days", "{count:g} 天"),
    "hours": ("{count:g} hours", "{count:g} 小时"),
    "minutes": ("{count:g} minutes", "{count:g} 分钟"),
}


def _label(key: str, lang: str) -> str:
    english, chinese = _LABELS[key]
    return chinese if lang == "zh" else english


def as_json(found: Abandoned) -> str:
    """Return it as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def as_text(found: Abandoned, lang: str = "en") -> str:
    """Return it as a table of plain characters."""
    console = Console(file=io.StringIO(), width=160, highlight=False)
    console.print(f"{_label('title', lang)}: {found.made_at.astimezone():%Y-%m-%d %H:%M}", style=None)
    table = Table(box=box.SIMPLE_HEAD)
    for key in ("campaign", "pack", "window"):
        table.add_column(_label(key, lang))
    for key in ("live", "abandoned", "ratio", "estimated", "limit"):
        table.add_column(_label(key, lang), justify="right")
    table.add_column(_label("left", lang))
    for count in found.counts:
        for row in _rows(count, lang):
            table.add_row(*map(escape, row))
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def _rows(count: UnderPack, lang: str) -> Iterator[tuple[str, ...]]:
    for span in count.spans:
        yield (
            count.campaign,
            count.pack or _label("own", lang),
            _window(span.window_s, lang),
            str(span.live_answers),
            str(span.abandoned),
            _share(span.ratio),
            _share(span.estimated_ratio),
            _share(span.limit_ratio),
            _left(span, lang),
        )


def _left(span: SpanCount, lang: str) -> str:
    if span.limit_ratio is None:
        return _label("none", lang)
    if span.exceeded:
        return _label("exceeded", lang)
    return _label("any", lang) if span.left is None else _label("more", lang).format(left=span.left)


def _window(seconds: float, lang: str) -> str:
    if seconds == 86_400:
        return _label("day", lang)
    for unit, length in (("days", 86_400), ("hours", 3_600)):
        if seconds % length == 0:
            return _label(unit, lang).format(count=seconds / length)
    return _label("minutes", lang).format(count=seconds / 60)


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2%}"
