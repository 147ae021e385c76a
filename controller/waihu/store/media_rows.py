"""Rows of how legs sounded."""

from dataclasses import fields
from typing import Any

from waihu_models.media import LegQuality

LEG_FIELDS = tuple(field.name for field in fields(LegQuality) if field.name != "side")


def leg_quality_row(quality: LegQuality) -> dict[str, Any]:
    """Return the row of how a leg sounded."""
    return {"side": str(quality.side), **{name: getattr(quality, name) for name in LEG_FIELDS}}
