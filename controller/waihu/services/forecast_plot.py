"""A forecast or a replay as a picture: utilisation and drop rate over the day with their range, agents' time."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waihu.dialer.pacing import READY, TALK, WRAP
from waihu.dialer.simulation_course import BIN_S, Quarter
from waihu.dialer.simulation_forecast import Run
from waihu.services.forecast_text import HIGH, LOW, by_label, quantile
from waihu_models.errors import BadInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = (".svg", ".png")
_TIME = ((TALK, "talk", "#2a6f97"), (WRAP, "wrap-up", "#f4a259"), (READY, "ready", "#d9d9d9"))


def check_plot(path: Path) -> None:
    """Refuse a plot that could not be drawn, before anything is simulated.

    Raises:
        BadInput: it is neither SVG nor PNG, or matplotlib is not installed.
    """
    if path.suffix.lower() not in KINDS:
        raise BadInput(f"--plot {path}: name it .svg or .png")
    try:
        import matplotlib  # noqa: F401, PLC0415 -- an extra: heavy, and only this needs it
    except ImportError as error:
        raise BadInput("--plot needs matplotlib: pip install 'waihu[plot]'") from error


def draw(runs: Sequence[Run], path: Path, title: str, starts_h: float, recorded: Sequence[Quarter] = ()) -> None:
    """Draw what is known of the day.

    Args:
        runs: Of one or several pacers.
        path: Where to; ``.svg`` or ``.png``.
        title: Above the picture.
        starts_h: Hour of the day at which it begins.
        recorded: The day as it was, if there is one.
    """
    from matplotlib import rc_context  # noqa: PLC0415 -- as above
    from matplotlib.figure import Figure  # noqa: PLC0415 -- as above

    # Text stays text, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "waihu"}):
        figure = Figure(figsize=(10, 9), layout="constrained")
        figure.suptitle(title)
        top, middle, bottom = figure.subplots(3, 1)
        rows = by_label(runs)
        for label, found in rows.items():
            _band(top, found, starts_h, _utilisation, label)
            _band(middle, found, starts_h, _drops, label)
        if recorded:
            hours = _hours(recorded, starts_h)
            top.plot(hours, [_utilisation(quarter) for quarter in recorded], "k--", label="recorded")
            middle.plot(hours, [_drops(quarter) for quarter in recorded], "k--", label="recorded")
        for axes, name in ((top, "utilisation %"), (middle, "drop rate %")):
            axes.set_ylabel(name)
            axes.set_ylim(bottom=0.0)
            axes.legend(loc="lower right" if axes is top else "upper right")
        middle.set_xlabel("hour of the day")
        _shares(bottom, rows, recorded)
        metadata: dict[str, Any] = {"Date": None} if path.suffix.lower() == ".svg" else {}
        figure.savefig(path, metadata=metadata)


def _utilisation(quarter: Quarter) -> float:
    busy_s = quarter.seconds[TALK] + quarter.seconds[WRAP]
    return 100.0 * busy_s / quarter.staffed_s if quarter.staffed_s else math.nan


def _drops(quarter: Quarter) -> float:
    return 100.0 * quarter.drops / quarter.live_answers if quarter.live_answers else math.nan


def _hours(quarters: Sequence[Quarter], starts_h: float) -> list[float]:
    return [starts_h + (number + 0.5) * BIN_S / 3600.0 for number in range(len(quarters))]


def _band(axes: "Axes", runs: Sequence[Run], starts_h: float, of: Any, label: str) -> None:
    columns = [[of(quarter) for quarter in column] for column in zip(*(run.course for run in runs), strict=True)]
    hours = _hours(runs[0].course, starts_h)
    low, middle, high = ([_known(column, share) for column in columns] for share in (LOW, 0.5, HIGH))
    lines = axes.plot(hours, middle, label=label)
    axes.fill_between(hours, low, high, color=lines[0].get_color(), alpha=0.2, linewidth=0)


def _known(values: Sequence[float], share: float) -> float:
    """Return a quantile of the values there are; a quarter in which nobody worked or answered has none."""
    known = [value for value in values if not math.isnan(value)]
    return quantile(known, share) if known else math.nan


def _shares(axes: "Axes", rows: dict[str, list[Run]], recorded: Sequence[Quarter]) -> None:
    """Draw how agents' time is split, a bar for each pacer."""
    bars = {label: [quarter for run in found for quarter in run.course] for label, found in rows.items()}
    if recorded:
        bars["recorded"] = list(recorded)
    names = list(bars)
    left = [0.0] * len(names)
    for state, title, color in _TIME:
        widths = []
        for quarters in bars.values():
            whole = sum(quarter.staffed_s for quarter in quarters) or 1.0
            widths.append(100.0 * sum(quarter.seconds[state] for quarter in quarters) / whole)
        axes.barh(names, widths, left=left, label=title, color=color)
        left = [begin + width for begin, width in zip(left, widths, strict=True)]
    axes.set_xlim(0.0, 100.0)
    axes.set_xlabel("agents' time %")
    axes.invert_yaxis()
    axes.legend(loc="lower right")
