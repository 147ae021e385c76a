"""Failover: a call that its carrier could not carry is made again at once, on another line, as the same attempt.

Nobody has noticed anything yet: the carrier refused before any phone rang. So the lead is not given its next step, its
attempts and those of its number are counted once, and the rules that let it be called are trusted as long as they are
for every call.
"""

from collections import deque

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.call_desk import Job
from waihu.services.dialling import Dialling
from waihu_models.call import Call, Direction, Origin
from waihu_models.events import DoNotCallAdded, ListsChanged
from waihu_models.ids import LeadId
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

WITHIN_S = 3.0
"""From dialling to the refusal; later the lead is asked for anew, with everything the store knows by then."""
MOST_LINES = 3
"""Lines that one attempt is made on."""
REMEMBERED = 1000
"""Numbers and leads about which something was heard while they might have been under way."""


class Failover:
    """Says on which line a call goes on."""

    def __init__(self, dialling: Dialling, bus: Bus, clock: Clock) -> None:
        self._dialling = dialling
        self._clock = clock
        self._heard: deque[tuple[float, E164 | LeadId | None]] = deque(maxlen=REMEMBERED)
        bus.subscribe(DoNotCallAdded, self._forbidden)
        bus.subscribe(ListsChanged, self._changed)
        self.made = 0

    def onward(self, call: Call, job: Job) -> tuple[Call, Job] | None:
        """Return the call that takes the place of one that has ended, None where it has to end like any other."""
        lead, campaign = job.lead, job.campaign
        if lead is None or campaign is None or len(job.tried) + 1 >= MOST_LINES or not self._may_go_on(call):
            return None
        loop = self._dialling.loops.get(campaign.id)
        tried = (*job.tried, call.trunk)
        again = loop.again(lead, tried) if loop is not None else None
        if again is None:
            return None
        self.made += 1
        return again, Job(lead, campaign, tried)

    def _may_go_on(self, call: Call) -> bool:
        of_the_list = call.direction is Direction.OUTBOUND and call.origin is Origin.LIST and call.agent_id is None
        took_s = (self._clock.now() - call.dialled_at).total_seconds()
        return (
            of_the_list
            and not_carried(call)
            and not call.hang_up_asked
            and took_s <= WITHIN_S
            and not self._spoken_of(call, took_s)
        )

    def _spoken_of(self, call: Call, took_s: float) -> bool:
        since_s = self._clock.monotonic() - took_s - WITHIN_S
        return any(at_s >= since_s and about in {None, call.number_e164, call.lead_id} for at_s, about in self._heard)

    def _forbidden(self, event: DoNotCallAdded) -> None:
        self._heard.append((self._clock.monotonic(), event.number))

    def _changed(self, event: ListsChanged) -> None:
        now_s = self._clock.monotonic()
        self._heard.extend((now_s, about) for about in event.lead_ids or (None,))


def not_carried(call: Call) -> bool:
    """Say whether the carrier, or the exchange on its behalf, refused a call before anybody could notice it."""
    if call.ringing_at is not None or call.early_media_at is not None or call.answered_at is not None:
        return False
    refused = call.outcome is Outcome.FAILED and call.reason.startswith("PlaceCall: switch_refused")
    return call.outcome is Outcome.CONGESTION or refused
