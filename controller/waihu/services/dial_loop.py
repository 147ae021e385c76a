"""The dial loop of one campaign: at every event that matters, and four times a second, asks the pacer and dials."""

import asyncio
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import NamedTuple

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.abandon_ledger import AbandonLedgers
from waihu.dialer.list_rules import inside_hours
from waihu.dialer.pacing import READY, Pacer, PredictivePacer, Snapshot
from waihu.dialer.pacing.predictive import Explanation
from waihu.dialer.rate_limit import TokenBucket
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import NOT_STORED, CallDesk, Job
from waihu.services.caller_ids import CallerIds
from waihu.services.hopper import Hopper
from waihu.services.line_facts import outbound_facts
from waihu.services.lines import Lines, Trunk
from waihu.services.numbers_in_use import NumbersInUse
from waihu.services.pacer_feed import PacerFeed
from waihu.services.pacing_log import PacingLog
from waihu.store.abandoned import JUDGED_MACHINE
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, Direction, Origin, Voicemail
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.errors import Conflict, StoreError
from waihu_models.events import AgentChanged, CallChanged, PreviewShown, SwitchChanged
from waihu_models.ids import AgentId, CallId, customer_leg, new_id
from waihu_models.lead import Consent, Lead, LeadState
from waihu_models.menu import ASKED_ONCE_MET
from waihu_models.outcome import Outcome

log = structlog.get_logger()

TICK_S = 0.25
REST_S = 0.02
"""Between two decisions: what happens within it is decided on together, which no agent can notice."""
NOT_STORED_PAUSE_S = 30.0
MAX_BACKLOG = 2000
"""Units waiting for the database above which nothing new is dialled."""


class Pacing(NamedTuple):
    """A pacer and the ledger of drops it is told."""

    pacer: Pacer
    ledger: AbandonLedgers


class DialLoop:
    """Keeps one campaign's agents busy inside its limits."""

    def __init__(  # noqa: PLR0913 -- the composition root hands every part in by name
        self,
        *,
        hopper: Hopper,
        pacing: Pacing,
        feed: PacerFeed,
        calls: CallDesk,
        agents: AgentDesk,
        promise: Callable[[Call, Agent], None],
        claimed: Callable[[], Collection[AgentId]],
        lines: Lines,
        caller_ids: CallerIds,
        switch: Switch,
        store: Store,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self.campaign: Campaign = hopper.campaign
        self.hopper = hopper
        self.feed = feed
        self._pacer, self.ledger = pacing
        self._log = PacingLog(self.campaign.id, store, clock)
        self._calls = calls
        self._agents = agents
        self._promise = promise
        self._claimed = claimed
        self._lines = lines
        self._caller_ids = caller_ids
        self._switch = switch
        self._store = store
        self._clock = clock
        self._bus = bus
        self._bucket = self._metered(self.campaign)
        self._poke = asyncio.Event()
        self._rests_until_s = 0.0
        self._numbers = NumbersInUse(clock)
        self._held: dict[AgentId, Lead] = {}
        for kind, receiver in (
            (CallChanged, self._call_changed),
            (AgentChanged, self._agent_changed),
            (SwitchChanged, self._switch_changed),
        ):
            bus.subscribe(kind, receiver)  # type: ignore[arg-type]

    def adopt(self, campaign: Campaign, pacing: Pacing | None = None) -> None:
        """Go on by a campaign's present rules, and by another pacer and ledger where those changed it."""
        if pacing is not None:
            self._pacer, self.ledger = pacing.pacer, pacing.ledger
            self.feed.tell(pacing.pacer)
        self.campaign = campaign
        self.hopper.campaign = campaign
        self._bucket = self._metered(campaign)
        self._poke.set()

    def _metered(self, campaign: Campaign) -> TokenBucket:
        rate = campaign.calls_per_s
        return TokenBucket(rate, max(1.0, rate / 10), self._clock.monotonic())

    @property
    def running(self) -> bool:
        """Whether anything may be dialled: campaign on, exchange reachable, database keeping up."""
        return (
            self.campaign.state is CampaignState.RUNNING
            and self._switch.reachable
            and self._store.backlog < MAX_BACKLOG
        )

    async def run(self) -> None:
        """Dial until cancelled; then the list is free for others."""
        try:
            while True:
                await self._next_turn()
        finally:
            self.hopper.close()

    async def _next_turn(self) -> None:
        try:
            async with asyncio.timeout(TICK_S):
                await self._poke.wait()
        except TimeoutError:
            pass
        if (rest_s := self._rests_until_s - self._clock.monotonic()) > 0:
            await asyncio.sleep(rest_s)
        self._rests_until_s = self._clock.monotonic() + REST_S
        self._poke.clear()
        if self.running:
            await self._turn()

    async def _turn(self) -> None:
        try:
            await self.hopper.refill([agent.id for agent in self._agents if self._free(agent)])
            await self.hopper.clear()
            await self._log.tidy()
        except StoreError as error:
            log.warning("hopper_not_filled", campaign=self.campaign.name, problem=str(error))
            return
        self.decide()

    def decide(self) -> int:
        """Ask the pacer once and do what it says; return how many calls were started."""
        if not self.running:
            return 0
        decision = self._pacer.decide(self._clock.monotonic(), self.snapshot())
        self._log.note(self._pacer)
        for number in decision.cancel:
            call_id = self.feed.call_numbered(number)
            if call_id is not None:
                self._calls.post(call_id, sig.HangUpAsked(self._clock.now(), "no agent will be free"))
        wanted = 0 if self._caller_ids.waits(self.campaign) else max(0, decision.dial)
        return sum(self._dial(lead) for lead in self.hopper.take(wanted, self._must_wait))

    def snapshot(self) -> Snapshot:
        """Return the picture the pacer decides on."""
        now_s = self._clock.monotonic()
        free = min(self._lines.free(self.campaign), self.campaign.max_lines - len(self.feed.live))
        live_answers, drops = self.ledger.totals(now_s)
        agents = self.feed.without(self._claimed())  # who waits in a queue comes first
        return Snapshot(
            now=now_s,
            agents=agents,
            calls=self.feed.calls,
            ready=sum(1 for view in agents.values() if view.state == READY),
            channels_free=max(0, free),
            dial_budget=min(self._lines.budget(self.campaign), int(self._bucket.available(now_s))),
            next_p=self.hopper.hints(),
            live_answers=live_answers,
            drops=drops,
        )

    @property
    def explained(self) -> Explanation | None:
        """Why the pacer's last decision was taken; None: it has no reasons of its own, or took none yet."""
        pacer = self._pacer
        return pacer.explanations[-1] if isinstance(pacer, PredictivePacer) and pacer.explanations else None

    # ---- preview ---------------------------------------------------------------------------------------------------

    async def preview(self, agent_id: AgentId) -> Lead | None:
        """Show an agent the next lead and keep it for them; None when there is none."""
        if agent_id not in self._held:
            await self.hopper.refill([agent_id])
            await self.hopper.clear()
            for lead in self.hopper.take(1, lambda lead: self._must_wait(lead) or not self._is_for(agent_id, lead)):
                self._held[agent_id] = lead
                self._bus.publish(PreviewShown(agent_id, self.campaign.id, lead))
        return self._held.get(agent_id)

    def shown(self, agent_id: AgentId) -> Lead | None:
        """Return the lead an agent is looking at."""
        return self._held.get(agent_id)

    def skip_preview(self, agent_id: AgentId) -> None:
        """Give the lead an agent was shown back to the list."""
        lead = self._unheld(agent_id)
        if lead is not None:
            self.hopper.back(lead.id)

    def _unheld(self, agent_id: AgentId) -> Lead | None:
        lead = self._held.pop(agent_id, None)
        if lead is not None:
            self._bus.publish(PreviewShown(agent_id, self.campaign.id, None))
        return lead

    def dial_preview(self, agent_id: AgentId) -> Call:
        """Call the lead an agent was shown, for that agent.

        Raises:
            Conflict: the agent was shown nothing, or nothing may be dialled now.
        """
        shown = self._held.get(agent_id)
        if shown is not None and not inside_hours(shown, self.campaign, self._clock.now()):
            # It was shown inside calling hours, and looked at until they ended.
            self.skip_preview(agent_id)
            raise Conflict("the calling hours of this lead have ended")
        if shown is not None and not self._caller_ids.left_for(shown, self.hopper):
            self._unheld(agent_id)
            raise Conflict("no number of this campaign's caller-id set may be shown now")
        call_id = CallId(new_id())
        trunk = self._line_for(shown, call_id) if self.running and shown is not None else None
        if trunk is None:
            raise Conflict("nothing to dial for this agent now")
        lead = self._held.pop(agent_id)
        self._bus.publish(PreviewShown(agent_id, self.campaign.id, None))
        return self._start(call_id, lead, trunk, agent_id, Origin.PREVIEW)

    # ---- dialling --------------------------------------------------------------------------------------------------

    def _dial(self, lead: Lead) -> bool:
        if not self._caller_ids.left_for(lead, self.hopper):
            return False
        call_id = CallId(new_id())
        trunk = self._line_for(lead, call_id)
        if trunk is None:
            (self.hopper.behind if self._lines.choosy else self.hopper.unused)(lead)
            return False
        self._bucket.take(self._clock.monotonic())
        own = self._own_agent(lead)
        call = self._start(call_id, lead, trunk, own.id if own else None)
        if own is not None:
            self._promise(call, own)
        return True

    def _line_for(self, lead: Lead, call_id: CallId, without: tuple[str, ...] = ()) -> Trunk | None:
        if not self._lines.choosy:
            return self._lines.take(self.campaign, without=without)
        facts = outbound_facts(lead, self.campaign, self._clock.now(), self.hopper.facts_of(lead))
        return self._lines.take(self.campaign, facts, without, call_id)

    def again(self, lead: Lead, tried: tuple[str, ...]) -> Call | None:
        """Return the same attempt on a line that has not failed it yet, to be placed at once; None: there is none."""
        if not self.running or not inside_hours(lead, self.campaign, self._clock.now()):
            return None
        call_id = CallId(new_id())
        trunk = self._line_for(lead, call_id, tried)
        if trunk is None:
            return None
        try:
            call = self._call_for(call_id, lead, trunk, None, Origin.LIST)
        except Conflict:  # no number of the campaign's caller-id set is left to be shown
            return None
        self._bucket.owe(self._clock.monotonic())  # the campaign's rate is kept by what starts after it
        return call

    def _start(
        self, call_id: CallId, lead: Lead, trunk: Trunk, agent_id: AgentId | None, origin: Origin = Origin.LIST
    ) -> Call:
        call = self._call_for(call_id, lead, trunk, agent_id, origin)
        self._calls.place(call, Job(lead, self.campaign))
        return call

    def _call_for(self, call_id: CallId, lead: Lead, trunk: Trunk, agent_id: AgentId | None, origin: Origin) -> Call:
        campaign, now = self.campaign, self._clock.now()
        consent = lead.recording_consent
        allowed = consent is Consent.GRANTED if campaign.recording_needs_consent else consent is not Consent.DENIED
        return Call(
            id=call_id,
            direction=Direction.OUTBOUND,
            leg_id=customer_leg(call_id),
            number_e164=lead.number_e164,
            trunk=trunk.name,
            caller_id=self._caller_ids.for_line(campaign, trunk, lead.number_e164),
            campaign_id=campaign.id,
            lead_id=lead.id,
            customer_id=lead.customer_id,
            dial_string=trunk.spell(lead.number_e164),
            ring_timeout_s=campaign.ring_timeout_s,
            patience_s=campaign.patience_s,
            screening=campaign.screening,
            asks=f"{ASKED_ONCE_MET}{campaign.menu}" if campaign.menu and agent_id is None else "",
            voicemail=Voicemail.WANTED if campaign.voicemail and campaign.screening else Voicemail.NONE,
            recording_allowed=campaign.recording and allowed,
            drop_media=campaign.drop_media,
            hint=lead.hint,
            rules_version=campaign.law.version,
            agent_id=agent_id,
            origin=origin,
            state_since=now,
            dialled_at=now,
        )

    def _must_wait(self, lead: Lead) -> bool:
        own = self._own_agent(lead)
        return lead.number_e164 in self._numbers or (own is not None and not self._free(own))

    def _is_for(self, agent_id: AgentId, lead: Lead) -> bool:
        own = self._own_agent(lead)
        return own is None or own.id == agent_id

    def _own_agent(self, lead: Lead) -> Agent | None:
        """Return the agent who promised to call this lead back, for as long as nobody else may do it."""
        agent_id, at = lead.callback_agent_id, lead.next_at
        if lead.state is not LeadState.CALLBACK or agent_id is None or at is None or agent_id not in self._agents:
            return None
        alone_until = at + timedelta(seconds=self.campaign.callback_own_s)
        return self._agents.get(agent_id) if self._clock.now() < alone_until else None

    def _free(self, agent: Agent) -> bool:
        return agent.state is AgentState.AVAILABLE and self.feed.serves(agent)

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        self._numbers.call_changed(call)
        if self.feed.call_changed(change):
            self._count(change)
            self._poke.set()
            if call.ended_at is not None and call.lead_id is not None:
                # Its row says whether and when it is to be called again. One that could not even be stored is as it
                # was, held by us, and must not be tried again as fast as that goes.
                if call.reason == NOT_STORED:
                    asyncio.get_running_loop().call_later(NOT_STORED_PAUSE_S, self.hopper.back, call.lead_id)
                else:
                    self.hopper.over()

    def _count(self, change: CallChanged) -> None:
        """Enter a person's answer into the ledger once: an agent has it, it is dropped, or they leave."""
        call, was = change.call, change.was
        if was is None:
            return
        connected = call.connected_at is not None and was.connected_at is None
        dropped = call.abandoned and not was.abandoned
        if connected or dropped or (call.outcome is Outcome.HUNG_UP and was.outcome is None):
            self.ledger.add(self._clock.monotonic(), dropped=dropped)
        if call.connected_at is not None and _found_a_machine(call) and not _found_a_machine(was):
            ago_s = (self._clock.now() - call.connected_at).total_seconds()
            self.ledger.take_back(self._clock.monotonic() - ago_s)

    def _agent_changed(self, change: AgentChanged) -> None:
        if self.feed.agent_changed(change):
            self._poke.set()

    def _switch_changed(self, _: SwitchChanged) -> None:
        self._poke.set()


def _found_a_machine(call: Call) -> bool:
    return call.disposition is not None and call.disposition.code == JUDGED_MACHINE
