"""The files of a model: what a Vosk model folder must hold, what its rate is, whether it can take phrases."""

import hashlib
import re
from pathlib import Path

from waihu.speech.model_pack import CARD
from waihu_models.errors import BadModel

USUAL_RATE_HZ = 16_000
"""Kaldi's, where ``mfcc.conf`` names none."""
_RATE = re.compile(r"^\s*--sample-frequency=(\d+)", re.MULTILINE)
_MEND = "fetch it again (scripts/fetch-asr-model) or copy it again"


class ModelFiles:
    """Where the parts of one model lie. There are two layouts: today's, and that of models older than 2020.

    Attributes:
        acoustic: The acoustic model, ``final.mdl``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        today = (folder / "am").is_dir() or (folder / "conf").is_dir() or (folder / "graph").is_dir()
        self.acoustic = folder / "am" / "final.mdl" if today else folder / "final.mdl"
        self._mfcc = folder / "conf" / "mfcc.conf" if today else folder / "mfcc.conf"
        self._graph = folder / "graph" if today else folder
        self._needed = [self.acoustic, self._mfcc] + ([folder / "conf" / "model.conf"] if today else [])

    @property
    def takes_phrases(self) -> bool:
        """Whether its graph can be put together anew; with ``HCLG.fst`` a list of phrases is silently ignored."""
        return not self._static.is_file() and all(path.is_file() for path in self._parts)

    def check(self) -> None:
        """See that nothing is missing or empty.

        Raises:
            BadModel: something is; says what, and how to mend it.
        """
        if not self.folder.is_dir():
            raise BadModel(f"there is no folder {self.folder}")
        graph = [self._static, self._graph / "words.txt"] if self._static.is_file() else self._parts
        for path in [*self._needed, *graph]:
            if not path.is_file():
                raise BadModel(f"{self.folder.name}: {path.relative_to(self.folder)} is missing: {_MEND}")
            if path.stat().st_size == 0:
                raise BadModel(f"{self.folder.name}: {path.relative_to(self.folder)} is empty: {_MEND}")

    def rate_hz(self) -> int:
        """Return the rate of the sound it was trained on.

        Raises:
            BadModel: ``mfcc.conf`` cannot be read.
        """
        try:
            found = _RATE.search(self._mfcc.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadModel(f"{self.folder.name}: {self._mfcc.name} cannot be read: {_MEND}") from error
        return int(found[1]) if found else USUAL_RATE_HZ

    def mark(self) -> str:
        """Return something that is different as soon as a file of it is: of names, sizes and times of change."""
        whole = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                whole.update(f"{path.relative_to(self.folder)}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return whole.hexdigest()

    def sha256(self) -> str:
        """Return the SHA-256 of the acoustic model.

        Raises:
            OSError: it cannot be read.
        """
        with self.acoustic.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @property
    def card(self) -> Path:
        """Where it says of itself what it is."""
        return self.folder / CARD

    @property
    def _static(self) -> Path:
        return self._graph / "HCLG.fst"

    @property
    def _parts(self) -> list[Path]:
        return [self._graph / "HCLr.fst", self._graph / "Gr.fst"]
