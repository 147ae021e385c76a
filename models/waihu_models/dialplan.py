"""A dialplan template and its versions, and what is found wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. ERROR: the template does not reach the exchange."""

    ERROR = "error"
    WARNING = "warning"


class VersionState(StrEnum):
    """Where a version of a template stands.

    draft → staged (it passed all that can be tried beside the exchange) → applied → rolled_back; or refused.
    """

    DRAFT = "draft"
    STAGED = "staged"
    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"
    REFUSED = "refused"


class Wish(StrEnum):
    """What a command beside the controller asks it to do with a version."""

    NONE = ""
    APPLY = "apply"
    ROLL_BACK = "roll_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong with a template.

    Attributes:
        template: Its name: ``inbound``.
        line: Of the template, from 1; 0: of no line.
        column: From 1; 0: the whole line.
        rendered_line: Of what it is rendered to, from 1; 0: it was not rendered.
        code: What is wrong, ``waihu.dialplan.finding_words`` says it.
        values: What stands in the gaps of that sentence.
    """

    template: str
    code: str
    severity: Severity = Severity.ERROR
    line: int = 0
    column: int = 0
    rendered_line: int = 0
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """One version of a template. Version 0 is the one that is shipped, and lies in no store.

    Attributes:
        number: From 1, of this template.
        text: The template.
        values: Variables that are not at their defaults in it.
        author: Who made it, as the audit log names people.
        state_at: When it came into its state.
        trying: The exchange was just being told of it; left behind by a controller that died, it did not come through.
        wish: What a command asks the controller to do with it, as ``wished_by``.
    """

    id: int
    template: str
    number: int
    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    author: str
    reason: str
    at: datetime
    state: VersionState
    state_at: datetime
    findings: tuple[Finding, ...] = ()
    trying: bool = False
    wish: Wish = Wish.NONE
    wished_by: str = ""


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Whether one of these keeps a template from the exchange."""
    return any(finding.severity is Severity.ERROR for finding in findings)
