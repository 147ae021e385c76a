"""Routing rules in a running controller: they decide, are followed, counted and explained, and never stop a call."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from tests.services.world import FIRST, World, numbers, some_agents, world

from waihu.routing.rules_dmn_read import import_dmn
from waihu.services import routing_rules
from waihu.services.lines import Trunk
from waihu.services.manual_calls import Whom
from waihu.services.routing_desk import RoutingDesk
from waihu.services.why_routed import why_routed
from waihu.store.audit import By
from waihu.store.leads import leads_by_key
from waihu.store.routing_calls import decision_on, hits_since, last_calls
from waihu.store.routing_tables import routing_table, routing_tables
from waihu.store.statements import table
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, an_agent
from waihu.testing.fake_switch import FarEnd
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call_facts import CallFacts, RouteKind
from waihu_models.errors import BadField, Conflict, NotFound, Stale, StoreError
from waihu_models.ids import AgentId, CallId, new_id
from waihu_models.line_group import LineGroup, LineKind
from waihu_models.queue import Queue
from waihu_models.routing_rule import Rule, RuleTable, TableState, Target
from waihu_models.tables import AlertRow, CustomerRow, CustomerTagRow, LeadRow

BY = By("test", NOON)
TWO: dict[str, Any] = {
    "trunks": (Trunk("alpha", max_lines=9, calls_per_s=50), Trunk("beta", max_lines=9, calls_per_s=50)),
    "trunk": "",
}
GROUP = LineGroup(name="4g", kind=LineKind.GATEWAY_4G, trunks=("beta",))
EXAMPLE = Path(__file__).parents[2] / "rules/routing-example.dmn"
CODE = "routing_rules_unreadable"
A_AFTER_A_WEEK = "Level A after a week over 4G"


def queue(name: str) -> Target:
    return Target(RouteKind.QUEUE, name)


def a_table(*rules: Rule, default: str = "general", reason: str = "") -> RuleTable:
    return RuleTable(rules=rules, default=default, reason=reason)


GOLD = Rule(name="gold", target=queue("expert"), conditions=(("level", '"gold"'),))
SILVER = Rule(name="silver", target=queue("second"), conditions=(("level", '"silver"'),))


async def queues_for(w: World, drafted: RuleTable) -> None:
    """Open the queues a table leads to."""
    targets = {rule.target.name for rule in drafted.rules if rule.target.kind is RouteKind.QUEUE}
    for name in sorted({*targets, drafted.default} - {"", *(known.name for known in w.app.queues.shelf)}):
        await w.app.queues.shelf.add(Queue(name=name), BY)


async def live(w: World, drafted: RuleTable) -> RuleTable:
    await queues_for(w, drafted)
    made = await w.app.office.routing.draft(drafted, BY)
    return await w.app.office.routing.go_live(made.number, made.version, "", BY)


def caller(**known: Any) -> CallFacts:
    return CallFacts(direction="inbound", **known)


def broken(w: World, number: int, rules: str = "{no") -> None:
    with closing(sqlite3.connect(w.url.partition("///")[2])) as connection, connection:
        connection.execute("UPDATE routing_table SET rules = ? WHERE number = ?", (rules, number))


async def groups(w: World) -> None:
    await w.app.line_side.groups.add(GROUP, BY)


# ---- the shipped example -------------------------------------------------------------------------------------------


@in_virtual_time
async def test_the_three_given_rules_decide_as_written_once_the_example_is_live(database: Path) -> None:
    async with world(database, **TWO) as w:
        await groups(w)
        await live(w, import_dmn(EXAMPLE.read_bytes()))
        decide = w.app.office.routing_rules.decide
        unresolved = {"last_resolved": False, "last_agent": "agent1"}
        for facts, kind, target in (
            (caller(level="platinum", business_type="complaint", **unresolved), "queue", "expert"),
            (caller(business_type="complaint", **unresolved), "agent", "agent1"),
            (caller(business_type="complaint"), "queue", "quality"),
            (caller(), "queue", "general"),
        ):
            decision = decide(facts)
            assert (decision.kind, decision.target) == (kind, target)


@pytest.mark.parametrize("by_hand", [False, True])
@in_virtual_time
async def test_level_a_with_the_last_contact_a_week_ago_goes_out_over_the_4g_group(
    database: Path, by_hand: bool
) -> None:
    leads = numbers(4, "11")
    async with world(database, leads, agents=some_agents(1, wrap_limit_s=0.5), **TWO) as w:
        await groups(w)
        assert w.app.lines.route is None, "without rules for lines no call has to wait for its own"
        await live(w, import_dmn(EXAMPLE.read_bytes()))
        unit = Unit()
        for number, days in ((leads[0], 8), (leads[1], 6), (leads[2], 30)):
            at = w.now - timedelta(days=days)
            unit.save_call(
                a_call(number_e164=number, dialled_at=at, state_since=at, connected_at=at, hung_up_at=at, ended_at=at)
            )
        await w.app.store.commit(unit)
        lead, level_a = table(LeadRow), leads[:2]

        def promote(connection: Connection) -> None:
            connection.execute(update(lead).where(lead.c.number_e164.in_(level_a)).values(level="A"))

        await w.app.store.write(promote)
        w.switch.carriers = {"alpha": FarEnd(talks_s=0.6), "beta": FarEnd(talks_s=0.6)}
        await w.log_in()
        if by_hand:
            await w.app.dialling.start(w.campaign.name)
            await w.app.dialling.pause(w.campaign.name)
            (first,) = await leads_by_key(w.app.store, leads[0])
            await w.app.control.manual.call(FIRST, Whom(lead_id=first.id), w.campaign.id, BY)
        else:
            await w.dial()
        await w.until(lambda: len(w.ended) == (1 if by_hand else 4), 60.0)
        went = {call.number_e164: call for call in w.calls.values()}
        assert went[leads[0]].trunk == "beta"
        await w.app.office.routing_rules.write()
        kept = await decision_on(w.app.store, went[leads[0]].id)
        assert (kept.decision.rule, kept.decision.target) == (A_AFTER_A_WEEK, "4g")
        said = why_routed(kept)
        assert said.en == (
            f"It was sent to line group 4g by rule {A_AFTER_A_WEEK!r} of routing table 1: "
            'level "A"; days since contact 8 (> 7).'
        )
        assert "线路组 4g" in said.zh
        assert "客户等级" in said.zh
        for other in set(went) - {leads[0]}:
            with pytest.raises(NotFound):
                await decision_on(w.app.store, went[other].id)
        (hit,) = await hits_since(w.app.store, "2026-01-01")
        assert (hit["rule"], hit["hits"], hit["table_number"]) == (A_AFTER_A_WEEK, 1, 1)


@in_virtual_time
async def test_the_customers_own_level_and_tags_count_where_the_list_says_nothing(database: Path) -> None:
    leads = numbers(2, "11")
    vip = Rule(
        name="vip", target=Target(RouteKind.LINE_GROUP, "4g"),
        conditions=(("level", '"B"'), ("tags", 'list contains(?, "vip")')),
    )  # fmt: skip
    async with world(database, leads, agents=some_agents(1, wrap_limit_s=0.5), **TWO) as w:
        await groups(w)
        await live(w, a_table(vip))
        lead, customer, tag = table(LeadRow), table(CustomerRow), table(CustomerTagRow)

        def known(connection: Connection) -> None:
            connection.execute(insert(customer), {"id": "c1", "name": "Ada", "level": "B", "created_at": NOON})
            connection.execute(insert(tag), {"customer_id": "c1", "tag": "vip"})
            connection.execute(update(lead).where(lead.c.number_e164 == leads[0]).values(customer_id="c1"))

        await w.app.store.write(known)
        w.switch.carriers = {"alpha": FarEnd(talks_s=0.6), "beta": FarEnd(talks_s=0.6)}
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.ended) == 2, 60.0)
        await w.app.office.routing_rules.write()
        routed = [call.facts for call in await last_calls(w.app.store, 10) if call.kept]
        assert [(facts.number, facts.level, facts.tags) for facts in routed] == [(leads[0], "B", ("vip",))]


# ---- nothing stops a call ------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_live_table_that_cannot_be_read_at_the_start_leaves_the_last_good_one(database: Path) -> None:
    async with world(database) as w:
        await live(w, a_table(GOLD))
        await live(w, a_table(SILVER))
        broken(w, 2)
    async with world(database, agents=0, name="autumn") as w:
        rules = w.app.office.routing_rules
        assert rules.decide(caller(level="gold")).target == "expert"
        assert rules.decide(caller(level="gold")).table_version == 1
        texts = await alerts_kept(w)
        assert any("routing table 2 cannot be read" in text and "table 1 decides" in text for text in texts)


async def alerts_kept(w: World) -> list[str]:
    await w.written()
    alert = table(AlertRow)
    return [row["text"] for row in await w.app.store.rows(select(alert.c.text).where(alert.c.code == CODE))]


@pytest.mark.parametrize("rules", ["{no", "[1]", '[{"name": "x"}]', "null"])
@in_virtual_time
async def test_without_any_readable_table_callers_go_to_the_queue_they_came_for(database: Path, rules: str) -> None:
    async with world(database) as w:
        await live(w, a_table(GOLD))
        broken(w, 1, rules)
    later = [an_agent("later", wrap_limit_s=1.0)]
    async with world(database, numbers(1), agents=later, name="autumn") as w:
        decision = w.app.office.routing_rules.decide(caller(level="gold"), CallId(new_id()))
        assert (decision.target, decision.rule, decision.table_version) == ("", "", 0)
        assert any("the queue they came for" in text for text in await alerts_kept(w))
        await w.log_in(AgentId("later"))
        await w.dial()
        await w.connected()


@in_virtual_time
async def test_a_locked_store_keeps_no_call_waiting_and_what_was_decided_is_written_later(database: Path) -> None:
    async with world(database) as w:
        await live(w, a_table(GOLD))
        rules = w.app.office.routing_rules
        calls = [CallId(new_id()) for _ in range(3)]
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for call_id in calls:
                assert rules.decide(caller(level="gold"), call_id).target == "expert"
            other.execute("ROLLBACK")
        await rules.write()
        assert (await decision_on(w.app.store, calls[2])).held == (("level", '"gold"', '"gold"'),)


@in_virtual_time
async def test_decisions_that_cannot_be_written_are_kept_and_of_too_many_the_oldest_are_lost(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing_rules, "MOST_WAITING", 5)
    async with world(database) as w:
        await live(w, a_table(GOLD))
        rules = w.app.office.routing_rules
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("ALTER TABLE routing_hit RENAME TO elsewhere")
        calls = [CallId(new_id()) for _ in range(7)]
        for call_id in calls:
            rules.decide(caller(level="gold"), call_id)
        assert rules.lost == 2
        with pytest.raises(StoreError):
            await rules.write()
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("ALTER TABLE elsewhere RENAME TO routing_hit")
        await rules.write()
        assert (await decision_on(w.app.store, calls[6])).decision.rule == "gold"
        with pytest.raises(NotFound):
            await decision_on(w.app.store, calls[1])
        (hit,) = await hits_since(w.app.store, "2026-01-01")
        assert hit["hits"] == 7, "counts are never lost"


@in_virtual_time
async def test_a_rule_that_fails_leaves_the_default(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(database) as w:
        await live(w, a_table(GOLD))
        rules = w.app.office.routing_rules
        strange = caller(tags=7)
        assert rules.decide(strange).target == "general"


# ---- following and changing ----------------------------------------------------------------------------------------


@in_virtual_time
async def test_what_a_command_makes_live_is_followed_and_gone_back_from(database: Path) -> None:
    async with world(database) as w:
        beside = RoutingDesk(w.app.store)
        await queues_for(w, a_table(GOLD, SILVER))
        first, second = await beside.draft(a_table(GOLD), BY), await beside.draft(a_table(SILVER), BY)
        await beside.go_live(first.number, 1, "to begin with", BY)
        rules = w.app.office.routing_rules
        await w.until(lambda: rules.decide(caller(level="gold")).rule == "gold", 5.0)
        await beside.go_live(second.number, 1, "silver instead", BY)
        await w.until(lambda: rules.decide(caller(level="silver")).rule == "silver", 5.0)
        past = await routing_table(w.app.store, first.number)
        assert past.state is TableState.PAST
        back = await beside.go_live(first.number, past.version, "back again", BY)
        assert (back.state, back.reason, back.author) == (TableState.LIVE, "back again", "test")
        await w.until(lambda: rules.decide(caller(level="gold")).rule == "gold", 5.0)
        states = [(row["number"], row["state"]) for row in await routing_tables(w.app.store)]
        assert states == [(2, "past"), (1, "live")]


@in_virtual_time
async def test_what_is_wrong_keeps_a_table_from_going_live(database: Path) -> None:
    async with world(database) as w:
        desk = w.app.office.routing
        for drafted, path in (
            (a_table(GOLD, default=""), "$.default"),
            (a_table(GOLD, GOLD), "$.rules[1].name"),
            (a_table(replace(GOLD, target=Target(RouteKind.AGENT, "nobody"))), "$.rules[0].target"),
            (a_table(replace(GOLD, target=Target(RouteKind.LINE_GROUP, "none"))), "$.rules[0].target"),
            (a_table(replace(GOLD, conditions=(("level", "gold"),))), "$.rules[0].conditions.level"),
        ):
            made = await desk.draft(drafted, BY)
            with pytest.raises(BadField) as refused:
                await desk.go_live(made.number, made.version, "", BY)
            assert refused.value.path == path
            assert (await routing_table(w.app.store, made.number)).state is TableState.DRAFT


@in_virtual_time
async def test_only_a_draft_changes_and_only_as_it_was_looked_at(database: Path) -> None:
    async with world(database) as w:
        desk = w.app.office.routing
        await queues_for(w, a_table(GOLD, SILVER))
        made = await desk.draft(a_table(GOLD), BY)
        changed = await desk.change(replace(a_table(SILVER), number=made.number, version=1), BY)
        assert (changed.version, changed.rules) == (2, (SILVER,))
        with pytest.raises(Stale):
            await desk.change(replace(changed, version=1), BY)
        with pytest.raises(Stale):
            await desk.go_live(made.number, 1, "", BY)
        shown = await desk.go_live(made.number, 2, "", BY)
        with pytest.raises(Conflict):
            await desk.change(shown, BY)
        with pytest.raises(Conflict):
            await desk.go_live(made.number, shown.version, "", BY)
        with pytest.raises(NotFound):
            await desk.go_live(99, 1, "", BY)


@in_virtual_time
async def test_a_trial_on_the_last_calls_shows_which_would_go_elsewhere(database: Path) -> None:
    async with world(database) as w:
        await live(w, a_table(GOLD))
        kept = CallId(new_id())
        unit = Unit()
        unit.save_call(a_call(id=kept, dialled_at=NOON - timedelta(hours=1)))
        unit.save_call(a_call(dialled_at=NOON - timedelta(days=9), connected_at=NOON - timedelta(days=9)))
        unit.save_call(a_call(dialled_at=NOON - timedelta(hours=2)))
        await w.app.store.commit(unit)
        w.app.office.routing_rules.decide(caller(level="gold"), kept)
        await w.app.office.routing_rules.write()
        late = Rule(
            name="late", target=Target(RouteKind.LINE_GROUP, "4g"), conditions=(("days_since_contact", "[8..9]"),)
        )
        tried = await w.app.office.routing.try_on_last(a_table(replace(GOLD, target=queue("other")), late), 10)
        assert [call.kept for call in tried.calls] == [True, False, False]
        assert tried.trial.hits == {"gold": 1, "late": 1, "": 1}
        assert [(one.live.target, one.draft.target) for one in tried.trial.shown] == [
            ("expert", "other"), ("general", "4g"),
        ]  # fmt: skip
        with pytest.raises(BadField):
            await w.app.office.routing.try_on_last(a_table(GOLD, GOLD), 10)
