"""A wish not to be called again, said on a call, counts before the next dial."""

from pathlib import Path

import pytest
from tests.services.world import FIRST, fill, numbers, some_agents, world

from waihu.store.dnc import entries
from waihu.store.leads import dial_facts
from waihu.testing.factories import a_campaign
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import AgentState
from waihu_models.campaign import DialMode
from waihu_models.events import DoNotCallAdded
from waihu_models.lead import LeadState
from waihu_models.phone import E164

(NUMBER,) = numbers(1, "23")


@in_virtual_time
async def test_a_number_is_refused_from_the_moment_its_owner_s_wish_is_told(database: Path) -> None:
    async with world(database, [NUMBER]) as w:
        key = await w.app.store.number_key()
        told: list[tuple[str, bool, bool]] = []

        def tell(added: DoNotCallAdded) -> None:
            refused = w.app.store.just_forbidden(key.hash(added.number))
            told.append((added.number, refused, w.app.store.backlog > 0))

        w.app.bus.subscribe(DoNotCallAdded, tell)
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        assert not w.app.store.just_forbidden(key.hash(NUMBER))
        w.app.calls.ask(call.id, w.app.agents.judgement(FIRST, "do_not_call"))
        await w.until(lambda: told)
        assert told == [(NUMBER, True, True)], "refused, though nothing is committed yet"
        await w.written()
        (entry,) = await entries(w.app.store, E164(NUMBER))
        assert (entry.list.name, entry.source, entry.reason) == ("internal", f"call {call.id}", "do_not_call")
        facts = await dial_facts(w.app.store, [await w.lead(call)], w.now)
        assert [fact.do_not_call for fact in facts.values()] == [True]


@pytest.mark.parametrize(("said", "calls"), [("do_not_call", 1), ("refused", 2)])
@in_virtual_time
async def test_a_number_another_campaign_has_ready_is_not_dialled_after_its_owner_s_wish(
    database: Path, said: str, calls: int
) -> None:
    team = some_agents(1, wrap_limit_s=300.0)
    async with world(database, [NUMBER], agents=team) as w:
        autumn = a_campaign(name="autumn", trunk="carrier", mode=DialMode.PROGRESSIVE)
        await fill(w.app, autumn, [NUMBER], [])
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP, 60.0)
        call = w.call
        await w.app.dialling.start("autumn")
        await w.after(3.0)  # the other campaign has the number ready, and waits for an agent
        w.app.calls.ask(call.id, w.app.agents.judgement(FIRST, said))
        w.app.agents.available(FIRST)
        await w.after(30.0)
        assert len(w.placed) == calls
        assert (await w.lead(call)).state is (LeadState.CLOSED if calls == 1 else LeadState.DONE)
