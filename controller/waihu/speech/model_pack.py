"""Packed models: a zip file becomes a folder a recogniser can load, or a clear error, and never half a folder.

Nothing is written outside the folder, whatever the archive says. A model may carry ``model.toml`` with the
``sha256`` of its contents (``contents_sha256``); then it is compared.
"""

import hashlib
import shutil
import stat
import tempfile
import tomllib
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from waihu_models.errors import BadModel

CARD = "model.toml"
MOST_BYTES = 16_000_000_000  # unpacked; the largest public models are some 6 GB
_MOST_FILES = 2000
_PIECE_BYTES = 1 << 20


def unpack(archive: Path, folder: Path, most_bytes: int = MOST_BYTES) -> Path:
    """Unpack a model; a folder around everything in the archive is left out.

    Args:
        archive: a zip file.
        folder: where the model is to lie; must not exist, or be empty. It appears whole, or not at all.
        most_bytes: unpacked, at most.

    Returns:
        ``folder``.

    Raises:
        BadModel: the file is missing, damaged, too large, not a model, or wants to write outside; says what to do.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _extract(archive, work, most_bytes)
        root = _root(work)
        _check(root, archive)
        root.chmod(0o755)
        root.rename(folder)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadModel(f"{archive} cannot be unpacked ({error}): fetch or copy it again") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def contents_sha256(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files of a model but its card."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != CARD:
            whole.update(f"{name}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    whole.update(piece)
    return whole.hexdigest()


def _extract(archive: Path, work: Path, most_bytes: int) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        if len(members) > _MOST_FILES or sum(member.file_size for member in members) > most_bytes:
            raise BadModel(f"{archive} unpacks to more than a model can be ({most_bytes} bytes, {_MOST_FILES} files)")
        for member in members:
            _write(packed, member, work / _inside(archive, member))


def _inside(archive: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    """Return the place of a member below the folder."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not path.parts or path.is_absolute() or ".." in path.parts or kind not in {0, stat.S_IFREG}:
        raise BadModel(f"{archive} wants to write outside its folder ({member.filename!r}): do not use this file")
    return path


def _write(packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """Write one file. The archive's word for its size is not trusted: reading stops there, and the checksum decides."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as source, path.open("xb") as target:
        shutil.copyfileobj(source, target, _PIECE_BYTES)


def _root(work: Path) -> Path:
    entries = list(work.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else work


def _check(root: Path, archive: Path) -> None:
    if not any((root / name).is_file() for name in ("am/final.mdl", "final.mdl")):
        raise BadModel(f"{archive} holds no Vosk model: am/final.mdl is missing")
    card = root / CARD
    if not card.is_file():
        return
    try:
        wanted = tomllib.loads(card.read_text("utf-8")).get("sha256")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadModel(f"{archive}: its {CARD} cannot be read: {error}") from error
    if wanted and wanted != contents_sha256(root):
        raise BadModel(f"{archive}: its contents are not those its {CARD} was made for; fetch or build it again")
