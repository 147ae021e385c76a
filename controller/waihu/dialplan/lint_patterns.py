"""Mistakes in patterns: those that cannot be read, are never reached, or match what was not meant."""

from collections.abc import Iterator

from waihu.dialplan.fault import Fault
from waihu.dialplan.flow import SPECIAL, falls_through, in_order
from waihu.dialplan.patterns import covers, is_pattern, matches, read_pattern, trapped_letters
from waihu.dialplan.reading import Plan, Step

Extensions = dict[str, dict[int, Step]]


def pattern_faults(plan: Plan) -> list[Fault]:
    """Return what is wrong with the patterns of every context."""
    return [fault for extensions in plan.contexts.values() for fault in _of_context(extensions)]


def _of_context(extensions: Extensions) -> Iterator[Fault]:
    for name, steps in extensions.items():
        first = steps[min(steps)]
        if letters := trapped_letters(name):
            yield _at(first, Fault("trapped-letters", name, letters))
        try:
            read_pattern(name)
        except ValueError:
            yield _at(first, Fault("bad-pattern", name))
    ordered = in_order(extensions)
    yield from _shadowed(extensions, ordered)
    yield from _specials(extensions, ordered)
    yield from _mixed(extensions, ordered)


def _shadowed(extensions: Extensions, ordered: list[str]) -> Iterator[Fault]:
    for at, later in enumerate(ordered):
        for earlier in ordered[:at]:
            if covers(read_pattern(earlier), read_pattern(later)):
                steps = extensions[later]
                yield _at(steps[min(steps)], Fault("shadowed-pattern", later, earlier))


def _specials(extensions: Extensions, ordered: list[str]) -> Iterator[Fault]:
    """Find patterns that Asterisk's own goings match: a call that is over would go through them once more."""
    for name in ordered:
        taken = [one for one in SPECIAL if one not in extensions and matches(read_pattern(name), one)]
        if taken:
            steps = extensions[name]
            yield _at(steps[min(steps)], Fault("special-in-pattern", name, ", ".join(taken)))


def _mixed(extensions: Extensions, ordered: list[str]) -> Iterator[Fault]:
    """Find extensions that lack a step which a pattern then gives: Asterisk looks for each step anew."""
    for name, steps in extensions.items():
        if is_pattern(name):
            continue
        last = steps[max(steps)]
        for pattern in ordered:
            goes_on = extensions[pattern].get(last.priority + 1)
            if goes_on is not None and falls_through(last) and matches(read_pattern(pattern), name):
                yield _at(last, Fault("falls-into-pattern", name, pattern))
                break


def _at(step: Step, fault: Fault) -> Fault:
    return fault.at(step.template, step.line)
