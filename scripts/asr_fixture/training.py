"""The recipe, in order: speak, learn phones, write the model. One language on one core in some minutes."""

import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_fixture.espeak import SILENCE
from asr_fixture.graph import Costs, Graph
from asr_fixture.material import Material, Pronunciation, make_material
from asr_fixture.model_folder import Acoustics, load_acoustics, save_acoustics, write_folder
from asr_fixture.network import Plan, train
from asr_fixture.texts import Use, read_texts, read_words

_RAREST_FRAMES = 60  # a phone heard for less than 0.6 s is not learned

Say = Callable[[str], None]
Pronunciations = dict[str, Counter[Pronunciation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What training is told. Equal recipes give equal models on machines with the same espeak-ng and numpy."""

    language: str
    costs: Costs
    hours: float = 10.0
    hidden: int = 320
    passes: int = 10
    seed: int = 1


# The costs were chosen on the development set.
RECIPES = {
    "en": Recipe(
        language="en", hours=14.0, passes=14, hidden=370, costs=Costs(word=-0.5, unknown=3.0, unknown_phone=2.8)
    ),
    "zh": Recipe(language="zh", costs=Costs(word=-0.5, unknown=3.0, unknown_phone=2.6)),
}


def build_alone(recipe: Recipe, out: Path, say: Say) -> Path:
    """Do ``build`` in a new process, so that it gives the same model whatever espeak-ng has said before."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(build, recipe, out, say).result()


def build(recipe: Recipe, out: Path, say: Say) -> Path:
    """Train a model; returns its folder, ``<out>/fixture-<language>``.

    espeak-ng goes on, sample by sample, from what it said before: only in a new process is the result always the same.

    Raises:
        SpeechFailed: espeak-ng is missing, or lacks a voice.
    """
    out.mkdir(parents=True, exist_ok=True)
    texts = read_texts(recipe.language, Use.TRAINING)
    material = make_material(
        recipe.language, texts, recipe.hours, recipe.seed, _every_tenth(say, f"{recipe.language}: speaking")
    )
    say(f"{recipe.language}: {len(material.features)} utterances")
    acoustics = _learn(material, recipe, say)
    save_acoustics(_kept(out, recipe.language), acoustics)
    spellings = [
        [word, *phones, count] for word, found in material.pronunciations.items() for phones, count in found.items()
    ]
    _spellings(out, recipe.language).write_text(json.dumps(spellings), "utf-8")
    return build_graph(recipe, out)


def build_graph(recipe: Recipe, out: Path) -> Path:
    """Write a model anew from what an earlier ``build`` into the same folder learned: other costs or other phrases."""
    acoustics = load_acoustics(_kept(out, recipe.language))
    found: Pronunciations = {word: Counter() for word in read_words(recipe.language)}
    for word, *phones, count in json.loads(_spellings(out, recipe.language).read_text("utf-8")):
        found[word][tuple(phones)] = count
    phrases = read_texts(recipe.language, Use.TRAINING).phrases
    folder = out / f"fixture-{recipe.language}"
    write_folder(folder, acoustics, Graph(found, acoustics.units, phrases, recipe.costs), recipe.language)
    return folder


def _learn(material: Material, recipe: Recipe, say: Say) -> Acoustics:
    labels = np.concatenate(material.labels)
    counts = Counter(labels.tolist())
    units = (SILENCE, *sorted(unit for unit, count in counts.items() if unit != SILENCE and count >= _RAREST_FRAMES))
    number = {unit: place for place, unit in enumerate(units)}
    classes = np.array([number.get(label, 0) for label in labels], np.int64)

    def told(done: int, loss: float, wrong: float) -> None:
        passes = f"{recipe.language}: {len(units)} phones, pass {done} of {recipe.passes}"
        say(f"{passes}: loss {loss:.3f}, {wrong:.1%} of frames wrong")

    plan = Plan(classes=len(units), hidden=recipe.hidden, passes=recipe.passes, seed=recipe.seed, told=told)
    network = train(material.features, classes, plan)
    return Acoustics(network, units, (np.bincount(classes, minlength=len(units)) + 1).astype(np.float32))


def _every_tenth(say: Say, what: str) -> Callable[[float], None]:
    """Return a progress report that speaks at each tenth of the work."""
    said, began = 0, time.monotonic()

    def progress(share: float) -> None:
        nonlocal said
        if int(share * 10) > said:
            said = int(share * 10)
            say(f"{what}: {said * 10} % after {time.monotonic() - began:.0f} s")

    return progress


def _kept(out: Path, language: str) -> Path:
    return out / f"{language}-acoustics.npz"


def _spellings(out: Path, language: str) -> Path:
    return out / f"{language}-pronunciations.json"
