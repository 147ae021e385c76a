"""A network of two hidden layers that tells phones apart: numpy, Adam, nothing else."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from asr_fixture.arrays import Frames, Numbers
from asr_fixture.features import COEFFICIENTS

OFFSETS = (-12, -9, -6, -4, -2, -1, 0, 1, 2, 4, 6, 9, 12)  # frames that are looked at together, 10 ms each
CONTEXT = max(OFFSETS)
_BATCH = 512
_RATE, _SLOWEST_RATE = 2e-3, 1e-5
_MOMENTUM, _SCALE_MEMORY, _TINY = 0.9, 0.999, 1e-8  # Adam's


@dataclass(frozen=True, slots=True)
class Network:
    """Weights (inputs x outputs) and biases of three layers; it takes features as they are, not normalised."""

    weights: tuple[Frames, Frames, Frames]
    biases: tuple[Frames, Frames, Frames]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to train. ``told`` hears after each pass: its number, the mean loss, the share of frames that were wrong."""

    classes: int
    hidden: int
    passes: int
    seed: int
    told: Callable[[int, float, float], None]


def train(features: Sequence[Frames], classes: Numbers, plan: Plan) -> Network:
    """Learn the class of every frame; ``classes`` is that of all utterances, one after the other."""
    chance = np.random.default_rng(plan.seed)
    everything = np.concatenate(features)
    mean, spread = everything.mean(0), everything.std(0) + 1e-5
    padded = [np.pad((one - mean) / spread, ((CONTEXT, CONTEXT), (0, 0)), "edge") for one in features]
    frames = np.concatenate(padded).astype(np.float32)
    centres = _centres([len(one) for one in features])
    parameters = _begin([COEFFICIENTS * len(OFFSETS), plan.hidden, plan.hidden, plan.classes], chance)
    adam = _Adam(parameters, plan.passes * (len(classes) // _BATCH))
    for number in range(plan.passes):
        loss = wrong = 0.0
        for batch in _batches(len(classes), chance):
            inputs = frames[centres[batch][:, None] + np.array(OFFSETS)].reshape(len(batch), -1)
            gradients, batch_loss, batch_wrong = _step(parameters, inputs, classes[batch])
            adam.apply(gradients)
            loss, wrong = loss + batch_loss, wrong + batch_wrong
        plan.told(number + 1, loss / len(classes), wrong / len(classes))
    return _unnormalised(parameters, mean, spread)


def _centres(lengths: Sequence[int]) -> Numbers:
    """Return the place of every frame among the padded ones."""
    starts = np.cumsum([0] + [length + 2 * CONTEXT for length in lengths[:-1]]) + CONTEXT
    return np.concatenate([start + np.arange(length) for start, length in zip(starts, lengths, strict=True)])


def _begin(sizes: Sequence[int], chance: np.random.Generator) -> list[Frames]:
    parameters: list[Frames] = []
    for inputs, outputs in pairwise(sizes):
        parameters.append((chance.standard_normal((inputs, outputs)) * math.sqrt(2 / inputs)).astype(np.float32))
        parameters.append(np.zeros(outputs, np.float32))
    return parameters


def _batches(count: int, chance: np.random.Generator) -> Iterator[Numbers]:
    order = chance.permutation(count)
    for start in range(0, count - _BATCH + 1, _BATCH):
        yield order[start : start + _BATCH]


def _step(parameters: list[Frames], inputs: Frames, wanted: Numbers) -> tuple[list[Frames], float, float]:
    """Return gradients, the sum of losses and the number of wrong frames of one batch."""
    weight_1, bias_1, weight_2, bias_2, weight_3, bias_3 = parameters
    first = np.maximum(inputs @ weight_1 + bias_1, 0)
    second = np.maximum(first @ weight_2 + bias_2, 0)
    scores = second @ weight_3 + bias_3
    shares = np.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    rows = np.arange(len(wanted))
    loss = -float(np.log(shares[rows, wanted] + 1e-9).sum())
    wrong = float((shares.argmax(1) != wanted).sum())
    shares[rows, wanted] -= 1
    shares /= len(wanted)
    back_2 = (shares @ weight_3.T) * (second > 0)
    back_1 = (back_2 @ weight_2.T) * (first > 0)
    gradients = [inputs.T @ back_1, back_1.sum(0), first.T @ back_2, back_2.sum(0), second.T @ shares, shares.sum(0)]
    return gradients, loss, wrong


class _Adam:
    """The optimiser, with a rate that falls to almost nothing; changes the parameters in place."""

    def __init__(self, parameters: list[Frames], steps: int) -> None:
        self._parameters, self._steps, self._done = parameters, max(1, steps), 0
        self._mean = [np.zeros_like(one) for one in parameters]
        self._square = [np.zeros_like(one) for one in parameters]

    def apply(self, gradients: list[Frames]) -> None:
        """Go one step."""
        self._done += 1
        rate = _RATE * (1 - self._done / self._steps) + _SLOWEST_RATE
        rate *= math.sqrt(1 - _SCALE_MEMORY**self._done) / (1 - _MOMENTUM**self._done)
        for one, gradient, mean, square in zip(self._parameters, gradients, self._mean, self._square, strict=True):
            np.add(mean, (1 - _MOMENTUM) * (gradient - mean), out=mean)
            np.add(square, (1 - _SCALE_MEMORY) * (gradient * gradient - square), out=square)
            np.subtract(one, rate * mean / (np.sqrt(square) + _TINY), out=one)


def _unnormalised(parameters: list[Frames], mean: Frames, spread: Frames) -> Network:
    """Fold the normalisation of the features into the first layer."""
    weight_1, bias_1, weight_2, bias_2, weight_3, bias_3 = parameters
    weight_1 = weight_1 / np.tile(spread, len(OFFSETS))[:, None]
    bias_1 = bias_1 - np.tile(mean, len(OFFSETS)) @ weight_1
    return Network((weight_1, weight_2, weight_3), (bias_1, bias_2, bias_3))
