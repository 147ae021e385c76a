"""FakeSink: the outward sink in memory, which passes the same contract suite as webhooks."""

from collections.abc import Callable

from waihu_models.errors import DeliveryFailed
from waihu_models.outward import OutwardEvent

Behaviour = Callable[[OutwardEvent], DeliveryFailed | None]


def _takes_everything(_: OutwardEvent) -> None:
    return None


class FakeSink:
    """Takes events, or does not.

    Attributes:
        behaviour: What it says to an event: None takes it.
        taken: What it took, in order.
        asked: Everything it was asked to take.
    """

    def __init__(self, behaviour: Behaviour = _takes_everything) -> None:
        self.behaviour = behaviour
        self.taken: list[OutwardEvent] = []
        self.asked: list[OutwardEvent] = []

    async def deliver(self, event: OutwardEvent) -> None:
        """Take an event.

        Raises:
            DeliveryFailed: as the behaviour says.
        """
        self.asked.append(event)
        problem = self.behaviour(event)
        if problem is not None:
            raise problem
        self.taken.append(event)
