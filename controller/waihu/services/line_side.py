"""Everything about lines beside their count, put together: groups, carriers, failover, how calls sound."""

from waihu.services import media_watch
from waihu.services.carriers import Carriers
from waihu.services.failover import Failover
from waihu.services.line_groups import LineGroups
from waihu.services.media_watch import MediaWatch
from waihu.services.office import Neighbours, Office
from waihu.services.tasks import Tasks


class LineSide:
    """Builds the parts, once, and starts what runs by itself."""

    def __init__(self, near: Neighbours, office: Office) -> None:
        self.media = MediaWatch(
            media_watch.Around(
                switch=near.switch, agents=near.agents, store=near.store, bus=near.bus, clock=near.clock,
                alert=near.alert,
            )
        )  # fmt: skip
        self.carriers = Carriers(near.lines, near.bus, near.clock, near.alert)
        self.failover = Failover(near.dialling, near.bus, near.clock)
        self.groups = LineGroups(near.store, near.lines, office.trunks)
        near.calls.onward = self.failover.onward
        office.trunk_watch.on_look = self.carriers.connected

    async def load(self) -> None:
        """Read at the start what administrators changed."""
        await self.groups.load()

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.forever(self.media.run, "call sound")
        tasks.forever(self.groups.follow, "line groups")
