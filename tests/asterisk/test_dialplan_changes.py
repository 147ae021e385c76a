"""The dialplan changed while people talk: a real exchange, a real call with sound, a whole controller."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.asterisk.broken_dialplans import BROKEN, PHONES
from tests.asterisk.studio import CUSTOMER_HZ, Studio
from tests.asterisk.support import until
from tests.asterisk.world import controller, logged_in, plan_of, prepared, written

from waihu.cli.assembly import dialplan_tools
from waihu.services.dialplan_shelf import DialplanShelf
from waihu.services.dialplan_start import begin_with, settle_broken_off
from waihu.services.office import OfficePlan
from waihu.store import dialplan as stored
from waihu.store.audit import By, latest
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.testing.factories import NOON, an_agent
from waihu_models.call import CallState
from waihu_models.dialplan import TemplateVersion, VersionState, Wish
from waihu_models.errors import BadField, Conflict, ExchangeFailed, NotFound
from waihu_models.ids import AgentId

AGENT, AGENT_HZ = AgentId("agent1"), 440
BOTH_HEAR = {"agent": {CUSTOMER_HZ}, "customer": {AGENT_HZ}}
MakeExchange = Callable[..., Exchange]
# Every name of a context in which nothing can be probed would be a test of nothing: 88 only waits and hangs up.
GOOD = f"{PHONES.rstrip()}\nexten => 88,1,Wait(1)\n same => n,Hangup()\n"


@dataclass
class Works(Studio):
    """A studio whose exchange the controller manages."""

    exchange: Exchange

    @property
    def shelf(self) -> DialplanShelf:
        return self.app.office.dialplan

    async def runs(self, context: str = "from-phones") -> str:
        return await self.exchange.cli(f"dialplan show {context}")

    async def staged(self, text: str, name: str = "phones", **values: str | int) -> TemplateVersion:
        saved = await self.shelf.save(name, text, values, "a test", self.by)
        return await self.shelf.stage(name, saved.number, self.by)

    async def applied(self, text: str, name: str = "phones", **values: str | int) -> TemplateVersion:
        made = await self.staged(text, name, **values)
        assert made.state is VersionState.STAGED, made.findings
        return await self.shelf.apply(name, made.number, self.by)


def codes(version: TemplateVersion) -> set[str]:
    return {finding.code for finding in version.findings}


@pytest.fixture
async def works(own_exchange: MakeExchange, carrier: Carrier, tmp_path: Path) -> AsyncIterator[Works]:
    exchange = own_exchange(phones=(carrier.phone(f"tone{AGENT_HZ}"),), recordings_dir=tmp_path / "recordings")
    await exchange.start()
    agent = an_agent(AGENT, phone=f"tone{AGENT_HZ}", wrap_limit_s=0.2)
    url, _ = await prepared(tmp_path, [], agents=[agent])
    office = OfficePlan(exchange=exchange, dialplan=dialplan_tools(exchange))
    async with controller(plan_of(exchange, url, office=office), drain_s=0.1) as (app, seen):
        yield Works(app, seen, carrier, tmp_path, {"agent": AGENT_HZ}, exchange)


async def test_a_change_is_followed_by_the_next_call_and_a_call_under_way_sounds_on(works: Works) -> None:
    await logged_in(works.app)
    call = await works.talking()
    await works.hears(BOTH_HEAR)
    made = await works.staged(GOOD, echo_limit_s=77)
    assert (made.state, made.number) == (VersionState.STAGED, 1), made.findings
    assert "88" not in await works.runs(), "what is staged does not run"
    _, done = await asyncio.gather(works.hears(BOTH_HEAR), works.shelf.apply("phones", 1, works.by))
    assert done.state is VersionState.APPLIED
    await works.hears(BOTH_HEAR)
    assert works.now(call).state is CallState.CONNECTED
    shown = await works.runs()
    assert "'88' =>" in shown
    assert "Set(TIMEOUT(absolute)=77)" in shown
    running = await works.shelf.get("phones")
    assert (running.number, running.source, running.values) == (1, GOOD, {"echo_limit_s": 77})
    assert "active channel" in await works.exchange.cli("core show channels")
    assert "Local/" not in await works.exchange.cli("core show channels"), "the probe is over"
    actions = [row["action"] for row in await latest(await written(works.app), 10)]
    assert actions[:3] == ["dialplan.applied", "dialplan.staged", "dialplan.save"]


async def test_broken_templates_never_reach_the_exchange_and_no_call_notices(works: Works) -> None:
    """Every kind of ``BROKEN``, one after the other, under the same call."""
    await logged_in(works.app)
    await works.talking()
    before = await works.exchange.cli("dialplan show")
    for kind, (code, text) in BROKEN.items():
        made = await works.staged(text)
        assert made.state is VersionState.REFUSED, kind
        assert code in codes(made), (kind, made.findings)
        with pytest.raises(Conflict, match="is refused: stage it first"):
            await works.shelf.apply("phones", made.number, works.by)
        assert await works.exchange.cli("dialplan show") == before, kind
        assert [call.state for call in works.seen.calls.values()] == [CallState.CONNECTED], kind
    assert len(BROKEN) >= 10
    assert not (works.exchange.config.directory / "trial").exists()
    await works.hears(BOTH_HEAR)


async def test_what_only_a_real_asterisk_sees_is_refused_in_the_trial(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lint is blind here, so that what remains is what the throw-away exchange says."""
    monkeypatch.setattr("waihu.services.dialplan_check.lint", lambda rendered, words: [])
    before = await works.exchange.cli("dialplan show")
    for text in (f"{PHONES}exten 88,1,Hangup()\n", f"{PHONES}include => nowhere\n", f"{PHONES}exten => 88,1,A(\n"):
        made = await works.staged(text)
        assert made.state is VersionState.REFUSED
        assert codes(made) & {"trial-says", "not-taken"}, made.findings
    assert await works.exchange.cli("dialplan show") == before


async def test_a_probe_that_goes_wrong_takes_the_change_back(works: Works) -> None:
    """A jump that is worked out during the call leads nowhere: nothing beside a call can tell."""
    before = await works.exchange.cli("dialplan show")
    text = f"{PHONES.rstrip()}\nexten => 88,1,Set(TO=nowhere)\n same => n,Goto(88,${{TO}})\n"
    staged = await works.staged(text)
    assert staged.state is VersionState.STAGED, staged.findings
    done = await works.shelf.apply("phones", staged.number, works.by)
    assert done.state is VersionState.ROLLED_BACK
    assert codes(done) == {"probe-failed"}
    assert await works.exchange.cli("dialplan show") == before
    assert (await works.shelf.get("phones")).number == 0


async def test_a_circle_that_only_a_call_can_see_is_left_and_taken_back(works: Works) -> None:
    """An endless loop in the dialplan itself: the probe is hung up, and nothing goes on running."""
    text = f"{PHONES.rstrip()}\nexten => 88,1,NoOp()\n same => n,Set(TO=1)\n same => n,Goto(${{TO}})\n"
    done = await works.applied(text)
    assert (done.state, codes(done)) == (VersionState.ROLLED_BACK, {"probe-failed"})
    assert "still goes on without a pause" in done.findings[0].values[2]

    async def over() -> bool:
        return "0 active channels" in await works.exchange.cli("core show channels")

    await until(over, 10.0, "the probe is hung up")
    assert "'88'" not in await works.runs()


async def test_a_change_goes_back_step_by_step_to_what_is_shipped(works: Works) -> None:
    await works.applied(GOOD)
    await works.applied(GOOD.replace("88", "89"))
    assert "'89'" in await works.runs()
    assert (await works.shelf.roll_back("phones", works.by)).number == 1
    shown = await works.runs()
    assert "'88'" in shown
    assert "'89'" not in shown
    assert (await works.shelf.roll_back("phones", works.by)).number == 0
    assert "'88'" not in await works.runs()
    with pytest.raises(Conflict, match="there is nothing to take back"):
        await works.shelf.roll_back("phones", works.by)
    states = [one.state for one in await works.shelf.history("phones")]
    assert states == [VersionState.ROLLED_BACK, VersionState.ROLLED_BACK, VersionState.APPLIED]


async def test_a_template_of_ones_own_is_made_applied_and_taken_away(works: Works) -> None:
    text = "[extra]\nexten => s,1,Answer()\n same => n,Wait(1)\n same => n,Hangup()\n"
    done = await works.applied(text, "extra")
    assert done.state is VersionState.APPLIED, done.findings
    assert "Answer()" in await works.runs("extra")
    await works.shelf.roll_back("extra", works.by, to=0)
    assert "There is no existence of 'extra' context" in await works.runs("extra")


async def test_two_changes_at_once_are_one(works: Works) -> None:
    first, second = await works.staged(GOOD), await works.staged(GOOD.replace("88", "89"))
    outcomes = await asyncio.gather(
        works.shelf.apply("phones", first.number, works.by), works.shelf.apply("phones", second.number, works.by),
        return_exceptions=True,
    )  # fmt: skip
    refused = [one for one in outcomes if isinstance(one, Conflict)]
    assert len(refused) == 1
    assert "another change of the dialplan is being applied" in str(refused[0])
    states = [(await stored.version(works.app.store, "phones", one.number)).state for one in (first, second)]
    assert sorted(states) == [VersionState.APPLIED, VersionState.STAGED]


async def test_an_exchange_that_is_away_leaves_a_version_staged_and_gets_it_later(works: Works) -> None:
    staged = await works.staged(GOOD)
    works.exchange.kill()
    await works.exchange.ended()
    with pytest.raises(ExchangeFailed):
        await works.shelf.apply("phones", staged.number, works.by)
    kept = await works.shelf.version("phones", staged.number)
    assert kept.state is VersionState.STAGED
    assert "exchange-refused" in codes(kept)
    await works.exchange.start()
    assert "'88'" not in await works.runs(), "it begins with what counts"
    await until(lambda: works.app.switch.reachable, 20.0, "the exchange is back")
    assert (await works.shelf.apply("phones", staged.number, works.by)).state is VersionState.APPLIED
    assert "'88'" in await works.runs()


async def test_an_exchange_that_dies_in_the_middle_begins_again_without_the_change(works: Works) -> None:
    staged = await works.staged(GOOD)

    async def dies(*_: object) -> list[object]:
        works.exchange.kill()
        await works.exchange.ended()
        raise ExchangeFailed("it is gone")

    change = works.shelf._change
    change._tools = replace(change._tools, probe=dies)  # type: ignore[arg-type]
    with pytest.raises(ExchangeFailed):
        await works.shelf.apply("phones", staged.number, works.by)
    await works.exchange.start()
    assert "'88'" not in await works.runs()
    assert (await works.shelf.version("phones", staged.number)).state is VersionState.STAGED


async def test_a_controller_killed_while_it_applies_leaves_nothing_half_done(works: Works) -> None:
    """What it leaves behind: the exchange runs the change, the store says that it was being tried."""
    staged = await works.staged(GOOD)
    await stored.begin(works.app.store, staged)
    config = works.exchange.config
    own = await works.shelf.version("phones", staged.number)
    changed = replace(config, own_dialplans=_own(own))
    await works.exchange.apply(changed)
    assert "'88'" in await works.runs()
    # The next start, as ``waihu run`` does it: the store is asked first, then the exchange is adopted.
    by = By("program", NOON)
    await settle_broken_off(works.app.store, by)
    begun = await begin_with(works.app.store, config)
    again = Exchange(works.exchange.install, replace(config, own_dialplans=begun.own))
    await again.start()
    assert again.pid == works.exchange.pid
    assert "'88'" not in await works.runs()
    settled = await works.shelf.version("phones", staged.number)
    assert (settled.state, codes(settled), settled.trying) == (VersionState.ROLLED_BACK, {"broken-off"}, False)


async def test_an_applied_template_runs_from_the_start_and_one_that_no_longer_fits_does_not(
    works: Works, own_exchange: MakeExchange
) -> None:
    await works.applied(GOOD)
    begun = await begin_with(works.app.store, works.exchange.config)
    assert [one.source for one in begun.own] == [GOOD]
    assert begun.set_aside == ()
    fresh = own_exchange("fresh", own_dialplans=begun.own)
    await fresh.start()
    assert "'88'" in await fresh.cli("dialplan show from-phones")
    # A release in which a variable of it has gone: the shipped template runs, and somebody hears why.
    old = await works.shelf.save("phones", GOOD.replace("echo_limit_s", "gone_s"), {}, "of an old release", works.by)
    await stored.settle(works.app.store, old, VersionState.APPLIED, (), works.by)
    begun = await begin_with(works.app.store, works.exchange.config)
    assert begun.own == ()
    assert begun.set_aside[0][0] == "phones"
    assert "gone_s" in begun.set_aside[0][1]


async def test_a_command_beside_the_controller_is_followed(works: Works) -> None:
    staged = await works.staged(GOOD)
    await stored.ask(works.app.store, staged, Wish.APPLY, By("shell:ada", works.app.clock.now()))

    async def state() -> VersionState:
        return (await works.shelf.version("phones", staged.number)).state

    await until(lambda: _is(state, VersionState.APPLIED), 30.0, "it is applied")
    assert "'88'" in await works.runs()
    await stored.ask(works.app.store, staged, Wish.ROLL_BACK, By("shell:ada", works.app.clock.now()))
    await until(lambda: _is(state, VersionState.ROLLED_BACK), 30.0, "it is taken back")
    assert "'88'" not in await works.runs()
    actors = {row["actor"] for row in await latest(await written(works.app), 20) if row["action"] == "dialplan.applied"}
    assert actors == {"shell:ada"}


async def test_what_cannot_be_saved_is_refused(works: Works) -> None:
    shelf, by = works.shelf, works.by
    with pytest.raises(BadField, match=r"\$\.values: dialplan variables the program gives"):
        await shelf.save("phones", GOOD, {"app": "other"}, "x", by)
    with pytest.raises(BadField, match=r"\$\.values: dialplan variable echo_limit_s is 1"):
        await shelf.save("phones", GOOD, {"echo_limit_s": 1}, "x", by)
    with pytest.raises(BadField, match=r"\$\.name"):
        await shelf.save("../etc", GOOD, {}, "x", by)
    with pytest.raises(BadField, match=r"\$\.reason"):
        await shelf.save("phones", GOOD, {}, " ", by)
    with pytest.raises(NotFound):
        await shelf.stage("phones", 9, by)


async def _is(state: Callable[[], object], wanted: VersionState) -> bool:
    return await state() is wanted  # type: ignore[misc]


def _own(version: TemplateVersion) -> tuple[object, ...]:
    from waihu.services.dialplan_shelf import own_of

    return own_of([version])
