"""All models of a library are tried before they are used. What was good is remembered until a file of it changes."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from waihu.speech.library import Library, ModelCard, read_library
from waihu.speech.model_files import ModelFiles
from waihu.speech.probe import Tried, try_model
from waihu_models.errors import BadModel

REMEMBERED = ".tried.json"
"""In the library's folder; may be deleted at any time."""
TRIED_RATE_HZ = 8000
"""The trunk's."""
AT_ONCE = 2
LIMIT_S = 40.0
"""For all models together: an ear that does not say soon that it is ready is taken for dead."""

_Memory = dict[str, Tried]


@dataclass(frozen=True, slots=True)
class Trials:
    """What came of it.

    Attributes:
        library: Of the models that can be used; its problems say why others cannot.
        tried: Name of each -> how it does.
    """

    library: Library
    tried: Mapping[str, Tried] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """Models that cannot be used, and why."""
        return tuple(f"{name}: {why}" for name, why in self.library.problems.items())


async def try_all(folder: Path, rate_hz: int = TRIED_RATE_HZ, limit_s: float = LIMIT_S) -> Trials:
    """Read a library and try its models.

    Args:
        folder: Of the library.
        rate_hz: Of the sound that will come.
        limit_s: For all of them; those that take longer cannot be used before the next start.

    Raises:
        NoModel: there is nothing to load models with.
    """
    library = read_library(folder)
    memory = _recall(folder)
    turn = asyncio.Semaphore(AT_ONCE)
    ends_s = asyncio.get_running_loop().time() + limit_s

    async def tried(card: ModelCard) -> tuple[str, Tried | BadModel]:
        mark = f"{rate_hz} {await asyncio.to_thread(ModelFiles(card.folder).mark)}"
        async with turn:
            left_s = ends_s - asyncio.get_running_loop().time()
            try:
                return mark, memory.get(mark) or await try_model(card.folder, rate_hz, max(left_s, 0.1))
            except BadModel as error:
                return mark, error

    came = list(zip(library, await asyncio.gather(*map(tried, library)), strict=True))
    good = [(card, mark, one) for card, (mark, one) in came if isinstance(one, Tried)]
    bad = {card.name: _why(card, one) for card, (_, one) in came if isinstance(one, BadModel)}
    _remember(folder, {mark: one for _, mark, one in good}, memory)
    usable = Library((card for card, _, _ in good), library.problems | bad)
    return Trials(usable, {card.name: one for card, _, one in good})


def _why(card: ModelCard, error: BadModel) -> str:
    return str(error).removeprefix(f"{card.folder.name}: ")


def _recall(folder: Path) -> _Memory:
    try:
        return msgspec.json.decode((folder / REMEMBERED).read_bytes(), type=_Memory)
    except (OSError, msgspec.MsgspecError):
        return {}


def _remember(folder: Path, now: _Memory, before: _Memory) -> None:
    if now == before or not folder.is_dir():
        return
    partial = folder / f"{REMEMBERED}.{os.getpid()}"
    with suppress(OSError):  # a folder that cannot be written to: they are tried again at the next start
        partial.write_bytes(msgspec.json.encode(now))
        partial.replace(folder / REMEMBERED)
