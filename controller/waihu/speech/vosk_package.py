"""The package ``vosk``, as far as it is used. It is optional, and imported when the first model is loaded."""

from functools import cache
from importlib import import_module
from typing import Any, Protocol

from waihu_models.errors import NoModel

NO_VOSK = "the package vosk is not installed: pip install 'waihu[speech]'"
REFUSED = Exception
"""The only class that vosk raises; what was wrong it writes on standard error."""


class Kaldi(Protocol):
    """A recogniser of one stream. Its methods give up the GIL while they work."""

    def SetWords(self, words: bool) -> None:  # noqa: N802 -- vosk's names
        """Say words with times in results."""
        ...

    def AcceptWaveform(self, pcm: bytes) -> int:  # noqa: N802
        """Hear samples; 1: an utterance has ended."""
        ...

    def Result(self) -> str:  # noqa: N802
        """Return the utterance that has ended, as JSON."""
        ...

    def PartialResult(self) -> str:  # noqa: N802
        """Return what is being said, as JSON."""
        ...

    def FinalResult(self) -> str:  # noqa: N802
        """End the utterance, and return it, as JSON."""
        ...


class Vosk(Protocol):
    """The package."""

    def SetLogLevel(self, level: int) -> None:  # noqa: N802
        """Say less (-1: errors only) on standard error."""
        ...

    def Model(self, folder: str) -> object:  # noqa: N802
        """Load a model."""
        ...

    def KaldiRecognizer(self, model: object, rate_hz: float, *phrases: str) -> Kaldi:  # noqa: N802
        """Make a recogniser; ``phrases``: a JSON list, at most one."""
        ...


@cache
def the_vosk() -> Vosk:
    """Return the package.

    Raises:
        NoModel: it is not installed.
    """
    try:
        vosk: Any = import_module("vosk")
    except ModuleNotFoundError as error:
        if error.name != "vosk":
            raise NoModel(f"the package vosk cannot be used ({error}): pip install 'waihu[speech]'") from error
        raise NoModel(NO_VOSK) from error
    except OSError as error:
        raise NoModel(f"the package vosk cannot be used on this machine: {error}") from error
    vosk.SetLogLevel(-1)
    found: Vosk = vosk
    return found
