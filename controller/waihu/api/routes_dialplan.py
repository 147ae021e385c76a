"""Dialplan templates: what runs, what would, what is wrong with it, and the way of a version there; for administrators.

Staging and applying take some seconds; the answer comes when they are over.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages
from waihu.api.routes import Routes
from waihu.dialplan.finding_words import chinese, english
from waihu.dialplan.variables import Value
from waihu.services.dialplan_shelf import DialplanShelf, Shelved
from waihu_models.access import Right
from waihu_models.dialplan import Finding, Severity, TemplateVersion, VersionState, has_errors

routes = Routes("dialplan")

TemplateText = Annotated[str, Meta(max_length=100_000)]
VariableName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,63}$")]
VariableText = Annotated[str, Meta(max_length=300)]
Variables = Annotated[dict[VariableName, VariableText | int], Meta(max_length=100)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
CampaignRef = Annotated[str, Meta(max_length=32)]


class DialplanFinding(Struct, frozen=True, kw_only=True):
    """Something wrong. ``line`` and ``column`` of the template, from 1, 0: of none; ``rendered_line`` of the result."""

    template: str
    line: int
    column: int
    rendered_line: int
    code: str
    severity: Severity
    text: BothLanguages


class DialplanShown(Struct, frozen=True, kw_only=True):
    """A template as it runs. ``number`` 0: as it is shipped. ``managed``: whether versions can be applied here."""

    name: str
    number: int
    shipped: bool
    source: str
    values: dict[str, str | int]
    managed: bool


class DialplanVariable(Struct, frozen=True, kw_only=True):
    """A variable templates may use; ``range`` and ``meaning`` for people."""

    name: str
    type: str
    unit: str
    default: str | int
    range: str
    meaning: str


class DialplanVersion(Struct, frozen=True, kw_only=True):
    """A version of a template, and what became of it. ``number`` 0 is the shipped one, which nobody made here."""

    template: str
    number: int
    text: str
    values: dict[str, str | int]
    author: str
    reason: str
    at: datetime
    state: VersionState
    state_at: datetime
    findings: list[DialplanFinding]
    runs: bool


class DialplanText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template to be looked at, with the values of a campaign where one is named."""

    text: TemplateText
    values: Variables = {}
    campaign_id: CampaignRef = ""


class DialplanLook(Struct, frozen=True, kw_only=True):
    """What a template is rendered to, and what is wrong. ``lines``: of the template, for each line of ``rendered``."""

    rendered: str
    lines: list[int]
    findings: list[DialplanFinding]
    good: bool


class DialplanDifference(Struct, frozen=True, kw_only=True):
    """What runs beside what would: templates and results, whole, and each as a unified diff."""

    number: int
    running: str
    running_rendered: str
    rendered: str
    source_diff: str
    rendered_diff: str


class NewDialplanVersion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version to be kept as a draft."""

    text: TemplateText
    values: Variables = {}
    reason: Reason


class DialplanReturn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to go back to: the number of an applied version, 0 for the shipped one, null for the one before."""

    to: Annotated[int, Meta(ge=0)] | None = None


def _shelf(ask: Ask) -> DialplanShelf:
    return ask.house.office.dialplan


def _finding(one: Finding) -> DialplanFinding:
    return DialplanFinding(
        template=one.template, line=one.line, column=one.column, rendered_line=one.rendered_line, code=one.code,
        severity=one.severity, text=BothLanguages(en=english(one), zh=chinese(one)),
    )  # fmt: skip


def _shown(ask: Ask, one: Shelved) -> DialplanShown:
    return DialplanShown(
        name=one.name, number=one.number, shipped=one.shipped, source=one.source, values=dict(one.values),
        managed=ask.house.office.exchange.managed,
    )  # fmt: skip


def _version(one: TemplateVersion, running: int) -> DialplanVersion:
    return DialplanVersion(
        template=one.template, number=one.number, text=one.text, values=dict(one.values), author=one.author,
        reason=one.reason, at=one.at, state=one.state, state_at=one.state_at,
        findings=[_finding(finding) for finding in one.findings], runs=one.number == running,
    )  # fmt: skip


async def _as_shown(ask: Ask, one: TemplateVersion) -> DialplanVersion:
    running = {shelved.name: shelved.number for shelved in await _shelf(ask).all()}
    return _version(one, running.get(one.template, -1))


@routes.get("/dialplans", right=Right.DIALPLAN)
async def list_dialplans(ask: Ask) -> list[DialplanShown]:
    """Return all templates as they run, by name."""
    return [_shown(ask, one) for one in await _shelf(ask).all()]


@routes.get("/dialplan-variables", right=Right.DIALPLAN)
async def list_dialplan_variables(ask: Ask) -> list[DialplanVariable]:
    """Return the variables templates may use."""
    return [
        DialplanVariable(
            name=one.name, type=one.type, unit=one.unit, default=one.default, range=one.range, meaning=one.meaning
        )
        for one in _shelf(ask).variables.values()
    ]


@routes.get("/dialplans/{name}", right=Right.DIALPLAN)
async def read_dialplan(ask: Ask, name: str) -> DialplanShown:
    """Return one template as it runs."""
    return _shown(ask, await _shelf(ask).get(name))


@routes.post("/dialplans/{name}/look", right=Right.DIALPLAN)
async def look_at_dialplan(ask: Ask, name: str, body: DialplanText) -> DialplanLook:
    """Render a text and look it through, together with all other templates; nothing is kept."""
    looked = await _shelf(ask).preview(name, body.text, _values(body.values), body.campaign_id)
    rendered = looked.rendered.get(name)
    return DialplanLook(
        rendered=rendered.text if rendered else "", lines=list(rendered.lines) if rendered else [],
        findings=[_finding(one) for one in looked.findings], good=not has_errors(looked.findings),
    )  # fmt: skip


@routes.post("/dialplans/{name}/difference", right=Right.DIALPLAN)
async def compare_dialplan(ask: Ask, name: str, body: DialplanText) -> DialplanDifference:
    """Compare a text with what runs; nothing is kept."""
    found = await _shelf(ask).difference(name, body.text, _values(body.values))
    return DialplanDifference(
        number=found.running.number, running=found.running.source, running_rendered=found.running_rendered,
        rendered=found.rendered_text, source_diff=found.source, rendered_diff=found.rendered,
    )  # fmt: skip


@routes.get("/dialplans/{name}/versions", right=Right.DIALPLAN)
async def list_dialplan_versions(ask: Ask, name: str) -> list[DialplanVersion]:
    """Return the versions of a template, newest first; the shipped one comes last."""
    running = (await _shelf(ask).get(name)).number
    return [_version(one, running) for one in await _shelf(ask).history(name)]


@routes.post("/dialplans/{name}/versions", right=Right.DIALPLAN, status=201)
async def create_dialplan_version(ask: Ask, name: str, body: NewDialplanVersion) -> DialplanVersion:
    """Keep a draft of a template; a name that is new makes one of its own."""
    return await _as_shown(ask, await _shelf(ask).save(name, body.text, _values(body.values), body.reason, ask.by))


@routes.get("/dialplans/{name}/versions/{number}", right=Right.DIALPLAN)
async def read_dialplan_version(ask: Ask, name: str, number: int) -> DialplanVersion:
    """Return one version."""
    return await _as_shown(ask, await _shelf(ask).version(name, number))


@routes.post("/dialplans/{name}/versions/{number}/stage", right=Right.DIALPLAN)
async def stage_dialplan_version(ask: Ask, name: str, number: int) -> DialplanVersion:
    """Look a version through and let a throw-away exchange read it: it is staged, or refused."""
    return await _as_shown(ask, await _shelf(ask).stage(name, number, ask.by))


@routes.post("/dialplans/{name}/versions/{number}/apply", right=Right.DIALPLAN)
async def apply_dialplan_version(ask: Ask, name: str, number: int) -> DialplanVersion:
    """Bring a staged version to the exchange: it is applied, or rolled back by itself."""
    return await _as_shown(ask, await _shelf(ask).apply(name, number, ask.by))


@routes.post("/dialplans/{name}/roll-back", right=Right.DIALPLAN)
async def roll_back_dialplan(ask: Ask, name: str, body: DialplanReturn) -> DialplanShown:
    """Let what ran before run again."""
    return _shown(ask, await _shelf(ask).roll_back(name, ask.by, body.to))


def _values(given: dict[str, str | int]) -> dict[str, Value]:
    return dict(given)
