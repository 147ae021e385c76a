"""Skills with their levels, as people type and read them: ``loans=5``."""

from collections.abc import Iterable, Mapping

from waihu_models.errors import BadInput


def levels_of(texts: Iterable[str]) -> dict[str, int]:
    """Return typed skills as levels by name; without a level it is 1, and an empty text says nothing.

    Raises:
        BadInput: a level is no number.
    """
    levels = {}
    for text in texts:
        skill, with_level, level = text.partition("=")
        if not text:
            continue
        if with_level and not (level.isascii() and level.isdigit()):
            raise BadInput(f"{text!r} is no skill with a level: loans=5")
        levels[skill.strip()] = int(level) if with_level else 1
    return levels


def levels_text(levels: Mapping[str, int]) -> str:
    """Return skills in a line."""
    return ", ".join(f"{skill}={level}" for skill, level in sorted(levels.items()))
