"""A call its carrier could not carry goes on at once on another line; a bad carrier is drained, and tried again."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update
from tests.services.world import World, numbers, some_agents, world

from waihu.dialer.line_health import DrainReason, LineState
from waihu.services.call_desk import Job
from waihu.services.failover import MOST_LINES
from waihu.services.line_use import Trunk
from waihu.store.call_history import histories
from waihu.store.calls import unfinished_calls
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.trunk_state import Registration, SipState
from waihu.testing.factories import a_call
from waihu.testing.far_ends import FarEnd
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import WENT_ON, Call
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.commands import PlaceCall
from waihu_models.errors import SwitchRefused
from waihu_models.events import AlertRaised, DoNotCallAdded
from waihu_models.lead import LeadState
from waihu_models.line_group import LineGroup, LineKind
from waihu_models.outcome import Outcome
from waihu_models.tables import LeadRow

ALPHA, BETA = (Trunk(name, max_lines=50, calls_per_s=50) for name in ("alpha", "beta"))
REFUSES = FarEnd(sip_code=503)
TWO: dict[str, Any] = {"trunks": (ALPHA, BETA), "trunk": ""}


def by_trunk(w: World) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {"alpha": [], "beta": []}
    for call in w.calls.values():
        found[call.trunk].append(call)
    return found


async def started(w: World) -> None:
    await w.log_in()
    await w.dial()


@in_virtual_time
async def test_a_call_that_is_refused_with_503_goes_on_on_the_other_line_as_one_attempt(database: Path) -> None:
    async with world(database, numbers(1, "00"), **TWO) as w:
        w.switch.carriers = {"alpha": REFUSES}
        await started(w)
        (talk,) = await w.connected()
        assert talk.trunk == "beta"
        (refused,) = by_trunk(w)["alpha"]
        assert (refused.outcome, refused.reason) == (Outcome.CONGESTION, f"{WENT_ON}{talk.id}")
        assert (talk.dialled_at - refused.dialled_at).total_seconds() < 0.5, "at once"
        lead = await w.lead(talk)
        assert (lead.attempts, lead.state) == (1, LeadState.DIALLING)
        history = (await histories(w.app.store, [talk.number_e164]))[talk.number_e164]
        assert len(history.attempts_at) == 1, "the law counts it once"
        assert w.app.line_side.failover.made == 1
        assert w.app.lines.used("alpha") == 0
        assert w.app.lines.used("beta") == 1


@in_virtual_time
async def test_an_exchange_that_cannot_even_dial_a_trunk_takes_the_other_line(database: Path) -> None:
    async with world(database, numbers(1, "00"), **TWO) as w:
        refused = SwitchRefused("no such endpoint")
        await w.log_in()
        w.switch.fail_next(PlaceCall, refused)
        await w.dial()
        (talk,) = await w.connected()
        assert len(w.calls) == 2
        assert (await w.lead(talk)).attempts == 1


@pytest.mark.parametrize(
    "far_end", [FarEnd(sip_code=486), FarEnd(sip_code=404), FarEnd(rings_s=1.0, sip_code=503), FarEnd(sip_code=403)]
)
@in_virtual_time
async def test_what_the_callee_said_or_what_rang_is_not_tried_elsewhere(database: Path, far_end: FarEnd) -> None:
    async with world(database, numbers(1), **TWO) as w:
        w.switch.carriers = {"alpha": far_end, "beta": far_end}
        await started(w)
        await w.until(lambda: w.ended)
        await w.after(5.0)
        assert len(w.calls) == 1


@in_virtual_time
async def test_where_every_line_fails_the_lead_is_called_again_later(database: Path) -> None:
    lines = tuple(Trunk(f"t{n}", max_lines=5, calls_per_s=50) for n in range(5))
    async with world(database, numbers(1), trunks=lines, trunk="") as w:
        w.switch.carriers = {line.name: REFUSES for line in lines}
        await started(w)
        await w.until(lambda: len(w.ended) == MOST_LINES)
        await w.after(1.0)
        assert len(w.calls) == MOST_LINES
        assert len({call.trunk for call in w.calls.values()}) == MOST_LINES
        last = max(w.calls.values(), key=lambda call: call.dialled_at)
        lead = await w.lead(last)
        assert (lead.state, lead.attempts, lead.last_outcome) == (LeadState.RETRY, 1, "congestion")


@in_virtual_time
async def test_a_number_that_asked_not_to_be_called_meanwhile_is_not_called_on_another_line(database: Path) -> None:
    async with world(database, numbers(1), **TWO) as w:
        w.switch.carriers = {"alpha": REFUSES, "beta": REFUSES}
        number = numbers(1)[0]
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.calls)
        w.app.bus.publish(DoNotCallAdded(number))  # type: ignore[arg-type]
        await w.until(lambda: w.ended)
        await w.after(5.0)
        assert len(w.calls) == 1


@in_virtual_time
async def test_a_crash_between_the_two_lines_loses_nobody(database: Path) -> None:
    async with world(database, numbers(1), leave_calls=True, **TWO) as w:
        w.switch.carriers = {"alpha": REFUSES}
        await started(w)
        await w.until(lambda: len(w.calls) == 2)
        await w.written()
    store = await Store.open(w.url)
    try:
        (unfinished,) = await unfinished_calls(store)
        assert unfinished.trunk == "beta"
    finally:
        await store.close()


@in_virtual_time
async def test_a_carrier_that_fails_is_drained_with_an_alert_and_tried_again_until_it_is_well(database: Path) -> None:
    leads = numbers(400, "11")
    async with world(database, leads, agents=some_agents(3, wrap_limit_s=1.0), **TWO) as w:
        alerts: list[AlertRaised] = []
        w.app.bus.subscribe(AlertRaised, alerts.append)
        w.switch.carriers = {"alpha": REFUSES}
        await started(w)
        health = w.app.lines.health["alpha"]
        await w.until(lambda: health.state is LineState.DRAINED, 60.0)
        assert health.reason is DrainReason.FAILING
        drained = len(by_trunk(w)["alpha"])
        await w.after(40.0)
        assert len(by_trunk(w)["alpha"]) == drained, "no new calls"
        assert len(by_trunk(w)["beta"]) > drained + 10
        assert [a.code for a in alerts if a.code.startswith("trunk")] == ["trunk_drained"]
        await w.after(90.0)
        tried = len(by_trunk(w)["alpha"]) - drained
        assert 1 <= tried <= 3, "one trial at a time, and longer between them"
        del w.switch.carriers["alpha"]
        w.app.line_side.carriers.try_again("alpha")
        await w.until(lambda: health.state is LineState.OPEN, 120.0)
        assert [a.code for a in alerts if a.code.startswith("trunk")] == ["trunk_drained"], "told once"
        lost = [call for call in w.ended if call.outcome is Outcome.CONGESTION and not call.reason.startswith(WENT_ON)]
        assert lost == [], "no lead lost its turn"


@in_virtual_time
async def test_the_only_line_is_used_however_bad_it_is(database: Path) -> None:
    async with world(database, numbers(30, "05"), agents=3) as w:
        await started(w)
        await w.until(lambda: len(w.ended) == 30, 60.0)
        assert w.app.lines.health["carrier"].state is LineState.DRAINED


@in_virtual_time
async def test_a_carrier_that_does_not_answer_options_gets_no_calls_until_it_does(database: Path) -> None:
    async with world(database, numbers(40, "11"), agents=some_agents(2, wrap_limit_s=0.5), **TWO) as w:
        carriers, health = w.app.line_side.carriers, w.app.lines.health["alpha"]
        carriers.connected({"alpha": SipState(Registration.NONE, False), "beta": SipState(Registration.NONE, True)})
        assert health.state is LineState.DRAINED
        await started(w)
        await w.until(lambda: len(w.ended) > 10, 60.0)
        assert by_trunk(w)["alpha"] == []
        carriers.connected({"alpha": SipState(Registration.NONE, True)})
        await w.until(lambda: health.state is LineState.OPEN, 120.0)
        assert by_trunk(w)["alpha"]


@in_virtual_time
async def test_whoever_looks_at_trunks_the_lines_hear_of_it(database: Path) -> None:
    async with world(database, **TWO) as w:
        watch = w.app.office.trunk_watch

        async def look(names: Sequence[str]) -> dict[str, SipState]:
            return {name: SipState(Registration.REJECTED if name == "alpha" else Registration.NONE) for name in names}

        watch._look = look
        await watch.all()
        assert w.app.lines.health["alpha"].reason is DrainReason.REJECTED
        assert w.app.lines.health["beta"].state is LineState.OPEN


@in_virtual_time
async def test_a_failover_that_fails_leaves_the_call_ended_and_the_lead_to_be_called_again(database: Path) -> None:
    async with world(database, numbers(1), **TWO) as w:
        w.switch.carriers = {"alpha": REFUSES, "beta": REFUSES}

        def fails(call: Call, job: Job) -> None:
            raise ZeroDivisionError

        w.app.calls.onward = fails
        await started(w)
        await w.until(lambda: w.ended)
        assert (await w.lead(w.ended[0])).state is LeadState.RETRY


@pytest.mark.parametrize("rings", [True, False])
@in_virtual_time
async def test_silence_is_held_against_a_carrier_only_if_it_tells_of_ringing_otherwise(
    database: Path, rings: bool
) -> None:
    async with world(database, numbers(12), agents=6, ring_timeout_s=12, **TWO) as w:
        w.switch.carriers = dict.fromkeys(("alpha", "beta"), FarEnd(rings_s=2.0 if rings else 0.0, sip_code=486))
        await started(w)
        await w.until(lambda: len(w.ended) >= 4, 60.0)
        w.switch.carriers = dict.fromkeys(("alpha", "beta"), FarEnd(sip_code=0))
        await w.until(lambda: len(w.ended) == 12, 120.0)
        now_s = w.app.clock.monotonic()
        carried = [health.figures(now_s).carried_ratio for health in w.app.lines.health.values()]
        assert (min(ratio for ratio in carried if ratio is not None) < 1.0) is rings


# ---- by rule -------------------------------------------------------------------------------------------------------


def level_a_after_a_week(facts: CallFacts) -> RouteDecision | None:
    """The rule given as an example: level A and last contact more than 7 days ago → 4G group."""
    long_ago = facts.days_since_contact is not None and facts.days_since_contact > 7
    if facts.level == "A" and long_ago:
        return RouteDecision(kind=RouteKind.LINE_GROUP, target="mobile", rule="A after a week")
    return None


@in_virtual_time
async def test_level_a_with_the_last_contact_a_week_ago_goes_out_over_the_4g_group(database: Path) -> None:
    leads = numbers(4, "11")
    async with world(database, leads, agents=some_agents(1, wrap_limit_s=0.5), **TWO) as w:
        w.app.lines.route = level_a_after_a_week
        w.app.lines.group([LineGroup(name="mobile", kind=LineKind.GATEWAY_4G, trunks=("beta",))])
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
        routed: dict[str, str] = {}
        decide = w.app.lines.route

        def noted(facts: CallFacts) -> RouteDecision | None:
            decision = decide(facts)
            routed[facts.number] = decision.target if decision is not None else ""
            return decision

        w.app.lines.route = noted
        await started(w)
        await w.until(lambda: len(w.ended) == 4, 60.0)
        assert routed == {leads[0]: "mobile", leads[1]: "", leads[2]: "", leads[3]: ""}
        assert next(call for call in w.calls.values() if call.number_e164 == leads[0]).trunk == "beta"
