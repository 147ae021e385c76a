"""What an exchange says it runs (``dialplan show``), held against what was rendered."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from waihu.dialplan.fault import Fault
from waihu.dialplan.reading import Plan, Step

Shown: TypeAlias = dict[str, dict[str, dict[int, tuple[str, str]]]]
"""Context -> extension -> step -> label and call, as the exchange shows them."""

_CONTEXT = re.compile(r"\[ Context '(.+)' created by '(\w+)' \]")
_STEP = re.compile(
    r"  (?:'(?P<extension>[^']+)' =>|   \[(?P<label>[^\]]+)\])?\s+(?P<number>\d+)\. (?P<call>.*?)(?:\s+\[[^\[\]]+\])?"
)
_OURS = "pbx_config"
_CUT_AT = 200  # characters; the exchange shows no more than 255 of a step


def read_shown(text: str) -> Shown:
    """Read what ``dialplan show`` prints; contexts that come from elsewhere are left out."""
    shown: Shown = {}
    steps: dict[int, tuple[str, str]] = {}
    context: dict[str, dict[int, tuple[str, str]]] | None = None
    for line in text.splitlines():
        if (named := _CONTEXT.match(line)) is not None:
            context = shown.setdefault(named[1], {}) if named[2] == _OURS else None
        elif context is not None and (match := _STEP.fullmatch(line)) is not None:
            if match["extension"]:
                steps = context.setdefault(match["extension"], {})
            steps[int(match["number"])] = (match["label"] or "", match["call"])
    return shown


def differences(plan: Plan, shown: Shown) -> list[Fault]:
    """Return where the exchange does not run what was rendered."""
    return [*_missing(plan, shown), *_surplus(plan, shown)]


def _missing(plan: Plan, shown: Shown) -> Iterator[Fault]:
    for step in plan.steps():
        said = shown.get(step.context, {}).get(step.extension, {}).get(step.priority)
        wanted = f"{step.application}({step.arguments})"
        if said is None or not _same(said[1], wanted) or (step.label and said[0] != step.label):
            fault = Fault("not-taken", step.extension, str(step.priority), step.context, said[1] if said else "–")
            yield fault.at(step.template, step.line)


def _same(said: str, wanted: str) -> bool:
    said, wanted = said.rstrip(), wanted.rstrip()
    return said.lower() == wanted.lower() or (len(said) > _CUT_AT and wanted.startswith(said))


def _surplus(plan: Plan, shown: Shown) -> Iterator[Fault]:
    known: Mapping[str, dict[str, dict[int, Step]]] = plan.contexts
    for context, extensions in shown.items():
        for extension, steps in extensions.items():
            for number in steps.keys() - known.get(context, {}).get(extension, {}).keys():
                yield Fault("not-expected", extension, str(number), context)
