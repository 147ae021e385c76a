"""Trying a model: in a process of its own, ``python -m waihu.speech.probe FOLDER RATE``.

A damaged model may end the process that loads it, or let it load for ever. What is tried here can be loaded elsewhere.
"""

import asyncio
import re
import sys
import time
import tomllib
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

import msgspec

from waihu.speech.model_files import ModelFiles
from waihu.speech.model_pack import contents_sha256
from waihu.speech.vosk_package import REFUSED, Kaldi, the_vosk
from waihu_models.errors import BadModel, NoModel

LIMIT_S = 60.0
"""The largest public models are some 6 GB: from a slow disk they take half a minute."""
SILENCE_S = 0.2
_MEND = "fetch it again (scripts/fetch-asr-model), or delete its folder"
_LONGEST_REASON = 300
_ERROR = re.compile(r"^ERROR(?: \(VoskAPI.*?:\d+\))? (.+)$")
"""Of Kaldi's lines without the place in its source."""
_NO_VOSK_STATUS = 3
_TAIL_BYTES = 4000


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying a model.

    Attributes:
        rate_hz: At which it is to be given sound: the one asked for, or its own: then it has to be resampled.
        load_s: Seconds it took to load.
        work_ratio: Seconds of work for a second of silence; of speech it is more.
    """

    rate_hz: int
    load_s: float
    work_ratio: float


async def try_model(folder: Path, rate_hz: int, limit_s: float = LIMIT_S) -> Tried:
    """Load a model and let it hear silence, in a process of its own.

    Args:
        folder: Of the model.
        rate_hz: Of the sound it will have to hear.
        limit_s: For all of it.

    Raises:
        BadModel: it cannot be used; says why.
        NoModel: there is nothing to load models with.
    """
    argv = (sys.executable, "-m", "waihu.speech.probe", str(folder), str(rate_hz))
    child = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(limit_s):
            out, err = await child.communicate()
    except TimeoutError as error:
        raise BadModel(f"{folder.name}: it was not loaded within {limit_s:g} s") from error
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if child.returncode == 0:
        return msgspec.json.decode(out.splitlines()[-1], type=Tried)
    reason = _reason(err[-_TAIL_BYTES:].decode("utf-8", "replace"))
    if child.returncode == _NO_VOSK_STATUS:
        raise NoModel(reason)
    raise BadModel(f"{folder.name}: {reason or f'loading it ends the process ({child.returncode})'}: {_MEND}")


def _reason(err: str) -> str:
    """Return the last thing a child complained of."""
    found = [match[1].strip() for line in err.splitlines() if (match := _ERROR.match(line))]
    return found[-1][:_LONGEST_REASON].rstrip(" .:") if found else ""


# ---- in the child --------------------------------------------------------------------------------------------------


def _try(folder: Path, rate_hz: int) -> Tried:
    files = ModelFiles(folder)
    files.check()
    _compare(files)
    vosk = the_vosk()
    began_s = time.monotonic()
    model = vosk.Model(str(folder))
    load_s = time.monotonic() - began_s
    for rate in dict.fromkeys((rate_hz, files.rate_hz())):
        began_s = time.monotonic()
        with suppress(REFUSED):
            _hear_silence(vosk.KaldiRecognizer(model, rate), rate)
            ratio = (time.monotonic() - began_s) / SILENCE_S
            return Tried(rate_hz=rate, load_s=round(load_s, 3), work_ratio=round(ratio, 4))
    raise BadModel("")  # why, Kaldi has said


def _hear_silence(recognizer: Kaldi, rate_hz: int) -> None:
    recognizer.SetWords(True)
    recognizer.AcceptWaveform(bytes(2 * int(SILENCE_S * rate_hz)))
    recognizer.FinalResult()


def _compare(files: ModelFiles) -> None:
    """See that the contents are those its card was made for, where it says so."""
    if not files.card.is_file():
        return
    wanted = tomllib.loads(files.card.read_text("utf-8")).get("sha256")
    if wanted and wanted != contents_sha256(files.folder):
        raise BadModel(f"its contents are not those its {files.card.name} was made for")


def _main(folder: str, rate_hz: str) -> int:
    try:
        tried = _try(Path(folder), int(rate_hz))
    except NoModel as error:
        sys.stderr.write(f"ERROR {error}\n")
        return _NO_VOSK_STATUS
    except (BadModel, tomllib.TOMLDecodeError) as error:
        sys.stderr.write(f"ERROR {error}\n" if str(error) else "")
    except REFUSED as error:
        sys.stderr.write("" if type(error) is Exception else f"ERROR {error!r}\n")
    else:
        sys.stdout.write(msgspec.json.encode(tried).decode() + "\n")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
