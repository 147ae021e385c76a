"""Health: whether calls can be made, for anybody who asks; what is wrong and how to mend it, for administrators."""

import msgspec
from aiohttp import web
from msgspec import Struct

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.routes import Routes
from waihu.services.findings import State, worst
from waihu_models.access import Right

routes = Routes("health")


class HealthFinding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    subject: str
    state: State
    seen: BothLanguages
    mend: BothLanguages


class HealthDetails(Struct, frozen=True, kw_only=True):
    """How everything is: the worst of what was found, and each."""

    state: State
    findings: list[HealthFinding]


@routes.get("/health", right=None)
async def read_health(ask: Ask) -> web.Response:
    """Say whether calls can be made: 200 or 503, and nothing else."""
    ready = await ask.house.office.health.ready()
    body = msgspec.json.encode({"status": "ok" if ready else "bad"})
    return web.Response(body=body, status=200 if ready else 503, content_type="application/json")


@routes.get("/health/details", right=Right.HEALTH)
async def read_health_details(ask: Ask) -> HealthDetails:
    """Return what was looked at, how it is, and how to mend it."""
    found = await ask.house.office.health.examine()
    findings = [
        HealthFinding(subject=one.subject, state=one.state, seen=both(one.seen), mend=both(one.mend)) for one in found
    ]
    return HealthDetails(state=worst([one.state for one in found]), findings=findings)
