"""What is said to a vosk-server and back, and the few words that only our own server understands.

The protocol is that of the Vosk project's server: a configuration as text, sound as binary messages, to each of which a
partial or a result comes back, and at the end ``EOF``, to which the last result comes back. A server of ours takes the
subprotocol ``OURS``: then the configuration may say language and model, and is answered by ``Greeting``.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from waihu.speech.port import Heard, StreamPlan

OURS = "waihu.speech.1"
EOF = '{"eof" : 1}'
RESET = '{"reset" : 1}'
"""Both are compared letter by letter by the Vosk project's server."""
LONGEST_MESSAGE = 1 << 20


class Config(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How a stream is to be heard. ``language`` and ``model`` are ours."""

    sample_rate: float = 8000
    words: bool | None = None
    phrase_list: list[str] = []
    language: str = ""
    model: str = ""


class _Envelope(msgspec.Struct):
    config: Config


class Greeting(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How our server answers a configuration: what recognises, or the ``code`` of an error and its text."""

    model: str = ""
    language: str = ""
    takes_phrases: bool = False
    error: str = ""
    text: str = ""


def config_of(plan: StreamPlan, *, ours: bool) -> str:
    """Return the first message to a server."""
    said: dict[str, Any] = {"sample_rate": plan.rate_hz, "words": True}
    if plan.phrases:
        said["phrase_list"] = list(plan.phrases)
    if ours:
        said |= {"language": plan.language, "model": plan.model}
    return json.dumps({"config": said}, ensure_ascii=False)


def read_config(message: str) -> Config | None:
    """Return a configuration, None: the message is none.

    Raises:
        msgspec.MsgspecError: it is one that makes no sense.
    """
    if '"config"' not in message:
        return None
    return msgspec.json.decode(message, type=_Envelope).config


def result_of(said: Sequence[Heard], shown: str) -> tuple[str, str]:
    """Return the answer to a piece of sound, and what is being said since.

    Args:
        said: Because of the piece; one final at most.
        shown: What was being said before.
    """
    for heard in said:
        shown = "" if heard.final else heard.text
    final = next((heard for heard in said if heard.final), None)
    return (json.dumps({"partial": shown}, ensure_ascii=False) if final is None else final_json(final)), shown


def final_json(heard: Heard) -> str:
    """Return a final as Vosk writes it."""
    words = [{"conf": one.confidence, "end": one.end_s, "start": one.start_s, "word": one.text} for one in heard.words]
    return json.dumps(({"result": words} if words else {}) | {"text": heard.text}, ensure_ascii=False)
