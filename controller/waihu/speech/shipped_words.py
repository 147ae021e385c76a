"""Words that are shipped: lists of phrases, objections, and the cues by which a summary is made."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from waihu_models.assist import Objection
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, PhraseList, Severity

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Words of one language that say what a call is about, and how it ended.

    Attributes:
        callback: A call back is spoken of; ``callback_agent``: if an agent says so, ``callback_customer`` likewise.
        empty: Words that say nothing by themselves.
        no_call_answer: What an agent is told when the customer wants no more calls.
        labels: How the parts of a summary are called.
    """

    reason: tuple[str, ...]
    callback: tuple[str, ...]
    callback_agent: tuple[str, ...]
    callback_customer: tuple[str, ...]
    success: tuple[str, ...]
    refused: tuple[str, ...]
    wrong_number: tuple[str, ...]
    empty: tuple[str, ...]
    no_call_answer: str
    labels: Mapping[str, str]


def _read(name: str) -> dict[str, Any]:
    text = resources.files("waihu.speech").joinpath("words").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def shipped_lists() -> list[PhraseList]:
    """Return the lists of phrases of every language."""
    return [_list(one, language) for language in LANGUAGES for one in _read(f"lists.{language}.toml")["list"]]


def _list(one: Mapping[str, Any], language: str) -> PhraseList:
    sides = tuple(Side(side) for side in one.get("sides", [Side.CUSTOMER]))
    given = {
        "language": language, "phrases": tuple(one["phrases"]), "unless": tuple(one.get("unless", ())),
        "sides": sides, "kind": PhraseKind(one["kind"]),
        "severity": Severity(one["severity"]),
    }  # fmt: skip
    return PhraseList(**{**one, **given})


def shipped_objections() -> list[Objection]:
    """Return the objections of every language, with what is answered."""
    return [
        Objection(**{**one, "language": language, "phrases": tuple(one["phrases"])})
        for language in LANGUAGES
        for one in _read(f"objections.{language}.toml")["objection"]
    ]


@cache
def cues_of(language: str) -> Cues:
    """Return the cues of a language; of one that has none, those of English."""
    base = base_language(language)
    read = _read(f"cues.{base if base in LANGUAGES else LANGUAGES[0]}.toml")
    given: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in read.items()}
    return Cues(**given)


def base_language(language: str) -> str:
    """Return the language of a dialect: ``zh`` of ``zh-yue``."""
    return language.partition("-")[0].lower()
