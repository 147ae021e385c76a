"""A large file over an unreliable network: resumed where it stopped, each wait bounded, whole or not there.

What has come lies in ``<file>.part``; beside it ``<file>.part.mark`` says of which version of the file it is part, so
that pieces of two versions are never put together.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from waihu_models.errors import WaihuError

_PIECE_BYTES = 1 << 16
_NO_SUCH_PART = 416
_RESTING_S = (1.0, 3.0, 10.0)  # before each further attempt


class DownloadFailed(WaihuError):
    """A file could not be fetched; the message says why, and what to do."""

    code = "download_failed"
    retryable = True


Progress = Callable[[int, int], None]  # bytes that are there, bytes of the whole file (0: unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait. ``silence_s``: for a connection and for each piece; ``rests_s``: between attempts."""

    silence_s: float = 30.0
    rests_s: tuple[float, ...] = _RESTING_S


class _Interrupted(Exception):
    """The connection broke or fell silent; what came is kept."""


def download(address: str, target: Path, progress: Progress, patience: Patience = Patience()) -> Path:
    """Fetch a file, going on where an earlier attempt stopped.

    Args:
        address: http or https.
        target: the file; appears when it is whole.
        progress: is told what has come, after each piece.
        patience: how long to wait for what.

    Raises:
        DownloadFailed: the server refused, or every attempt broke off; what came stays for the next call.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    reason = ""
    for rest_s in (0.0, *patience.rests_s):
        time.sleep(rest_s)
        try:
            _attempt(address, part, progress, patience.silence_s)
        except _Interrupted as error:
            reason = str(error)
            continue
        _mark(part).unlink(missing_ok=True)
        return part.rename(target)
    have = part.stat().st_size if part.exists() else 0
    raise DownloadFailed(
        f"{address} could not be fetched: {reason}. "
        + (f"{have} bytes are kept: run this again to go on. " if have else "")
        + "Where the network does not allow it, fetch the file on another machine, and give it with --from FILE."
    )


def _attempt(address: str, part: Path, progress: Progress, silence_s: float) -> None:
    have, mark = part.stat().st_size if part.exists() else 0, _read(_mark(part))
    if not mark:
        have = 0  # nobody knows of which version it is
    request = urllib.request.Request(address, headers={"User-Agent": "waihu-fetch", "Accept-Encoding": "identity"})  # noqa: S310
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", mark)
    try:
        with urllib.request.urlopen(request, timeout=silence_s) as response:  # noqa: S310  the manifest allows only http(s)
            _take(response, part, have, progress)
    except urllib.error.HTTPError as error:
        with error:  # it holds the connection
            if not _is_whole(error, have):
                _refused(error, address, part)
    except (OSError, http.client.HTTPException) as error:
        raise _Interrupted(_plain(error, silence_s)) from error


def _take(response: http.client.HTTPResponse, part: Path, have: int, progress: Progress) -> None:
    """Write what comes: behind what is there if the server agreed to go on, else from the beginning."""
    goes_on = response.status == http.HTTPStatus.PARTIAL_CONTENT
    if goes_on and not (response.headers.get("Content-Range") or "").startswith(f"bytes {have}-"):
        raise DownloadFailed("the server sends another part than was asked for: delete the .part file and try again")
    done = have if goes_on else 0
    length = response.headers.get("Content-Length")
    whole = done + int(length) if length and length.isdigit() else 0
    if not goes_on:
        _mark(part).write_text(_version(response), "utf-8")
    with part.open("ab" if goes_on else "wb") as file:
        while piece := response.read1(_PIECE_BYTES):
            file.write(piece)
            done += len(piece)
            progress(done, whole)
    if whole and done < whole:
        raise _Interrupted(f"the connection ended after {done} of {whole} bytes")


def _is_whole(error: urllib.error.HTTPError, have: int) -> bool:
    """Whether the server sends nothing more because nothing is missing."""
    return error.code == _NO_SUCH_PART and have > 0 and error.headers.get("Content-Range") == f"bytes */{have}"


def _refused(error: urllib.error.HTTPError, address: str, part: Path) -> None:
    if error.code == _NO_SUCH_PART:  # what is there is longer than the file: begin anew
        part.unlink(missing_ok=True)
        raise _Interrupted("what had come does not fit the file any more") from error
    if error.code >= 500 or error.code == http.HTTPStatus.TOO_MANY_REQUESTS:
        raise _Interrupted(f"the server answered {error.code} {error.reason}") from error
    raise DownloadFailed(
        f"{address}: the server answered {error.code} {error.reason}. Look whether the address still stands on the"
        " model's site (scripts/asr_models.toml), or whether a proxy forbids it; a file fetched elsewhere: --from FILE"
    ) from error


def _version(response: http.client.HTTPResponse) -> str:
    """Return what the server calls this version of the file; a weak tag may not be used with ranges."""
    tag = response.headers.get("ETag") or ""
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified") or ""


def _plain(error: OSError | http.client.HTTPException, silence_s: float) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"nothing came for {silence_s:g} s"
    return f"no connection ({cause})" if isinstance(error, urllib.error.URLError) else f"the connection broke ({cause})"


def _mark(part: Path) -> Path:
    return part.with_name(part.name + ".mark")


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
