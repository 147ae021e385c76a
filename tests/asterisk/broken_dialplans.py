"""Ways in which a template can be broken: name -> the code of what is found, and the template."""

from waihu.telephony.rendering import shipped_dialplans

PHONES = shipped_dialplans()["phones"]


def _with(line: str) -> str:
    return f"{PHONES.rstrip()}\n{line}\n"


BROKEN: dict[str, tuple[str, str]] = {
    "an application nobody has": ("unknown-application", _with("exten => 88,1,Answerr()\n same => n,Hangup()")),
    "a function nobody has": ("unknown-function", _with("exten => 88,1,Set(A=${NOSUCH(1)})\n same => n,Hangup()")),
    "a jump to a label that is not there": ("missing-target", _with("exten => 88,1,Goto(nowhere)")),
    "a jump to a context that is not there": ("missing-target", _with("exten => 88,1,Goto(nowhere,s,1)")),
    "a variable that is not closed": ("unbalanced", _with("exten => 88,1,NoOp(${EXTEN)\n same => n,Hangup()")),
    "an expression that is not closed": (
        "unbalanced", _with("exten => 88,1,Set(A=$[1 + ${EXTEN})\n same => n,Hangup()"),
    ),
    "a parenthesis that is not closed": ("open-parenthesis", _with("exten => 88,1,NoOp(hello")),
    "a line without an arrow": ("missing-arrow", _with("exten 88,1,Hangup()")),
    "the name of a context that is not closed": ("open-section", _with("[another\nexten => s,1,Hangup()")),
    "the same step twice": ("duplicate-priority", _with("exten => 88,1,NoOp()\nexten => 88,1,Hangup()")),
    "a step that is left out": ("gap", _with("exten => 88,1,NoOp()\nexten => 88,3,Hangup()")),
    "an extension without its first step": ("no-first-step", _with("exten => 88,2,Hangup()")),
    "a context that is included and is not there": ("missing-include", _with("include => nowhere")),
    "a jump that never ends": ("endless-loop", _with("exten => 88,1,NoOp()\n same => n,Goto(1)")),
    "a pattern whose letters are digits": ("trapped-letters", _with("exten => _agentX,1,Hangup()")),
    "a pattern that cannot be read": ("bad-pattern", _with("exten => _[0-9,1,Hangup()")),
    "an extension that goes on in a pattern": (
        "falls-into-pattern", _with("exten => _9!,1,NoOp()\n same => n,Hangup()\nexten => 95,1,Wait(1)"),
    ),
    "another file": ("directive", _with('#include "/etc/passwd"')),
    "a program": ("directive", _with('#exec "/bin/true"')),
    "a variable nobody declared": ("undefined-variable", _with("exten => 88,1,Wait({{ nobody }})")),
    "no Jinja2": ("template-syntax", _with("{% if %}")),
    "a template that never ends": (
        "endless-template",
        _with("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
    ),
    "a template that wants all memory": ("greedy-template", _with("{{ 'x'.ljust(2000000000) }}")),
    "a template that wants out of its sandbox": ("template-fails", _with("{{ ().__class__.__base__ }}")),
    "another template": ("other-template", _with("{% include 'inbound.conf.j2' %}")),
}  # fmt: skip
