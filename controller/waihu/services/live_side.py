"""One side of a call under way: what an ear reports of its streams becomes utterances and a transcript.

There is one stream as a rule. After an ear was lost there is another one, whose numbers and times go on where the first
ended, and what was said between is missing: such a transcript is not whole.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from waihu.speech.display import shown
from waihu.speech.ear_words import Began, Ended, FinalSaid, PartialSaid
from waihu.speech.redaction import redact, redact_partial
from waihu_models.ids import CallId, new_id
from waihu_models.transcript import Partial, Side, Transcript, TranscriptState, Utterance, Word

MOST = 10_000
"""Utterances that are kept of one side; a call in which more is said is transcribed after it."""
NEVER_CAME = "the sound did not come to the ear"
_TAIL = 12
"""Utterances that are looked at together for numbers said in pieces."""


class LiveSide:
    """What was said on one side so far.

    Attributes:
        transcript: How far it is.
        whole: Nothing is missing so far.
        reason: Why it is not whole.
        said: All utterances, without secret numbers as far as could be known when each was told.
    """

    def __init__(self, call_id: CallId, side: Side, language: str, redacts: Callable[[], bool]) -> None:
        self.transcript = Transcript(call_id=call_id, side=side, state=TranscriptState.LISTENING, language=language)
        self.whole = True
        self.reason = ""
        self.said: list[Utterance] = []
        self._raw: list[Utterance] = []  # as it was heard: a number shows itself only when its last piece is said
        self._redacts = redacts
        self._next_n = 0
        self._first_n = 0  # of the present stream
        self._shift_s = 0.0  # from the first stream's beginning to the present one's

    def resume(self, was: Transcript, said: list[Utterance]) -> None:
        """Go on where an earlier run of the program ended."""
        self.transcript = replace(was, state=TranscriptState.LISTENING)
        self.said, self._raw = said[-MOST:], said[-MOST:]
        self._next_n = max((one.n for one in said), default=-1) + 1
        self.lack("the program was started anew")

    def lack(self, reason: str) -> None:
        """Learn that something is missing."""
        self.whole, self.reason = False, self.reason or reason

    # ---- what an ear says ------------------------------------------------------------------------------------------

    def began(self, said: Began) -> Transcript:
        """Take the beginning of a stream."""
        first_at = self.transcript.began_at or said.at
        self._first_n = self._next_n
        self._shift_s = max(0.0, (said.at - first_at).total_seconds())
        self.transcript = replace(
            self.transcript, began_at=first_at, engine=said.engine, model=said.model,
            language=said.language or self.transcript.language,
        )  # fmt: skip
        return self.transcript

    def partial(self, said: PartialSaid, now: datetime) -> Partial:
        """Take what is being said."""
        text = redact_partial(said.text) if self._redacts() else said.text
        one = self.transcript
        return Partial(
            call_id=one.call_id, side=one.side, n=self._first_n + said.n, at=now, text_display=shown(text)
        )  # fmt: skip

    def final(self, said: FinalSaid, now: datetime) -> Utterance | None:
        """Take what was said; None where there is nothing to be told of it."""
        if not said.text.strip():
            return None
        if len(self.said) >= MOST:
            self.lack(f"more than {MOST} utterances")
            return None
        utterance = self._utterance(said, now)
        self._next_n = max(self._next_n, utterance.n + 1)
        self._raw.append(utterance)
        if self._redacts():
            utterance = redact(self._raw[-_TAIL:])[-1]
        self.said.append(utterance)
        return utterance

    def _utterance(self, said: FinalSaid, now: datetime) -> Utterance:
        one, shift_s = self.transcript, self._shift_s
        start_s, end_s = said.start_s + shift_s, said.end_s + shift_s
        at = one.began_at + timedelta(seconds=start_s) if one.began_at else now
        words = tuple(
            Word(word.text, word.start_s + shift_s, word.end_s + shift_s, word.confidence) for word in said.words
        )
        return Utterance(
            id=new_id(), call_id=one.call_id, side=one.side, n=self._first_n + said.n, at=at,
            start_s=start_s, end_s=end_s, text_raw=said.text, text_display=shown(said.text), words=words,
            language=one.language, engine=one.engine, model=one.model,
        )  # fmt: skip

    def ended(self, said: Ended) -> None:
        """Take the end of a stream."""
        one = self.transcript
        self.transcript = replace(one, heard_s=one.heard_s + said.heard_s, lost_s=one.lost_s + said.lost_s)
        if not said.whole:
            self.lack(said.reason or "not all of it was heard")

    @property
    def is_deaf(self) -> bool:
        """Whether nobody here can recognise it."""
        return self.transcript.state is TranscriptState.NO_MODEL

    # ---- the end ---------------------------------------------------------------------------------------------------

    def closed(self) -> Transcript:
        """Return the transcript as it stays, or as it waits for the recording."""
        if self.transcript.state is TranscriptState.LISTENING:
            if self.transcript.began_at is None:
                self.lack(NEVER_CAME)
            state = TranscriptState.DONE if self.whole else TranscriptState.DEFERRED
            self.transcript = replace(self.transcript, state=state, reason=self.reason)
        return self.transcript

    def deaf(self, reason: str) -> Transcript:
        """Return the transcript of what nobody here can recognise."""
        self.transcript = replace(self.transcript, state=TranscriptState.NO_MODEL, reason=reason)
        return self.transcript

    def cleared(self) -> list[Utterance] | None:
        """Return all utterances where a secret number shows itself only now, said in pieces; None where none does."""
        clean = redact(self._raw) if self._redacts() else self.said
        return clean if clean != self.said else None
