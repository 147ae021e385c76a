"""``am/final.mdl``: Kaldi's transition model and nnet3 network, in its text form.

Each phone stands in the model four times, by its position in a word (begin, internal, end, singleton): Vosk finds word
boundaries by that. All four share one output of the network. Every phone is one state with a loop.
"""

from collections.abc import Iterator, Sequence
from enum import IntEnum

from asr_fixture.arrays import Array, Frames
from asr_fixture.features import COEFFICIENTS
from asr_fixture.network import CONTEXT, OFFSETS, Network


class Position(IntEnum):
    """Where in a word a phone stands."""

    BEGIN = 0
    INTERNAL = 1
    END = 2
    SINGLETON = 3


def phone_id(unit: int, position: Position) -> int:
    """Return Kaldi's number of a phone, from 1, by the place of the phone in the list of units."""
    return len(Position) * unit + position + 1


def word_boundaries(units: Sequence[str]) -> str:
    """Return ``graph/phones/word_boundary.int``; unit 0 is silence."""
    return "".join(
        f"{phone_id(unit, position)} {position.name.lower() if unit else 'nonword'}\n"
        for unit in range(len(units))
        for position in Position
    )


def final_mdl(network: Network, priors: Frames) -> str:
    """Return the file; ``priors`` are what the outputs are divided by, one a unit."""
    return "".join([*_transitions(len(priors)), *_nodes(), *_components(network), *_end(priors)])


def _transitions(units: int) -> Iterator[str]:
    count = len(Position) * units
    phones = " ".join(str(number) for number in range(1, count + 1))
    yield f"<TransitionModel> \n<Topology> \n<TopologyEntry> \n<ForPhones> \n{phones} \n</ForPhones> \n"
    yield "<State> 0 <PdfClass> 0 <Transition> 0 0.5 <Transition> 1 0.5 </State> \n<State> 1 </State> \n"
    yield f"</TopologyEntry> \n</Topology> \n<Triples> {count} \n"
    yield from (f"{number + 1} 0 {number // len(Position)} \n" for number in range(count))
    yield "</Triples> \n<LogProbs> \n [ 0" + " -0.693147" * (2 * count) + " ]\n</LogProbs> \n</TransitionModel> \n"


def _nodes() -> Iterator[str]:
    yield f"<Nnet3> \ninput-node name=input dim={COEFFICIENTS}\n"
    spliced = ",".join(f"Offset(input, {offset})" if offset else "input" for offset in OFFSETS)
    source = f"Append({spliced})"
    for name in ("affine1", "relu1", "affine2", "relu2", "affine3", "softmax"):
        yield f"component-node name={name} component={name} input={source}\n"
        source = name
    yield f"output-node name=output input={source} objective=linear\n\n<NumComponents> 6 \n"


def _components(network: Network) -> Iterator[str]:
    for number, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        rows = "\n".join("  " + _figures(row) for row in weight.T)
        yield f"<ComponentName> affine{number} <FixedAffineComponent> <LinearParams>  [\n{rows} ]\n"
        yield f"<BiasParams>  [ {_figures(bias)} ]\n</FixedAffineComponent> \n"
        if number < len(network.weights):
            yield _nonlinear(f"relu{number}", "RectifiedLinearComponent", len(bias))
    yield _nonlinear("softmax", "LogSoftmaxComponent", len(network.biases[-1]))


def _nonlinear(name: str, kind: str, size: int) -> str:
    return f"<ComponentName> {name} <{kind}> <Dim> {size} <ValueAvg>  [ ]\n<DerivAvg>  [ ]\n<Count> 0 </{kind}> \n"


def _end(priors: Frames) -> Iterator[str]:
    yield f"</Nnet3> \n<LeftContext> {CONTEXT} <RightContext> {CONTEXT} <Priors>  [ {_figures(priors, 6)} ]\n"


def _figures(numbers: Array, digits: int = 3) -> str:
    return " ".join(f"{number:.{digits}g}" for number in numbers)
