"""Rows of tension indicators."""

from datetime import datetime
from typing import Any

from waihu_models.tension import SideMeasure, TensionMark


def mark_row(mark: TensionMark) -> dict[str, Any]:
    """Return the row of a mark."""
    return {
        "id": mark.id, "call_id": mark.call_id, "agent_id": mark.agent_id, "side": str(mark.side),
        "measure": str(mark.measure), "value": mark.value, "baseline": mark.baseline, "start_s": mark.start_s,
        "at": mark.at,
    }  # fmt: skip


def measure_row(one: SideMeasure, at: datetime) -> dict[str, Any]:
    """Return the row of a figure; ``at``: when its call ended."""
    return {
        "call_id": one.call_id, "side": str(one.side), "measure": str(one.measure), "value": one.value,
        "baseline": one.baseline, "samples": one.samples, "at": at,
    }  # fmt: skip
