"""Rendering in a process of its own: whatever a template does, it is over soon, and nobody else suffers."""

import pytest

from waihu.dialplan.program import Job
from waihu.dialplan.templates import Rendered
from waihu.services.dialplan_rendering import render_apart
from waihu_models.dialplan import Finding


@pytest.mark.parametrize(("template", "code", "line"), [
    ("\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "endless-template", 2),
    ("\n{% for a in range(10**9) %}x{% endfor %}", "template-fails", 2),
    ("\n\n{% set n = namespace(x='xxxxxxxxxx') %}{% for a in range(90) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
     "greedy-template", 3),
    ("\n{{ 'x'.center(2000000000) }}", "greedy-template", 2),
    ("\n{% for a in range(99999) %}and on and on\n{% endfor %}", "large-output", 0),
    ("\n{{ 9 ** 9 ** 9 }}", "template-fails", 2),
    ("\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template-fails", 2),
    ("x" * 100_001, "large-template", 0),
])  # fmt: skip
async def test_a_template_that_would_go_on_for_ever_ends_with_a_clear_finding(
    template: str, code: str, line: int
) -> None:
    outcome = (await render_apart({"t": Job(template, {})}))["t"]
    assert isinstance(outcome, Finding)
    assert (outcome.code, outcome.line) == (code, line)


async def test_one_that_not_even_a_signal_ends_is_found_among_the_others() -> None:
    """A single operation of Python that never looks up: the kernel ends the process, and the others are rendered."""
    stuck = "{% set n = 9999999999 ** 60 %}{% for a in range(22) %}{% set _ = 0 %}{% endfor %}{{ (n ** 64) ** 64 }}"
    outcomes = await render_apart({"good": Job("; fine\n", {}), "stuck": Job(stuck, {})})
    assert outcomes["good"] == Rendered("; fine\n", (1, 2))
    assert isinstance(outcomes["stuck"], Finding)


async def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waihu.services.dialplan_rendering.ARGV", ("sleep", "600"))
    outcome = (await render_apart({"t": Job("", {})}, limit_s=0.1))["t"]
    assert isinstance(outcome, Finding)
    assert outcome.code == "endless-template"
