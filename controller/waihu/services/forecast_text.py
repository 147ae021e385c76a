"""A forecast or a replay as people read it, and as JSON."""

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from waihu.dialer.simulation_course import Figures
from waihu.dialer.simulation_forecast import MOST_DAYS, Run
from waihu.dialer.simulation_history import Basis

LOW, HIGH = 0.05, 0.95


class Range(msgspec.Struct, frozen=True):
    """A figure over all runs."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of the table."""

    name: str
    title: str
    of: Callable[[Figures], float]
    show: Callable[[float], str]


COLUMNS = (
    Column("talk_min_per_agent_hour", "talk minutes per agent-hour", lambda f: f.talk_min_per_h, "{:.1f}".format),
    Column("utilisation", "utilisation", lambda f: f.utilisation, "{:.1%}".format),
    Column("drop_ratio", "drop rate", lambda f: f.drop_ratio, "{:.2%}".format),
    Column("wait_s", "mean wait of the answered, s", lambda f: f.wait_s, "{:.2f}".format),
    Column("calls_per_hour", "calls per hour", lambda f: f.calls_per_h, "{:.0f}".format),
)


def quantile(values: Iterable[float], share: float) -> float:
    """Return a quantile, between two values where it falls between them."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    if ordered[below] == ordered[above]:
        return ordered[below]  # of two infinite ones as well
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def ranged(values: Sequence[float]) -> Range:
    """Return median and 5 to 95 % of some values."""
    return Range(quantile(values, LOW), quantile(values, 0.5), quantile(values, HIGH))


def by_label(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Return the runs of each row, rows in the order in which they were asked for."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.label, []).append(run)
    return found


def list_hours(runs: Sequence[Run]) -> Range:
    """Return the hours until the list is done; infinite where it is not within the days that are followed."""
    return ranged([math.inf if run.list_h is None else run.list_h for run in runs])


def list_days(runs: Sequence[Run]) -> Range:
    """Return the same in days."""
    return ranged([math.inf if run.list_h is None else float(run.days) for run in runs])


# ---- text ----------------------------------------------------------------------------------------------------------


def forecast_text(runs: Sequence[Run], bases: Sequence[Basis], leads: int) -> str:
    """Return the tables of a forecast: the figures, and what each of them rests on."""
    console = _console()
    rows = by_label(runs)
    table = _table(rows)
    _add_figures(table, rows)
    table.add_row("list done after hours of work", *(_spread(list_hours(found), _hours) for found in rows.values()))
    table.add_row("list done after days", *(_spread(list_days(found), _days) for found in rows.values()))
    console.print(table)
    console.print(f"Median and, in brackets, 5 to 95 % of the runs. List: {leads} leads.{_reckoned(runs)}")
    rests = Table("what is drawn", "as", "from", box=box.SIMPLE_HEAD)
    for basis in bases:
        rests.add_row(basis.what, basis.value, f"{basis.number} observations" if basis.number else "default")
    console.print(rests)
    return _text(console)


def replay_text(recorded: Figures, runs: Sequence[Run], calls: int) -> str:
    """Return the table of a replay, the recorded day first."""
    console = _console()
    rows = by_label(runs)
    table = _table(rows, "recorded")
    _add_figures(table, rows, recorded)
    beyond = [ranged([float(run.beyond) for run in found]) for found in rows.values()]
    table.add_row("calls beyond the day's", "", *(_spread(found, "{:.0f}".format) for found in beyond))
    console.print(table)
    drawn = max((run.drawn for run in runs), default=0)
    console.print(
        f"{drawn} of {calls} calls were cancelled, dropped, left waiting or failed: what would have become of them is "
        "drawn from the day's other calls, and so are calls beyond the day's."
    )
    return _text(console)


def _reckoned(runs: Sequence[Run]) -> str:
    reckoned = sum(not run.simulated and run.list_h is not None for run in runs)
    said = f" The end of the list is reckoned from the attempts left in {reckoned} runs." if reckoned else ""
    return said + (f" ∞: not within {MOST_DAYS} days." if any(run.list_h is None for run in runs) else "")


def _console() -> Console:
    return Console(file=io.StringIO(), width=140, highlight=False)


def _text(console: Console) -> str:
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def _table(rows: dict[str, list[Run]], *before: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for title in (*before, *(f"{label}, {len(found)} runs" for label, found in rows.items())):
        table.add_column(title, justify="right")
    return table


def _add_figures(table: Table, rows: dict[str, list[Run]], recorded: Figures | None = None) -> None:
    for column in COLUMNS:
        before = [column.show(column.of(recorded))] if recorded else []
        spans = [ranged([column.of(run.figures) for run in found]) for found in rows.values()]
        table.add_row(column.title, *before, *(_spread(found, column.show) for found in spans))


def _spread(found: Range, show: Callable[[float], str]) -> str:
    return f"{show(found.median)} ({show(found.low)}–{show(found.high)})"


def _hours(hours: float) -> str:
    return "∞" if math.isinf(hours) else f"{hours:.1f}"


def _days(days: float) -> str:
    return "∞" if math.isinf(days) else f"{days:.0f}"


# ---- JSON ----------------------------------------------------------------------------------------------------------


def as_json(
    runs: Sequence[Run], *, bases: Sequence[Basis] = (), recorded: Figures | None = None, leads: int | None = None
) -> str:
    """Return everything as indented JSON; null: never within the days that are followed."""
    rows: dict[str, Any] = {}
    for label, found in by_label(runs).items():
        row: dict[str, Any] = {c.name: ranged([c.of(run.figures) for run in found]) for c in COLUMNS}
        if leads is not None:
            row["list_hours"], row["list_days"] = _finite(list_hours(found)), _finite(list_days(found))
        else:
            row["drawn"], row["beyond"] = found[0].drawn, ranged([float(run.beyond) for run in found])
        rows[label] = {"runs": len(found), **row}
    whole: dict[str, Any] = {"pacers": rows}
    if leads is not None:
        whole |= {"leads": leads, "bases": [basis._asdict() for basis in bases]}
    if recorded is not None:
        whole["recorded"] = {column.name: column.of(recorded) for column in COLUMNS}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _finite(found: Range) -> dict[str, float | None]:
    values = {"low": found.low, "median": found.median, "high": found.high}
    return {name: None if math.isinf(value) else value for name, value in values.items()}
