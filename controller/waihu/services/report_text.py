"""A report as people read it, as JSON, as CSV; labels in English and Chinese."""

import csv
import io
from collections.abc import Iterable

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from waihu.services.report import Latency, Report

_LABELS = {
    "title": ("Report", "报表"),
    "all": ("all campaigns", "全部活动"),
    "attempts": ("attempts", "外呼次数"),
    "inbound": ("inbound calls", "呼入"),
    "open_calls": ("still open", "进行中"),
    "live_answers": ("answered by a person", "真人接听"),
    "connect_ratio": ("connect rate", "接通率"),
    "machines": ("machines", "机器应答"),
    "drops": ("abandoned", "放弃呼叫"),
    "drop_ratio": ("drop rate", "放弃率"),
    "drop_limit": ("limit", "上限"),
    "talk_s": ("talk time", "通话时长"),
    "answer_to_agent": ("answer to agent", "接听到坐席"),
    "greeting_to_agent": ("greeting to agent", "问候到坐席"),
    "utilisation": ("utilisation", "利用率"),
    "outcomes": ("outcome", "呼叫结果"),
    "dispositions": ("disposition", "小结"),
    "leads": ("leads", "名单"),
    "agents": ("agent", "坐席"),
    "calls": ("calls", "通话数"),
    "logged_in_s": ("logged in", "签入"),
    "wrap_up_s": ("wrap-up", "话后"),
    "idle_s": ("idle", "空闲"),
    "paused_s": ("paused", "小休"),
    "recordings": ("recordings", "录音"),
    "failed": ("failed", "失败"),
    "balanced": ("balanced: attempts = outcomes + open", "平衡：次数 = 结果 + 进行中"),
    "unbalanced": ("NOT BALANCED: attempts differ from outcomes + open", "不平衡：次数与结果不符"),
}


def label(key: str, lang: str) -> str:
    """Return the label of a figure in ``en`` or ``zh``."""
    english, chinese = _LABELS[key]
    return chinese if lang == "zh" else english


def as_json(report: Report) -> str:
    """Return the report as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def as_csv(report: Report, lang: str = "en") -> str:
    """Return the report as rows of section, name, value; ratios as fractions, times in seconds."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["section", "name", "value"])
    for name in ("attempts", "inbound", "open_calls", "live_answers", "machines", "drops"):
        rows.writerow(["calls", label(name, lang), getattr(report, name)])
    for name in ("connect_ratio", "drop_ratio", "utilisation", "talk_s"):
        rows.writerow(["calls", label(name, lang), _number(getattr(report, name))])
    for section in ("outcomes", "dispositions", "leads"):
        for name, count in getattr(report, section).items():
            rows.writerow([section, name, count])
    for agent in report.agents:
        for name in ("calls", "logged_in_s", "talk_s", "wrap_up_s", "idle_s", "paused_s", "utilisation"):
            rows.writerow([f"agent {agent.agent_id}", label(name, lang), _number(getattr(agent, name))])
    rows.writerow(["recordings", "count", report.recordings.count])
    rows.writerow(["recordings", "total_s", _number(report.recordings.total_s)])
    rows.writerow(["recordings", "failed", report.recordings.failed])
    return out.getvalue()


def as_text(report: Report, lang: str = "en") -> str:
    """Return the report as tables of plain characters."""
    console = Console(file=io.StringIO(), width=120, highlight=False)
    console.print(f"{label('title', lang)}: {report.campaign or label('all', lang)}", style=None)
    for table in (_summary(report, lang), _counts(report, lang), _agents(report, lang)):
        console.print(table)
    console.print(label("balanced" if report.balanced else "unbalanced", lang))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def _summary(report: Report, lang: str) -> Table:
    limit = f" ({label('drop_limit', lang)} {report.drop_limit:.1%})" if report.drop_limit is not None else ""
    recordings = f"{report.recordings.count}, {_clock(report.recordings.total_s)}"
    if report.recordings.failed:
        recordings += f", {report.recordings.failed} {label('failed', lang)}"
    figures = [
        ("attempts", str(report.attempts)),
        ("open_calls", str(report.open_calls)),
        ("live_answers", str(report.live_answers)),
        ("connect_ratio", _share(report.connect_ratio)),
        ("machines", str(report.machines)),
        ("drops", str(report.drops)),
        ("drop_ratio", _share(report.drop_ratio) + limit),
        ("talk_s", _clock(report.talk_s)),
        ("answer_to_agent", _latency(report.answer_to_agent)),
        ("greeting_to_agent", _latency(report.greeting_to_agent)),
        ("utilisation", _share(report.utilisation)),
        ("recordings", recordings),
    ]
    table = Table(box=box.SIMPLE_HEAD, show_header=False)
    for left, right in zip(figures[:6], figures[6:], strict=True):
        table.add_row(label(left[0], lang), left[1], label(right[0], lang), right[1])
    return table


def _counts(report: Report, lang: str) -> Table:
    sections = ("outcomes", "dispositions", "leads")
    table = Table(box=box.SIMPLE_HEAD)
    for section in sections:
        table.add_column(label(section, lang))
        table.add_column("", justify="right")
    columns = [_ordered(getattr(report, section).items()) for section in sections]
    for index in range(max((len(column) for column in columns), default=0)):
        cells = [column[index] if index < len(column) else ("", "") for column in columns]
        table.add_row(*(str(value) for cell in cells for value in cell))
    return table


def _ordered(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=_most_first)


def _most_first(count: tuple[str, int]) -> tuple[int, str]:
    return -count[1], count[0]


def _agents(report: Report, lang: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(label("agents", lang))
    for name in ("calls", "logged_in_s", "talk_s", "wrap_up_s", "idle_s", "paused_s", "utilisation"):
        table.add_column(label(name, lang), justify="right")
    for agent in report.agents:
        times = (agent.logged_in_s, agent.talk_s, agent.wrap_up_s, agent.idle_s, agent.paused_s)
        table.add_row(agent.name, str(agent.calls), *(_clock(time_s) for time_s in times), _share(agent.utilisation))
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1%}"


def _latency(latency: Latency) -> str:
    if latency.p50_ms is None or latency.p99_ms is None:
        return "-"
    return f"p50 {latency.p50_ms:.0f} ms, p99 {latency.p99_ms:.0f} ms"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
