"""Whatever the rules and whatever happens in whatever order: never outside hours, never over a cap, never too soon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.dialer.list_rules import may_call
from waihu.dialer.rule_packs import lawful, parse_pack, strictest
from waihu.testing.factories import a_campaign, a_lead
from waihu_models.campaign import CallingHours, Campaign, DialMode
from waihu_models.errors import BadRulePack
from waihu_models.lead import Consent, DialFacts, Refusal
from waihu_models.rule_pack import ANY_TIME, Cap, ConsentRule, CountedFrom, DropLimit, RulePack, Rules

START = datetime(2026, 10, 24, tzinfo=UTC)  # clocks change in the night in London, a week later in New York
ZONES = ("Europe/London", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "Pacific/Auckland")

# ---- rules ---------------------------------------------------------------------------------------------------------

MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


def _windows(edges: Sequence[time]) -> tuple[tuple[time, time], ...]:
    return tuple(zip(edges[::2], edges[1::2], strict=True))


DAYS = st.sampled_from([0, 2, 4]).flatmap(
    lambda count: st.lists(MINUTES, min_size=count, max_size=count, unique=True).map(sorted).map(_windows)
)
WEEKS = st.lists(DAYS, min_size=7, max_size=7).map(tuple).filter(any)
RULES = st.builds(
    Rules,
    week=st.sampled_from([ANY_TIME] * 6 + [(((time(8), time(21)),),) * 7]) | WEEKS,
    closed_on=st.just(frozenset()) | st.frozensets(st.dates(date(2026, 10, 24), date(2026, 11, 1)), max_size=2),
    caps=st.lists(st.builds(Cap, st.sampled_from([300.0, 3600.0, 86_400.0]), st.integers(1, 4)), max_size=3).map(tuple),
    ring_min_s=st.integers(0, 60),
    drop_limits=st.lists(
        st.builds(DropLimit, st.sampled_from([3600.0, 86_400.0, 2_592_000.0]), st.floats(0, 1)), max_size=2
    ).map(tuple),
    agent_within_s=st.none() | st.floats(0.5, 5),
    counted_from=st.sampled_from(CountedFrom),
    redial_lockout_s=st.sampled_from([0.0, 1800.0, 86_400.0]),
    redial_with_agent=st.booleans(),
    call_consent=st.sampled_from([ConsentRule.NONE, ConsentRule.NONE, ConsentRule.OPT_OUT, ConsentRule.OPT_IN]),
    record_consent=st.sampled_from(ConsentRule),
)
PACKS = st.lists(RULES, min_size=1, max_size=3).map(
    lambda all_rules: [
        RulePack(f"p{n}", "1", "", replace(rules, version=f"p{n}@1"), "") for n, rules in enumerate(all_rules)
    ]
)


def joined(packs: Sequence[RulePack]) -> Rules | None:
    try:
        return strictest(packs)
    except BadRulePack:  # no hour is left
        return None


# ---- a number's life -----------------------------------------------------------------------------------------------


@dataclass
class Number:
    """Everything that happened to one number, whoever did it."""

    calls: list[datetime]
    dropped: list[datetime]
    word: Consent = Consent.GRANTED

    def facts(self) -> DialFacts:
        newest_first = tuple(sorted(self.calls, reverse=True))
        return DialFacts(attempts_at=newest_first, dropped_at=max(self.dropped, default=None), call_consent=self.word)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["ask"] * 9 + ["other campaign", "drop", "drop", "yes", "no"]),
        st.sampled_from([1, 60, 299, 301, 1_799, 1_801, 3_600, 20_000, 86_399, 86_401]) | st.integers(1, 100_000),
    ),
    min_size=20,
    max_size=60,
)


def inside(week: Any, closed: frozenset[date], zone: str, at: datetime) -> bool:
    """Look at the wall clock of one place, in other words than the code's."""
    wall = at.astimezone(ZoneInfo(zone))
    minute = timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    edges = [
        (timedelta(hours=a.hour, minutes=a.minute), timedelta(hours=b.hour, minutes=b.minute))
        for a, b in week[wall.weekday()]
    ]
    return wall.date() not in closed and any(start <= minute < end for start, end in edges)


def check_call(
    packs: Sequence[RulePack], campaign: Campaign, zones: Sequence[str], number: Number, at: datetime
) -> None:
    """Hold a call that was let pass against each pack for itself."""
    for pack in packs:
        rules = pack.rules
        for zone in zones:
            assert inside(rules.week, rules.closed_on, zone, at)
            assert inside(campaign.hours.windows, frozenset(), zone, at)
        for cap in rules.caps:
            assert sum(at - timedelta(seconds=cap.within_s) <= call <= at for call in number.calls) < cap.most
        kept_free = campaign.mode in {DialMode.PREVIEW, DialMode.PROGRESSIVE} and not campaign.screening
        if not (rules.redial_with_agent and kept_free):
            assert all(at - drop > timedelta(seconds=rules.redial_lockout_s) for drop in number.dropped)
        assert rules.call_consent is not ConsentRule.OPT_IN or number.word is Consent.GRANTED
    assert number.word is not Consent.DENIED
    assert sum(call >= at - timedelta(days=1) for call in number.calls) < campaign.max_attempts_per_day


@settings(max_examples=300, deadline=None)
@given(
    PACKS,
    EVENTS,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    st.sampled_from(DialMode),
    st.booleans(),
    st.integers(3, 9),
)
def test_no_call_is_ever_let_pass_that_any_one_of_the_packs_forbids(
    packs: list[RulePack], events: list[tuple[str, int]], zones: list[str], mode: DialMode, screening: bool, most: int
) -> None:
    rules = joined(packs)
    if rules is None:
        return
    own = a_campaign(
        mode=mode, screening=screening, max_attempts_per_day=most, max_attempts=99,
        hours=CallingHours((((time(0), time(23, 59)),),) * 7),
    )  # fmt: skip
    campaign, number, now = lawful(own, rules), Number([], []), START
    # The number's own zone is that of London, the list says another: both have to allow it.
    lead = a_lead(campaign, "+442079460123", zone=zones[-1])
    places = [*dict.fromkeys(["Europe/London", zones[-1]])]
    for event, wait_s in events:
        now += timedelta(seconds=wait_s)
        if event == "ask" and may_call(lead, number.facts(), campaign, now).refusal is None:
            check_call(packs, campaign, places, number, now)
            number.calls.append(now)
        elif event == "other campaign":
            number.calls.append(now)
        elif event == "drop":
            number.dropped.append(now)
        elif event in {"yes", "no"}:
            number.word = Consent.GRANTED if event == "yes" else Consent.DENIED


@settings(max_examples=200, deadline=None)
@given(
    RULES,
    st.lists(st.integers(1, 200_000), max_size=8),
    st.none() | st.integers(1, 100_000),
    st.integers(0, 8 * 86_400),
)
def test_a_refused_lead_is_never_sent_into_the_past_nor_round_in_circles(
    rules: Rules, calls: list[int], drop: int | None, later_s: int
) -> None:
    campaign = lawful(a_campaign(max_attempts_per_day=3), replace(rules, call_consent=ConsentRule.NONE))
    lead, now = a_lead(campaign, zone="Europe/London"), START + timedelta(seconds=later_s)
    facts = DialFacts(
        attempts_at=tuple(now - timedelta(seconds=s) for s in sorted(calls)),
        dropped_at=now - timedelta(seconds=drop) if drop else None,
    )
    seen: list[Refusal] = []
    for _ in range(6):
        permission = may_call(lead, facts, campaign, now)
        if permission.refusal is None or permission.again_at is None:
            break
        assert permission.again_at > now
        seen.append(permission.refusal)
        now = permission.again_at
    else:
        raise AssertionError(f"refused again and again: {seen}")
    # Hours that leave no opening in the next days are the only reason left to say "never".
    assert permission.refusal in {None, Refusal.OUTSIDE_HOURS}


# ---- joining -------------------------------------------------------------------------------------------------------


def without_version(rules: Rules | None) -> Rules | None:
    return rules and replace(rules, version="")


@settings(max_examples=200, deadline=None)
@given(PACKS, st.randoms(use_true_random=False))
def test_the_order_in_which_packs_are_named_does_not_matter_and_twice_is_once(
    packs: list[RulePack], chance: Any
) -> None:
    shuffled = [*packs, *packs]
    chance.shuffle(shuffled)
    assert without_version(joined(packs)) == without_version(joined(shuffled))


@settings(max_examples=200, deadline=None)
@given(PACKS, st.datetimes(datetime(2026, 10, 24), datetime(2026, 11, 2), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_is_joined_is_at_least_as_strict_as_each(packs: list[RulePack], at: datetime) -> None:
    rules = joined(packs)
    if rules is None:
        return
    open_at = inside(rules.week, rules.closed_on, "UTC", at)
    assert open_at == all(inside(pack.rules.week, pack.rules.closed_on, "UTC", at) for pack in packs)
    for one in (pack.rules for pack in packs):
        assert rules.ring_min_s >= one.ring_min_s
        assert rules.drop_limit_ratio <= one.drop_limit_ratio
        assert all(
            any(kept.window_s == limit.window_s and kept.ratio <= limit.ratio for kept in rules.drop_limits)
            for limit in one.drop_limits
        )
        assert one.agent_within_s is None or (rules.agent_within_s or 99) <= one.agent_within_s
        assert rules.redial_lockout_s >= one.redial_lockout_s
        assert all(any(c.within_s == cap.within_s and c.most <= cap.most for c in rules.caps) for cap in one.caps)
        for kind, wanted, said in (
            (ConsentRule, one.call_consent, rules.call_consent),
            (ConsentRule, one.record_consent, rules.record_consent),
            (CountedFrom, one.counted_from, rules.counted_from),
        ):
            order: list[Any] = list(kind)
            assert order.index(said) >= order.index(wanted)


# ---- any text ------------------------------------------------------------------------------------------------------

LINES = (
    'name = "moon"', 'version = "1"', "[hours]", 'every_day = ["08:00-21:00"]', "sunday = []", 'zone = "Moon/Crater"',
    "[[caps]]", "most = 3", "most = -1", "within_s = 300", "[ring]", "min_s = 15", "[drops]", "limit_ratio = 2",
    "limit_ratio = 0.03", "window_s = inf", "[consent]", 'call = "opt_in"', "call = 7", "= 3", "[[hours]]", '"""',
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=14).map("\n".join))
def test_any_text_is_a_whole_pack_or_is_refused_with_its_file(text: str) -> None:
    read = read_or_said(text)
    if isinstance(read, str):
        assert read.startswith("rules/moon.toml")
    else:
        assert read.name == "moon"
        assert any(read.rules.week)


def read_or_said(text: str) -> RulePack | str:
    try:
        return parse_pack(text, "rules/moon.toml")
    except BadRulePack as error:
        return str(error)
