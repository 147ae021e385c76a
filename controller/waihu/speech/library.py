"""The model library: a folder with a folder for each model, and which of them hears a language or dialect.

A model may say what it is in ``model.toml``: ``name``, ``language`` (``en``, ``en-in``, ``zh-yue``),
``sample_rate_hz``, ``fixture``. Otherwise its folder's name says the language, as those of the Vosk project do, and its
files the rate.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from waihu.speech.model_files import ModelFiles
from waihu_models.errors import BadModel, NoModel

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_NAMED = re.compile(r"vosk-model-(?:small-|big-)?([a-z]{2,3})(?:-([a-z]{2}))?(?=-|$)")
_OUR_NAMES = {"cn": "zh", "kz": "kk"}
"""What the Vosk project calls languages, where it is not what the rest of the world calls them."""
_OF_SPEAKERS = "spk"
_FETCH = "fetch one (scripts/fetch-asr-model)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model.

    Attributes:
        language: As asked for: ``en``; with region or dialect: ``en-in``, ``zh-yue``.
        rate_hz: Of the sound it was trained on.
        fixture: Made for synthetic callers: useless on real people.
        takes_phrases: Whether it can be told to hear only given phrases.
    """

    name: str
    folder: Path
    language: str
    rate_hz: int
    fixture: bool = False
    takes_phrases: bool = False


class Library:
    """Models by language.

    Attributes:
        problems: Of folders that hold no usable model: its name -> why.
    """

    def __init__(self, models: Iterable[ModelCard] = (), problems: Mapping[str, str] | None = None) -> None:
        self._models = {model.name: model for model in models}
        self.problems = dict(problems or {})

    def __iter__(self) -> Iterator[ModelCard]:
        """Go through all models, by name."""
        return iter(sorted(self._models.values(), key=lambda model: model.name))

    def __len__(self) -> int:
        return len(self._models)

    def choose(self, language: str, name: str = "") -> ModelCard:
        """Return the model for a language or dialect, or the one of that name.

        A dialect without a model is heard by that of its language (``zh-yue`` by ``zh``), and a language by that of
        one of its regions (``en`` by ``en-us``), but never by that of a dialect. Fixtures come last.

        Raises:
            NoModel: there is none.
            BadModel: the one of that name cannot be used.
        """
        if name:
            return self._named(name)
        for wanted in ancestors(language.lower()):
            if found := [model for model in self if model.language == wanted]:
                return _best(found)
        base = language.lower().partition("-")[0]
        if found := [model for model in self if _is_region_of(model.language, base)]:
            return _best(found)
        known = ", ".join(sorted({model.language for model in self}))
        raise NoModel(f"there is no model for {language}: " + (f"there are those for {known}" if known else _FETCH))

    def _named(self, name: str) -> ModelCard:
        if name in self._models:
            return self._models[name]
        if name in self.problems:
            raise BadModel(f"{name}: {self.problems[name]}")
        raise NoModel(f"there is no model {name!r}: " + (f"there are {', '.join(self._models)}" if self else _FETCH))


def read_library(folder: Path) -> Library:
    """Look through a folder of models; one that does not exist is an empty one. Nothing is loaded."""
    models: dict[str, ModelCard] = {}
    problems: dict[str, str] = {}
    folders = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for path in folders:
        if path.name.startswith("."):  # one that is being unpacked
            continue
        try:
            card = read_card(path)
            if card.name in models:
                raise BadModel(f"there are two models of the name {card.name}: {models[card.name].folder.name} is used")
        except (BadModel, OSError) as error:
            problems[path.name] = str(error).removeprefix(f"{path.name}: ")
        else:
            models[card.name] = card
    return Library(models.values(), problems)


def read_card(folder: Path) -> ModelCard:
    """Return what a model is.

    Raises:
        BadModel: it is none, something of it is missing, or nothing says its language.
    """
    files = ModelFiles(folder)
    said = _read_toml(files.card)
    language = _text(said, "language", folder) or guessed_language(folder.name)
    files.check()
    if not language:
        raise BadModel(f'{folder.name}: nothing says its language: write language = "…" into its model.toml')
    if not _LANGUAGE.fullmatch(language):
        raise BadModel(f"{folder.name}: {language!r} in its model.toml is no language: en, zh, en-in, zh-yue are")
    rate_hz = said.get("sample_rate_hz", files.rate_hz())
    if not isinstance(rate_hz, int) or not 4000 <= rate_hz <= 96_000:
        raise BadModel(f"{folder.name}: {rate_hz!r} in its model.toml is no sample rate")
    return ModelCard(
        name=_text(said, "name", folder) or folder.name, folder=folder, language=language, rate_hz=rate_hz,
        fixture=said.get("fixture") is True, takes_phrases=files.takes_phrases,
    )  # fmt: skip


def guessed_language(name: str) -> str:
    """Return the language that the name of a model's folder says, as the Vosk project names them; empty: none."""
    found = _NAMED.match(name)
    if found is None or found[1] == _OF_SPEAKERS:
        return ""
    language = _OUR_NAMES.get(found[1], found[1])
    return f"{language}-{found[2]}" if found[2] and found[2] != found[1] else language


def ancestors(language: str) -> Iterator[str]:
    """Yield a language as narrow as it was asked for, then ever wider: ``zh-yue-hk``, ``zh-yue``, ``zh``."""
    while language:
        yield language
        language = language.rpartition("-")[0]


def _is_region_of(language: str, base: str) -> bool:
    """Whether it is the language as spoken in a country (two letters), not a dialect (three): RFC 5646."""
    first, _, rest = language.partition("-")
    return first == base and len(rest) == 2


def _best(models: Sequence[ModelCard]) -> ModelCard:
    return min(models, key=lambda model: (model.fixture, model.name))


def _read_toml(card: Path) -> dict[str, object]:
    try:
        return tomllib.loads(card.read_text("utf-8")) if card.is_file() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadModel(f"{card.parent.name}: its {card.name} cannot be read: {error}") from error


def _text(said: Mapping[str, object], key: str, folder: Path) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise BadModel(f"{folder.name}: {key} in its model.toml is no text")
    return value
