"""What the first seconds after an answer sound like: how long somebody speaks, when they pause, whether a tone comes.

Where the far end sends no packets in silence, samples stand still and only the clock on the wall shows the pause. So
sound is laid out by the time at which it came, and what was never sent is silence.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE_HZ = 8000
FRAME_S = 0.02
_FRAME = int(RATE_HZ * FRAME_S)
_QUIETEST_DB, _ABOVE_FLOOR_DB, _BELOW_LOUDEST_DB = -45.0, 9.0, 6.0
_NOISIEST_DB = -28.0
"""Above it, sound is speech however loud the line is: where only speech is sent, its own quiet parts are no noise."""
_GAP = 4  # frames: shorter silences are within a word
_BURST = 3  # frames: shorter sounds are clicks
PAUSE_S = 0.4
"""A silence this long ends the greeting."""
_TONE_SHARE = 0.85  # of a frame's energy within three neighbouring bins
_TONE_FRAMES = 10
_TONE_HZ = (350.0, 2300.0)
_BIN_HZ = RATE_HZ / _FRAME
_JITTER_S = 0.2

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShape:
    """What was heard since the answer.

    Attributes:
        elapsed_s: Since the answer, by the clock on the wall.
        heard_s: Of sound that came; less than ``elapsed_s`` where nothing was sent.
        silence_before_s: Until the first speech; ``elapsed_s`` where there was none.
        greeting_s: From the first speech to its last before the first pause of ``PAUSE_S``, or until now.
        pause_s: Since the last speech, by the clock on the wall; 0 while somebody speaks, or nobody did.
        speech_s: Of speech altogether.
        bursts: Stretches of speech between short gaps, syllables or words.
        tone_hz: Of the first steady tone, 0 without one; ``tone_s`` how long it lasted.
    """

    elapsed_s: float
    heard_s: float
    silence_before_s: float
    greeting_s: float
    pause_s: float
    speech_s: float
    bursts: int
    tone_hz: float = 0.0
    tone_s: float = 0.0


class AnswerSound:
    """The sound of an answer as it comes, for as long as it is asked for.

    Args:
        longest_s: Nothing is kept after it.
    """

    def __init__(self, longest_s: float) -> None:
        self._laid = np.zeros(int(longest_s * RATE_HZ), dtype=np.int16)
        self._sent = np.zeros(len(self._laid) // _FRAME, dtype=bool)
        self._end = 0

    def put(self, pcm: bytes, at_s: float) -> None:
        """Take samples that came ``at_s`` after the answer; a gap longer than jitter before them is silence."""
        samples = np.frombuffer(pcm, dtype="<i2")
        begin = int(at_s * RATE_HZ) - len(samples)
        if begin - self._end > _JITTER_S * RATE_HZ:
            self._end = begin // _FRAME * _FRAME
        kept = samples[: max(0, len(self._laid) - self._end)]
        self._laid[self._end : self._end + len(kept)] = kept
        self._sent[self._end // _FRAME : (self._end + len(kept)) // _FRAME] = True
        self._end += len(kept)

    def shape(self, now_s: float) -> "AnswerShape":
        """Measure it, ``now_s`` after the answer."""
        count = self._end // _FRAME
        return _shape(self._laid[: count * _FRAME].reshape(-1, _FRAME), self._sent[:count], now_s)


def shape_of(samples: Samples, elapsed_s: float) -> AnswerShape:
    """Measure the sound since an answer, all of it sent without gaps.

    Args:
        samples: Mono, 16 bit, 8 kHz, from the first packet on.
        elapsed_s: Since the answer, by the clock on the wall.
    """
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return _shape(frames, np.ones(len(frames), dtype=bool), elapsed_s)


def _shape(laid: Samples, sent: npt.NDArray[np.bool_], elapsed_s: float) -> AnswerShape:
    frames = laid.astype(np.float64)
    elapsed_s = max(elapsed_s, len(frames) * FRAME_S)
    tones = _tone_of_frames(frames)
    tone_hz, tone_s = _first_tone(tones)
    speech = _stretches(_is_loud(frames, sent) & (tones == 0.0))
    begin, end = (speech[0][0], _end_of_greeting(speech)) if speech else (0, 0)
    since_last_s = elapsed_s - speech[-1][1] * FRAME_S if speech else 0.0
    return AnswerShape(
        elapsed_s=elapsed_s,
        heard_s=int(sent.sum()) * FRAME_S,
        silence_before_s=begin * FRAME_S if speech else elapsed_s,
        greeting_s=(end - begin) * FRAME_S,
        pause_s=since_last_s if since_last_s > _GAP * FRAME_S else 0.0,
        speech_s=sum(last - first for first, last in speech) * FRAME_S,
        bursts=len(speech),
        tone_hz=tone_hz,
        tone_s=tone_s,
    )


def _is_loud(frames: npt.NDArray[np.float64], sent: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say which frames are louder than the line's own noise, which what was not sent says nothing of."""
    if not sent.any():
        return np.zeros(len(frames), dtype=bool)
    level_db = 20 * np.log10(np.sqrt((frames**2).mean(axis=1)) / 32768 + 1e-6)
    floor_db = float(np.percentile(level_db[sent], 10))
    loudest_db = float(level_db.max()) - _BELOW_LOUDEST_DB
    limit_db = max(_QUIETEST_DB, min(floor_db + _ABOVE_FLOOR_DB, _NOISIEST_DB, loudest_db))
    return np.asarray(level_db > limit_db, dtype=bool)


def _stretches(loud: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return begin and end (in frames) of what is loud, gaps within words closed and clicks left out."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.astype(np.int8), [0]))))
    joined: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if joined and first - joined[-1][1] < _GAP:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [(first, last) for first, last in joined if last - first >= _BURST]


def _end_of_greeting(speech: list[tuple[int, int]]) -> int:
    end = speech[0][1]
    for first, last in speech[1:]:
        if (first - end) * FRAME_S >= PAUSE_S:
            break
        end = last
    return end


def _tone_of_frames(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return for each frame the frequency it is a pure tone of, 0 where it is none."""
    if not len(frames):
        return np.zeros(0)
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)) ** 2
    power[:, :2] = 0.0  # hum
    peak = power.argmax(axis=1)
    around = np.stack([np.take_along_axis(power, np.clip(peak + n, 0, power.shape[1] - 1)[:, None], 1)[:, 0]
                       for n in (-1, 0, 1)]).sum(axis=0)  # fmt: skip
    hz = peak * _BIN_HZ
    loud = (frames**2).mean(axis=1) > (32768 * 10 ** (_QUIETEST_DB / 20)) ** 2
    pure = (around > _TONE_SHARE * (power.sum(axis=1) + 1e-9)) & loud & (hz >= _TONE_HZ[0]) & (hz <= _TONE_HZ[1])
    return _steady(np.where(pure, hz, 0.0))


def _steady(hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Keep only tones that stay where they are: a vowel does not."""
    kept = np.zeros_like(hz)
    begin = 0
    for end in range(1, len(hz) + 1):
        if end == len(hz) or abs(hz[end] - hz[begin]) > _BIN_HZ:
            if hz[begin] and end - begin >= _TONE_FRAMES:
                kept[begin:end] = np.median(hz[begin:end])
            begin = end
    return kept


def _first_tone(tones: npt.NDArray[np.float64]) -> tuple[float, float]:
    sounding = tones[tones > 0]
    return (float(sounding[0]), len(sounding) * FRAME_S) if len(sounding) else (0.0, 0.0)
