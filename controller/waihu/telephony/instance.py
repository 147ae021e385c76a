"""The directory of one Asterisk instance: what is remembered there between two lives of the controller."""

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from waihu.telephony.account import Account
from waihu.telephony.exchange_config import Ports
from waihu.telephony.pid import Pid
from waihu.telephony.rendering import Place, Secrets
from waihu_models.errors import ExchangeFailed

_T = TypeVar("_T")
_SECRETS, _PORTS, _STATE = "secrets.json", "ports.json", "running.json"
_LONGEST_SOCKET = 100  # characters; the kernel's limit for a Unix socket is 107


@dataclass(frozen=True, slots=True)
class Running:
    """The program that runs here, and the SHA-256 of each file of configuration it has in force."""

    pid: Pid
    files: Mapping[str, str] = field(default_factory=dict)


class Instance:
    """One directory. All methods are quick file work."""

    def __init__(self, directory: Path) -> None:
        directory = directory.absolute()
        self.place = Place(directory, _run_directory(directory))

    @property
    def conf(self) -> Path:
        """The file Asterisk is started with."""
        return self.place.etc / "asterisk.conf"

    def make_folders(self, account: Account | None) -> None:
        """Make every folder, for nobody but us and ``account`` to look into.

        Raises:
            ExchangeFailed: a folder cannot be made, or the short run directory belongs to somebody else.
        """
        try:
            for folder in self.place.folders:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ExchangeFailed(f"the exchange's directory cannot be made: {error}") from error
        owners = {os.geteuid()} | ({account.uid} if account else set())
        if self.place.run.lstat().st_uid not in owners or self.place.run.is_symlink():
            raise ExchangeFailed(f"{self.place.run} belongs to somebody else")

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Try to be the only one who starts or stops here; yields whether that worked."""
        descriptor = os.open(self.place.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def secrets(self, phones: tuple[str, ...]) -> Secrets:
        """Return the passwords kept here, making those that are missing."""
        kept: dict[str, str] = self._read(_SECRETS, dict[str, str]) or {}
        wanted = {"ari": "", "ami": ""} | {f"phone/{name}": "" for name in phones}
        made = {name: secrets.token_urlsafe(24) for name in wanted if name not in kept}
        if made:
            self._write(_SECRETS, msgspec.json.encode(kept | made))
        both = kept | made
        return Secrets(both["ari"], both["ami"], {name: both[f"phone/{name}"] for name in phones})

    def ports(self) -> Ports:
        """Return the ports chosen earlier; all 0 if none were."""
        return self._read(_PORTS, Ports) or Ports()

    def keep_ports(self, ports: Ports) -> None:
        """Remember chosen ports."""
        self._write(_PORTS, msgspec.json.encode(ports))

    def write_files(self, files: Mapping[str, str]) -> dict[str, str]:
        """Write configuration; files that are as they should be stay untouched. Returns SHA-256 by name."""
        digests = {}
        for name, text in files.items():
            digests[name] = hashlib.sha256(text.encode()).hexdigest()
            path = self.place.etc / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                self._write(f"etc/{name}", text.encode())
        return digests

    def running(self) -> Running | None:
        """Return what runs here; None if nothing does."""
        kept = self._read(_STATE, Running)
        if kept is not None and kept.pid.alive:
            return kept
        # Whoever started it may have died before writing that down: Asterisk's own note, if it is about us.
        try:
            pid = Pid.of(int((self.place.run / "asterisk.pid").read_text()))
        except (OSError, ValueError):
            return None
        return Running(pid) if pid is not None and str(self.conf) in pid.arguments else None

    def keep_running(self, running: Running) -> None:
        """Remember what runs here."""
        self._write(_STATE, msgspec.json.encode(running))

    def rotate_logs(self) -> None:
        """Keep the log of one earlier run beside that of the coming one."""
        for log in self.place.log.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def last_words(self, lines: int = 25) -> str:
        """Return the end of what Asterisk said in this run."""
        texts = [path.read_text(errors="replace") for path in sorted(self.place.log.glob("*.log"))]
        return "\n".join("\n".join(texts).splitlines()[-lines:])

    def _read(self, name: str, kind: type[_T]) -> _T | None:
        """Read what is kept; what was not kept, or is unreadable, counts as nothing."""
        try:
            return msgspec.json.decode((self.place.directory / name).read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError):
            return None

    def _write(self, name: str, content: bytes) -> None:
        """Write a file that exists whole or not at all, readable by us only."""
        path = self.place.directory / name
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # made with mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise ExchangeFailed(f"{path} cannot be written: {error}") from error


def _run_directory(directory: Path) -> Path:
    """Return where the control socket lies: in the instance's directory unless the path would be too long."""
    inside = directory / "run"
    if len(str(inside / "asterisk.ctl")) <= _LONGEST_SOCKET:
        return inside
    short = hashlib.sha256(str(directory).encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp", f"waihu-{os.geteuid()}-{short}")  # noqa: S108  checked
