"""The dial loop of one campaign: at every event that matters, and four times a second, asks the pacer and dials."""

import asyncio

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.abandon_ledger import AbandonLedger
from waihu.dialer.pacing import Pacer, Snapshot
from waihu.dialer.rate_limit import TokenBucket
from waihu.services.call_desk import NOT_STORED, CallDesk, Job
from waihu.services.hopper import Hopper
from waihu.services.lines import Lines, Trunk
from waihu.services.pacer_feed import PacerFeed
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.call import Call, Direction
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.errors import Conflict, StoreError
from waihu_models.events import AgentChanged, CallChanged, SwitchChanged
from waihu_models.ids import AgentId, CallId, customer_leg, new_id
from waihu_models.lead import Consent, Lead
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

log = structlog.get_logger()

TICK_S = 0.25
NOT_STORED_PAUSE_S = 30.0
MAX_BACKLOG = 2000
"""Units waiting for the database above which nothing new is dialled."""
COMPLIANCE_WINDOW_S = 30 * 86400.0


class DialLoop:
    """Keeps one campaign's agents busy inside its limits."""

    def __init__(  # noqa: PLR0913 -- the composition root hands every part in by name
        self,
        *,
        hopper: Hopper,
        pacer: Pacer,
        feed: PacerFeed,
        ledger: AbandonLedger,
        calls: CallDesk,
        lines: Lines,
        switch: Switch,
        store: Store,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self.campaign: Campaign = hopper.campaign
        self.hopper = hopper
        self.feed = feed
        self.ledger = ledger
        self._pacer = pacer
        self._calls = calls
        self._lines = lines
        self._switch = switch
        self._store = store
        self._clock = clock
        self._bucket = self._metered(self.campaign)
        self._poke = asyncio.Event()
        self._numbers: set[E164] = set()
        self._held: dict[AgentId, Lead] = {}
        for kind, receiver in (
            (CallChanged, self._call_changed),
            (AgentChanged, self._agent_changed),
            (SwitchChanged, self._switch_changed),
        ):
            bus.subscribe(kind, receiver)  # type: ignore[arg-type]

    def adopt(self, campaign: Campaign) -> None:
        """Go on by a campaign's present rules; the pacer's own limits are those it was made with."""
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
        """Dial until cancelled."""
        while True:
            try:
                async with asyncio.timeout(TICK_S):
                    await self._poke.wait()
            except TimeoutError:
                pass
            self._poke.clear()
            if self.running:
                await self._turn()

    async def _turn(self) -> None:
        try:
            await self.hopper.refill()
            await self.hopper.clear()
        except StoreError as error:
            log.warning("hopper_not_filled", campaign=self.campaign.name, problem=str(error))
            return
        self.decide()

    def decide(self) -> int:
        """Ask the pacer once and do what it says; return how many calls were started."""
        if not self.running:
            return 0
        decision = self._pacer.decide(self._clock.monotonic(), self.snapshot())
        for number in decision.cancel:
            call_id = self.feed.call_numbered(number)
            if call_id is not None:
                self._calls.post(call_id, sig.HangUpAsked(self._clock.now(), "no agent will be free"))
        return sum(self._dial(lead) for lead in self.hopper.take(max(0, decision.dial), self._in_call))

    def snapshot(self) -> Snapshot:
        """Return the picture the pacer decides on."""
        now_s = self._clock.monotonic()
        free = min(self._lines.free(self.campaign), self.campaign.max_lines - len(self.feed.live))
        live_answers, drops = self.ledger.totals(now_s)
        return Snapshot(
            now=now_s,
            agents=self.feed.agents,
            calls=self.feed.calls,
            ready=self.feed.ready,
            channels_free=max(0, free),
            dial_budget=min(self._lines.budget(self.campaign), int(self._bucket.available(now_s))),
            next_p=self.hopper.hints(),
            live_answers=live_answers,
            drops=drops,
        )

    # ---- preview ---------------------------------------------------------------------------------------------------

    async def preview(self, agent_id: AgentId) -> Lead | None:
        """Show an agent the next lead and keep it for them; None when there is none."""
        if agent_id not in self._held:
            await self.hopper.refill()
            await self.hopper.clear()
            for lead in self.hopper.take(1, self._in_call):
                self._held[agent_id] = lead
        return self._held.get(agent_id)

    def skip_preview(self, agent_id: AgentId) -> None:
        """Give the lead an agent was shown back to the list."""
        lead = self._held.pop(agent_id, None)
        if lead is not None:
            self.hopper.back(lead.id)

    def dial_preview(self, agent_id: AgentId) -> Call:
        """Call the lead an agent was shown, for that agent.

        Raises:
            Conflict: the agent was shown nothing, or nothing may be dialled now.
        """
        trunk = self._lines.take(self.campaign) if self.running and agent_id in self._held else None
        if trunk is None:
            raise Conflict("nothing to dial for this agent now")
        lead = self._held.pop(agent_id)
        return self._start(lead, trunk, agent_id)

    # ---- dialling --------------------------------------------------------------------------------------------------

    def _dial(self, lead: Lead) -> bool:
        trunk = self._lines.take(self.campaign)
        if trunk is None:
            self.hopper.back(lead.id)
            return False
        self._bucket.take(self._clock.monotonic())
        self._start(lead, trunk, None)
        return True

    def _start(self, lead: Lead, trunk: Trunk, agent_id: AgentId | None) -> Call:
        call = self._call_for(lead, trunk, agent_id)
        self._calls.place(call, Job(lead, self.campaign))
        return call

    def _call_for(self, lead: Lead, trunk: Trunk, agent_id: AgentId | None) -> Call:
        campaign, now, call_id = self.campaign, self._clock.now(), CallId(new_id())
        consent = lead.recording_consent
        allowed = consent is Consent.GRANTED if campaign.recording_needs_consent else consent is not Consent.DENIED
        return Call(
            id=call_id,
            direction=Direction.OUTBOUND,
            leg_id=customer_leg(call_id),
            number_e164=lead.number_e164,
            trunk=trunk.name,
            caller_id=campaign.caller_id or trunk.caller_id,
            campaign_id=campaign.id,
            lead_id=lead.id,
            customer_id=lead.customer_id,
            dial_string=trunk.spell(lead.number_e164),
            ring_timeout_s=campaign.ring_timeout_s,
            patience_s=campaign.patience_s,
            screening=campaign.screening,
            recording_allowed=campaign.recording and allowed,
            drop_media=campaign.drop_media,
            hint=lead.hint,
            agent_id=agent_id,
            state_since=now,
            dialled_at=now,
        )

    def _in_call(self, lead: Lead) -> bool:
        return lead.number_e164 in self._numbers

    # ---- what happens ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.live:
            self._numbers.add(call.number_e164)
        else:
            self._numbers.discard(call.number_e164)
        if self.feed.call_changed(change):
            self._count(change)
            self._poke.set()
            if call.ended_at is not None and call.lead_id is not None:
                # Its row says whether and when it is to be called again; until that is written it counts as dialled.
                # One that could not even be stored is new as before, and must not be tried again as fast as that goes.
                pause_s = NOT_STORED_PAUSE_S if call.reason == NOT_STORED else 0.0
                asyncio.get_running_loop().call_later(pause_s, self.hopper.back, call.lead_id)

    def _count(self, change: CallChanged) -> None:
        """Enter a person's answer into the ledger once: an agent has it, it is dropped, or they leave."""
        call, was = change.call, change.was
        if was is None:
            return
        connected = call.connected_at is not None and was.connected_at is None
        dropped = call.abandoned and not was.abandoned
        if connected or dropped or (call.outcome is Outcome.HUNG_UP and was.outcome is None):
            self.ledger.add(self._clock.monotonic(), dropped=dropped)

    def _agent_changed(self, change: AgentChanged) -> None:
        if self.feed.agent_changed(change):
            self._poke.set()

    def _switch_changed(self, _: SwitchChanged) -> None:
        self._poke.set()
