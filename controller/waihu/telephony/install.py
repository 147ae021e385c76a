"""Where Asterisk comes from: one installed on the machine, or a Debian root unpacked for us alone.

An unpacked root needs neither chroot nor privileges: its own dynamic loader starts the program with its own
libraries, so one root serves any number of instances.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from waihu_models.errors import ExchangeFailed

OLDEST_VERSION = (20,)
SUITE = "forky"  # the oldest Debian suite that has the package asterisk 22
PACKAGES = "asterisk,asterisk-modules,asterisk-config,ca-certificates"
BUILD_TIMEOUT_S = 900.0
_PROBE_TIMEOUT_S = 20.0
_LOG_LINES = 15

# machine -> (library triplet, dynamic loader below the root)
_MACHINES = {
    "x86_64": ("x86_64-linux-gnu", "lib64/ld-linux-x86-64.so.2"),
    "aarch64": ("aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1"),
    "arm64": ("aarch64-linux-gnu", "lib/ld-linux-aarch64.so.1"),
}


@dataclass(frozen=True, slots=True)
class AsteriskInstall:
    """An Asterisk that can be started: ``(*argv, "-C", "<asterisk.conf>", ...)``."""

    argv: tuple[str, ...]
    modules_dir: Path
    data_dir: Path  # sounds, XML documentation, the ARI description
    version: tuple[int, ...]
    origin: Literal["system", "rootfs"]

    @property
    def version_text(self) -> str:
        """The version as people write it, e.g. ``22.10.1``."""
        return ".".join(map(str, self.version))

    def has_module(self, file_name: str) -> bool:
        """Whether the installation brings a module, e.g. ``chan_websocket.so``."""
        return (self.modules_dir / file_name).is_file()


def find_install(rootfs: Path) -> AsteriskInstall | None:
    """Find an Asterisk that is new enough: installed on the machine, else in ``rootfs``; None if there is none."""
    return _system_install() or _rootfs_install(rootfs)


def _triplet() -> tuple[str, str] | None:
    return _MACHINES.get(platform.machine())


def _system_install() -> AsteriskInstall | None:
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    program = shutil.which("asterisk", path=path)
    if program is None:
        return None
    triplet = (_triplet() or ("", ""))[0]
    libraries = [f"/usr/lib/{triplet}/asterisk", "/usr/lib/asterisk", "/usr/lib64/asterisk", "/usr/local/lib/asterisk"]
    modules = [Path(library, "modules") for library in libraries]
    shares = [Path("/usr/share/asterisk"), Path("/var/lib/asterisk")]
    return _checked((program,), modules, shares, "system")


def _rootfs_install(rootfs: Path) -> AsteriskInstall | None:
    machine = _triplet()
    program = rootfs / "usr/sbin/asterisk"
    if machine is None or not program.is_file():
        return None
    triplet, loader = machine
    libraries = rootfs / "usr/lib" / triplet
    # BLAS and LAPACK are reached through the alternatives system in a normal Debian; here through the path.
    search = [libraries, libraries / "pulseaudio", libraries / "blas", libraries / "lapack", rootfs / "lib" / triplet]
    argv = (str(rootfs / loader), "--library-path", ":".join(map(str, search)), str(program))
    return _checked(argv, [libraries / "asterisk/modules"], [rootfs / "usr/share/asterisk"], "rootfs")


def _checked(
    argv: tuple[str, ...], modules: list[Path], shares: list[Path], origin: Literal["system", "rootfs"]
) -> AsteriskInstall | None:
    version = _version(argv)
    modules_dir = next((folder for folder in modules if (folder / "chan_pjsip.so").is_file()), None)
    data_dir = next((folder for folder in shares if (folder / "rest-api").is_dir()), shares[0])
    if version < OLDEST_VERSION or modules_dir is None or not _takes_requests_by_websocket(data_dir):
        return None
    return AsteriskInstall(argv, modules_dir, data_dir, version, origin)


def _takes_requests_by_websocket(data_dir: Path) -> bool:
    """Whether ARI's own description knows REST over its WebSocket: releases of 2025 and later do, in every branch."""
    try:
        return "RESTRequest" in (data_dir / "rest-api/events.json").read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return False


def _version(argv: Sequence[str]) -> tuple[int, ...]:
    """Ask the program for its version; () if it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603  the program found on this machine
            [*argv, "-V"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ()
    match = re.search(r"Asterisk (?:certified[/-])?(\d+(?:\.\d+)*)", answer.stdout)
    return tuple(map(int, match[1].split("."))) if match else ()


def build_rootfs(rootfs: Path, progress: Callable[[str], None], timeout_s: float = BUILD_TIMEOUT_S) -> None:
    """Unpack a Debian root with Asterisk 22 (355 MB). It appears at ``rootfs`` complete or not at all.

    Args:
        rootfs: where it shall be; must not exist, or be an earlier root, which is replaced.
        progress: told each step, as a sentence.
        timeout_s: seconds, > 0, for the whole work.

    Raises:
        ExchangeFailed: a tool is missing, the network is, or what was unpacked does not run.
    """
    if shutil.which("mmdebstrap") is None:
        raise ExchangeFailed(
            "mmdebstrap is missing. Install the packages mmdebstrap and debian-archive-keyring (and uidmap if you are"
            " not root), or install a recent asterisk (22.4 or later), then try again."
        )
    if _triplet() is None:
        raise ExchangeFailed(
            f"no Debian root can be run on {platform.machine()}: install a recent asterisk (22.4 or later)."
        )
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{rootfs.name}-", dir=rootfs.parent, ignore_cleanup_errors=True) as work:
        fresh = Path(work) / "root"
        progress(f"unpacking Debian {SUITE} with Asterisk")
        _unpack(fresh, Path(work), timeout_s)
        if _rootfs_install(fresh) is None:
            raise ExchangeFailed(f"the Asterisk unpacked from Debian {SUITE} does not start on this machine.")
        progress("putting it in its place")
        _swap(fresh, rootfs, Path(work) / "old")


def _unpack(fresh: Path, work: Path, timeout_s: float) -> None:
    """Run mmdebstrap; without root by way of a tar file, so that every unpacked file belongs to the caller."""
    options = ["--variant=minbase", f"--include={PACKAGES}", '--aptopt=Acquire::Check-Valid-Until "false"']
    if os.geteuid() == 0:
        fresh.mkdir()
        _run(["mmdebstrap", *options, SUITE, str(fresh)], timeout_s)
        return
    tar = work / "root.tar"
    _run(["mmdebstrap", "--mode=unshare", *options, SUITE, str(tar)], timeout_s)
    fresh.mkdir()
    _run(["tar", "-xf", str(tar), "-C", str(fresh), "--no-same-owner", "--exclude=./dev/*"], timeout_s)
    tar.unlink()


def _run(argv: list[str], timeout_s: float) -> None:
    try:
        done = subprocess.run(  # noqa: S603  fixed programs, paths as single arguments
            argv,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=timeout_s, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        hint = "Is the package mirror reachable?"
        raise ExchangeFailed(f"{argv[0]} was not done after {timeout_s:.0f} s. {hint}") from error
    except OSError as error:
        raise ExchangeFailed(f"{argv[0]} cannot be run: {error}") from error
    if done.returncode != 0:
        lines = "\n".join(done.stdout.splitlines()[-_LOG_LINES:])
        raise ExchangeFailed(
            f"{argv[0]} ended with code {done.returncode}. Its last lines:\n{lines}\n"
            "Check that the package mirror is reachable, that debian-archive-keyring is installed and, if you are not"
            " root, that uidmap is installed and /etc/subuid has a line for you."
        )


def _swap(fresh: Path, rootfs: Path, old: Path) -> None:
    if rootfs.exists():
        rootfs.rename(old)
    fresh.chmod(0o755)
    fresh.rename(rootfs)


def main(argv: Sequence[str] | None = None) -> int:
    """Find Asterisk, or build the root: what ``scripts/bootstrap`` calls."""
    parser = argparse.ArgumentParser(prog="waihu.telephony.install", description=main.__doc__)
    parser.add_argument("rootfs", type=Path, help="folder of the unpacked root")
    parser.add_argument("--build", action="store_true", help="build the root if no Asterisk is found")
    given = parser.parse_args(argv)
    install = find_install(given.rootfs)
    if install is None and given.build:
        try:
            build_rootfs(given.rootfs, lambda step: print(step, file=sys.stderr, flush=True))  # noqa: T201
        except ExchangeFailed as error:
            print(error, file=sys.stderr)  # noqa: T201  a command line speaks to people
            return 1
        install = find_install(given.rootfs)
    if install is None:
        print("no Asterisk", file=sys.stderr)  # noqa: T201
        return 1
    print(f"Asterisk {install.version_text} ({install.origin})")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
