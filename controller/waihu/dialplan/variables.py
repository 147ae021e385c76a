"""The variables of templates: what ``dialplans/variables.toml`` declares, and what may be given for each."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from waihu_models.errors import BadInput

Value = str | int
_LONGEST_TEXT = 200  # characters

TYPES: Mapping[str, str] = {
    "name": r"[A-Za-z0-9_.-]{1,64}",
    "extension": r"[0-9*#]{1,16}",
    "sound": r"(/[^,()|&${}\s]{1,250})?",
}
"""What a value of each type looks like; ``integer`` and ``text`` are checked by themselves."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable. ``low`` and ``high``: of an integer; ``range``: the same for people."""

    name: str
    type: str
    unit: str
    default: Value
    range: str
    meaning: str
    low: int = 0
    high: int = 0

    def checked(self, value: object) -> Value:
        """Return the value if it may be given.

        Raises:
            BadInput: it is not of the type, or out of the range.
        """
        if self.type == "integer":
            if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
                return value
            raise self._refusal(value, f"a whole number in {self.low}..{self.high}")
        if isinstance(value, str) and self._is_text(value):
            return value
        raise self._refusal(value, self.range)

    def _is_text(self, value: str) -> bool:
        if self.type == "text":
            return len(value) <= _LONGEST_TEXT and value.isprintable() and value == value.strip()
        return re.fullmatch(TYPES[self.type], value) is not None

    def _refusal(self, value: object, wanted: str) -> BadInput:
        return BadInput(f"dialplan variable {self.name} is {value!r:.80}; it has to be {wanted}")


def declared(text: str) -> dict[str, Variable]:
    """Read the declarations.

    Args:
        text: Of ``variables.toml``.

    Raises:
        BadInput: it is no TOML, a variable lacks a field, or its default may not be given.
    """
    try:
        rows = tomllib.loads(text)
        made = {name: _variable(name, row) for name, row in rows.items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"dialplan variables cannot be read: {type(error).__name__}: {error}") from error
    for variable in made.values():
        variable.checked(variable.default)
    return made


def _variable(name: str, row: Mapping[str, object]) -> Variable:
    kind, limits = str(row["type"]), row["range"]
    if kind not in {"integer", "text", *TYPES}:
        raise ValueError(f"{name}: no such type: {kind}")
    default, unit, meaning = row["default"], str(row["unit"]), str(row["meaning"])
    if not isinstance(default, str | int):
        raise TypeError(f"{name}: its default is no text and no whole number")
    if kind == "integer":
        if not isinstance(limits, list) or len(limits) != 2:
            raise TypeError(f"{name}: the range of an integer is [lowest, highest]")
        low, high = int(limits[0]), int(limits[1])
        return Variable(name, kind, unit, default, f"{low}..{high}", meaning, low, high)
    return Variable(name, kind, unit, default, str(limits), meaning)


def complete(known: Mapping[str, Variable], given: Mapping[str, Value]) -> dict[str, Value]:
    """Fill ``given`` up with defaults, and check each value.

    Raises:
        BadInput: a variable is not declared, or a value is not of its type or range.
    """
    if unknown := set(given) - set(known):
        raise BadInput(f"no such dialplan variables: {', '.join(sorted(unknown))}")
    return {name: variable.checked(given.get(name, variable.default)) for name, variable in known.items()}
