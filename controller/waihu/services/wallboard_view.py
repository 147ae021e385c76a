"""Who sees which part of the wallboard: pictures for a scope, and the figures above them."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from waihu.services.wallboard import Wallboard
from waihu_models.access import Right, Scope, Viewer
from waihu_models.agent import AgentState
from waihu_models.campaign import CampaignState
from waihu_models.live import Figure, LiveAgent, LiveCall, LiveCampaign, LiveDrops, LiveMinute, LiveState


@dataclass(frozen=True, slots=True)
class WallScope:
    """Whose rows a wall shows: everybody's, or a team's with those that belong to no team."""

    all_teams: bool = False
    team_id: str | None = None

    def sees(self, team_id: str | None) -> bool:
        """Say whether rows of this team are shown."""
        return self.all_teams or team_id is None or team_id == self.team_id


def scope_of(viewer: Viewer) -> WallScope | None:
    """Return what of the wall somebody may see; None: nothing."""
    match viewer.scope(Right.WALL):
        case Scope.ALL:
            return WallScope(all_teams=True)
        case Scope.TEAM:
            return WallScope(team_id=viewer.team_id)
    return None


class Walls:
    """Cuts pictures out of the wallboard; figures are added up once a second for each scope, whoever looks."""

    def __init__(self, board: Wallboard) -> None:
        self._board = board
        self._added_up: dict[WallScope, tuple[int, dict[str, Figure], tuple[LiveMinute, ...]]] = {}

    def picture(self, scope: WallScope) -> LiveState:
        """Return what a scope sees now."""
        board, teams = self._board, self._board.teams
        campaigns = {k: row for k, row in board.campaigns.items() if scope.sees(teams.team_of_campaign(k))}
        calls = {k: row for k, row in board.calls.items() if self.sees_call(scope, row)}
        agents = {k: self._agent(scope, row) for k, row in board.agents.items() if scope.sees(teams.team_of_agent(k))}
        figures, minutes = self._figures(scope, campaigns, calls, agents)
        return LiveState(
            switch=board.switch,
            agents=agents,
            campaigns=campaigns,
            queues={k: row for k, row in board.queues.rows.items() if self._sees_queue(scope, k)},
            calls=calls,
            figures=figures,
            minutes=minutes,
            alerts={
                k: alert
                for k, alert in board.alerts.items()
                if alert.agent_id is None or scope.sees(teams.team_of_agent(alert.agent_id))
            },
            supervisions={
                k: one for k, one in board.supervisions.items() if scope.sees(teams.team_of_agent(one.agent_id))
            },
        )

    def sees_call(self, scope: WallScope, call: LiveCall) -> bool:
        """Say whether a scope sees a call.

        It is its campaign's; one of none is its agent's; one of neither is everybody's.
        """
        teams = self._board.teams
        if call.campaign_id is not None:
            return scope.sees(teams.team_of_campaign(call.campaign_id))
        return scope.sees(teams.team_of_agent(call.agent_id))

    def _sees_queue(self, scope: WallScope, name: str) -> bool:
        """Say whether a scope sees a queue: one of its agents belongs to it."""
        return scope.all_teams or any(scope.sees(team_id) for team_id in self._board.queues.teams(name))

    def _agent(self, scope: WallScope, row: LiveAgent) -> LiveAgent:
        if row.call_id is None or scope.sees(self._board.teams.team_of_campaign(row.campaign_id)):
            return row
        # One's own agent with another team's customer: that they talk is shown, with whom is not.
        return replace(row, customer="", number="", campaign_id=None)

    # ---- figures ---------------------------------------------------------------------------------------------------

    def _figures(
        self,
        scope: WallScope,
        campaigns: dict[str, LiveCampaign],
        calls: dict[str, LiveCall],
        agents: dict[str, LiveAgent],
    ) -> tuple[dict[str, Figure], tuple[LiveMinute, ...]]:
        known = self._added_up.get(scope)
        if known is None or known[0] != self._board.seconds:
            counted = [*campaigns, None]  # callers who reach us belong to no campaign
            figures = {
                **self._of_the_hour(counted),
                **_of_campaigns(campaigns.values()),
                **_of_people(agents.values(), calls.values()),
                "lines": self._lines(),
            }
            known = self._board.seconds, figures, self._board.books.minutes(counted)
            if len(self._added_up) > 1000:
                self._added_up.clear()
            self._added_up[scope] = known
        return known[1], known[2]

    def _of_the_hour(self, campaigns: list[str | None]) -> dict[str, Figure]:
        hour = self._board.books.hour(campaigns)
        return {
            "service_level": _ratio(hour.in_time, hour.waited),
            "connect": _ratio(hour.live_answers, hour.attempts),
            "machine": _ratio(hour.machines, hour.answered),
            "answer_seizure": _ratio(hour.answered, hour.attempts),
            "contacts": Figure(value=hour.contacts),
            "sales": Figure(value=hour.sales),
            "calls_per_s": Figure(value=self._board.books.calls_per_s(campaigns)),
        }

    def _lines(self) -> Figure:
        lines = self._board.lines
        used = sum(lines.used(trunk.name) for trunk in lines.trunks)
        return Figure(value=used, limit=sum(trunk.max_lines for trunk in lines.trunks))


def _ratio(part: int, whole: int) -> Figure:
    return Figure(value=part / whole if whole else None, part=part, whole=whole)


def _of_people(agents: Iterable[LiveAgent], calls: Iterable[LiveCall]) -> dict[str, Figure]:
    count = dict.fromkeys(AgentState, 0)
    for agent in agents:
        count[agent.state] += 1
    waiting = [call.waits_since for call in calls if call.waits_since is not None]
    off = count[AgentState.OFFLINE] + count[AgentState.CALLING]
    return {
        "waiting": Figure(value=len(waiting), since=min(waiting, default=None)),
        "agents_on": Figure(value=sum(count.values()) - off),
        "agents_talking": Figure(value=count[AgentState.TALKING]),
        "agents_available": Figure(value=count[AgentState.AVAILABLE] + count[AgentState.RESERVED]),
        "agents_wrap_up": Figure(value=count[AgentState.WRAP_UP]),
        "agents_paused": Figure(value=count[AgentState.PAUSED]),
    }


def _of_campaigns(campaigns: Iterable[LiveCampaign]) -> dict[str, Figure]:
    running = [row for row in campaigns if row.state is CampaignState.RUNNING]
    nearest = min(((_allowance(row.drops), row.id, row.drops) for row in running if row.drops), default=None)
    emptied = min(((row.empties_in_s, row.id) for row in running if row.empties_in_s is not None), default=None)
    return {
        "drop": _drop(nearest[2], nearest[1]) if nearest else Figure(),
        "hopper": Figure(value=sum(row.staged for row in running)),
        "empty_in": Figure(value=emptied[0], campaign_id=emptied[1]) if emptied else Figure(),
    }


def _drop(drops: LiveDrops, campaign_id: str) -> Figure:
    return Figure(
        value=drops.ratio,
        part=drops.abandoned,
        whole=drops.live_answers,
        limit=drops.limit_ratio,
        campaign_id=campaign_id,
    )


def _allowance(drops: LiveDrops) -> float:
    """How many more may be abandoned, about; below 0 the limit is broken."""
    return drops.limit_ratio * drops.live_answers - drops.abandoned
