"""Which extensions are called to see whether a changed dialplan works, and what such a call tells."""

from dataclasses import dataclass

from waihu.dialplan.flow import reached_from
from waihu.dialplan.lint import applications_of
from waihu.dialplan.patterns import sample
from waihu.dialplan.reading import Plan, Step

MOST_CALLS = 5
MOST_STEPS = 300
"""A call that has taken so many steps goes round in circles."""

REACHING_OUT = frozenset({
    "dial", "retrydial", "originate", "page", "followme", "queue", "chanspy", "extenspy", "mixmonitor", "monitor",
    "record", "voicemail", "voicemailmain", "agi", "deadagi", "externalivr", "system", "trysystem", "sendtext",
    "messagesend", "audiosocket", "pickup", "pickupchan", "transfer", "bridge", "channelredirect", "softhangup",
    "confbridge", "bridgewait", "park", "userevent", "dbdel", "dbdeltree", "exec", "tryexec", "senddtmf", "mail",
    "sendfax", "sendurl", "sendimage", "callcompletionrequest", "callcompletioncancel",
})  # fmt: skip
"""Applications a probe must not come to: they touch other calls, or the world outside."""


@dataclass(frozen=True, slots=True)
class ProbeCall:
    """A call of ours into a context; ``extension`` is one that is dialled, ``written`` how the template has it."""

    context: str
    extension: str
    written: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What was seen of a probe: the steps it took, the last of them, whether it had ended by itself."""

    steps: int
    context: str = ""
    extension: str = ""
    priority: int = 0
    application: str = ""
    ended: bool = False


def probe_calls(before: Plan, after: Plan) -> list[ProbeCall]:
    """Return a call for each context that differs, to an extension of it that reaches out to nobody."""
    calls = []
    for context, extensions in after.contexts.items():
        known = before.contexts.get(context, {})
        changed = [name for name in extensions if _calls_of(extensions[name]) != _calls_of(known.get(name, {}))]
        # What differs comes first; where that reaches out, any other shows at least that the context works.
        order = [*changed, *(name for name in extensions if name not in changed)] if changed else []
        call = next((call for name in order if (call := _probe(after, context, name)) is not None), None)
        if call is not None:
            calls.append(call)
    return calls[:MOST_CALLS]


def _calls_of(steps: dict[int, Step]) -> list[tuple[int, str, str, str]]:
    return [(number, one.label, one.application, one.arguments) for number, one in sorted(steps.items())]


def _probe(plan: Plan, context: str, written: str) -> ProbeCall | None:
    first = plan.contexts[context][written].get(1)
    if first is None or any(_reaches_out(step) for step in reached_from(plan, first)):
        return None
    try:
        return ProbeCall(context, sample(written), written)
    except ValueError:
        return None


def _reaches_out(step: Step) -> bool:
    return any(name.lower() in REACHING_OUT for name in applications_of(step))


def verdict(trace: Trace) -> str:
    """Return what went wrong with a probe, "" if nothing did."""
    if trace.steps == 0:
        return "it took no step"
    if trace.steps >= MOST_STEPS:
        return f"after {trace.steps} steps it still goes on without a pause"
    jumped = trace.application.lower() in {"goto", "gotoif", "gosub", "gosubif", "gotoiftime"}
    if trace.ended and jumped:
        return f"it ended in the jump of {trace.context},{trace.extension},{trace.priority}"
    return ""
