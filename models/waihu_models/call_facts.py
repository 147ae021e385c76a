"""What routing rules may ask about a call, and what they answer: the seam between recognising a caller and choosing."""

from dataclasses import dataclass
from enum import StrEnum


class RouteKind(StrEnum):
    """What a routing rule chooses."""

    QUEUE = "queue"  # a queue, by its name
    AGENT = "agent"  # one agent, by id; where that one is not there, the queue the call came for
    LINE_GROUP = "line_group"  # outbound: the group of lines, by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """One call as rules see it.

    Unknown: "" and None; a condition on what is unknown does not hold, not even ``not(…)``. Tags are always known: a
    customer without any is one who has not got the tag a rule asks for.
    """

    direction: str = ""  # inbound | outbound
    number: str = ""  # E.164 of the customer
    line: str = ""  # the number that was dialled (inbound), the trunk (outbound)
    campaign: str = ""
    business_type: str = ""  # what the entry or the menu says the call is about
    language: str = ""  # zh | en …
    customer_known: bool = False
    level: str = ""  # of the customer, as written in the CRM
    value: float | None = None  # of the customer, in the currency of the deployment
    tags: tuple[str, ...] = ()
    last_outcome: str = ""  # disposition of the customer's last call
    last_resolved: bool | None = None  # whether the last call settled what it was about
    last_agent: str = ""
    days_since_contact: float | None = None
    open_ticket: bool = False
    hour: float = 0.0  # 0..24, where the contact centre is
    weekday: int = 1  # Monday is 1
    probability: float | None = None  # predicted, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDecision:
    """Where a call goes, and why."""

    kind: RouteKind
    target: str
    priority: int = 100  # lower comes first
    rule: str = ""  # the rule's name; "": no rule held, the default
    why: str = ""  # the conditions that held, in words
    table_version: int = 0
