"""Render templates in a sandbox: Jinja2 without attribute tricks, files, or values that become dialplan.

Nothing here bounds time and memory by itself beyond refusing what is absurd: who renders what people type does so in
a process of its own, ``waihu.dialplan.program``.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from waihu.dialplan.fault import Fault
from waihu.dialplan.placing import CLOSE, OPEN, place
from waihu.dialplan.variables import Value
from waihu_models.errors import BadTemplate

LARGEST_TEMPLATE = 100_000  # characters
LARGEST_OUTPUT = 400_000  # characters, of one template
_HIGHEST_POWER, _LONGEST_REPEAT = 64, 10_000
_LINE_OPEN, _LINE_CLOSE = "\ue002", "\ue003"
_LINE_MARK = re.compile(f"{_LINE_OPEN}([0-9]+){_LINE_CLOSE}")
_BEGINS = re.compile(f"(?:{_LINE_OPEN}[0-9]+{_LINE_CLOSE}[ \t]*)*{_LINE_OPEN}([0-9]+){_LINE_CLOSE}")
_OURS = re.compile("[\ue000-\ue003]")
_FORBIDDEN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)
_USED_GLOBALS = frozenset({"range", "namespace"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template has become; ``lines``: the template's line for each line of the text."""

    text: str
    lines: tuple[int, ...]

    def line_of(self, rendered_line: int) -> int:
        """Return the line of the template a rendered line (from 1) comes from; 0: of none."""
        return self.lines[rendered_line - 1] if 0 < rendered_line <= len(self.lines) else 0


class _Written(str):
    """Text that templates themselves put together: a macro's or a block's output, with marks in it."""

    __slots__ = ()


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"**", "*", "%"})
    concat = staticmethod(lambda parts: _Written("".join(parts)))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        whole = all(isinstance(side, int) for side in (left, right))
        if operator == "**" and not (whole and 0 <= right <= _HIGHEST_POWER and abs(left) <= _LONGEST_REPEAT):
            raise SecurityError("this power is too large to be worked out here")
        if operator == "*" and not whole:
            size = len(right) * left if isinstance(left, int) else len(left) * right
            if size > _LONGEST_REPEAT:
                raise SecurityError(f"a text or list is repeated to more than {_LONGEST_REPEAT} parts")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("texts are not formatted with %: write the value where it belongs")
        return super().call_binop(context, operator, left, right)


class _LineMarks(NodeTransformer):
    """Writes into the text of a template where each of its lines begins.

    Jinja2 says of a text after a tag the line of the tag, also where the line break behind it was left out. So each
    text is looked up where it must come next.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._starts = [0, *(at + 1 for at, char in enumerate(source) if char == "\n")]

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.TemplateData:  # noqa: N802 -- named by Jinja2
        found = self._source.find(node.data, max(self._at, self._starts[node.lineno - 1]))
        line = bisect_right(self._starts, found) if found >= 0 else node.lineno
        self._at = max(found, 0) + len(node.data)
        marked = [f"{_mark(line + at)}{text}" for at, text in enumerate(node.data.split("\n"))]
        return nodes.TemplateData("\n".join(marked), lineno=node.lineno)


def _mark(line: int) -> str:
    return f"{_LINE_OPEN}{line}{_LINE_CLOSE}"


def render(name: str, source: str, values: Mapping[str, Value]) -> Rendered:
    """Render one template.

    Args:
        name: Of the template, for what is said about it.
        source: Its text.
        values: Every variable it may use.

    Raises:
        BadTemplate: it cannot be rendered; names the line.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > LARGEST_TEMPLATE:
        raise BadTemplate(name, 0, "large-template", (str(LARGEST_TEMPLATE),))
    if _OURS.search(source) or any(isinstance(value, str) and _OURS.search(value) for value in values.values()):
        raise BadTemplate(name, 0, "private-character", ())
    printed: list[str] = []
    try:
        marked = _run(_Sandbox(
            loader=None, undefined=StrictUndefined, finalize=_printer(printed), trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=True, autoescape=False, cache_size=0,
        ), name, source, values)  # fmt: skip
    except TemplateSyntaxError as error:
        raise BadTemplate(name, error.lineno, "template-syntax", (_said(error),)) from error
    except UndefinedError as error:
        raise BadTemplate(name, line_of(error), "undefined-variable", (_said(error),)) from error
    except (TemplateError, Fault, ArithmeticError, TypeError, ValueError, LookupError, RecursionError) as error:
        code, given = (error.code, error.values) if isinstance(error, Fault) else ("template-fails", (_said(error),))
        raise BadTemplate(name, getattr(error, "line", 0) or line_of(error), code, given) from error
    return _placed(name, marked, printed)


def _run(environment: _Sandbox, name: str, source: str, values: Mapping[str, Value]) -> str:
    for unused in set(environment.globals) - _USED_GLOBALS:
        del environment.globals[unused]
    for loose in ("random", "pprint", "urlize", "xmlattr", "tojson"):
        del environment.filters[loose]
    tree = environment.parse(source, filename=name)
    if (found := next(iter(tree.find_all(_FORBIDDEN)), None)) is not None:
        raise Fault("other-template", type(found).__name__.lower()).at(name, found.lineno)
    code = environment.compile(_LineMarks(source).visit(tree), name=name, filename=f"<{name}>")
    template = environment.template_class.from_code(environment, code, dict(environment.globals))
    parts, size = [], 0
    for part in template.generate(values):
        size += len(part)
        if size > LARGEST_OUTPUT:
            raise Fault("large-output", str(LARGEST_OUTPUT))
        parts.append(part)
    return "".join(parts)


def _printer(printed: list[str]) -> Callable[[Any], str]:
    """Return what is done with each printed value: a text is kept apart, and leaves a mark."""

    def mark(value: Any) -> str:
        if isinstance(value, _Written | StrictUndefined):
            return str(value)  # of an undefined variable: raises
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or _OURS.search(value):
            raise TemplateRuntimeError(f"a value of the kind {type(value).__name__} cannot be printed as it is")
        printed.append(value)
        return f"{OPEN}{len(printed) - 1}{CLOSE}"

    return mark


def _placed(name: str, marked: str, printed: list[str]) -> Rendered:
    lines, origins, origin = [], [], 0
    for raw in marked.split("\n"):
        begins = _BEGINS.match(raw)  # the last of them: before it stood only tags
        here = int(begins[1]) if begins else origin
        last = list(_LINE_MARK.finditer(raw))[-1:]
        origin = int(last[0][1]) if last else origin
        try:
            lines.append(place(_LINE_MARK.sub("", raw), printed))
        except Fault as fault:
            raise BadTemplate(name, here, fault.code, fault.values) from fault
        origins.append(here)
    return Rendered("\n".join(lines), tuple(origins))


def _said(error: BaseException) -> str:
    return f"{getattr(error, 'message', None) or error}"[:200]


def line_of(error: BaseException) -> int:
    """Return the line of the template in which something was raised; 0: nobody knows."""
    line, step = 0, error.__traceback__
    while step is not None:
        inside = step.tb_frame.f_globals
        if "__jinja_exception__" in inside:  # a step that Jinja2 has put in the place of its own
            line = step.tb_lineno
        elif (template := inside.get("__jinja_template__")) is not None:
            line = template.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    return line
