"""Transfers: the customer of an agent goes on to another agent, to a number behind the trunk, or to whoever is free."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from waihu.clock import Clock
from waihu.routing.queue_doors import door
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.caller_ids import CallerIds
from waihu.services.lines import Lines, Trunk
from waihu.services.tasks import Tasks
from waihu.services.waiting_room import WaitingRoom
from waihu.store.dnc import said_of
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call
from waihu_models.campaign import Campaign
from waihu_models.commands import HangUp, TrunkAddress
from waihu_models.errors import BadInput, Conflict, NotFound, SwitchError
from waihu_models.ids import AgentId, CampaignId, LeadId, LegId, call_of_target, new_id
from waihu_models.lead import Lead
from waihu_models.menu import ASKED_IN
from waihu_models.phone import E164, mask, parse_e164

log = structlog.get_logger()

RING_S = 30
PATIENCE_S = 300.0
"""A customer who is passed on waits with music for so long, as a caller does, before being told that all are busy."""
_NO_CAMPAIGN = CampaignId("")
_SIGNS_OF_LIFE = (sig.LegRinging, sig.LegProgress, sig.LegAnswered, sig.LegEntered)


@dataclass(frozen=True, slots=True)
class Target:
    """To whom: an agent, a number as people write it, a menu, or a queue; none of them: whoever is free."""

    agent_id: AgentId | None = None
    number: str = ""
    menu: str = ""
    queue: str = ""


class Transfers:
    """Checks where a call may go, and follows the legs of numbers it goes to."""

    def __init__(  # noqa: PLR0913 -- one part for each thing it stands between
        self,
        *,
        calls: CallDesk,
        agents: AgentDesk,
        lines: Lines,
        room: WaitingRoom,
        caller_ids: CallerIds,
        switch: Switch,
        store: Store,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._lines = lines
        self._room = room
        self._caller_ids = caller_ids
        self._switch = switch
        self._store = store
        self._clock = clock
        self._tasks = tasks
        self.menus: Callable[[str], bool] = lambda _: False  # says whether there is a menu of a name

    async def wish(self, call: Call, target: Target) -> sig.TransferAsked:
        """Return the signal that passes a call on.

        Raises:
            NotFound: there is no such agent, menu or queue.
            BadInput: several targets are given, or the number cannot be dialled.
            Conflict: the agent is not available, nobody can wait in the queue now, the number may not be called, or the
                trunk is full.
            StoreError: nobody can tell whether it may be called.
        """
        if sum(map(bool, (target.agent_id, target.number, target.menu, target.queue))) > 1:
            raise BadInput("a call is passed on to an agent, a number, a menu or a queue, not to several")
        if target.queue:
            return self._to_queue(target.queue)
        if target.menu:
            return self._to_menu(target.menu)
        if target.agent_id is not None:
            return self._to_agent(call, target.agent_id)
        if target.number:
            return await self._to_number(call, target.number)
        return sig.TransferAsked(self._clock.now(), patience_s=PATIENCE_S)

    async def question(self, call: Call, target: Target) -> sig.ConsultAsked:
        """Return the signal that lets the agent of a call speak with somebody while the customer waits.

        Raises:
            NotFound, BadInput, Conflict, StoreError: as for ``wish``; who is asked has to be named.
        """
        if target.menu or target.queue or (target.agent_id is None) == (not target.number):
            raise BadInput("ask one agent, or one number")
        if target.agent_id is None:
            wish = await self._to_number(call, target.number)
        else:
            wish = self._to_agent(call, target.agent_id)
        return sig.ConsultAsked(wish.at, wish.to, wish.to_agent_id, wish.target, wish.caller_id, RING_S)

    def _to_agent(self, call: Call, agent_id: AgentId) -> sig.TransferAsked:
        agent = self._agents.get(agent_id)
        if agent_id == call.agent_id:
            raise BadInput("this is your own call already")
        if agent.state is not AgentState.AVAILABLE:
            raise Conflict(f"agent {agent_id!r} is {agent.state}, not available")
        return sig.TransferAsked(self._clock.now(), f"agent:{agent_id}", agent_id, patience_s=PATIENCE_S)

    def _to_queue(self, name: str) -> sig.TransferAsked:
        queue, now = self._room.shelf.get(name), self._clock.now()
        found = door(queue, self._room, now)
        if found.shut is not None:
            raise Conflict(f"nobody can wait in queue {name!r} now: {found.shut}")
        queue = found.queue
        return sig.TransferAsked(now, f"queue:{queue.name}", patience_s=queue.patience_s, queue=queue.name)

    def _to_menu(self, name: str) -> sig.TransferAsked:
        if not self.menus(name):
            raise NotFound(f"there is no menu {name!r}")
        asks = f"{ASKED_IN}{name}"
        return sig.TransferAsked(self._clock.now(), asks, patience_s=PATIENCE_S, asks=asks)

    async def _to_number(self, call: Call, text: str) -> sig.TransferAsked:
        campaign = self._calls.job_of(call.id).campaign
        number = parse_e164(text, campaign.region if campaign else None, allow_fictional=True)
        if number == call.number_e164:
            raise BadInput("this is the customer's own number")
        await self._check(number, campaign)
        trunk = self._lines.take_on(call.trunk)
        return sig.TransferAsked(
            self._clock.now(),
            number,
            target=TrunkAddress(trunk.name, trunk.spell(number)),
            caller_id=self._shown(campaign, number, trunk),
            ring_timeout_s=RING_S,
            patience_s=PATIENCE_S,
        )

    async def _check(self, number: E164, campaign: Campaign | None) -> None:
        """Hold a number against every do-not-call list that holds for the campaign."""
        asked = Lead(
            id=LeadId(new_id()), campaign_id=campaign.id if campaign else _NO_CAMPAIGN, number_e164=number
        )  # fmt: skip
        said = (await said_of(self._store, [asked], self._clock.now()))[asked.id]
        if said.listing is not None:
            raise Conflict(
                f"{mask(number)} may not be called: it is on the do-not-call list ({said.listing.list_name})"
            )
        if said.stale_list:
            raise Conflict(f"{mask(number)} may not be called: do-not-call list {said.stale_list!r} is too old")

    def _shown(self, campaign: Campaign | None, number: E164, trunk: Trunk) -> str:
        if campaign is None:
            return trunk.caller_id
        return self._caller_ids.for_line(campaign, trunk, number)

    # ---- legs of numbers -------------------------------------------------------------------------------------------

    def take(self, signal: sig.LegSignal) -> bool:
        """Hand a signal of such a leg to its call; return whether it was one."""
        call_id = call_of_target(signal.leg_id)
        if call_id is None:
            return False
        match signal:
            case _ if not self.holds(signal.leg_id):
                if isinstance(signal, _SIGNS_OF_LIFE):
                    log.warning("late_leg_ended", leg_id=signal.leg_id)
                    self._tasks.start(self._hang_up(signal.leg_id), "late leg")
            case sig.LegEntered():
                self._calls.post(call_id, sig.TargetEntered(signal.leg_id, signal.at))
            case sig.LegEnded():
                self._calls.post(call_id, sig.TargetEnded(signal.leg_id, signal.at, signal.cause, signal.sip_code))
            case _:
                pass
        return True

    def holds(self, leg_id: LegId) -> bool:
        """Say whether a leg belongs to a call that is being passed on to it, or whose agent asks it."""
        call = self._calls.get(call_of_target(leg_id))
        return call is not None and leg_id in _legs_of(call)

    def reconcile(self, legs: Collection[LegId]) -> None:
        """After the connection was away: tell calls whose other side is gone."""
        for call in self._calls:
            for leg_id in _legs_of(call):
                if call.live and leg_id not in legs:
                    self._calls.post(call.id, sig.TargetEnded(leg_id, self._clock.now()))

    async def _hang_up(self, leg_id: LegId) -> None:
        try:
            await self._switch.execute(HangUp(leg_id))
        except SwitchError as error:
            log.warning("late_leg_not_ended", leg_id=leg_id, problem=str(error))


def _legs_of(call: Call) -> list[LegId]:
    """Return the legs of numbers: the one a call is passed on to, the one its agent asks."""
    asked = call.consult.leg_id if call.consult is not None and call.consult.agent_id is None else None
    return [leg_id for leg_id in (call.transfer_leg_id, asked) if leg_id is not None]
