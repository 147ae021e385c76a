"""Queues: where callers wait, who may take them, and what they hear meanwhile; for administrators."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routes_line_groups import LineHours, LineHoursList, ZoneName, hours_shown, windows_given
from waihu_models.access import Right
from waihu_models.queue import AfterHours, Queue, Strategy, needs

routes = Routes("queues")

QueueName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]
QueueRef = Annotated[str, Meta(pattern="^([a-z0-9][a-z0-9-]{0,31})?$")]
QueueTitle = Annotated[str, Meta(max_length=120)]
SkillName = Annotated[str, Meta(min_length=1, max_length=32)]
SkillLevel = Annotated[int, Meta(ge=1, le=10)]
SkillLevels = Annotated[dict[SkillName, SkillLevel], Meta(max_length=50)]
SkillNeeds = Annotated[dict[SkillName, SkillLevel], Meta(max_length=10)]
QueuePriority = Annotated[int, Meta(ge=1, le=1000)]
ServiceLevel = Annotated[float, Meta(ge=1, le=3600)]
InTimeRatio = Annotated[float, Meta(ge=0.01, le=1)]
QueuePatience = Annotated[float, Meta(ge=5, le=7200)]
MostWaiting = Annotated[int, Meta(ge=0, le=10_000)]
AnnounceEvery = Annotated[float, Meta(ge=0, le=600)]
CallbackAfter = Annotated[float, Meta(ge=0, le=3600)]
CallbackKey = Annotated[str, Meta(pattern="^[0-9*#]$")]
StickyTime = Annotated[float, Meta(ge=0, le=600)]
SpokenText = Annotated[str, Meta(max_length=500)]
QueueLanguage = Annotated[str, Meta(pattern="^(zh|en)$")]


class QueueShown(Struct, frozen=True, kw_only=True):
    """A queue. Skills are levels by name, 1 to 10; the agent needs all of them. ``agents``: who belong to it."""

    name: str
    title: str
    strategy: Strategy
    skills: dict[str, int]
    priority: int
    service_level_s: float
    service_level_ratio: float
    patience_s: float
    overflow_to: str
    most_waiting: int
    announce_every_s: float
    callback_after_s: float
    callback_key: str
    sticky_s: float
    recall: bool
    windows: list[LineHours]
    zone: str
    after_hours: AfterHours
    welcome: str
    closed_text: str
    language: str
    enabled: bool
    agents: int
    open_now: bool
    version: int


class NewQueue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A queue to be made."""

    name: QueueName
    title: QueueTitle = ""
    strategy: Strategy = Strategy.LONGEST_IDLE
    skills: SkillNeeds = {}
    priority: QueuePriority = 100
    service_level_s: ServiceLevel = 20.0
    service_level_ratio: InTimeRatio = 0.8
    patience_s: QueuePatience = 300.0
    overflow_to: QueueRef = ""
    most_waiting: MostWaiting = 0
    announce_every_s: AnnounceEvery = 45.0
    callback_after_s: CallbackAfter = 0.0
    callback_key: CallbackKey = "1"
    sticky_s: StickyTime = 20.0
    recall: bool = True
    windows: LineHoursList = []
    zone: ZoneName = "UTC"
    after_hours: AfterHours = AfterHours.MESSAGE
    welcome: SpokenText = ""
    closed_text: SpokenText = ""
    language: QueueLanguage = "en"
    enabled: bool = True


class QueueChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a queue; what is left out stays."""

    title: QueueTitle | UnsetType = UNSET
    strategy: Strategy | UnsetType = UNSET
    skills: SkillNeeds | UnsetType = UNSET
    priority: QueuePriority | UnsetType = UNSET
    service_level_s: ServiceLevel | UnsetType = UNSET
    service_level_ratio: InTimeRatio | UnsetType = UNSET
    patience_s: QueuePatience | UnsetType = UNSET
    overflow_to: QueueRef | UnsetType = UNSET
    most_waiting: MostWaiting | UnsetType = UNSET
    announce_every_s: AnnounceEvery | UnsetType = UNSET
    callback_after_s: CallbackAfter | UnsetType = UNSET
    callback_key: CallbackKey | UnsetType = UNSET
    sticky_s: StickyTime | UnsetType = UNSET
    recall: bool | UnsetType = UNSET
    windows: LineHoursList | UnsetType = UNSET
    zone: ZoneName | UnsetType = UNSET
    after_hours: AfterHours | UnsetType = UNSET
    welcome: SpokenText | UnsetType = UNSET
    closed_text: SpokenText | UnsetType = UNSET
    language: QueueLanguage | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


_SPELT = {"skills", "windows", "agents", "open_now"}
_FIGURES = {
    "service_level_s", "service_level_ratio", "patience_s", "announce_every_s", "callback_after_s", "sticky_s",
}  # fmt: skip


def _shown(ask: Ask, queue: Queue) -> QueueShown:
    agents = (agent.id for agent in ask.house.agents)
    plain = {name: getattr(queue, name) for name in QueueShown.__struct_fields__ if name not in _SPELT}
    return QueueShown(
        **plain,
        skills={need.skill: need.level for need in queue.skills},
        windows=hours_shown(queue.windows),
        agents=sum(queue.name in ask.house.office.queues.abilities(agent_id).queues for agent_id in agents),
        open_now=queue.open_at(ask.house.clock.now()),
    )


def _fields(body: NewQueue | QueueChange) -> dict[str, Any]:
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    for name in _FIGURES & given.keys():
        given[name] = float(given[name])
    if "skills" in given:
        given["skills"] = needs(given["skills"])
    if "windows" in given:
        given["windows"] = windows_given(given["windows"])
    return given


@routes.get("/queues", right=Right.QUEUES_READ)
async def list_queues(ask: Ask) -> list[QueueShown]:
    """Return all queues, by name."""
    return [_shown(ask, queue) for queue in ask.house.office.queues]


@routes.post("/queues", right=Right.QUEUES_EDIT, status=201)
async def create_queue(ask: Ask, body: NewQueue) -> QueueShown:
    """Make a queue; agents belong to it as their own settings say."""
    return _shown(ask, await ask.house.office.queues.add(Queue(**_fields(body)), ask.by))


@routes.get("/queues/{name}", right=Right.QUEUES_READ)
async def read_queue(ask: Ask, name: str) -> QueueShown:
    """Return one queue."""
    return _shown(ask, ask.house.office.queues.get(name))


@routes.patch("/queues/{name}", right=Right.QUEUES_EDIT)
async def change_queue(ask: Ask, name: str, body: QueueChange) -> QueueShown:
    """Change a queue; it counts for who waits there, too."""
    return _shown(ask, await ask.house.office.queues.change(name, ask.if_match(), _fields(body), ask.by))


@routes.delete("/queues/{name}", right=Right.QUEUES_EDIT)
async def remove_queue(ask: Ask, name: str) -> None:
    """Take a queue away that no other queue and no rule names; its agents belong to it no more."""
    await ask.house.office.queues.remove(name, ask.if_match(), ask.by)
