"""Mistakes that are found without running a dialplan, each with its line."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.asterisk.broken_dialplans import BROKEN

from waihu.dialplan.finding_words import chinese, english, sentences
from waihu.dialplan.known_words import listed, shipped
from waihu.dialplan.lint import lint, unbalanced
from waihu.dialplan.patterns import covers, matches, read_pattern, sample
from waihu.dialplan.templates import Rendered, render
from waihu.dialplan.variables import complete, declared
from waihu.telephony.rendering import shipped_dialplans, shipped_variables
from waihu_models.dialplan import Finding, Severity, has_errors
from waihu_models.errors import BadTemplate

VALUES = complete(declared(shipped_variables()), {})
OF_RENDERING = {"undefined-variable", "template-syntax", "template-fails", "other-template"}
IN_A_PROCESS_OF_ITS_OWN = {"endless-template", "greedy-template"}  # tests/services/test_dialplan_rendering.py


def rendered(**templates: str) -> dict[str, Rendered]:
    return {name: render(name, text, VALUES) for name, text in templates.items()}


def found(*lines: str, **others: str) -> list[Finding]:
    return lint(rendered(t="[c]\n" + "\n".join(lines) + "\n", **others), shipped())


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_nothing_is_wrong_with_the_shipped_templates() -> None:
    findings = lint(rendered(**shipped_dialplans()), shipped())
    assert [f"{one.template}:{one.line} {english(one)}" for one in findings] == []


@pytest.mark.parametrize("kind", [kind for kind in BROKEN if BROKEN[kind][0] not in IN_A_PROCESS_OF_ITS_OWN])
def test_each_kind_of_broken_template_is_found(kind: str) -> None:
    code, text = BROKEN[kind]
    shipped_ones = shipped_dialplans()
    if code in OF_RENDERING:
        with pytest.raises(BadTemplate) as error:
            rendered(phones=text)
        assert (error.value.problem, error.value.line > 0) == (code, True)
        return
    findings = lint(rendered(**{**shipped_ones, "phones": text}), shipped())
    assert has_errors(tuple(findings))
    mine = next(one for one in findings if one.code == code)
    last = len(text.splitlines())
    assert last - 2 <= mine.line <= last, "it is in what was added"
    assert mine.template == "phones"


@pytest.mark.parametrize(("lines", "code", "line"), [
    (("exten => s,1,NoOp()", " same => n,Hangup()", " same => n,NoOp()"), "dead-step", 4),
    (("exten => s,1,NoOp()",), "no-end", 2),
    (("exten => _X.,1,Hangup()", "exten => _[0-9].,1,Hangup()"), "shadowed-pattern", 3),
    (("exten => _.,1,Hangup()",), "special-in-pattern", 2),
])  # fmt: skip
def test_what_is_only_doubtful_is_a_warning(lines: tuple[str, ...], code: str, line: int) -> None:
    mine = next(one for one in found(*lines) if one.code == code)
    assert (mine.line, mine.severity) == (line, Severity.WARNING)


@pytest.mark.parametrize(("line", "code"), [
    ("exten => s,1,ExecIf($[1]?Nope(1):NoOp())", "unknown-application"),
    ("exten => s,1,GotoIf($[1]?here:there)", "missing-target"),
    ("exten => s,1,GotoIfTime(9:00-17:00,mon-fri,*,*?open)", "missing-target"),
    ("exten => s,1,MSet(A=1,NOPE(x)=2)", "unknown-function"),
    ("exten => s,1,Set(A=${B}})", "unbalanced"),
    ("exten => s,n,NoOp()", "n-without-first"),
    ("exten => s", "no-step"),
    ("exten => s,0,NoOp()", "no-step"),
    ("exten => s,1(no label),NoOp()", "bad-label"),
    ("exten => s,1,No-Op()", "no-application"),
    ("foo => s", "unknown-keyword"),
    (";-- all of it", "block-comment"),
    ("[general]", "reserved-context"),
    ("[a b]", "bad-context"),
    (f"exten => s,1,NoOp({'x' * 5000})", "long-line"),
])  # fmt: skip
def test_further_mistakes_are_found_in_their_line(line: str, code: str) -> None:
    assert (code, 2) in [(one.code, one.line) for one in found(line)]


@pytest.mark.parametrize("lines", [
    ("exten => s,1(top),Wait(1)", " same => n,Goto(top)"),
    ("exten => s,1,GotoIfTime(9:00-17:00,mon-fri,*,*?d,s,1)", " same => n,Hangup()", "[d]", "exten => s,1,Hangup()"),
    ("exten => 12,1,Goto(_X.,2)", "exten => _X.,1,NoOp()", " same => n,Hangup()"),
    ("exten => _XXX,1,Goto(${EXTEN},more)",),
    ("exten => s,1,NoOp(a smile :] and a\\) bracket)", " same => n,Hangup()"),
    ("exten => _NXX,1,Hangup()", "exten => _1.,1,Hangup()", "exten => _X!,1,Hangup()"),
    ("exten => _!,1,Hangup()", *(f"exten => {name},1,Hangup()" for name in "hTtie")),
    ("include => d", "exten => s,1,Goto(12,1)", "[d]", "exten => 12,1,Hangup()"),
    ("exten => s,1,Set(A=${IF($[\"${B}\" = \"x\"]?1:2)})", " same => n,GotoIf($[1]?s,1)", " same => n,Hangup()"),
])  # fmt: skip
def test_what_is_right_is_left_alone(lines: tuple[str, ...]) -> None:
    assert codes(found(*lines)) == []


def test_a_jump_from_one_template_into_another_is_followed() -> None:
    assert codes(found("exten => s,1,Goto(d,s,1)", other="[d]\nexten => s,1,Hangup()\n")) == []
    assert codes(found("exten => s,1,Goto(d,s,5)", other="[d]\nexten => s,1,Hangup()\n")) == ["missing-target"]


def test_every_sentence_is_said_in_both_languages_with_the_same_gaps() -> None:
    for code, both in sentences().items():
        gaps = [{part.split("}")[0].split("!")[0] for part in text.split("{")[1:]} for text in both.values()]
        assert set(both) == {"en", "zh"}, code
        assert gaps[0] == gaps[1], code
        finding = Finding(template="t", code=code, values=("one", "two", "three", "four"))
        assert english(finding) != chinese(finding) or code == "bad-values"


def test_words_are_read_as_the_exchange_lists_them() -> None:
    words = listed(
        "    -= Registered Asterisk Applications =-\n      Answer: Answer a channel.\n -= 1 Application -=\n",
        "Installed Custom Functions:\n----\nPJSIP_INHERITABLE_HE  PJSIP_INHERITABLE_HEADER(action)  Adds.\n",
    )
    assert (words.applications, words.functions) == ({"answer"}, {"PJSIP_INHERITABLE_HEADER"})


@pytest.mark.parametrize(("text", "bracket"), [
    ("${A}", None), ("${A", "${"), ("$[1", "$["), ("$[ ${A} ]", None), ("a}", "}"), ("(a", "("),
    ("${FILTER(0-9,${B})}", None),
    ("\\(", None), ("[a]", None), ("${A)}", ")"),
])  # fmt: skip
def test_brackets_are_counted_as_asterisk_reads_them(text: str, bracket: str | None) -> None:
    assert unbalanced(text) == bracket


PATTERNS = st.builds(
    lambda parts, tail: "_" + "".join(parts) + tail,
    st.lists(st.sampled_from(["X", "Z", "N", "[0-3]", "[ab]", "5", "a", "*"]), min_size=1, max_size=4),
    st.sampled_from(["", ".", "!"]),
)


@given(pattern=PATTERNS, dialled=st.text("0123459ab*x", max_size=6))
def test_a_pattern_covers_another_only_if_it_matches_whatever_that_matches(pattern: str, dialled: str) -> None:
    read = read_pattern(pattern)
    assert matches(read, sample(pattern))
    for other in ("_X.", "_X!", "_!", "_[0-9ab]X.", "_NXX", "_X"):
        if covers(read_pattern(other), read) and matches(read, dialled):
            assert matches(read_pattern(other), dialled)


def test_a_label_may_be_jumped_to_from_outside_and_is_not_dead() -> None:
    assert codes(found("exten => s,1,Hangup()", " same => n(later),NoOp()", " same => n,Hangup()")) == []


def words_of(findings: list[Finding]) -> Mapping[str, str]:
    return {one.code: chinese(one) for one in findings}


def test_places_are_said_in_chinese_as_well() -> None:
    said = words_of(found("exten => s,1,Goto(d,s,1)"))
    assert said["missing-target"] == "跳转目标 d,s,1 不存在：没有这样的上下文"
