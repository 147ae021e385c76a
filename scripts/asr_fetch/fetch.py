"""Fetch one model: download, compare the sum, unpack, and write what is known of it beside its files."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from asr_fetch.download import Patience, Progress, download
from asr_fetch.manifest import Model
from waihu.speech.model_pack import CARD, contents_sha256, unpack
from waihu_models.errors import BadInput, BadModel, Conflict

SUMS = "fetched.sha256"  # in the folder of models: sums of archives that had no published one, as sha256sum writes them
_UNPACKED_RATIO = 2.5  # a model is at most about so much larger than its archive
_PIECE_BYTES = 1 << 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches models into a folder, each below it under its name."""

    folder: Path
    say: Say
    progress: Progress
    patience: Patience = field(default_factory=Patience)

    def fetch(self, model: Model, archive: Path | None = None) -> Path:
        """Fetch a model, or take an archive that is here already; returns its folder.

        Raises:
            DownloadFailed: the network, or the server, did not do it.
            BadModel: the archive is not the one it should be, or cannot be unpacked.
            BadInput: there is no such archive, or no room on the disk.
            Conflict: something else lies where the model should.
        """
        target = self.folder / model.name
        if (target / CARD).exists():
            self.say(f"{target} is there already")
            return target
        if target.exists():
            raise Conflict(f"{target} exists, but was not made by this program: move it away first")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._room(model)
        if archive is not None and not archive.is_file():
            raise BadInput(f"there is no file {archive}")
        got = archive or download(model.address, self.folder / f"{model.name}.zip", self.progress, self.patience)
        verified = self._compare(model, got, own=archive is None)
        self.say("unpacking")
        unpack(got, target)
        _write_card(target, model, verified=verified)
        if archive is None:
            got.unlink()
        return target

    def _room(self, model: Model) -> None:
        needed = int(model.size_bytes * (1 + _UNPACKED_RATIO))
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise BadInput(
                f"{self.folder} has {free} bytes free; {model.name} needs about {needed}: make room, or --to"
            )

    def _compare(self, model: Model, archive: Path, *, own: bool) -> bool:
        """Compare the sum with the published one, or with the one noted before; whether it is a published one."""
        found = _sha256(archive)
        wanted = model.sha256 or self._noted(model)
        if wanted and found != wanted:
            if own:
                archive.unlink()
            raise BadModel(
                f"{model.name}: the sum of the file is {found}, and should be {wanted}. It was changed or damaged on"
                f" its way{', and is deleted' if own else ''}. Try again; if it comes out the same, do not use it."
            )
        if not model.sha256:
            self.say(f"sha256 {found}: COULD NOT BE VERIFIED, no sum is published for {model.name}.")
            self.say(f"It is noted in {self.folder / SUMS}, and later fetches are compared with it.")
            self._note(model, found)
        return bool(model.sha256)

    def _noted(self, model: Model) -> str:
        return _read_sums(self.folder / SUMS).get(f"{model.name}.zip", "")

    def _note(self, model: Model, found: str) -> None:
        sums = _read_sums(self.folder / SUMS) | {f"{model.name}.zip": found}
        text = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
        (self.folder / SUMS).write_text(text, "utf-8")


def _read_sums(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    pairs = [line.split(maxsplit=1) for line in lines]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            whole.update(piece)
    return whole.hexdigest()


def _write_card(folder: Path, model: Model, *, verified: bool) -> None:
    """Write ``model.toml``; last, so that a folder that has it is complete."""
    lines = [
        f'name = "{model.name}"',
        f'language = "{model.language}"',
        f"sample_rate_hz = {model.sample_rate_hz}",
        f'licence = "{model.licence}"',
        f'address = "{model.address}"',
        f"verified = {str(verified).lower()}  # against a published sum",
        f'sha256 = "{contents_sha256(folder)}"',
    ]
    (folder / CARD).write_text("\n".join(lines) + "\n", "utf-8")
