"""Sounds made on the spot: speech by espeak-ng, tones by ourselves. No recorded sound of others is in this project.

A set of sounds is a folder below a cache, named by the SHA-256 of everything that went into it: equal wishes give the
same folder, and a folder that exists is complete. All sounds are WAV, 16 bit, mono, 8 kHz; Asterisk plays them by
absolute path without the ending.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from waihu.telephony import tones
from waihu_models.errors import BadInput, ExchangeFailed

_TIMEOUT_S = 30.0
_LONGEST_TEXT = 2000  # characters
_EDITION = 1  # raise it when the way of making sounds changes, so that old caches are not used
_PINYIN_DIGITS = ("ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3")

# The second one reads Chinese characters and pinyin with tone numbers alike; plain "cmn" reads neither.
ENGLISH, MANDARIN = "en-us", "cmn-latn-pinyin"


@dataclass(frozen=True, slots=True)
class Speech:
    """Words to be spoken: ``voice`` as ``espeak-ng --voices`` lists it, with ``+f2`` and the like for a variant."""

    text: str
    voice: str = ENGLISH
    words_per_min: int = 160
    pitch: int = 50  # 0..99

    def __post_init__(self) -> None:
        """Refuse what cannot be spoken."""
        if not self.text.strip() or len(self.text) > _LONGEST_TEXT or "\0" in self.text:
            raise BadInput(f"an announcement has 1..{_LONGEST_TEXT} characters")


Sound: TypeAlias = "Speech | tones.Samples"


def sound_set(cache: Path, name: str, sounds: Mapping[str, Sound]) -> Path:
    """Make a folder of WAV files, or find the one made earlier.

    Args:
        cache: folder the set is kept in.
        name: start of the set's folder name.
        sounds: path below the set without ending, e.g. ``en/hello`` -> what to make.

    Raises:
        ExchangeFailed: espeak-ng or sox is missing or does not do its work.
    """
    folder = cache / f"{name}-{_key(sounds)}"
    if folder.is_dir():
        return folder
    for tool in ("espeak-ng", "sox"):
        if shutil.which(tool) is None:
            raise ExchangeFailed(f"{tool} is missing: install the packages espeak-ng and sox to make announcements.")
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
    try:
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            list(pool.map(lambda item: _make(work, *item), sounds.items()))
        work.chmod(0o755)
        _settle(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _key(sounds: Mapping[str, Sound]) -> str:
    content = hashlib.sha256(str(_EDITION).encode())
    for path, sound in sorted(sounds.items()):
        content.update(f"\0{path}\0".encode())
        content.update(repr(sound).encode() if isinstance(sound, Speech) else sound.tobytes())
    return content.hexdigest()[:16]


def _settle(work: Path, folder: Path) -> None:
    """Give the complete set its name; somebody else may have made the same one meanwhile."""
    try:
        work.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _make(work: Path, name: str, sound: Sound) -> None:
    path = work / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(sound, Speech):
        _speak(sound, path)
    else:
        tones.write_wav(path, sound)


def _speak(speech: Speech, path: Path) -> None:
    raw = path.with_suffix(".raw.wav")
    rate, pitch = str(speech.words_per_min), str(speech.pitch)
    # The text goes through standard input: it may start with a dash.
    _run(["espeak-ng", "-z", "-v", speech.voice, "-s", rate, "-p", pitch, "-w", str(raw), "--stdin"], speech.text)
    # -R: the same samples every time. Loudness -3 dB below full scale at the peak.
    _run(["sox", "-R", str(raw), "-b", "16", "-c", "1", "-r", str(tones.RATE_HZ), str(path), "gain", "-n", "-3"])
    raw.unlink()


def _run(argv: list[str], text: str = "") -> None:
    try:
        done = subprocess.run(  # noqa: S603  fixed programs; the text is no argument
            argv, input=text.encode(), capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExchangeFailed(f"{argv[0]} did not make a sound: {error}") from error
    if done.returncode != 0:
        raise ExchangeFailed(f"{argv[0]} did not make a sound: {done.stderr.decode(errors='replace').strip()[-300:]}")


# ---- our own announcements ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What our announcements say. ``*_zh`` is spoken Mandarin: characters, or pinyin with tone numbers.

    Attributes:
        company: the name the law wants said in the safe-harbour message.
        phone_number: where the called person can have calls stopped.
    """

    company: str
    phone_number: str
    company_zh: str = ""
    safe_harbour: str = (
        "Hello. This is {company}. We are sorry to have disturbed you. All of our staff are busy at the moment."
        " You can reach us, and ask us not to call again, on {number}. Thank you. Goodbye."
    )
    safe_harbour_zh: str = (
        "nin2 hao3. zhe4 li3 shi4 {company}. hen3 bao4 qian4 da3 rao3 nin2. wo3 men5 de5 zuo4 xi2 xian4 zai4"
        " dou1 mang2. ru2 guo3 nin2 bu4 xiang3 zai4 jie1 dao4 dian4 hua4, qing3 bo1 da3 {number}."
        " xie4 xie5, zai4 jian4."
    )

    all_busy: str = "All of our staff are still busy. We are sorry. Please call again later. Goodbye."
    all_busy_zh: str = "zuo4 xi2 zheng4 mang2, qing3 nin2 shao1 hou4 zai4 bo1. xie4 xie5, zai4 jian4."

    test_call: str = "This is a test call of {company}. The line works, and you hear this message well. Goodbye."
    test_call_zh: str = "zhe4 shi4 {company} de5 ce4 shi4 dian4 hua4. xian4 lu4 zheng4 chang2. zai4 jian4."

    def english(self) -> str:
        """The safe-harbour message; the number digit by digit."""
        number = ", ".join(" ".join(group) for group in self.phone_number.split())
        return self.safe_harbour.format(company=self.company, number=number)

    def mandarin(self) -> str:
        """The safe-harbour message; digits as their own words."""
        number = " ".join(_PINYIN_DIGITS[int(sign)] for sign in self.phone_number if sign.isdecimal())
        return self.safe_harbour_zh.format(company=self.company_zh or self.company, number=number)


def house_sounds(cache: Path, wording: Wording) -> Path:
    """Make our announcements, ``safe-harbour``, ``all-busy``, ``test-call``, ``beep``, in ``en/``, ``zh/``; ``moh/``.

    Returns:
        The folder, for ``ExchangeConfig.sounds_dir``.

    Raises:
        ExchangeFailed: espeak-ng or sox is missing or does not do its work.
    """
    beep = tones.beep(length_s=0.3)
    return sound_set(
        cache,
        "house",
        {
            "en/safe-harbour": Speech(wording.english(), f"{ENGLISH}+f3", 155),
            "zh/safe-harbour": Speech(wording.mandarin(), f"{MANDARIN}+f2", 150),
            "en/all-busy": Speech(wording.all_busy, f"{ENGLISH}+f3", 155),
            "zh/all-busy": Speech(wording.all_busy_zh, f"{MANDARIN}+f2", 150),
            "en/test-call": Speech(wording.test_call.format(company=wording.company), f"{ENGLISH}+f3", 155),
            "zh/test-call": Speech(
                wording.test_call_zh.format(company=wording.company_zh or wording.company), f"{MANDARIN}+f2", 150
            ),
            "en/beep": beep,
            "zh/beep": beep,
            "moh/waihu": tones.music(),
        },
    )
