"""How servers are named in the settings: ``ws://host:2700``, behind spaces a weight and the languages it knows."""

from dataclasses import dataclass

from yarl import URL

from waihu.speech.languages import language_said
from waihu_models.errors import BadInput

HEAVIEST = 1000.0


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One server.

    Attributes:
        url: ``ws`` or ``wss``.
        weight: Share of the streams it is given, beside those of others.
        languages: That it knows; empty: that of the settings, and if it is one of ours whatever it says it knows.
    """

    url: str
    weight: float = 1.0
    languages: tuple[str, ...] = ()

    def knows(self, language: str, otherwise: str) -> bool:
        """Whether a language, or the language it is a dialect of, is among those that are named."""
        asked = language.partition("-")[0]
        return any(known == language or known.partition("-")[0] == asked for known in self.languages or (otherwise,))


def server_named(text: str) -> ServerAddress:
    """Read how a server is named.

    Raises:
        BadInput: it makes no sense; says what.
    """
    address, *others = text.split()[:20] or [""]
    try:
        url = URL(address)
        good = url.scheme in {"ws", "wss"} and bool(url.host) and url.user is None
    except ValueError:
        good = False
    if not good:
        raise BadInput(f"speech.servers: {address!r} is no address, such as ws://127.0.0.1:2700")
    weight, languages = 1.0, []
    for other in others:
        if language := language_said(other):
            languages.append(language)
            continue
        try:
            weight = float(other)
        except ValueError:
            weight = 0.0
        if not 0 < weight <= HEAVIEST:
            raise BadInput(
                f"speech.servers: {address}: {other!r} is neither a weight in 0..{HEAVIEST:g} nor a language"
            )
    return ServerAddress(str(url), weight, tuple(languages))
