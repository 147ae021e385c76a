"""Voices of our own: variants of espeak-ng whose formants, pitch and timbre are drawn by chance.

espeak-ng's variants were made one by one, most of them near its standard voice; people differ more, and in each formant
on its own. A variant is a file of a few lines in espeak-ng's folder of voices, so the library is given a folder of
links to the machine's own data, with ours beside them.
"""

import random
from collections.abc import Iterable
from pathlib import Path

_FORMANTS = 6  # those above lie beyond a telephone line
_TRACT = (0.85, 1.45)  # all formants together: men to small children
_EACH = (0.88, 1.14)  # and each of them on its own
_VARIANTS = Path("voices/!v")
_UNUSED = "mb"  # voices of another program; the library lists 349 files at most, ours among them


def definition(name: str) -> str:
    """Return the file of a variant; the same name always gives the same one."""
    chance = random.Random(f"voice {name}")  # noqa: S311  no secret
    lines = ["language variant", f"name {name}", *_source(chance), *_tract(chance), *_timbre(chance)]
    return "\n".join(lines) + "\n"


def data_with(names: Iterable[str], machine: Path, folder: Path) -> Path:
    """Make data for espeak-ng: the machine's, and variants of these names; returns what the library is told.

    Args:
        names: of variants, see ``definition``.
        machine: the folder ``espeak-ng-data`` of the machine.
        folder: an empty one.
    """
    data = folder / machine.name
    (data / _VARIANTS).mkdir(parents=True)
    for part in (Path(), _VARIANTS.parent, _VARIANTS):
        for original in (machine / part).iterdir():
            if original.name != _UNUSED and not (data / part / original.name).exists():
                (data / part / original.name).symlink_to(original)
    for name in names:
        (data / _VARIANTS / name).write_text(definition(name), "utf-8")
    return folder


def _source(chance: random.Random) -> list[str]:
    low_hz = chance.uniform(75, 190)
    lines = [f"pitch {low_hz:.0f} {low_hz * chance.uniform(1.2, 1.7):.0f}", f"intonation {chance.randint(1, 4)}"]
    lines += [f"roughness {chance.randint(0, 4)}", f"flutter {chance.randint(0, 8)}"]
    return lines


def _tract(chance: random.Random) -> list[str]:
    shorter = chance.uniform(*_TRACT)
    lines = []
    for number in range(_FORMANTS):
        frequency = 100 * shorter * chance.uniform(*_EACH)
        height, width = chance.uniform(70, 160), chance.uniform(80, 160)
        lines.append(f"formant {number} {frequency:.0f} {height:.0f} {width:.0f}")
    return lines


def _timbre(chance: random.Random) -> list[str]:
    lines = [f"voicing {chance.randint(35, 120)}", f"consonants {chance.randint(50, 130)} {chance.randint(20, 125)}"]
    if chance.random() < 0.3:
        lines.append(f"echo {chance.randint(20, 140)} {chance.randint(10, 50)}")
    if chance.random() < 0.3:
        lines.append("breath " + " ".join(str(chance.randint(0, 6)) for _ in range(8)))
    return lines
