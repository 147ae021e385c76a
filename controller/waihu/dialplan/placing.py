"""Put values into a rendered template, each escaped for the place it stands in, or refused.

While a template is rendered a value is only a mark. Where the mark comes to stand is known afterwards, from the line
around it: a comment, the name of a context, an extension, an argument of an application. A value is never read as
dialplan: it can start no line, comment or argument and name no variable, function or application.
"""

import re
from collections.abc import Callable, Sequence

from waihu.dialplan.fault import Fault
from waihu.dialplan.reading import CONTEXT

OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
LONGEST_VALUE = 1000  # characters

_EXTENSION = re.compile(r"[A-Za-z0-9*#+]{1,80}")
_IN_PATTERN = re.compile(r"[0-9*#+]{1,80}")
_PRIORITY = re.compile(r"[0-9]{1,5}|[A-Za-z_][A-Za-z0-9_-]{0,79}")
_WORD = re.compile(r"[A-Za-z0-9_.*#+-]*")  # inside ${} and $[]: no operator, no function, no further variable
_PLAIN = re.compile(r"[^,()|&${}\[\]\"'\\;:?<>!`%^~=]*")  # an argument that is read by its application
_TEXT_WORDS = frozenset({"noop", "verbose", "log", "stasis", "sendtext", "userevent", "return"})
"""Applications that take what they are given as text; commas and brackets have to be escaped for them."""
_ARROW = re.compile(r"(exten|same|include|ignorepat|switch)\s*=>?\s*")


def place(line: str, values: Sequence[str]) -> str:
    """Put values in the place of the marks of one line.

    Raises:
        Fault: a value cannot stand where it would have to.
    """
    done, at = "", 0
    for mark in MARK.finditer(line):
        done += line[at : mark.start()]
        value = values[int(mark[1])]
        done += _escaped(done, value, line[mark.end() :])
        at = mark.end()
    return done + line[at:]


def _escaped(before: str, value: str, after: str) -> str:
    if len(value) > LONGEST_VALUE or not value.isprintable():
        raise Fault("unprintable-value", value[:40])
    if _in_comment(before):
        return _only(value, "--" not in value, "comment")
    start = before.lstrip(" \t")
    if start.startswith("["):
        return _only(value, CONTEXT.fullmatch(value) is not None, "context")
    match = _ARROW.match(start)
    if match is None:
        raise Fault("value-out-of-place", value[:40])
    said = start[match.end() :]
    if match[1] not in {"exten", "same"}:
        return _only(value, CONTEXT.fullmatch(value) is not None, "context")
    return _in_step(said if match[1] == "same" else _past_extension(said), said, value, after)


def _in_comment(before: str) -> bool:
    return re.search(r"(?<!\\);", before) is not None


def _past_extension(said: str) -> str | None:
    """Return what follows the extension; None: this is still the extension."""
    _, comma, rest = said.partition(",")
    return rest if comma else None


def _in_step(rest: str | None, said: str, value: str, after: str) -> str:
    if rest is None:
        wanted = _IN_PATTERN if said.startswith("_") else _EXTENSION
        return _only(value, wanted.fullmatch(value) is not None, "extension")
    _, comma, call = rest.partition(",")
    if not comma:
        return _only(value, _PRIORITY.fullmatch(value) is not None, "priority")
    name, bracket, arguments = call.partition("(")
    if not bracket:
        raise Fault("value-names-application", value[:40])
    return _in_arguments(name.strip().lower(), arguments, value, after)


def _in_arguments(application: str, before: str, value: str, after: str) -> str:
    inner = _innermost(before)
    if inner == "[" and before.count('"') % 2:
        return _only(value, not set('"\\;$') & set(value), "expression")
    if inner in {"{", "["}:
        return _only(value, _WORD.fullmatch(value) is not None, "expression")
    if application == "set" and "=" in before:
        return _as_text(value, after, lambda text: text)
    if application in _TEXT_WORDS:
        return _as_text(value, after, lambda text: re.sub(r'([\\,"()\[\]{}])', r"\\\1", text))
    return _only(value, _PLAIN.fullmatch(value) is not None, "argument")


def _innermost(before: str) -> str:
    """Return which bracket of a variable ("{") or an expression ("[") is still open; "" if none is."""
    opened: list[str] = []
    at = 0
    while at < len(before):
        if before[at] == "$" and before[at + 1 : at + 2] in {"{", "["}:
            opened.append(before[at + 1])
            at += 1
        elif opened and before[at] == {"{": "}", "[": "]"}[opened[-1]]:
            opened.pop()
        at += 1
    return opened[-1] if opened else ""


def _as_text(value: str, after: str, escape: Callable[[str], str]) -> str:
    """Escape for a place that takes any text; a dollar before a bracket cannot be escaped there."""
    if re.search(r"\$[{\[]", value) or (value.endswith("$") and (not after or after[0] in "{[" or after[0] == OPEN)):
        raise Fault("value-with-variable", value[:40])
    # Where nothing was escaped a backslash at the end would take the meaning of what follows.
    if escape(value) == value and value.endswith("\\"):
        raise Fault("value-in-place", value[:40], "argument")
    return escape(value).replace(";", "\\;")


def _only(value: str, good: bool, where: str) -> str:
    if not good:
        raise Fault("value-in-place", value[:40], where)
    return value
