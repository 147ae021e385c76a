"""Look for mistakes in rendered templates without running them. All of them together, as they are one dialplan."""

import re
from collections.abc import Iterator, Mapping

from waihu.dialplan.fault import Fault
from waihu.dialplan.flow import arguments, branches
from waihu.dialplan.known_words import KnownWords
from waihu.dialplan.lint_flow import flow_faults
from waihu.dialplan.lint_patterns import pattern_faults
from waihu.dialplan.reading import Plan, Step, read
from waihu.dialplan.templates import Rendered
from waihu_models.dialplan import Finding, Severity

_WARNINGS = frozenset({"dead-step", "no-end", "special-in-pattern", "shadowed-pattern"})
_PAIRS = {")": "(", "}": "{", "]": "["}
_FUNCTION = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\(")
_SET_FUNCTION = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\(")
_CALL = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:\(|$)")


def lint(rendered: Mapping[str, Rendered], words: KnownWords) -> list[Finding]:
    """Return what is wrong, in the order of templates and lines."""
    plan = Plan()
    faults = [fault for name, one in rendered.items() for fault in read(name, one.text, plan)]
    faults += [fault.at(step.template, step.line) for step in plan.steps() for fault in _step_faults(step, words)]
    faults += pattern_faults(plan)
    faults += flow_faults(plan)
    found = {_finding(fault, rendered[fault.template]) for fault in faults}
    return sorted(found, key=lambda one: (one.template, one.line, one.rendered_line, one.column, one.code, one.values))


def plan_of(rendered: Mapping[str, Rendered]) -> Plan:
    """Read templates that are known to be good."""
    plan = Plan()
    for name, one in rendered.items():
        read(name, one.text, plan)
    return plan


def _finding(fault: Fault, rendered: Rendered) -> Finding:
    return Finding(
        template=fault.template, code=fault.code, line=rendered.line_of(fault.line), column=fault.column,
        severity=Severity.WARNING if fault.code in _WARNINGS else Severity.ERROR,
        rendered_line=fault.line, values=fault.values,
    )  # fmt: skip


def _step_faults(step: Step, words: KnownWords) -> Iterator[Fault]:
    for name in applications_of(step):
        if name.lower() not in words.applications:
            yield Fault("unknown-application", name, column=step.column)
    for name in functions_of(step):
        if name not in words.functions:
            yield Fault("unknown-function", name, column=step.column)
    if (open_one := unbalanced(step.arguments)) is not None:
        yield Fault("unbalanced", open_one, column=step.column)


def applications_of(step: Step) -> list[str]:
    """Return the application of a step, and those that it runs in its turn."""
    name, inner = step.application.lower(), []
    if name in {"execif", "execiftime"}:
        inner = [branch for branch in branches(step.arguments)[1:] if branch]
    elif name in {"exec", "tryexec"}:
        inner = [step.arguments]
    named = [match[1] for text in inner if "$" not in text.partition("(")[0] and (match := _CALL.match(text))]
    return [step.application, *named]


def functions_of(step: Step) -> list[str]:
    """Return the functions a step reads or writes, each once."""
    names = _FUNCTION.findall(step.arguments)
    calls = [step.arguments] if step.application.lower() == "set" else []
    if step.application.lower() == "mset":
        calls = arguments(step.arguments)
    names += [
        match[1] for text in calls if "=" in text and (match := _SET_FUNCTION.match(text.partition("=")[0] + "="))
    ]
    return list(dict.fromkeys(names))


def unbalanced(text: str) -> str | None:
    """Return the bracket that is not closed, or closes nothing; None: all is well."""
    opened: list[str] = []
    at = 0
    while at < len(text):
        char, pair = text[at], text[at : at + 2]
        if char == "\\":
            at += 1
        elif pair in {"${", "$["}:
            opened.append(pair)
            at += 1
        elif char == "(" or (char == "[" and opened):
            opened.append(char)
        elif _closes(char, opened) and (not opened or opened.pop()[-1] != _PAIRS[char]):
            return char
        at += 1
    return opened[-1] if opened else None


def _closes(char: str, opened: list[str]) -> bool:
    """Whether this is a bracket that has to close one; a ] in plain text is only a letter."""
    return char in ")}" or (char == "]" and bool(opened))
