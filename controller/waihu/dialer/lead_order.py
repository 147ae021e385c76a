"""In which order leads are called: priority, then score, then tags, then age; and how lists share the calls.

The order of a lead is one string of bytes that sorts as the leads do, so that a list of any length is read from an
index in its order. It has to be made anew when the weights of the campaign change.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TypeVar

from waihu_models.campaign import ListOrder, MixPart
from waihu_models.errors import BadInput
from waihu_models.lead import Lead, LeadState

T = TypeVar("T")

OTHER_LISTS = 0
"""The lane of every list that no rule names."""


def priority(urgency: float, value: float, order: ListOrder) -> float:
    """Return the priority: (9, 5) is 7.4 with the weights 0.6 and 0.4."""
    # Rounded, so that sums which mean the same are the same.
    return round(urgency * order.urgency_weight + value * order.value_weight, 9)


def value_of_level(level: str, order: ListOrder) -> float:
    """Return what a customer level is worth.

    Raises:
        BadInput: the campaign does not know this level.
    """
    wanted = level.casefold()
    found = next((value for name, value in order.levels.items() if name.casefold() == wanted), None)
    if found is None:
        raise BadInput(f"level {level!r} is not known; the levels of this campaign are {', '.join(order.levels)}")
    return found


def priority_of(lead: Lead, order: ListOrder) -> float:
    """Return a lead's priority by these weights; what it was given stays where neither urgency nor value is known.

    An unknown urgency, or an unknown value without a level, counts as 0. So does a level the campaign knows no more.
    """
    value = lead.value
    if value is None and lead.level:
        levels = {name.casefold(): worth for name, worth in order.levels.items()}
        value = levels.get(lead.level.casefold(), 0.0)
    if lead.urgency is None and value is None:
        return lead.priority
    return priority(lead.urgency or 0.0, value or 0.0, order)


def tag_weight(tags: Iterable[str], order: ListOrder) -> float:
    """Return the weight of the heaviest tag, 0 when none has a weight."""
    return max((order.tags.get(tag, 0.0) for tag in tags), default=0.0)


def rank(lead: Lead, order: ListOrder) -> bytes:
    """Return what a lead is sorted by, ascending: the first to be called has the smallest."""
    return b"".join(map(_falling, (priority_of(lead, order), lead.score, tag_weight(lead.tags, order))))


def _falling(number: float) -> bytes:
    """Spell a number in eight bytes that sort from the highest to the lowest: exact, whatever the numbers are."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))  # + 0.0: there is only one zero
    # Of positive numbers greater bits are greater numbers, of negative ones the other way round.
    return struct.pack(">Q", bits if bits >> 63 else bits ^ 0x7FFF_FFFF_FFFF_FFFF)


def order_mark(order: ListOrder) -> str:
    """Return a short mark that differs when ranks or lanes made by these rules may differ."""
    said = asdict(order)
    del said["new_every"]
    said["mix"] = [part["lists"] for part in said["mix"]]
    said["quotas"] = sorted(said["quotas"])
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


# ---- lists that share the calls ------------------------------------------------------------------------------------


def lanes(order: ListOrder) -> dict[str, int]:
    """Return the lane of each list that a rule names: leads of one lane are in one order."""
    named = sorted({name for part in order.mix for name in part.lists} | set(order.quotas))
    return {name: number for number, name in enumerate(named, start=1)}


def parts(order: ListOrder, full: Iterable[str] = ()) -> list[tuple[float, tuple[int, ...]]]:
    """Return the shares of the calls with the lanes each goes to, lists whose quota is full left out.

    Without a mix there is one part of all lists. With a mix that has no part for the lists it does not name, those
    are not called.
    """
    known = lanes(order)
    named = {name for part in order.mix for name in part.lists}
    others = (OTHER_LISTS, *(lane for name, lane in known.items() if name not in named))
    closed = {known[name] for name in full if name in known}
    made = []
    for part in order.mix or (MixPart(1.0),):
        mine = tuple(known[name] for name in part.lists) if part.lists else others
        left = tuple(lane for lane in mine if lane not in closed)
        if left and part.share > 0:
            made.append((part.share, left))
    return made


def woven(queues: Sequence[tuple[float, Sequence[T]]]) -> list[T]:
    """Bring queues into one order in which, at any place, each has had its share, as long as it lasts."""
    credits = [0.0] * len(queues)
    places = [0] * len(queues)
    made: list[T] = []
    while open_ := [index for index, (_, queue) in enumerate(queues) if places[index] < len(queue)]:
        for index in open_:
            credits[index] += queues[index][0]
        first = max(open_, key=lambda index: credits[index])
        credits[first] -= sum(queues[index][0] for index in open_)
        made.append(queues[first][1][places[first]])
        places[first] += 1
    return made


def with_new_ones(leads: Sequence[Lead], every: int) -> list[Lead]:
    """Put a lead never called before at each n-th place, as long as there are both; the others keep their order."""
    if every < 1:
        return list(leads)
    new = [lead for lead in leads if lead.state is LeadState.NEW]
    others = [lead for lead in leads if lead.state is not LeadState.NEW]
    made: list[Lead] = []
    while new and others:
        made += others[: every - 1]
        del others[: every - 1]
        made.append(new.pop(0))
    return [*made, *others, *new]
