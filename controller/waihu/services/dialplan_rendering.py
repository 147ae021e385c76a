"""Render dialplan templates in a process of its own: whatever they do, it is over soon."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from waihu.dialplan.program import Job, Order, Outcome
from waihu.dialplan.templates import Rendered
from waihu_models.dialplan import Finding
from waihu_models.errors import ExchangeFailed

ARGV = (sys.executable, "-m", "waihu.dialplan.program")
LIMIT_S = 20.0
"""Of the clock, on a busy machine; the program itself ends after two seconds of computing."""


async def render_apart(jobs: Mapping[str, Job], limit_s: float = LIMIT_S) -> dict[str, Rendered | Finding]:
    """Render templates; return for each its text, or what keeps it from being rendered.

    Args:
        jobs: Template by name.
        limit_s: Seconds it may take, > 0.

    Raises:
        ExchangeFailed: the process cannot be started.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            *ARGV, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise ExchangeFailed(f"templates cannot be rendered: {error}") from error
    said = b""
    try:
        async with asyncio.timeout(limit_s):
            said, _ = await child.communicate(msgspec.json.encode(Order(jobs)))
    except TimeoutError:
        pass
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if child.returncode == 0:
        outcomes = msgspec.json.decode(said, type=dict[str, Outcome])
        return {name: _read(name, outcome) for name, outcome in outcomes.items()}
    if len(jobs) == 1:
        return {name: Finding(template=name, code="endless-template", values=("2",)) for name in jobs}
    # One of them took all with it: which one is found by rendering each for itself.
    alone = [await render_apart({name: job}, limit_s) for name, job in jobs.items()]
    return {name: outcome for outcomes in alone for name, outcome in outcomes.items()}


def _read(name: str, outcome: Outcome) -> Rendered | Finding:
    if outcome.problem:
        return Finding(template=name, code=outcome.problem, line=outcome.line, values=outcome.values)
    return Rendered(outcome.text, outcome.lines)
