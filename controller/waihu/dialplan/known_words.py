"""The applications and functions there are: as an exchange lists them, or as shipped for when there is none."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_APPLICATION = re.compile(r"^\s*([A-Za-z][A-Za-z0-9_]*):", re.MULTILINE)
_FUNCTION = re.compile(r"^[A-Z][A-Z0-9_]*\s+([A-Z][A-Z0-9_]*)\(", re.MULTILINE)  # the first column is cut off


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Names of applications in small letters, as Asterisk does not tell cases apart; functions as they are written."""

    applications: frozenset[str]
    functions: frozenset[str]


def listed(applications: str, functions: str) -> KnownWords:
    """Return what ``core show applications`` and ``core show functions`` print, as names."""
    return KnownWords(
        frozenset(name.lower() for name in _APPLICATION.findall(applications)), frozenset(_FUNCTION.findall(functions))
    )


@cache
def shipped() -> KnownWords:
    """Return the names in ``known_words.toml``: those of an exchange as we configure it."""
    text = resources.files("waihu.dialplan").joinpath("known_words.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    return KnownWords(frozenset(name.lower() for name in rows["applications"]), frozenset(rows["functions"]))
