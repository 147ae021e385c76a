"""Where a step leads: the jumps that are written out, and what follows by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from waihu.dialplan.patterns import goes_first, is_pattern, matches, read_pattern
from waihu.dialplan.reading import Plan, Step

TERMINAL = frozenset({"hangup", "goto", "return", "congestion", "busy", "stackpop"})
"""Applications after which the next step is not taken."""
INSTANT = frozenset({"goto", "noop", "set", "mset", "verbose", "log"})
"""Applications that take no time: a circle of them never ends and never lets go."""
SPECIAL = ("h", "T", "t", "i", "e")
"""Extensions Asterisk itself goes to: after a hang-up, at time-outs, for what is wrong."""
_CONDITIONAL = frozenset({"gotoif", "gotoiftime", "gosubif"})
_ALWAYS = frozenset({"goto", "gosub"})

Key: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Target:
    """A jump as it is written; a part that is worked out during the call is None."""

    context: str | None
    extension: str | None
    priority: str | None


def branches(text: str) -> list[str]:
    """Split ``condition?this:that`` at what stands in no bracket and no quotes; times of day have colons, too."""
    condition, *ways = [part for part, _ in _split(text, "?")]
    return [condition, *(part for part, _ in _split("?".join(ways), ":"))] if ways else [condition]


def arguments(text: str) -> list[str]:
    """Split at the commas that stand in no bracket and no quotes."""
    return [part for part, _ in _split(text, ",")]


def _split(text: str, separators: str) -> Iterator[tuple[str, str]]:
    depth, quoted, start, at = 0, False, 0, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "({[":
            depth += 1
        elif not quoted and char in ")}]":
            depth = max(depth - 1, 0)
        elif not quoted and depth == 0 and char in separators:
            yield text[start:at].strip(), char
            start = at + 1
        at += 1
    yield text[start:].strip(), ""


def targets(step: Step) -> list[Target]:
    """Return the jumps a step may make that can be told from its text."""
    name = step.application.lower()
    if name in _ALWAYS:
        return [_target(step, step.arguments)]
    if name in _CONDITIONAL:
        return [_target(step, branch) for branch in branches(step.arguments)[1:] if branch]
    if name == "execif":
        return [_target(step, branch[5:-1]) for branch in branches(step.arguments)[1:] if _is_goto(branch)]
    return []


def _is_goto(branch: str) -> bool:
    return branch.lower().startswith("goto(") and branch.endswith(")")


def _target(step: Step, text: str) -> Target:
    parts = arguments(text)
    if step.application.lower().startswith("gosub"):  # what the subroutine is given stands behind the last part
        parts[-1] = parts[-1].partition("(")[0].strip()
    known = [None if "$" in part else part for part in parts[:3]]
    if len(known) == 1:
        return Target(step.context, step.extension, known[0])
    if len(known) == 2:
        return Target(step.context, known[0], known[1])
    return Target(known[0], known[1], known[2])


def falls_through(step: Step) -> bool:
    """Whether the next step may be taken after this one."""
    name = step.application.lower()
    if name in _CONDITIONAL - {"gosubif"}:
        return len([branch for branch in branches(step.arguments)[1:] if branch]) < 2
    return name not in TERMINAL


def steps_of(plan: Plan, context: str, extension: str) -> dict[int, Step] | None:
    """Return the steps a dialled extension leads to in a context or those it includes; None: nowhere."""
    return _steps_of(plan, context, extension, frozenset())


def _steps_of(plan: Plan, context: str, extension: str, seen: frozenset[str]) -> dict[int, Step] | None:
    extensions = plan.contexts.get(context, {})
    if extension in extensions:
        return extensions[extension]
    # A pattern may also be named as it is written, which only a jump inside of it does.
    for name in in_order(extensions):
        if matches(read_pattern(name), extension):
            return extensions[name]
    for include in plan.includes:
        if include.context == context and include.name not in seen:
            found = _steps_of(plan, include.name, extension, seen | {context})
            if found is not None:
                return found
    return None


def in_order(extensions: dict[str, dict[int, Step]]) -> list[str]:
    """Return the patterns among extensions, in the order Asterisk tries them; those it cannot read are left out."""
    patterns = [name for name in extensions if is_pattern(name) and _readable(name)]
    ordered: list[str] = []
    for name in patterns:
        at = next(
            (i for i, one in enumerate(ordered) if goes_first(read_pattern(name), read_pattern(one))), len(ordered)
        )
        ordered.insert(at, name)
    return ordered


def _readable(name: str) -> bool:
    try:
        read_pattern(name)
    except ValueError:
        return False
    return True


def find(plan: Plan, target: Target) -> Step | str:
    """Return the step a jump leads to, or what is missing: ``context``, ``extension``, ``priority``; "": unknown."""
    if target.context is None:
        return ""
    if target.context not in plan.contexts:
        return "context"
    if target.extension is None:
        return ""
    steps = steps_of(plan, target.context, target.extension)
    if steps is None:
        return "extension"
    if target.priority is None:
        return ""
    if target.priority.isdigit():
        return steps.get(int(target.priority), "priority")
    return next((step for step in steps.values() if step.label == target.priority), "priority")


def next_steps(plan: Plan, step: Step) -> list[Step]:
    """Return every step that may follow, as far as the text says."""
    jumps = [found for target in targets(step) if isinstance(found := find(plan, target), Step)]
    following = plan.contexts[step.context][step.extension].get(step.priority + 1)
    return [*jumps, following] if following is not None and falls_through(step) else jumps


def possible_steps(plan: Plan, step: Step) -> list[Step]:
    """Return every step that may follow; where that is worked out in the call, all it might come to."""
    unsure = [target for target in targets(step) if find(plan, target) == ""]
    if any(target.context is None for target in unsure):
        return list(plan.steps())
    contexts = {target.context for target in unsure} | {step.context for target in unsure}
    included = {one.name for one in plan.includes if one.context in contexts}
    more = [one for one in plan.steps() if one.context in contexts | included] if unsure else []
    return [*next_steps(plan, step), *more]


def reached_from(plan: Plan, first: Step) -> list[Step]:
    """Return every step that may be taken once this one is."""
    seen: dict[Key, Step] = {}
    waiting = [first]
    while waiting:
        step = waiting.pop()
        key = (step.context, step.extension, step.priority)
        if key not in seen:
            seen[key] = step
            waiting += possible_steps(plan, step)
    return list(seen.values())
