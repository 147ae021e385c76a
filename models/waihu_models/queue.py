"""Queues: where callers wait for an agent, who may take them, and what they hear meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from waihu_models.line_group import LineWindow, open_at


class Strategy(StrEnum):
    """Which of several free agents gets a caller; ties are broken by who has been available longest."""

    LONGEST_IDLE = "longest_idle"
    FEWEST_CALLS = "fewest_calls"  # of this session
    SKILL_RANK = "skill_rank"  # the highest levels of the skills the queue asks for
    STICKY = "sticky"  # who spoke with the customer last, for ``sticky_s``; then the longest idle
    RANDOM = "random"


class AfterHours(StrEnum):
    """What happens to who calls when the queue is closed."""

    MESSAGE = "message"  # is played, then the call ends
    CALLBACK = "callback"  # the message, then a call back is offered
    QUEUE = "queue"  # waits in the queue named by ``overflow_to``


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill an agent must have, at this level (1..10) at least."""

    skill: str
    level: int = 1


def needs(levels: Mapping[str, int]) -> tuple[SkillNeed, ...]:
    """Return levels by name as needs, in the order of the names."""
    return tuple(SkillNeed(skill, level) for skill, level in sorted(levels.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue, as administrators set it up. Prompts are texts; they are spoken in the caller's language.

    Attributes:
        name: Letters, digits and dashes; what rules, menus and reports say.
        title: As people call it.
        skills: An agent needs all of them.
        priority: 1..1000; a caller of a queue with a lower number comes first, whoever waited longer.
        service_level_s: A caller who is answered within so long was answered in time.
        service_level_ratio: The share of callers to be answered in time.
        patience_s: Whoever waited so long goes to ``overflow_to``, or hears "all busy" and is hung up.
        overflow_to: The name of another queue; "": none.
        most_waiting: Further callers go to ``overflow_to``, or hear "all busy"; 0: no limit.
        announce_every_s: Position and estimated wait are said at once, then so often; 0: never.
        callback_after_s: A call back that keeps the place is offered after so long, and with each announcement
            after that; 0: never.
        callback_key: The key that accepts it.
        sticky_s: How long the caller waits for the agent of the last call before others are asked; in a queue
            that is not sticky it holds for callers a rule sends to one agent.
        recall: Who hung up before an agent came is put on the list of callers to be called back.
        windows: When the queue is open; none: always.
        zone: IANA name of the time the windows are in.
        after_hours: What callers meet at other times.
        welcome, closed_text: Said at the beginning; said when closed. "": nothing, and the texts that are shipped.
        language: Of the announcements where the caller's is not known: zh or en.
    """

    name: str
    title: str = ""
    strategy: Strategy = Strategy.LONGEST_IDLE
    skills: tuple[SkillNeed, ...] = ()
    priority: int = 100
    service_level_s: float = 20.0
    service_level_ratio: float = 0.8
    patience_s: float = 300.0
    overflow_to: str = ""
    most_waiting: int = 0
    announce_every_s: float = 45.0
    callback_after_s: float = 0.0
    callback_key: str = "1"
    sticky_s: float = 20.0
    recall: bool = True
    windows: tuple[LineWindow, ...] = ()
    zone: str = "UTC"
    after_hours: AfterHours = AfterHours.MESSAGE
    welcome: str = ""
    closed_text: str = ""
    language: str = "en"
    enabled: bool = True
    version: int = 1

    def open_at(self, now: datetime) -> bool:
        """Say whether callers may wait in it at a moment."""
        return self.enabled and open_at(self.windows, self.zone, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What an agent can take: the queues they belong to, and their skills with levels of 1..10.

    Attributes:
        queues: Names; an agent of no queue takes only callers of none.
        skills: Level by name.
        blended: Also takes calls of campaigns while nobody waits in the queues.
    """

    queues: frozenset[str] = frozenset()
    skills: dict[str, int] = field(default_factory=dict)
    blended: bool = True

    def takes(self, queue: Queue) -> bool:
        """Say whether the agent belongs to a queue and has every skill it asks for."""
        return queue.name in self.queues and all(self.skills.get(need.skill, 0) >= need.level for need in queue.skills)
