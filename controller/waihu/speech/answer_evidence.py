"""What speaks for a person and what for a machine: an answer's shape, words and verdicts as named pieces of evidence.

Each piece has a stable name such as ``paused:0.8-1.2:0.4-0.8`` (a greeting of 0.8 to 1.2 s, then a pause of 0.4 to
0.8 s). The model counts how often each was seen with people and with machines; nothing else is known about them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waihu.speech.answer_features import AnswerShape

_LENGTHS_S = (0.4, 0.8, 1.2, 1.6, 2.2, 3.0, 4.5)
_PAUSES_S = (0.4, 0.8, 1.2, 2.0)
_SILENCES_S = (0.5, 1.0, 1.5, 2.5)
_BURSTS = (1, 2, 4, 7, 10)
_TALKED_S = (1.0, 2.0, 2.8, 3.5, 4.2, 5.0)
_SHORT_TONE_S = 0.12
_UNSENT_RATIO = 0.7
_MACHINE_WORDS = re.compile(
    r"voice ?mail|leave (?:a|your) message|after the (?:tone|beep)|not available|can(?:no|')t (?:come|take)|"
    r"unavailable|mailbox|record your|留言|滴声|嘟声|无人接听|无法接通|已关机|正在通话中|语音信箱|拨打的"
)
_PERSON_WORDS = re.compile(
    r"^(?:hello|hi|yes|yeah|hey|speaking|who(?:'s| is) (?:this|calling|that)|good (?:morning|afternoon|evening)|"
    r"喂|你好|您好|哪位|谁呀|哪里)\b|^(?:喂|你好|您好|哪位|谁呀|哪里)"
)


def evidence_of(shape: "AnswerShape", words: str = "", verdict: str = "") -> tuple[str, ...]:
    """Return the pieces of evidence in what was heard.

    Args:
        shape: The sound since the answer.
        words: What the recogniser made of it so far; empty: nothing, or there is none.
        verdict: Of the exchange's own detection with its cause (``MACHINE:LONGGREETING``); empty while it listens.
    """
    return tuple(_evidence(shape, words, verdict))


def _evidence(shape: "AnswerShape", words: str, verdict: str) -> Iterator[str]:
    yield _course(shape)
    if shape.bursts:
        yield f"bursts:{_bin(shape.bursts, _BURSTS)}"
        yield f"talked:{_bin(shape.speech_s, _TALKED_S)}"
    if shape.tone_s >= _SHORT_TONE_S:
        yield f"tone:{_tone(shape.tone_hz)}"
    if shape.elapsed_s >= 1.0:
        yield "sound:part" if shape.heard_s < _UNSENT_RATIO * shape.elapsed_s else "sound:all"
    yield from words_evidence(words)
    if verdict:
        yield f"exchange:{verdict}"


def words_evidence(words: str) -> tuple[str, ...]:
    """Return whose words these are like, in English or Chinese; nothing where nothing was said."""
    said = _said(words)
    return (f"words:{said}",) if said else ()


def _course(shape: "AnswerShape") -> str:
    """Return where the answer is: nobody spoke yet, somebody speaks, or spoke and pauses."""
    if not shape.bursts:
        return f"silent:{_bin(shape.elapsed_s, _SILENCES_S)}"
    length = _bin(shape.greeting_s, _LENGTHS_S)
    if shape.pause_s < _PAUSES_S[0] and shape.speech_s <= shape.greeting_s + 0.02:
        return f"speaking:{length}"
    return f"paused:{length}:{_bin(shape.pause_s, _PAUSES_S)}"


def _bin(value: float, edges: Iterable[float]) -> str:
    low: float = 0
    for edge in edges:
        if value < edge:
            return f"{low:g}-{edge:g}"
        low = edge
    return f"{low:g}+"


def _tone(hz: float) -> str:
    if 2050 <= hz <= 2150 or 1050 <= hz <= 1150:
        return "fax"  # CED of ITU-T T.30, CNG
    # Special information tones of ITU-T E.180, which come before an announcement.
    return "announcement" if 940 <= hz < 1000 or 1330 <= hz <= 1450 or 1740 <= hz <= 1820 else "beep"


def _said(words: str) -> str:
    text = words.lower().strip()
    if not text:
        return ""
    # Chinese words come with spaces between.
    if _MACHINE_WORDS.search(text) or _MACHINE_WORDS.search(text.replace(" ", "")):
        return "machine"
    if _PERSON_WORDS.search(text):
        return "person"
    return "other"


_WORDS = {
    "silent": ("nobody has spoken for {0} s", "{0} 秒内无人说话"),
    "speaking": ("somebody has been speaking for {0} s", "已连续说话 {0} 秒"),
    "paused": ("a greeting of {0} s, then a pause of {1} s", "说话 {0} 秒后停顿 {1} 秒"),
    "bursts": ("{0} stretches of speech", "{0} 段语音"),
    "talked": ("{0} s of speech altogether", "共说话 {0} 秒"),
    "tone": ("a tone: {0}", "提示音：{0}"),
    "sound": ("the far end sends {0} of the sound", "对端发送的声音：{0}"),
    "words": ("words as of a {0}", "用语类型：{0}"),
    "exchange": ("the exchange says {0}", "交换机判断：{0}"),
}


def in_words(evidence: str) -> tuple[str, str]:
    """Return a piece of evidence in English and in Chinese."""
    kind, _, rest = evidence.partition(":")
    english, chinese = _WORDS[kind]
    parts = rest.split(":") if kind == "paused" else [rest]
    return english.format(*parts), chinese.format(*parts)
