"""Lists of phrases, alerts, objections, hints and summaries to rows and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from sqlalchemy import RowMapping

from waihu_models.assist import Hint, Objection, Summary, SummaryState
from waihu_models.ids import CampaignId
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, PhraseList, Severity, WordAlert

Row: TypeAlias = Mapping[str, Any] | RowMapping

_LIST = tuple(field.name for field in fields(PhraseList))
_ALERT = tuple(field.name for field in fields(WordAlert) if field.name != "text")
_OBJECTION = tuple(field.name for field in fields(Objection))
_HINT = tuple(field.name for field in fields(Hint))
_SUMMARY = tuple(field.name for field in fields(Summary))


def list_row(one: PhraseList) -> dict[str, Any]:
    """Return the row of a list of phrases, without its version, which the store counts."""
    row = {name: getattr(one, name) for name in _LIST if name != "version"}
    sides = ",".join(side.value for side in one.sides)
    return {
        **row,
        "kind": str(one.kind),
        "severity": str(one.severity),
        "phrases": [*one.phrases],
        "unless": [*one.unless],
        "sides": sides,
    }


def list_of(row: Row) -> PhraseList:
    """Return the list of phrases of a row."""
    values = {name: row[name] for name in _LIST}
    sides = tuple(Side(side) for side in row["sides"].split(",") if side)
    enums = {"kind": PhraseKind(row["kind"]), "severity": Severity(row["severity"])}
    phrases = {name: tuple(row[name]) for name in ("phrases", "unless")}
    return PhraseList(**{**values, **enums, **phrases, "sides": sides})


def alert_row(alert: WordAlert) -> dict[str, Any]:
    """Return the row of an alert that nobody has seen to yet."""
    row = {name: getattr(alert, name) for name in _ALERT}
    enums = {"side": str(alert.side), "kind": str(alert.kind), "severity": str(alert.severity)}
    return {**row, **enums, "handled_at": None, "handled_by": ""}


def alert_of(row: Row) -> WordAlert:
    """Return the alert of a row that has the utterance's ``text`` beside it, None where that is gone."""
    values = {name: row[name] for name in _ALERT}
    enums = {"side": Side(row["side"]), "kind": PhraseKind(row["kind"]), "severity": Severity(row["severity"])}
    return WordAlert(**{**values, **enums, "text": row["text"] or ""})


def objection_row(one: Objection) -> dict[str, Any]:
    """Return the row of an objection, without its version, which the store counts."""
    row = {name: getattr(one, name) for name in _OBJECTION if name != "version"}
    return {**row, "phrases": [*one.phrases]}


def objection_of(row: Row) -> Objection:
    """Return the objection of a row."""
    return Objection(**{**{name: row[name] for name in _OBJECTION}, "phrases": tuple(row["phrases"])})


def hint_row(hint: Hint, campaign_id: CampaignId | None, *, offered: bool) -> dict[str, Any]:
    """Return the row of a hint that nobody has said anything of yet."""
    row = {name: getattr(hint, name) for name in _HINT}
    return {**row, "campaign_id": campaign_id, "offered": offered, "mark": None, "marked_at": None}


def hint_of(row: Row) -> Hint:
    """Return the hint of a row."""
    return Hint(**{name: row[name] for name in _HINT})


def summary_row(summary: Summary) -> dict[str, Any]:
    """Return the row of a summary, without its version, which the store counts."""
    row = {name: getattr(summary, name) for name in _SUMMARY if name != "version"}
    lists = {"objections": [*summary.objections], "mentioned": [*summary.mentioned]}
    return {**row, **lists, "state": str(summary.state)}


def summary_of(row: Row) -> Summary:
    """Return the summary of a row."""
    values = {name: row[name] for name in _SUMMARY}
    lists = {"objections": tuple(row["objections"]), "mentioned": tuple(row["mentioned"])}
    return Summary(**{**values, **lists, "state": SummaryState(row["state"])})
