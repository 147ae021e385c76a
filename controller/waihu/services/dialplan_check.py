"""Look at a dialplan as it would be with a change: rendered apart, looked through, compared with what runs."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from waihu.dialplan.known_words import KnownWords
from waihu.dialplan.lint import lint
from waihu.dialplan.program import Job
from waihu.dialplan.templates import Rendered
from waihu.dialplan.variables import Value, Variable, complete, declared
from waihu.services.dialplan_rendering import render_apart
from waihu.telephony.exchange_config import ExchangeConfig, OwnTemplate
from waihu.telephony.rendering import program_values, shipped_dialplans, shipped_variables
from waihu_models.dialplan import Finding, has_errors
from waihu_models.errors import BadInput

BY_PROGRAM = frozenset({"app", "beep"})
"""Variables the program gives; another value would cut the exchange off from it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A whole dialplan, looked at. ``rendered`` lacks what cannot be rendered."""

    rendered: Mapping[str, Rendered]
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing keeps it from the exchange."""
        return not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every look needs: the declared variables, and the values the program gives."""

    known: Mapping[str, Variable] = field(default_factory=lambda: declared(shipped_variables()))

    def values(self, config: ExchangeConfig, own: Mapping[str, Value]) -> dict[str, Value]:
        """Return every variable of a template.

        Raises:
            BadInput: one is not declared, is given by the program, or is out of its range.
        """
        if taken := BY_PROGRAM & own.keys():
            raise BadInput(f"dialplan variables the program gives cannot be changed: {', '.join(sorted(taken))}")
        return complete(self.known, {**program_values(config), **own})


async def look(
    config: ExchangeConfig,
    own: Iterable[OwnTemplate],
    words: KnownWords,
    extra: Mapping[str, Value] | None = None,
) -> Looked:
    """Render and look through the shipped templates with ``own`` in the place of theirs.

    Args:
        config: Of the exchange; its own templates do not count.
        own: Templates that are not as they are shipped.
        words: Applications and functions there are.
        extra: Values that come before a template's own, for a preview.

    Raises:
        ExchangeFailed: rendering cannot be started.
    """
    desk, jobs, findings = Desk(), {}, []
    templates = {name: OwnTemplate(name, source) for name, source in shipped_dialplans().items()}
    templates |= {template.name: template for template in own}
    for name, template in sorted(templates.items()):
        try:
            jobs[name] = Job(template.source, desk.values(config, {**dict(template.values), **(extra or {})}))
        except BadInput as error:
            findings.append(Finding(template=name, code="bad-values", values=(str(error),)))
    outcomes = await render_apart(jobs)
    rendered = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, Rendered)}
    findings += [outcome for outcome in outcomes.values() if isinstance(outcome, Finding)]
    # Jumps into a template that cannot be rendered are no mistakes of the others.
    found = lint(rendered, words)
    if len(rendered) < len(templates):
        found = [one for one in found if one.code not in {"missing-target", "missing-include"}]
    return Looked(rendered, (*findings, *found))


def with_own(present: Collection[OwnTemplate], changed: OwnTemplate) -> tuple[OwnTemplate, ...]:
    """Return own templates with one in the place of that of its name."""
    others = [template for template in present if template.name != changed.name]
    return tuple(sorted([*others, changed], key=lambda template: template.name))


def without_own(present: Collection[OwnTemplate], name: str) -> tuple[OwnTemplate, ...]:
    """Return own templates without that of a name: the shipped one counts."""
    return tuple(template for template in present if template.name != name)


def difference(before: str, after: str, names: tuple[str, str]) -> str:
    """Return the changed lines between two texts as a unified diff, "" if there are none."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "\n".join(lines)
