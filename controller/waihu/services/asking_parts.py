"""What is needed to speak to people, and machines, without an agent."""

from dataclasses import dataclass

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.call_desk import CallDesk
from waihu.services.tasks import Tasks
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu.telephony.spoken_sounds import SpokenSounds


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingParts:
    """What menus and messages for machines work with."""

    calls: CallDesk
    store: Store
    speaking: SpokenSounds
    switch: Switch
    bus: Bus
    clock: Clock
    tasks: Tasks
