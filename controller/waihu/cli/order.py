"""``waihu campaign order``: in which order, and how often, a campaign calls its leads."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from math import isfinite
from typing import Annotated, Any, TypeVar

import typer

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.store import campaigns as stored
from waihu.store.store import Store
from waihu_models.campaign import Campaign, MixPart, RetryRule
from waihu_models.errors import BadInput
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import DAY_S, LIFETIME_S, Cap

T = TypeVar("T")
Pairs = list[str] | None


def order(
    name: Annotated[str, typer.Argument(help="Name of the campaign.")],
    settings_file: SettingsFile = None,
    urgency_weight: Annotated[float | None, typer.Option(help="priority = urgency times this ...")] = None,
    value_weight: Annotated[float | None, typer.Option(help="... and customer value times this.")] = None,
    level: Annotated[Pairs, typer.Option(help="LEVEL=VALUE, all of them, the best first.")] = None,
    tag: Annotated[Pairs, typer.Option(help="TAG=WEIGHT, all of them.")] = None,
    new_every: Annotated[int | None, typer.Option(min=0, help="Each n-th lead is a new one; 0: no such rule.")] = None,
    mix: Annotated[Pairs, typer.Option(help="LIST[,LIST]=SHARE, or =SHARE for all other lists; 'none'.")] = None,
    quota: Annotated[Pairs, typer.Option(help="LIST=SUCCESSES wanted; 'none'.")] = None,
    retry: Annotated[Pairs, typer.Option(help="OUTCOME=DELAY_S,MOST[,GROWTH[,LONGEST_S]].")] = None,
    limit: Annotated[
        Pairs, typer.Option(help="MOST=DAYS: calls to a number in so many days; MOST=ever; 'none'.")
    ] = None,
    passes: Annotated[int | None, typer.Option(min=1, help="Passes over the list.")] = None,
    pass_delay_s: Annotated[float | None, typer.Option(min=1, help="Seconds before a lead's next pass.")] = None,
    pause_after: Annotated[int | None, typer.Option(min=0, help="Refusals that pause a lead; 0: never.")] = None,
    callback_own_s: Annotated[
        float | None, typer.Option(min=0, help="Seconds a callback waits for the agent who promised it.")
    ] = None,
) -> None:
    """Say in which order, and how often, leads are called; a running controller orders the list anew by itself."""
    changes = {
        "urgency_weight": _finite(urgency_weight),
        "value_weight": _finite(value_weight),
        "levels": _pairs(level, "level", _number),
        "tags": _pairs(tag, "tag", _number),
        "new_every": new_every,
        "mix": None if mix is None else _mix(mix),
        "quotas": _pairs(quota, "quota", _count),
    }
    caps = None if limit is None else _caps(limit)
    rules = {"number_caps": caps, "passes": passes, "pass_delay_s": pass_delay_s, "callback_own_s": callback_own_s}
    retries = {_outcome(key): rule for key, rule in (_pairs(retry, "retry", _retry) or {}).items()}

    def changed(campaign: Campaign) -> Campaign:
        return replace(
            campaign,
            order=replace(campaign.order, **_given(changes)),
            refusals=replace(campaign.refusals, **_given({"pause_after": pause_after})),
            retries={**campaign.retries, **retries},
            **_given(rules),
        )

    campaign = with_store(settings_file, lambda store: _save(store, name, changed))
    for key, value in asdict(campaign.order).items():
        typer.echo(f"{key}: {value}")


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


async def _save(store: Store, name: str, change: Callable[[Campaign], Campaign]) -> Campaign:
    campaign = change(await stored.campaign_named(store, name))
    await stored.save_campaign(store, campaign, by_shell())
    return campaign


# ---- reading -------------------------------------------------------------------------------------------------------


def _pairs(said: Sequence[str] | None, option: str, read: Callable[[str], T]) -> dict[str, T] | None:
    if said is None:
        return None
    made: dict[str, T] = {}
    for pair in said if list(said) != ["none"] else []:
        key, separator, value = pair.rpartition("=")
        if not separator or not key.strip():
            raise BadInput(f"--{option} {pair!r}: write it as NAME=VALUE")
        try:
            made[key.strip()] = read(value)
        except (ValueError, TypeError) as error:
            raise BadInput(f"--{option} {pair!r}: {value!r} cannot be read, or is out of range") from error
    return made


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _finite(number: float | None) -> float | None:
    if number is not None and not isfinite(number):
        raise BadInput(f"a weight of {number} orders nothing")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _caps(said: Sequence[str]) -> tuple[Cap, ...]:
    caps = []
    for pair in said if list(said) != ["none"] else []:
        most, _, days = pair.partition("=")
        try:
            span_s = LIFETIME_S if days.strip() == "ever" else _number(days) * DAY_S
            cap = Cap(span_s, _count(most))
        except ValueError as error:
            raise BadInput(f"--limit {pair!r}: write it as 5=7 (five calls in seven days), or 20=ever") from error
        if not 0 < cap.within_s <= LIFETIME_S:
            raise BadInput(f"--limit {pair!r}: the days must be above 0")
        caps.append(cap)
    return tuple(caps)


def _retry(text: str) -> RetryRule:
    delay_s, most, *more = text.split(",")
    rule = RetryRule(_number(delay_s), int(most), *map(_number, more))
    if rule.delay_s <= 0 or rule.max_attempts < 0 or rule.growth < 1 or rule.longest_delay_s <= 0:
        raise ValueError(text)
    return rule


def _outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError as error:
        raise BadInput(f"there is no outcome {text!r}; outcomes are {', '.join(Outcome)}") from error


def _mix(said: Sequence[str]) -> tuple[MixPart, ...]:
    parts = []
    for pair in said if list(said) != ["none"] else []:
        lists, separator, share = pair.rpartition("=")
        try:
            part = MixPart(_number(share), tuple(name.strip() for name in lists.split(",") if name.strip()))
        except ValueError as error:
            raise BadInput(f"--mix {pair!r}: {share!r} is not a share") from error
        if not separator or part.share <= 0:
            raise BadInput(f"--mix {pair!r}: write it as LIST=SHARE, the share above 0")
        parts.append(part)
    named = [name for part in parts for name in part.lists]
    if len(named) != len(set(named)) or sum(not part.lists for part in parts) > 1:
        raise BadInput("--mix: each list stands in one part only, and one part may be without names")
    return tuple(parts)
