"""A trained model as the folder Vosk loads, and as a small archive that is the same, byte for byte, every time."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_fixture import acoustic_model, features
from asr_fixture.arrays import Frames
from asr_fixture.channel import RATE_HZ
from asr_fixture.graph import Graph
from asr_fixture.network import Network
from waihu.speech.model_pack import CARD, contents_sha256

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file knows
_PRIOR_POWER = 0.8
# Vosk ends an utterance by these; the subsampling makes it look at every third frame, as its own models do.
_MODEL_CONF = """--min-active=200
--max-active=3000
--beam=13.0
--lattice-beam=4.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1:2:3:4
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""


@dataclass(frozen=True, slots=True)
class Acoustics:
    """What was learned of sound: the network, its units (silence first), and how often each was heard."""

    network: Network
    units: tuple[str, ...]
    counts: Frames


def write_folder(folder: Path, acoustics: Acoustics, graph: Graph, language: str) -> None:
    """Write all files of a model; what was there under their names is replaced."""
    for path in ("am", "conf", "graph/phones"):
        (folder / path).mkdir(parents=True, exist_ok=True)
    priors = (acoustics.counts / acoustics.counts.sum()) ** _PRIOR_POWER
    _write(folder / "am/final.mdl", acoustic_model.final_mdl(acoustics.network, priors / priors.sum()))
    _write(folder / "conf/mfcc.conf", features.CONFIGURATION)
    _write(folder / "conf/model.conf", _MODEL_CONF)
    _write(folder / "graph/words.txt", graph.words_txt)
    _write(folder / "graph/phones/word_boundary.int", acoustic_model.word_boundaries(acoustics.units))
    (folder / "graph/HCLG.fst").write_bytes(graph.binary())
    card = [
        "# A fixture for synthetic callers: useless on real people.",
        f'name = "{folder.name}"',
        f'language = "{language}"',
        f"sample_rate_hz = {RATE_HZ}",
        "fixture = true",
        f'sha256 = "{contents_sha256(folder)}"',
    ]
    _write(folder / CARD, "\n".join(card) + "\n")


def pack(folder: Path, archive: Path) -> int:
    """Pack a model; returns the size in bytes."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in _files(folder):
            member = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o100644 << 16
            packed.writestr(member, path.read_bytes(), compresslevel=9)
    return archive.stat().st_size


def save_acoustics(path: Path, acoustics: Acoustics) -> None:
    """Keep what took long to learn, so that a graph alone can be made anew."""
    layers = {f"weight{n}": weight for n, weight in enumerate(acoustics.network.weights)}
    layers |= {f"bias{n}": bias for n, bias in enumerate(acoustics.network.biases)}
    np.savez(path, units=np.array(acoustics.units), counts=acoustics.counts, **layers)  # type: ignore[arg-type]


def load_acoustics(path: Path) -> Acoustics:
    """Read what ``save_acoustics`` kept."""
    with np.load(path) as kept:
        weights = (kept["weight0"], kept["weight1"], kept["weight2"])
        biases = (kept["bias0"], kept["bias1"], kept["bias2"])
        return Acoustics(Network(weights, biases), tuple(str(unit) for unit in kept["units"]), kept["counts"])


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
