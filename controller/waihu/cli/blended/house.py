"""The house of the scenario: two carriers, three agents, two queues, three rules, and customers who are known."""

import csv
from collections.abc import Iterable
from datetime import time
from pathlib import Path

from waihu.app import App
from waihu.cli.people import agents_of_settings
from waihu.clock import SystemClock
from waihu.services.importer import ImportOptions, import_leads
from waihu.settings import (
    AgentSettings,
    CompanySettings,
    ExchangeSettings,
    PhoneSettings,
    QueueSettings,
    RecordingSettings,
    Settings,
    SpeechSettings,
    StoreSettings,
    TrunkSettings,
    WebSettings,
)
from waihu.store.audit import By
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.migrate import migrate
from waihu.store.queues import change_abilities
from waihu.store.store import Store
from waihu.telephony.carrier import Carrier
from waihu_models.call_facts import RouteKind
from waihu_models.campaign import CallingHours, Campaign, CampaignState, DialMode, ListOrder
from waihu_models.errors import BadInput
from waihu_models.ids import AgentId, CampaignId, new_id
from waihu_models.queue import Abilities, Queue
from waihu_models.routing_rule import LAST_AGENT, Rule, RuleTable, Target

EXPERT, GENERAL = "expert", "general"
EVA, BO, CY = "eva", "bo", "cy"
TONE_HZ = {"cy": 440, "supervisor": 1700, "customer": 1000}
"""Who is a tone, so that it can be told who hears whom."""
PLATINUM, UNRESOLVED, ANYBODY = "+441632960201", "+441632960202", "+441632960203"
TALKERS, BUSY = "talkers", "busy"

_QUEUES = {EVA: (EXPERT,), BO: (GENERAL,), CY: (GENERAL,)}
_PHONES = {EVA: "eva", BO: "bo", CY: f"tone{TONE_HZ[CY]}"}
SUPERVISORS_PHONE = f"tone{TONE_HZ['supervisor']}"
_RULES = RuleTable(
    rules=(
        Rule(
            name="Platinum customers to the experts", priority=1, conditions=(("level", '"platinum"'),),
            target=Target(RouteKind.QUEUE, EXPERT),
        ),
        Rule(
            name="Last call unresolved: the same agent", priority=2, conditions=(("last_resolved", "false"),),
            target=Target(RouteKind.AGENT, LAST_AGENT),
        ),
    ),
    default=GENERAL, reason="the blended scenario",
)  # fmt: skip


def settings_of(folder: Path, carrier: Carrier, north: Carrier, web: WebSettings) -> Settings:
    """Return the settings of the scenario."""
    host, port = carrier.host, carrier.sip_port
    phones = (*_PHONES.values(), SUPERVISORS_PHONE)
    return Settings(
        store=StoreSettings(url=f"sqlite+aiosqlite:///{folder / 'waihu.db'}"),
        exchange=ExchangeSettings(
            directory=str(folder / "exchange"), sip_port=0, http_port=0, ami_port=0, rtp_start=0, rtp_end=0
        ),
        recordings=RecordingSettings(directory=str(folder / "recordings")),
        company=CompanySettings(name="Example Limited", number="01632 960 000"),
        web=web,
        speech=SpeechSettings(engine="null"),
        queues=QueueSettings(default=GENERAL),
        trunks=(
            TrunkSettings(name="south", host=host, port=port, max_lines=50, calls_per_s=20),
            TrunkSettings(name="north", host=north.host, port=north.sip_port, max_lines=50, calls_per_s=20),
        ),
        phones=tuple(PhoneSettings(name=name, contact=f"sip:{name}@{host}:{port}") for name in phones),
        agents=tuple(
            AgentSettings(id=name, phone=phone, wrap_limit_s=10, log_in_at_start=True)
            for name, phone in _PHONES.items()
        ),
    )


async def furnish(chosen: Settings, folder: Path) -> None:
    """Put campaigns, lists, customers and agents into a fresh store."""
    clock = SystemClock()
    await migrate(chosen.store.url)
    store = await Store.open(chosen.store.url)
    try:
        for name in (TALKERS, BUSY, "known"):
            await save_campaign(store, _campaign(name))
        talkers = [f"+441632{n:04d}23" for n in range(60)]  # they talk for some seconds
        busy = [f"+441632{n:04d}02" for n in range(80)]
        known = [(PLATINUM, "platinum"), (UNRESOLVED, "B")]
        for name, rows in ((TALKERS, _plain(talkers)), (BUSY, _plain(busy)), ("known", known)):
            file = folder / f"{name}.csv"
            _write(file, rows)
            campaign = await campaign_named(store, name)
            done = await import_leads(store, file, campaign, ImportOptions(allow_fictional=True), clock=clock)
            if done.imported != len(rows):
                raise BadInput(f"{len(rows) - done.imported} rows of {file} were not imported")
        await agents_of_settings(chosen.store.url, chosen.agents, clock)
    finally:
        await store.close()


def _plain(numbers: Iterable[str]) -> list[tuple[str, str]]:
    return [(number, "C") for number in numbers]


def _write(file: Path, rows: Iterable[tuple[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(
            [("name", "phone", "level", "external_id")]
            + [(f"Customer {number[-3:]}", number, level, f"DEMO-{number[1:]}") for number, level in rows]
        )


def _campaign(name: str) -> Campaign:
    whole_day = ((time(0), time.max),)
    return Campaign(
        id=CampaignId(new_id()), name=name, mode=DialMode.PROGRESSIVE, state=CampaignState.DRAFT, trunk="",
        caller_id="+441632960000", max_lines=20, calls_per_s=20, ring_timeout_s=12, screening=False,
        hours=CallingHours((whole_day,) * 7, "Europe/London"),
        order=ListOrder(levels={"platinum": 10.0, "A": 10.0, "B": 6.0, "C": 3.0}),
    )  # fmt: skip


async def open_queues(app: App, by: By) -> None:
    """Open the queues, say who takes their callers, and let the rules decide."""
    for name in (GENERAL, EXPERT):
        await app.queues.shelf.add(Queue(name=name, announce_every_s=0.0), by)
    for agent, names in _QUEUES.items():
        able = Abilities(queues=frozenset(names), blended=agent != EVA)
        await change_abilities(app.store, AgentId(agent), lambda _, able=able: able, by)  # type: ignore[misc]
    await app.queues.shelf.load()
    draft = await app.office.routing.draft(_RULES, by)
    await app.office.routing.go_live(draft.number, draft.version, draft.reason, by)
