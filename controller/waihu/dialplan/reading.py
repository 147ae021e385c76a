"""Read a rendered template as Asterisk reads ``extensions.conf``: contexts, extensions, numbered steps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from waihu.dialplan.fault import Fault

LONGEST_LINE = 4000  # characters; Asterisk cuts at 8 kB without a word, and this leaves room for Chinese
_SECTION = re.compile(r"\[([^\]\[]*)\](.*)")
_PRIORITY = re.compile(
    r"(?:(?P<word>[ns])(?:\+(?P<plus>\d{1,4}))?|(?P<number>\d{1,5})|(?P<hint>hint))(?:\((?P<label>[^)]*)\))?"
)
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
CONTEXT = re.compile(r"[A-Za-z0-9_.-]{1,79}")
_APPLICATION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset({"general", "globals"})
_OTHERS = frozenset({"include", "ignorepat", "switch", "eswitch", "lswitch", "autohints"})


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step. ``arguments`` are as Asterisk keeps them; ``column`` is that of the application."""

    context: str
    extension: str
    priority: int
    label: str
    application: str
    arguments: str
    template: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Include:
    """One context looked into after another."""

    context: str
    name: str
    template: str
    line: int


@dataclass(slots=True)
class Plan:
    """Everything that was read: context -> extension -> priority -> step."""

    contexts: dict[str, dict[str, dict[int, Step]]] = field(default_factory=dict)
    includes: list[Include] = field(default_factory=list)

    def steps(self) -> Iterator[Step]:
        """Iterate over all steps, in the order of their numbers."""
        for extensions in self.contexts.values():
            for steps in extensions.values():
                for priority in sorted(steps):
                    yield steps[priority]


@dataclass(slots=True)
class _Place:
    """How far a file has been read."""

    template: str
    context: str | None = None
    extension: str | None = None
    priority: int = 0


def without_comment(line: str) -> str:
    """Return a line up to its comment; a backslash before a semicolon keeps it, and goes."""
    start = 0
    while (at := line.find(";", start)) >= 0:
        if at > 0 and line[at - 1] == "\\":
            line, start = line[: at - 1] + line[at:], at
        else:
            return line[:at]
    return line


def read(template: str, text: str, plan: Plan) -> list[Fault]:
    """Read one rendered file into the plan; return what Asterisk would not read as it is meant."""
    place, faults = _Place(template), []
    for number, raw in enumerate(text.split("\n"), 1):
        try:
            _line(place, number, raw, plan)
        except Fault as fault:
            faults.append(fault.at(template, number))
    return faults


def _line(place: _Place, number: int, raw: str, plan: Plan) -> None:
    if len(raw) > LONGEST_LINE:
        raise Fault("long-line", str(LONGEST_LINE))
    if raw.strip().startswith(";--"):
        raise Fault("block-comment")
    line = without_comment(raw).strip(" \t")
    if not line:
        return
    if line.startswith("#"):
        raise Fault("directive", line.split()[0])
    if line.startswith("["):
        _section(place, line, plan)
        return
    name, arrow, value = line.partition("=")
    if place.context is None:
        raise Fault("outside-context", line[:40])
    if not arrow:
        raise Fault("missing-arrow", line[:40])
    _object(place, number, raw, (name.strip(), value.removeprefix(">").strip()), plan)


def _section(place: _Place, line: str, plan: Plan) -> None:
    match = _SECTION.fullmatch(line)
    place.context = place.extension = None
    if match is None:
        raise Fault("open-section", line[:40])
    name, rest = match[1], match[2].strip()
    if rest or not CONTEXT.fullmatch(name):
        raise Fault("bad-context", line[:40])
    if name in _RESERVED:
        raise Fault("reserved-context", name)
    place.context = name
    plan.contexts.setdefault(name, {})


def _object(place: _Place, number: int, raw: str, said: tuple[str, str], plan: Plan) -> None:
    name, value = said
    if name == "exten":
        extension, _, rest = value.partition(",")
        place.extension, place.priority = extension.strip(), 0
        _step(place, number, raw, rest, plan)
    elif name == "same":
        if place.extension is None:
            raise Fault("same-without-exten")
        _step(place, number, raw, value, plan)
    elif name == "include" and place.context is not None:
        plan.includes.append(Include(place.context, value.split(",")[0].strip(), place.template, number))
    elif name not in _OTHERS:
        raise Fault("unknown-keyword", name[:40])


def _step(place: _Place, number: int, raw: str, rest: str, plan: Plan) -> None:
    assert place.context is not None
    said, comma, call = rest.partition(",")
    match = _PRIORITY.fullmatch(said.strip())
    if not place.extension or match is None or not comma or not call.strip():
        raise Fault("no-step", raw.strip()[:60])
    if match["hint"]:
        return
    label = match["label"] or ""
    if match["label"] is not None and not _LABEL.fullmatch(label):
        raise Fault("bad-label", label[:40])
    place.priority = _priority(place, match)
    application, arguments = _call(call.strip())
    step = Step(
        place.context, place.extension, place.priority, label, application, arguments,
        place.template, number, raw.find(application) + 1,
    )  # fmt: skip
    steps = plan.contexts[place.context].setdefault(place.extension, {})
    if (earlier := steps.get(place.priority)) is not None:
        raise Fault("duplicate-priority", place.extension, str(place.priority), f"{earlier.template}:{earlier.line}")
    steps[place.priority] = step


def _priority(place: _Place, match: re.Match[str]) -> int:
    if match["number"]:
        number = int(match["number"])
        if number == 0:
            raise Fault("no-step", match[0])
        return number
    if match["word"] == "n" and place.priority == 0:
        raise Fault("n-without-first", place.extension or "")
    plus = int(match["plus"]) if match["plus"] else 0
    return place.priority + plus + (match["word"] == "n")


def _call(call: str) -> tuple[str, str]:
    """Split ``App(arguments)`` as Asterisk does: from the first parenthesis to the last one."""
    name, bracket, rest = call.partition("(")
    if not _APPLICATION.fullmatch(name.strip()):
        raise Fault("no-application", call[:40])
    if not bracket:
        return name.strip(), ""
    inside, closed, _ = rest.rpartition(")")
    if not closed:
        raise Fault("open-parenthesis", call[:40])
    return name.strip(), inside
