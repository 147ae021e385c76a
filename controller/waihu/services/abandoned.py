"""Abandoned calls of campaigns beside what every rule pack allows, and the ledger a dial loop goes on with."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from waihu.clock import Clock
from waihu.dialer.abandon_ledger import AbandonLedgers
from waihu.dialer.abandoned_rate import Counted, drop_limits, estimated_ratio, exceeded, may_still_be_abandoned
from waihu.dialer.rule_packs import parse_pack
from waihu.store.abandoned import counted_by_minute, counted_by_rules
from waihu.store.campaigns import campaign_named, campaigns
from waihu.store.rules import kept_packs
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.rule_pack import DAY_S, DROP_WINDOW_S, DropLimit, RulePack

SPANS_S = (DAY_S, DROP_WINDOW_S)
"""Always shown, whether or not a limit is set over them."""


class SpanCount(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted over a span of time that ends now; ratios 0..1, None where there is nothing to divide by.

    Attributes:
        window_s: How long the span is.
        live_answers: Answered by a person.
        abandoned: Of these, no agent within the limit.
        ratio: Abandoned to live answers.
        estimated_ratio: The same with estimates of the errors of machine detection, as in the United Kingdom.
        limit_ratio: What may be abandoned over this span; None: no limit over this one.
        left: How many more may be abandoned; None: no limit, or any number.
        exceeded: Whether the limit is broken.
    """

    window_s: float
    live_answers: int
    abandoned: int
    ratio: float | None
    estimated_ratio: float | None
    limit_ratio: float | None
    left: int | None
    exceeded: bool


class UnderPack(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of a campaign that a rule pack let pass; ``pack`` "": all its calls, under its own limit."""

    campaign: str
    pack: str
    spans: tuple[SpanCount, ...]


class Abandoned(msgspec.Struct, frozen=True, kw_only=True):
    """Abandoned calls at a moment."""

    made_at: datetime
    mistaken_ratio: float
    counts: tuple[UnderPack, ...]

    @property
    def exceeded(self) -> bool:
        """Whether any limit is broken."""
        return any(span.exceeded for count in self.counts for span in count.spans)


async def abandoned(
    store: Store,
    *,
    clock: Clock,
    packs: Mapping[str, RulePack],
    campaign: str | None = None,
    mistaken_ratio: float = 0.0,
) -> Abandoned:
    """Count the abandoned calls of a campaign, or of all.

    Args:
        store: Where.
        clock: When now is.
        packs: Those there are now; of those that are gone the last text kept counts.
        campaign: Its name; None: all.
        mistaken_ratio: Share of the calls ended as machines that were people, for the estimate.
    Raises:
        NotFound: there is no such campaign.
        StoreError: the database cannot be read.
    """
    chosen = [await campaign_named(store, campaign)] if campaign else await campaigns(store)
    known = {**await _kept(store), **packs}
    now = clock.now()
    made = [count for one in chosen for count in await _of_campaign(store, one, known, (now, mistaken_ratio))]
    return Abandoned(made_at=now, mistaken_ratio=mistaken_ratio, counts=tuple(made))


async def _kept(store: Store) -> dict[str, RulePack]:
    # The oldest come first: of several versions the last one counts.
    return {row["name"]: parse_pack(row["text"], f"{row['name']}.toml") for row in await kept_packs(store)}


async def _of_campaign(
    store: Store, campaign: Campaign, known: Mapping[str, RulePack], at: tuple[datetime, float]
) -> list[UnderPack]:
    now, mistaken_ratio = at
    counted: dict[float, dict[str, Counted]] = {}

    async def count(windows: Iterable[float]) -> set[str]:
        """Count over more windows; return the packs that let any call pass."""
        for window_s in sorted({*windows} - {*counted}):
            counted[window_s] = await counted_by_rules(store, campaign.id, now - timedelta(seconds=window_s))
        return {name for versions in counted.values() for version in versions for name in _names(version)}

    names = await count(SPANS_S) | set(campaign.packs)
    limits = {name: known[name].rules.drop_limits for name in names if name in known}
    await count(limit.window_s for each in limits.values() for limit in each)
    limits[""] = (DropLimit(DROP_WINDOW_S, campaign.target_drop_ratio),)
    return [
        UnderPack(
            campaign=campaign.name,
            pack=name,
            spans=tuple(_spans(limits.get(name, ()), name, counted, mistaken_ratio)),
        )
        for name in ("", *sorted(names))
    ]


def _names(rules_version: str) -> Iterator[str]:
    """Yield the names of the packs in ``us-federal@2026.1+us-florida@2026.1``."""
    return (part.partition("@")[0] for part in rules_version.split("+") if part)


def _spans(
    limits: Iterable[DropLimit], name: str, counted: Mapping[float, Mapping[str, Counted]], mistaken_ratio: float
) -> Iterator[SpanCount]:
    ratios = {limit.window_s: limit.ratio for limit in limits}
    for window_s in sorted({*SPANS_S, *ratios}):
        of_pack = (one for version, one in counted[window_s].items() if not name or name in _names(version))
        yield _span(window_s, sum(of_pack, Counted()), ratios.get(window_s), mistaken_ratio)


def _span(window_s: float, one: Counted, limit_ratio: float | None, mistaken_ratio: float) -> SpanCount:
    return SpanCount(
        window_s=window_s,
        live_answers=one.live_answers,
        abandoned=one.abandoned,
        ratio=one.ratio,
        estimated_ratio=estimated_ratio(
            one.abandoned, one.to_agents, one.machines_to_agents, one.screened_out, mistaken_ratio
        ),
        limit_ratio=limit_ratio,
        left=may_still_be_abandoned(one, limit_ratio) if limit_ratio is not None else None,
        exceeded=limit_ratio is not None and exceeded(one, limit_ratio),
    )


async def ledger_from(store: Store, campaign: Campaign, clock: Clock) -> AbandonLedgers:
    """Return the ledger of a campaign under its law, with everything its windows hold according to the store.

    What is counted while the store is read is in it if it was committed before: put the ledger into the dial loop
    without awaiting anything in between.
    """
    limits = drop_limits(campaign)
    now, now_s = clock.now(), clock.monotonic()
    made = AbandonLedgers(limits, now_s)
    for limit in limits:
        since = now - timedelta(seconds=limit.window_s)
        for after_s, live_answers, drops in await counted_by_minute(store, campaign.id, since):
            made[limit].enter(now_s - limit.window_s + after_s, live_answers, drops)
    return made
