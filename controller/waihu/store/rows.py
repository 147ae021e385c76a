"""Nouns to rows and back."""

from collections.abc import Mapping
from dataclasses import asdict, astuple, fields
from datetime import date, time
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

from msgspec import json
from sqlalchemy import RowMapping

from waihu.dialer.lead_order import OTHER_LISTS, lanes, priority_of, rank
from waihu.dialer.preferred_time import read_times, spell_times
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState, Direction, Origin, Voicemail
from waihu_models.campaign import (
    CallingHours,
    Campaign,
    CampaignState,
    Detection,
    DialMode,
    ListOrder,
    MixPart,
    RefusalRule,
    RetryRule,
)
from waihu_models.consult import Consult
from waihu_models.disposition import STANDARD, Category, Disposition
from waihu_models.lead import Consent, Lead, LeadState
from waihu_models.menu import Chosen
from waihu_models.names import name_key
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState
from waihu_models.rule_pack import Cap
from waihu_models.signals import Verdict

E = TypeVar("E", bound=StrEnum)
Row: TypeAlias = Mapping[str, Any] | RowMapping

_CALL = tuple(field.name for field in fields(Call))
_CALL_VALUES = attrgetter(*_CALL)
_AGENT = tuple(field.name for field in fields(Agent))
_AGENT_VALUES = attrgetter(*_AGENT)
_LEAD = tuple(field.name for field in fields(Lead))
_LEAD_VALUES = itemgetter(*_LEAD)
_RECORDING = tuple(field.name for field in fields(Recording))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


def _maybe(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value is not None else None


def call_row(call: Call) -> dict[str, Any]:
    """Return the row of a call."""
    # The most frequent write: all fields at once, then the few that are no plain values.
    row = dict(zip(_CALL, _CALL_VALUES(call), strict=True))
    for name in ("direction", "state", "verdict", "outcome", "origin", "voicemail"):
        row[name] = _plain(row[name])
    row["disposition"] = call.disposition.code if call.disposition else None
    row["consult"] = json.encode(call.consult).decode() if call.consult is not None else None
    row["chosen"] = json.encode(call.chosen).decode() if call.chosen is not None else None
    row["last4"], row["talk_s"] = call.number_e164[-4:], call.talk_s
    return row


def call_of(row: Row) -> Call:
    """Return the call of a row."""
    values = {name: row[name] for name in _CALL}
    values |= {
        "direction": Direction(row["direction"]),
        "origin": Origin(row["origin"] or Origin.LIST),
        "state": CallState(row["state"]),
        "verdict": _maybe(Verdict, row["verdict"]),
        "voicemail": Voicemail(row["voicemail"]),
        "outcome": _maybe(Outcome, row["outcome"]),
        "disposition": _disposition(row["disposition"]),
        "consult": json.decode(row["consult"], type=Consult) if row["consult"] else None,
        "chosen": json.decode(row["chosen"], type=Chosen) if row["chosen"] else None,
    }
    return Call(**values)


def _disposition(code: str | None) -> Disposition | None:
    if code is None:
        return None
    return STANDARD.get(code) or Disposition(code, code, code, Category.OTHER)


def agent_row(agent: Agent) -> dict[str, Any]:
    """Return the row of an agent."""
    row = dict(zip(_AGENT, _AGENT_VALUES(agent), strict=True))
    return {**row, "mode": str(agent.mode), "state": str(agent.state)}


def agent_of(row: Row) -> Agent:
    """Return the agent of a row."""
    values = {name: row[name] for name in _AGENT}
    return Agent(**{**values, "mode": PhoneMode(row["mode"]), "state": AgentState(row["state"])})


def lead_row(lead: Lead, order: ListOrder) -> dict[str, Any]:
    """Return the row of a lead, with its place in this order."""
    row = {name: _plain(getattr(lead, name)) for name in _LEAD}
    return {
        **row,
        "tags": ",".join(lead.tags),
        "preferred": spell_times(lead.preferred),
        "more_numbers": ",".join(lead.more_numbers),
        "priority": priority_of(lead, order),
        "lane": lanes(order).get(lead.list_name, OTHER_LISTS),
        "rank": rank(lead, order),
        "name_key": name_key(lead.name),
    }


def lead_of(row: Row) -> Lead:
    """Return the lead of a row."""
    # Hundreds are read at once while calls wait: the row's names are looked up in one step.
    values: dict[str, Any] = dict(zip(_LEAD, _LEAD_VALUES(row), strict=True))
    values |= {
        "state": LeadState(row["state"]),
        "recording_consent": Consent(row["recording_consent"]),
        "call_consent": Consent(row["call_consent"]),
        "tags": _several(values["tags"]),
        "preferred": read_times(values["preferred"]) if values["preferred"] else (),
        "more_numbers": _several(values["more_numbers"]),
    }
    return Lead(**values)


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def recording_row(recording: Recording) -> dict[str, Any]:
    """Return the row of a recording."""
    return {name: _plain(getattr(recording, name)) for name in _RECORDING}


def recording_of(row: Row) -> Recording:
    """Return the recording of a row."""
    values = {name: row[name] for name in _RECORDING}
    return Recording(**{**values, "state": RecordingState(row["state"])})


# ---- campaigns: identity in columns, rules as JSON -----------------------------------------------------------------

_COLUMNS = frozenset({"id", "name", "mode", "state", "version"})
_NOT_STORED = frozenset({"law"})  # follows from the rule packs


def campaign_row(campaign: Campaign) -> dict[str, Any]:
    """Return the row of a campaign."""
    stored = (f.name for f in fields(Campaign) if f.name not in _COLUMNS | _NOT_STORED)
    rules = {name: _plain(getattr(campaign, name)) for name in stored}
    rules["hours"] = {
        "windows": [[[start.isoformat(), end.isoformat()] for start, end in day] for day in campaign.hours.windows],
        "default_zone": campaign.hours.default_zone,
        "closed_on": sorted(day.isoformat() for day in campaign.hours.closed_on),
    }
    rules["packs"] = list(campaign.packs)
    rules["number_caps"] = [list(astuple(cap)) for cap in campaign.number_caps]
    rules["retries"] = {str(outcome): list(astuple(rule)) for outcome, rule in campaign.retries.items()}
    rules["refusals"] = asdict(campaign.refusals)
    mix = [{"share": part.share, "lists": list(part.lists)} for part in campaign.order.mix]
    rules["order"] = {**asdict(campaign.order), "mix": mix}
    return {**{name: _plain(getattr(campaign, name)) for name in _COLUMNS}, "rules": rules}


def campaign_of(row: Row) -> Campaign:
    """Return the campaign of a row; rules it does not have yet get their defaults."""
    known = {f.name for f in fields(Campaign)} - _COLUMNS - _NOT_STORED
    rules = {name: value for name, value in row["rules"].items() if name in known}
    if "hours" in rules:
        rules["hours"] = _hours(rules["hours"])
    if "detection" in rules:
        rules["detection"] = Detection(rules["detection"])
    if "packs" in rules:
        rules["packs"] = tuple(rules["packs"])
    if "number_caps" in rules:
        rules["number_caps"] = tuple(Cap(*cap) for cap in rules["number_caps"])
    if "retries" in rules:
        rules["retries"] = {Outcome(outcome): RetryRule(*rule) for outcome, rule in rules["retries"].items()}
    if "refusals" in rules:
        rules["refusals"] = RefusalRule(**rules["refusals"])
    if "order" in rules:
        rules["order"] = order_of(rules)
    return Campaign(
        id=row["id"],
        name=row["name"],
        mode=DialMode(row["mode"]),
        state=CampaignState(row["state"]),
        version=row["version"],
        **rules,
    )


def order_of(rules: Mapping[str, Any]) -> ListOrder:
    """Return the order a campaign's rules ask for; those of an older program have none."""
    order = dict(rules.get("order", {}))
    mix = tuple(MixPart(part["share"], tuple(part["lists"])) for part in order.pop("mix", ()))
    return ListOrder(**order, mix=mix)


def _hours(said: Mapping[str, Any]) -> CallingHours:
    closed_on = frozenset(date.fromisoformat(day) for day in said.get("closed_on", ()))
    return CallingHours(_windows(said["windows"]), said["default_zone"], closed_on)


def _windows(days: list[list[list[str]]]) -> tuple[tuple[tuple[time, time], ...], ...]:
    return tuple(tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in day) for day in days)
