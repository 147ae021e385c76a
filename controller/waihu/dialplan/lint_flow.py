"""Mistakes in where a call goes: jumps to nowhere, steps nobody comes to, circles that never end."""

from collections.abc import Iterator
from itertools import pairwise

from waihu.dialplan.fault import Fault
from waihu.dialplan.flow import INSTANT, Target, falls_through, find, next_steps, targets
from waihu.dialplan.reading import Plan, Step


def flow_faults(plan: Plan) -> list[Fault]:
    """Return what is wrong with the ways through a dialplan."""
    found: list[Fault] = []
    for include in plan.includes:
        if include.name not in plan.contexts and "$" not in include.name:
            found.append(Fault("missing-include", include.name).at(include.template, include.line))
    for step in plan.steps():
        found += (fault.at(step.template, step.line) for fault in _jumps(plan, step))
    jumped_to = _jumped_to(plan)
    for extensions in plan.contexts.values():
        for steps in extensions.values():
            found += _steps(plan, steps, jumped_to)
    return found


def _jumps(plan: Plan, step: Step) -> Iterator[Fault]:
    for target in targets(step):
        missing = find(plan, target)
        if isinstance(missing, str) and missing:
            yield Fault("missing-target", _written(target), missing, column=step.column)


def _written(target: Target) -> str:
    return ",".join("…" if part is None else part for part in (target.context, target.extension, target.priority))


def _jumped_to(plan: Plan) -> set[int]:
    """Return the steps some jump leads to, by identity: the same step may be written for many extensions."""
    found = (find(plan, target) for step in plan.steps() for target in targets(step))
    return {id(step) for step in found if isinstance(step, Step)}


def _steps(plan: Plan, steps: dict[int, Step], jumped_to: set[int]) -> Iterator[Fault]:
    numbers = sorted(steps)
    if numbers[0] != 1:
        first = steps[numbers[0]]
        yield _at(first, Fault("no-first-step", first.extension, str(first.priority)))
    for before, number in pairwise(numbers):
        step = steps[number]
        if step.label or id(step) in jumped_to:
            continue
        if number != before + 1:
            yield _at(step, Fault("gap", step.extension, str(before), str(number)))
        elif not falls_through(steps[before]):
            yield _at(step, Fault("dead-step", step.application, steps[before].application))
    last = steps[numbers[-1]]
    if falls_through(last):
        yield _at(last, Fault("no-end", last.extension, last.application))
    yield from _circles(plan, steps)


def _circles(plan: Plan, steps: dict[int, Step]) -> Iterator[Fault]:
    for step in steps.values():
        if step.application.lower() == "goto" and _comes_back(plan, step):
            yield _at(step, Fault("endless-loop", step.arguments))


def _comes_back(plan: Plan, start: Step) -> bool:
    """Whether a jump leads back to itself through nothing but steps that take no time and have one way on."""
    seen: set[int] = set()
    step = start
    while id(step) not in seen:
        seen.add(id(step))
        following = next_steps(plan, step)
        if step.application.lower() not in INSTANT or len(following) != 1:
            return False
        step = following[0]
    return step is start


def _at(step: Step, fault: Fault) -> Fault:
    return fault.at(step.template, step.line)
