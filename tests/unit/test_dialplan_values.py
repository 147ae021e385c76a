"""No value becomes dialplan: whatever a name or a number holds, it stays one value in its place, or is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialplan.flow import arguments
from waihu.dialplan.placing import MARK
from waihu.dialplan.reading import Plan, Step, read
from waihu.dialplan.templates import render
from waihu.dialplan.variables import declared
from waihu_models.errors import BadInput, BadTemplate

CHARS = "a1,;\\()[]{}$\"'=>&|!?:\n\r\t\0 -_*#+n外\u2028\ue000"
HOSTILE = st.text(st.sampled_from(CHARS), max_size=20) | st.text(max_size=20)
PLACES = {
    "a variable": "exten => s,1,Set(NAME={{ v }})",
    "text": "exten => s,1,NoOp(before,{{ v }},after)",
    "arguments of the application": "exten => s,1,Stasis(waihu,{{ v }},after)",
    "a sound": "exten => s,1,Playback({{ v }})",
    "an extension": "exten => {{ v }},1,NoOp()",
    "a pattern": "exten => _{{ v }}X.,1,NoOp()",
    "a priority": "exten => s,1(a),NoOp()\n same => n,Goto({{ v }})",
    "a variable's name": "exten => s,1,NoOp(${{ '{' }}{{ v }}})",
    "an expression": "exten => s,1,Set(A=$[{{ v }} + 1])",
    "a quoted text in an expression": 'exten => s,1,Set(A=$["${B}" = "{{ v }}"])',
    "a comment": "exten => s,1,NoOp() ; {{ v }}",
    "the name of a context": "exten => s,1,NoOp()\n[x{{ v }}]\nexten => s,1,NoOp()",
    "a context that is included": "include => x{{ v }}\nexten => s,1,NoOp()",
}


def read_back(template: str, value: str) -> Plan:
    """Read a rendered template; every value is in it or it was refused."""
    plan = Plan()
    rendered = render("t", f"[c]\n{template}\n same => n,Hangup()\n", {"v": value})
    assert read("t", rendered.text, plan) == []
    return plan


def tried(place: str, value: str) -> tuple[Plan | None, str]:
    """Read it back, or say why it was refused."""
    try:
        return read_back(PLACES[place], value), ""
    except BadTemplate as error:
        return None, error.problem


def shape(plan: Plan) -> list[tuple[int, str]]:
    return [(step.priority, step.application) for step in plan.steps()]


@pytest.mark.parametrize("place", PLACES)
@given(value=HOSTILE)
def test_a_value_adds_nothing_to_the_dialplan_wherever_it_stands(place: str, value: str) -> None:
    plan, refusal = tried(place, value)
    if plan is None:
        assert refusal.startswith("value-") or refusal in {"unprintable-value", "private-character"}
        return
    assert shape(plan) == shape(read_back(PLACES[place], "1"))
    assert len(plan.contexts) == len(read_back(PLACES[place], "1").contexts)
    assert len(plan.includes) == len(read_back(PLACES[place], "1").includes)


def _first(plan: Plan) -> Step:
    return next(plan.steps())


@given(value=HOSTILE)
def test_a_text_is_read_back_as_it_was_by_whoever_splits_arguments(value: str) -> None:
    try:
        step = _first(read_back(PLACES["text"], value))
    except BadTemplate:
        return
    parts = arguments(step.arguments)
    assert [parts[0], parts[-1]] == ["before", "after"]
    assert len(parts) == 3
    assert re.sub(r"\\(.)", r"\1", parts[1]) == value.strip()


@given(value=HOSTILE)
def test_a_variable_gets_the_value_as_it_was(value: str) -> None:
    try:
        step = _first(read_back(PLACES["a variable"], value))
    except BadTemplate:
        return
    assert step.arguments == f"NAME={value}"


@pytest.mark.parametrize("value", ["${CHANNEL}", "$[1+1]", "a\nexten => 9,1,Dial(PJSIP/9)", "costs $"])
def test_what_would_be_worked_out_by_asterisk_is_refused(value: str) -> None:
    for place in ("a variable", "text"):
        template = PLACES[place].replace("{{ v }}", "{{ v }}{A}")
        with pytest.raises(BadTemplate):
            read_back(template, value)


@pytest.mark.parametrize(("place", "good"), [
    ("a variable", 'Müller & Söhne; "GmbH", 10 % (neu) \\o/ 外呼'),
    ("text", 'Müller & Söhne; "GmbH", 10 % (neu) \\o/ 外呼'),
    ("a sound", "/var/sounds/en/beep"),
    ("an extension", "*43"),
    ("a pattern", "044"),
    ("a comment", "Ada; the first - of all"),
])  # fmt: skip
def test_what_is_no_danger_in_its_place_is_written(place: str, good: str) -> None:
    assert shape(read_back(PLACES[place], good))


def test_a_value_cannot_choose_what_is_run() -> None:
    for template, problem in (
        ("[c]\nexten => s,1,{{ v }}()\n", "value-names-application"),
        ("{{ v }}\n", "value-out-of-place"),
        ("[c]\n{{ v }} => s,1,NoOp()\n", "value-out-of-place"),
        ("[c]\nexten => s,1,Playback({{ v }})\n", "value-in-place"),
    ):
        with pytest.raises(BadTemplate) as refusal:
            render("t", template, {"v": "System(reboot)"})
        assert refusal.value.problem == problem


def test_what_a_macro_writes_is_dialplan_and_what_it_is_given_is_none() -> None:
    macro = "{% macro step(app, what) %}\n same => n,NoOp({{ app }},{{ what }})\n{% endmacro %}\n"
    text = render("t", f"{macro}[c]\nexten => s,1,Answer()\n{{{{ step('x', v) }}}}", {"v": "a,b)"}).text
    assert "NoOp(x,a\\,b\\))" in text
    assert not MARK.search(text)
    with pytest.raises(BadTemplate) as refusal:
        render("t", f"{macro}[c]\nexten => s,1,Answer()\n{{{{ (step('x', v)) ~ v }}}}", {"v": "a"})
    assert refusal.value.problem == "template-fails"


@pytest.mark.parametrize("trick", [
    "{{ v.__class__ }}", "{{ v.format.__globals__ }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__ }}", "{{ '{0.__class__}'.format(v) }}", "{{ '%s' % v }}", "{{ cycler('a') }}", "{{ lipsum() }}",
    "{% import 'x' as y %}", "{% extends 'x' %}", "{% from 'x' import y %}", "{{ v|attr('__class__') }}",
    "{{ (v,)|map(attribute='__class__')|list }}", "{{ {}.update(a=1) }}", "{{ [].append(1) }}", "{{ none }}",
    "{{ [v] }}", "{{ true }}", "{{ v|random }}",
])  # fmt: skip
def test_the_sandbox_has_no_way_out(trick: str) -> None:
    with pytest.raises(BadTemplate):
        render("t", f"; {trick}\n", {"v": "x"})


def test_a_mistake_is_found_in_the_line_of_the_template() -> None:
    loop = "{% for one in (1, 2) %}\nexten => {{ one }},1,NoOp()\n same => n,Wait({{ nobody }})\n{% endfor %}"
    template = f"[c]\n{loop}\n"
    with pytest.raises(BadTemplate) as refusal:
        render("t", template, {})
    assert (refusal.value.line, refusal.value.problem) == (4, "undefined-variable")
    good = render("t", template.replace("nobody", "one"), {})
    assert good.text.split("\n")[4] == " same => n,Wait(2)"
    assert [good.line_of(number) for number in range(1, 7)] == [1, 3, 4, 3, 4, 5]
    assert good.line_of(99) == 0


@pytest.mark.parametrize("broken", [
    "x = 1", "[a]\ntype = 'colour'\nunit = ''\ndefault = ''\nrange = ''\nmeaning = ''",
    "[a]\ntype = 'integer'\nunit = ''\ndefault = 9\nrange = [1, 5]\nmeaning = ''",
    "[a]\ntype = 'integer'\nunit = ''\ndefault = 1\nrange = 'all'\nmeaning = ''",
    "[a]\ntype = 'text'\nunit = ''\ndefault = []\nrange = ''\nmeaning = ''", "[a]\ntype = 'text'", "[",
])  # fmt: skip
def test_declarations_that_cannot_hold_are_refused(broken: str) -> None:
    with pytest.raises(BadInput):
        declared(broken)


def test_a_text_is_any_sentence_on_one_line() -> None:
    row = "[a]\ntype = 'text'\nunit = ''\ndefault = ''\nrange = 'a sentence'\nmeaning = ''"
    variable = declared(row)["a"]
    assert variable.checked("您好, Ada; (1)") == "您好, Ada; (1)"
    for bad in ("two\nlines", " space", "x" * 201, 5):
        with pytest.raises(BadInput, match="a sentence"):
            variable.checked(bad)
