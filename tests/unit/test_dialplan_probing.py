"""What the exchange shows held against what was written, and which calls are made to see whether it works."""

import pytest

from waihu.dialplan.known_words import shipped
from waihu.dialplan.lint import lint, plan_of
from waihu.dialplan.probing import MOST_CALLS, MOST_STEPS, ProbeCall, Trace, probe_calls, verdict
from waihu.dialplan.reading import Plan
from waihu.dialplan.shown import differences, read_shown
from waihu.dialplan.templates import render
from waihu.services.dialplan_change import MOST_SAID, NotThrough
from waihu_models.dialplan import Finding

SHOWN = """[ Context 'c' created by 'pbx_config' ]
  '12' =>           1. Set(TIMEOUT(absolute)=30)                  [dialplan_t.conf:2]
     [more]         2. Wait(1)                                    [dialplan_t.conf:3]
                    3. Hangup()                                   [dialplan_t.conf:4]
  '_[+0-9a-zA-Z*#]!' => 1. Congestion(2)                              [dialplan_t.conf:5]

[ Context '__func_periodic_hook_context__' created by 'func_periodic_hook' ]
  'hook' =>         1. Set(X=1)                                   [func_periodic_hook]

-= 3 extensions (5 priorities) in 2 contexts. =-
"""
WRITTEN = """[c]
exten => 12,1,Set(TIMEOUT(absolute)=30)
 same => n(more),Wait(1)
 same => n,Hangup()
exten => _[+0-9a-zA-Z*#]!,1,Congestion(2)
"""


def plan(text: str) -> Plan:
    return plan_of({"t": render("t", text, {})})


def test_what_runs_as_it_was_written_does_not_differ() -> None:
    assert differences(plan(WRITTEN), read_shown(SHOWN)) == []


@pytest.mark.parametrize(("change", "codes"), [
    (("Wait(1)", "Wait(2)"), ["not-taken"]),
    (("n(more)", "n(less)"), ["not-taken"]),
    (("exten => 12", "exten => 13"), ["not-taken"] * 3 + ["not-expected"] * 3),
    ((" same => n,Hangup()\n", ""), ["not-expected"]),
    (("[c]", "[d]"), ["not-taken"] * 4 + ["not-expected"] * 4),
])  # fmt: skip
def test_every_difference_is_found(change: tuple[str, str], codes: list[str]) -> None:
    assert [fault.code for fault in differences(plan(WRITTEN.replace(*change)), read_shown(SHOWN))] == codes


def test_what_the_exchange_says_otherwise_counts_for_nothing() -> None:
    assert read_shown("No such command\n\x1b[0m[ Context\n") == {}


BEFORE = "[c]\nexten => 1,1,Wait(1)\n same => n,Hangup()\nexten => _2X.,1,Answer()\n same => n,Hangup()\n"


def calls(after: str) -> list[ProbeCall]:
    return probe_calls(plan(BEFORE), plan(after))


def test_what_has_not_changed_is_not_called() -> None:
    assert calls(BEFORE) == []
    assert calls(f"{BEFORE}; a word\n") == []


def test_a_changed_extension_is_called_by_a_number_it_matches() -> None:
    assert calls(BEFORE.replace("Answer()", "Wait(2)")) == [ProbeCall("c", "200", "_2X.")]
    assert calls(f"{BEFORE}[d]\nexten => s,1,Answer()\n same => n,Hangup()\n") == [ProbeCall("d", "s", "s")]


@pytest.mark.parametrize("step", [
    "Dial(PJSIP/${EXTEN}@carrier)", "Originate(PJSIP/9@carrier,app,Wait,1)", "ChanSpy(,q)", "AudioSocket(u,1.2.3.4:9)",
    "MixMonitor(x.wav)", "System(reboot)", "ExecIf($[1]?Dial(PJSIP/9@carrier):NoOp())", "Exec(Dial(PJSIP/9@carrier))",
])  # fmt: skip
def test_nothing_that_reaches_out_is_ever_called(step: str) -> None:
    out = f" same => n,Goto(out,s,1)\n[out]\nexten => s,1,{step}\n same => n,Hangup()\n"
    only = f"[c]\nexten => 1,1,Wait(2)\n{out}"
    assert calls(only) == []
    # Where the extension that changed reaches out, another of its context shows that it works.
    beside = f"[c]\nexten => 3,1,Wait(1)\n same => n,Hangup()\nexten => 1,1,Wait(2)\n{out}"
    assert calls(beside) == [ProbeCall("c", "3", "3")]


def test_a_jump_that_is_worked_out_in_the_call_counts_as_one_to_everywhere() -> None:
    jump = "[c]\nexten => 1,1,Goto(${WHERE},s,1)\n[out]\nexten => s,1,{}\n same => n,Hangup()\n"
    assert calls(jump.replace("{}", "Dial(PJSIP/9@carrier)", 1)) == []
    inside = "[c]\nexten => 1,1,Goto(${WHERE},1)\n[out]\nexten => s,1,Dial(PJSIP/9@carrier)\n same => n,Hangup()\n"
    assert calls(inside) == [ProbeCall("c", "1", "1")], "it cannot leave its context"


def test_no_more_than_a_few_contexts_are_called() -> None:
    many = "".join(f"[d{number}]\nexten => s,1,Answer()\n same => n,Hangup()\n" for number in range(MOST_CALLS + 3))
    assert len(calls(f"{BEFORE}{many}")) == MOST_CALLS


def test_one_mistake_in_a_thousand_steps_is_told_a_few_times() -> None:
    findings = [Finding(template="t", code="gap", line=line) for line in range(1000)]
    assert len(NotThrough(findings).findings) == MOST_SAID


@pytest.mark.parametrize(("trace", "wrong"), [
    (Trace(0), "it took no step"),
    (Trace(MOST_STEPS, "c", "1", 1, "Goto"), "still goes on"),
    (Trace(2, "c", "1", 2, "Goto", ended=True), "it ended in the jump of c,1,2"),
    (Trace(2, "c", "1", 2, "Hangup", ended=True), ""),
    (Trace(3, "c", "1", 3, "Echo"), ""),
    (Trace(4, "c", "1", 4, "Stasis"), ""),
])  # fmt: skip
def test_what_a_probe_did_is_judged(trace: Trace, wrong: str) -> None:
    assert wrong in verdict(trace)
    assert bool(wrong) == bool(verdict(trace))


def test_these_samples_are_themselves_good() -> None:
    assert lint({"t": render("t", BEFORE, {})}, shipped()) == []
