"""Leaves card and identity numbers out of what was said, and says when they were said, so that sound can be silenced.

A number is often said in pieces, with a pause after each: what one side says is looked at as one stream of words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from waihu.speech.secret_numbers import secrets_in
from waihu.speech.spoken_digits import Digit, runs
from waihu_models.transcript import Utterance, Word

HIDDEN = "▒▒▒▒"
"""Stands for each word that was left out."""
PAUSE_S = 15.0
"""Longer silence ends a number."""
_LONG_RUN = 9
_AROUND_S = 0.15
"""Recognisers put the edges of words a little off."""
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff▒]) (?=[\u3400-\u9fff▒])")
_SOCIAL = re.compile(r"social|security|\bssn\b|社保|社会安全", re.IGNORECASE)


def redact(utterances: Sequence[Utterance]) -> list[Utterance]:
    """Return what one side said, by time, without secret numbers; utterances without any come back as they are."""
    return [said for stretch in _stretches(utterances) for said in _redacted(stretch)]


def _redacted(stretch: Sequence[Utterance]) -> Iterator[Utterance]:
    tokens = [_tokens(said) for said in stretch]
    hidden = hidden_words([token for those in tokens for token in those])
    first = 0
    for said, those in zip(stretch, tokens, strict=True):
        here = {place for place in range(len(those)) if first + place in hidden}
        yield _without(said, here) if here else said
        first += len(those)


def _stretches(utterances: Sequence[Utterance]) -> list[list[Utterance]]:
    stretches: list[list[Utterance]] = []
    for said in utterances:
        if stretches and said.start_s - stretches[-1][-1].end_s <= PAUSE_S:
            stretches[-1].append(said)
        else:
            stretches.append([said])
    return stretches


def _tokens(said: Utterance) -> list[str]:
    return [word.text for word in said.words] or said.text_raw.split()


def hidden_words(words: Sequence[str], *, long_runs: bool = False) -> set[int]:
    """Return the places of words that make a secret number, and of what is said between them.

    Args:
        words: By time.
        long_runs: Hide any long run of digits: of a number that is being said nobody knows yet what it will be.
    """
    social = _SOCIAL.search(" ".join(words)) is not None
    hidden: set[int] = set()
    for run in runs(words):
        chars = "".join(digit.char for digit in run)
        dashed = any(re.fullmatch(r"\d{3}-\d{2}-\d{4}", words[digit.place].strip(".,")) for digit in run)
        for first, last in secrets_in(chars, social_security=social or dashed):
            hidden.update(_places(run[first:last]))
        if long_runs and sum(char.isdigit() for char in chars) >= _LONG_RUN:
            hidden.update(_places(run))
    return hidden


def _places(digits: Sequence[Digit]) -> range:
    return range(digits[0].place, digits[-1].place + 1)


def redact_partial(text: str) -> str:
    """Return what is being said without what may become a secret number."""
    words = text.split() if " " in text else [*text]
    hidden = hidden_words(words, long_runs=True)
    if not hidden:
        return text
    joined = _joined([HIDDEN if n in hidden else word for n, word in enumerate(words)])
    return joined if " " in text else joined.replace(" ", "")


def _without(said: Utterance, hidden: set[int]) -> Utterance:
    raw = _joined([HIDDEN if n in hidden else token for n, token in enumerate(_tokens(said))])
    words = tuple(replace(word, text=HIDDEN) if n in hidden else word for n, word in enumerate(said.words))
    return replace(said, text_raw=raw, text_display=_HAN_GAP.sub("", raw), words=words)


def _joined(tokens: Iterable[str]) -> str:
    shown: list[str] = []
    for token in tokens:
        if token != HIDDEN or not shown or shown[-1] != HIDDEN:
            shown.append(token)
    return " ".join(shown)


def secret_spans(utterances: Iterable[Utterance]) -> list[tuple[float, float]]:
    """Return from when to when, in seconds of the stream, words are said that were left out of utterances."""
    spans: list[tuple[float, float]] = []
    for said in utterances:
        if HIDDEN not in said.text_raw:
            continue
        hidden = [word for word in said.words if word.text == HIDDEN]
        # Without times of its words, all of it.
        words = hidden or [Word(HIDDEN, said.start_s, said.end_s)]
        spans += [(max(0.0, word.start_s - _AROUND_S), word.end_s + _AROUND_S) for word in words]
    return sorted(spans)
