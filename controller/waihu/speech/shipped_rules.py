"""Quality rules that are shipped, the same in every language."""

import tomllib
from importlib import resources

from waihu.speech.shipped_words import LANGUAGES
from waihu_models.quality import QualityRule, RuleKind


def shipped_rules() -> list[QualityRule]:
    """Return the rules of every language."""
    return [rule for language in LANGUAGES for rule in _of(language)]


def _of(language: str) -> list[QualityRule]:
    file = resources.files("waihu.speech").joinpath("words").joinpath(f"quality.{language}.toml")
    read = tomllib.loads(file.read_text(encoding="utf-8"))
    return [
        QualityRule(**{**one, "kind": RuleKind(one["kind"]), "weight": float(one["weight"]), "language": language})
        for one in read["rule"]
    ]
