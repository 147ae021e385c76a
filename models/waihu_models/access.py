"""Who may do what, and with whose rows: the one table of roles, rights and scopes.

A right is asked for by a route; the scope a role has for it decides which rows it reaches. Where a scope becomes a
condition on rows stands in ``waihu.store.visible``, and nowhere else.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from waihu_models.ids import AgentId


class Role(StrEnum):
    """What somebody is to the contact centre."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Scope(StrEnum):
    """Whose rows a right reaches. TEAM: of one's team, and those that belong to no team."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Right(StrEnum):
    """What can be allowed."""

    DESK = "desk"  # work as an agent: own state, own calls, click to call
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_EDIT = "customers.edit"
    NUMBERS_REVEAL = "numbers.reveal"
    LEADS_READ = "leads.read"
    LEADS_EDIT = "leads.edit"
    CALLS_READ = "calls.read"
    RECORDINGS_HEAR = "recordings.hear"
    RECORDINGS_DOWNLOAD = "recordings.download"  # keep a recording as a file
    TRANSCRIPTS_READ = "transcripts.read"  # what was said, alerts on it, summaries
    PHRASES_EDIT = "phrases.edit"  # lists of phrases, objections
    QUALITY_READ = "quality.read"
    QUALITY_REVIEW = "quality.review"
    QUALITY_EDIT = "quality.edit"
    CAMPAIGNS_READ = "campaigns.read"
    CAMPAIGNS_STEER = "campaigns.steer"  # start, pause, throttle
    CAMPAIGNS_EDIT = "campaigns.edit"
    IMPORTS = "imports"
    AGENTS_READ = "agents.read"
    AGENTS_STEER = "agents.steer"  # force a pause or a log-out
    AGENTS_EDIT = "agents.edit"
    SUPERVISE = "supervise"  # listen, whisper, barge
    WALL = "wall"
    DISPOSITIONS_READ = "dispositions.read"
    DISPOSITIONS_EDIT = "dispositions.edit"
    DO_NOT_CALL_ADD = "do_not_call.add"
    DO_NOT_CALL_EDIT = "do_not_call.edit"
    CALL_TASKS = "call_tasks"
    WEBHOOKS = "webhooks"
    USERS_EDIT = "users.edit"
    TRUNKS = "trunks"
    ROUTING = "routing"  # rules that say where calls go
    SETTINGS = "settings"
    HEALTH = "health"
    AUDIT = "audit"


_AGENT = {
    Right.DESK: Scope.OWN,
    Right.CUSTOMERS_READ: Scope.TEAM,
    Right.CUSTOMERS_EDIT: Scope.TEAM,
    Right.NUMBERS_REVEAL: Scope.TEAM,
    Right.LEADS_READ: Scope.TEAM,
    Right.CALLS_READ: Scope.OWN,
    Right.RECORDINGS_HEAR: Scope.OWN,
    Right.TRANSCRIPTS_READ: Scope.OWN,
    Right.QUALITY_READ: Scope.OWN,
    Right.CAMPAIGNS_READ: Scope.TEAM,
    Right.AGENTS_READ: Scope.OWN,
    Right.DISPOSITIONS_READ: Scope.TEAM,
    Right.DO_NOT_CALL_ADD: Scope.TEAM,
}
_SUPERVISOR = {
    **dict.fromkeys(_AGENT, Scope.TEAM),
    Right.RECORDINGS_DOWNLOAD: Scope.TEAM,
    Right.QUALITY_REVIEW: Scope.TEAM,
    Right.LEADS_EDIT: Scope.TEAM,
    Right.CAMPAIGNS_STEER: Scope.TEAM,
    Right.IMPORTS: Scope.TEAM,
    Right.AGENTS_STEER: Scope.TEAM,
    Right.SUPERVISE: Scope.TEAM,
    Right.WALL: Scope.TEAM,
    Right.CALL_TASKS: Scope.TEAM,
}
GRANTS = MappingProxyType(
    {
        Role.AGENT: MappingProxyType(_AGENT),
        Role.SUPERVISOR: MappingProxyType(_SUPERVISOR),
        Role.ADMIN: MappingProxyType(dict.fromkeys(Right, Scope.ALL)),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks. ``agent_id``: the agent this person works as, if any."""

    user_id: str
    login: str
    role: Role
    name: str = ""
    team_id: str | None = None
    agent_id: AgentId | None = None
    locale: str = ""

    def scope(self, right: Right) -> Scope | None:
        """Return whose rows this right reaches; None: it is not granted."""
        return GRANTS[self.role].get(right)

    @property
    def rights(self) -> dict[Right, Scope]:
        """Everything that is granted."""
        return dict(GRANTS[self.role])
