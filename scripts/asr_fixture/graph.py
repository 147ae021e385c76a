"""``graph/HCLG.fst``: which words may follow which, as phones, in OpenFst's binary form.

A bigram over the training phrases backs off to a loop over all words. ``[unk]`` is a loop over all phones, dearer than
any word that fits. Costs are negative natural logarithms of probabilities.
"""

import math
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from asr_fixture.acoustic_model import Position, phone_id
from asr_fixture.espeak import SILENCE
from asr_fixture.material import Pronunciation
from asr_fixture.texts import Phrase

UNKNOWN = "[unk]"
_START = "<s>"
_EPSILON = 0
_SILENCE_COST = 0.7
_SEEN_SHARE = 0.6  # of the probability after a word goes to words that were seen there; the rest to the loop
_RAREST_SHARE = 0.02  # rarer pronunciations of a word are left out
_SPELLING_WEIGHT = 0.5  # of how rare a pronunciation is

Entry = tuple[int, float]  # a state a word may begin in, and what that costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Chosen on the development set. Higher ``word`` and lower ``unknown``: fewer false words, more missed ones."""

    word: float
    unknown: float
    unknown_phone: float
    stay: float = 0.1
    pronunciations: int = 6


class Graph:
    """The graph, built at once; ``binary`` and ``words_txt`` are the files."""

    def __init__(
        self,
        pronunciations: Mapping[str, Counter[Pronunciation]],
        units: Sequence[str],
        phrases: Sequence[Phrase],
        costs: Costs,
    ) -> None:
        self._arcs: list[list[tuple[int, int, float, int]]] = [[]]  # state 0: the loop over all words
        self._phones = [0]  # what each state stays in, 0: nothing
        self._units = {unit: number for number, unit in enumerate(units)}
        self._costs = costs
        self._labels = {word: number for number, word in enumerate([*pronunciations, UNKNOWN], 1)}
        self._after = {word: self._state() for word in [*self._labels, _START]}
        self._followers = _followers(phrases, self._labels)
        self._totals = Counter[str]()
        for (before, _), count in self._followers.items():
            self._totals[before] += count
        for state in (0, *self._after.values()):
            self._silence(state)
        for word, state in self._after.items():
            self._arc(state, 0, cost=-math.log(1 - _SEEN_SHARE) if self._totals[word] else 0.0)
        for word, spoken in pronunciations.items():
            self._word(word, spoken)
        self._unknown()

    @property
    def words_txt(self) -> str:
        """``graph/words.txt``."""
        return "<eps> 0\n" + "".join(f"{word} {number}\n" for word, number in self._labels.items())

    def binary(self) -> bytes:
        """``graph/HCLG.fst``: OpenFst's vector type over the standard arc."""
        finals = {0, *self._after.values()}
        header = struct.pack("<ii6si8s", 2125659606, 6, b"vector", 8, b"standard")
        header += struct.pack("<iiQqqq", 2, 0, 3, self._after[_START], len(self._arcs), sum(map(len, self._arcs)))
        parts = [header]
        for state, arcs in enumerate(self._arcs):
            parts.append(struct.pack("<fq", 0.0 if state in finals else math.inf, len(arcs)))
            parts += [struct.pack("<iifi", *arc) for arc in arcs]
        return b"".join(parts)

    def _state(self, phone: int = 0) -> int:
        self._arcs.append([])
        self._phones.append(phone)
        return len(self._arcs) - 1

    def _arc(self, source: int, target: int, *, into: int = _EPSILON, out: int = _EPSILON, cost: float = 0.0) -> None:
        self._arcs[source].append((into, out, cost, target))

    def _phone_state(self, name: str, position: Position) -> int:
        """Make a state that stays in a phone; Kaldi numbers two transitions of each: the loop, and into it."""
        phone = phone_id(self._units[name], position)
        state = self._state(phone)
        self._arc(state, state, into=2 * phone - 1, cost=self._costs.stay)
        return state

    def _enter(self, source: int, state: int, *, out: int = _EPSILON, cost: float = 0.0) -> None:
        self._arc(source, state, into=2 * self._phones[state], out=out, cost=cost)

    def _silence(self, state: int) -> None:
        silent = self._phone_state(SILENCE, Position.BEGIN)
        self._enter(state, silent, cost=_SILENCE_COST)
        self._arc(silent, state)

    def _entries(self, word: str, loop_cost: float, seen_cost: float) -> list[Entry]:
        """Return where a word may begin: in the loop, and after each word it was seen after."""
        seen = [(before, count) for (before, after), count in self._followers.items() if after == word]
        return [(0, loop_cost)] + [
            (self._after[before], seen_cost - math.log(_SEEN_SHARE * count / self._totals[before]))
            for before, count in seen
        ]

    def _word(self, word: str, spoken: Counter[Pronunciation]) -> None:
        entries = self._entries(word, math.log(len(self._labels) - 1) + self._costs.word, self._costs.word)
        commonest = spoken.most_common(1)[0][1]
        for phones, count in spoken.most_common(self._costs.pronunciations):
            if count < _RAREST_SHARE * spoken.total() or any(phone not in self._units for phone in phones):
                continue
            rare = _SPELLING_WEIGHT * math.log(commonest / count)
            self._chain(word, phones, [(state, cost + rare) for state, cost in entries])

    def _chain(self, word: str, phones: Pronunciation, entries: Sequence[Entry]) -> None:
        position = Position.BEGIN if len(phones) > 1 else Position.SINGLETON
        state = self._phone_state(phones[0], position)
        for source, cost in entries:
            self._enter(source, state, out=self._labels[word], cost=cost)
        for number, name in enumerate(phones[1:], 1):
            position = Position.END if number == len(phones) - 1 else Position.INTERNAL
            following = self._phone_state(name, position)
            self._enter(state, following)
            state = following
        self._arc(state, self._after[word])

    def _unknown(self) -> None:
        """Any phones, at least two, count as ``[unk]``."""
        first, hub, dear = self._state(), self._state(), self._costs.unknown_phone
        for state, cost in self._entries(UNKNOWN, self._costs.unknown, self._costs.unknown - 1):
            self._arc(state, first, out=self._labels[UNKNOWN], cost=cost)
        steps: tuple[tuple[int, Position, int], ...] = (
            (first, Position.BEGIN, hub),
            (hub, Position.INTERNAL, hub),
            (hub, Position.END, self._after[UNKNOWN]),
        )
        for name in self._units:
            if name == SILENCE:
                continue
            for source, position, target in steps:
                state = self._phone_state(name, position)
                self._enter(source, state, cost=dear)
                self._arc(state, target)


def _followers(phrases: Sequence[Phrase], known: Mapping[str, int]) -> Counter[tuple[str, str]]:
    """Count which word follows which; several unknown ones in a row are one."""
    followers: Counter[tuple[str, str]] = Counter()
    for phrase in phrases:
        words = [_START]
        for token in phrase:
            word = token.word if token.word in known else UNKNOWN
            if word != UNKNOWN or words[-1] != UNKNOWN:
                words.append(word)
        followers.update(pairwise(words))
    return followers
