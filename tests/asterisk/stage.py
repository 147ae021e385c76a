"""A whole controller with everything around it in the test's hands: the relay to ARI, the wire to AMI, the far end."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.asterisk.scenes import Relay, Walk, dial, place
from tests.asterisk.sip import SipAgent
from tests.asterisk.support import until
from tests.asterisk.wire import Wire
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared

from waihu.app import App
from waihu.services.lines import Trunk
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Amd
from waihu.telephony.exchange_config import Trunk as Line
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.testing.factories import a_call
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId

S = CallState
FAR = "far"  # the trunk whose far end the test speaks for
NUMBER = {state: f"+4416329605{place:02d}" for place, state in enumerate(CallState)}
_SAYS = {
    S.DIALLING: (100,), S.RINGING: (100, 180), S.EARLY_MEDIA: (100, 183), S.ANSWERED: (100, 200),
    S.SCREENING: (100, 200), S.WAITING: (100, 200), S.DROPPING: (100, 200), S.CONNECTED: (100, 200), S.HELD: (100, 200),
}  # fmt: skip
LIVE = tuple(_SAYS)
PATIENT = Amd(total_analysis_ms=60_000, initial_silence_ms=60_000)  # a far end without a sound is screened for ever


@dataclass
class Stage:
    exchange: Exchange
    relay: Relay
    ami: Wire
    far: SipAgent
    walk: Walk
    app: App
    seen: Seen
    lost: set[tuple[str, str]] = field(default_factory=set)

    # ---- calls -----------------------------------------------------------------------------------------------------

    def place(self, number: str, **changes: Any) -> Call:
        return place(self.app, number, **changes)

    def place_into(self, state: CallState, **changes: Any) -> Call:
        """Dial a far end that brings the call into a state and leaves it there."""
        call = a_call(number_e164=NUMBER[state])
        if state is S.ANSWERED:
            self.lose(call, "StasisStart")
        patience_s = 0.05 if state is S.DROPPING else 60.0
        rules = {"trunk": FAR, "screening": state is S.SCREENING, "patience_s": patience_s, "ring_timeout_s": 30}
        return dial(self.app, call, **{**rules, **changes})

    async def in_every_state(self) -> dict[CallState, Call]:
        """One call in each live state; agent1 and agent2 are on the phone with two of them."""
        calls = {}
        for state in (S.CONNECTED, S.HELD):
            calls[state] = self.place_into(state)
            await self.reached(calls[state], S.CONNECTED)
        self.tell(calls[S.HELD], sig.HoldAsked)
        await until(lambda: not any(agent.state is AgentState.AVAILABLE for agent in self.app.agents), 5.0, "all talk")
        calls |= {state: self.place_into(state) for state in LIVE if state not in calls}
        for state, call in calls.items():
            await self.reached(call, state)
        return calls

    def now(self, call: Call) -> Call:
        return self.seen.calls[call.id]

    async def reached(self, call: Call, state: CallState, timeout_s: float = 10.0) -> Call:
        what = f"{state} of {call.number_e164}"
        await until(lambda: call.id in self.seen.calls and self.now(call).state is state, timeout_s, what)
        return self.now(call)

    async def all_end(self, calls: dict[CallState, Call]) -> dict[CallState, Call]:
        return {state: await self.reached(call, S.ENDED) for state, call in calls.items()}

    def tell(self, call: Call, kind: type, **fields: Any) -> None:
        """Give a call a wish of the agent's."""
        self.app.calls.ask(call.id, kind(at=self.app.clock.now(), **fields))

    async def far_hangs_up(self, call: Call, code: int = 486) -> None:
        """Let the far end hang up, or refuse what it has not answered."""
        ring = await self.far.ring(call.number_e164)
        if ring.answered:
            ring.bye()
        else:
            ring.say(code)

    # ---- faults ----------------------------------------------------------------------------------------------------

    def lose(self, call: Call, word: str) -> None:
        """Lose what Asterisk says of a call: ``StasisStart``, or ``ANSWER`` however it is said."""
        self.lost.add((call.leg_id, word))

    def is_lost(self, event: dict[str, Any]) -> bool:
        leg = (event.get("channel") or event.get("peer") or {}).get("id", "")
        word = event.get("type", "")
        if event.get("dialstatus") == "ANSWER" or word == "ChannelStateChange":
            word = "ANSWER"
        return (leg, word) in self.lost

    async def take_away(self, bridge_id: str) -> None:
        """Destroy a bridge behind the controller's back."""
        assert isinstance(self.app.switch, AsteriskSwitch)
        await self.app.switch.ari.request("DELETE", f"bridges/{bridge_id}")

    async def hang_up_phone(self, agent_id: str) -> None:
        """End an agent's leg, as a phone does that is put down."""
        leg_id = self.app.agents.get(AgentId(agent_id)).leg_id
        listed = await self.exchange.cli("core show channels concise")
        channel = next(line.split("!")[0] for line in listed.splitlines() if line.rstrip().endswith(str(leg_id)))
        await self.exchange.cli(f"channel request hangup {channel}")

    async def holds_no_leg_of(self, call: Call, timeout_s: float = 5.0) -> None:
        async def gone() -> bool:
            return call.leg_id not in (await self.app.switch.view()).legs

        await until(gone, timeout_s, f"the exchange gives up the leg of {call.number_e164}")


@asynccontextmanager
async def staged(
    make: Callable[..., Exchange], folder: Path, walk: Walk, trunk: Line, agents: Iterable[Agent]
) -> AsyncIterator[Stage]:
    """Set the stage and log everybody in."""
    async with SipAgent.open() as far:
        far.on_ring = _answers_by_number
        far_trunk = replace(far.trunk(FAR), match=("127.0.0.9",))  # calls from this address are the carrier's
        exchange = make(trunks=(trunk, far_trunk), amd=PATIENT, recordings_dir=folder / "recordings")
        await exchange.start()
        url, _ = await prepared(folder, [], agents=agents)
        async with (
            Relay.to(exchange.ari_url) as relay,
            Wire.to(f"tcp://{exchange.ami_host}:{exchange.ami_port}") as ami,
        ):
            switch = AsteriskSwitch(
                AriAccess(relay.url, exchange.ari_user, exchange.ari_password),
                AmiAccess(ami.host, ami.port, exchange.ami_user, exchange.ami_password),
                recordings_dir=folder / "recordings",
                media={name: f"sound:{exchange.config.sounds_dir}/en/{name}" for name in ("safe-harbour", "all-busy")},
            )
            plan = plan_of(exchange, url, switch=switch)
            plan = replace(plan, trunks=(*plan.trunks, Trunk(FAR, max_lines=50, calls_per_s=50)))
            async with controller(plan, drain_s=0.1) as (app, seen):
                stage = Stage(exchange, relay, ami, far, walk, app, seen)
                relay.lose_event = stage.is_lost
                await logged_in(app)
                yield stage


def _answers_by_number(ring: Any) -> None:
    states = {number: state for state, number in NUMBER.items()}
    ring.say(*_SAYS.get(states.get(ring.number, S.DIALLING), (100,)))
