"""The manifest: which models there are, where, and how they are known to be whole."""

import tomllib
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from waihu_models.errors import BadInput, NotFound


class Model(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model. ``sha256``: of the archive, empty where none is published. ``size_bytes``: rounded, 0 unknown."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    address: str
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[a-z0-9]+)*$")]
    sample_rate_hz: Annotated[int, Meta(ge=8000, le=48_000)]
    licence: str
    sha256: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    size_bytes: Annotated[int, Meta(ge=0)] = 0

    def __post_init__(self) -> None:
        """Refuse addresses that are none."""
        if urlsplit(self.address).scheme not in {"https", "http"}:
            raise ValueError(f"{self.address!r} is no address of the web")


class _Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    models: tuple[Model, ...]


def read_manifest(path: Path) -> tuple[Model, ...]:
    """Read a manifest.

    Raises:
        BadInput: it is missing or cannot be read; names file and field.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _Manifest).models
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{path}: {error}") from error


def chosen(models: tuple[Model, ...], name: str) -> Model:
    """Return the model of a name, or the smallest one of a language.

    Raises:
        NotFound: neither; names those there are.
    """
    for model in models:
        if model.name == name:
            return model
    of_language = [model for model in models if model.language == name]
    if not of_language:
        raise NotFound(f"no model {name!r}; there are {', '.join(model.name for model in models)}")
    return min(of_language, key=lambda model: model.size_bytes)
