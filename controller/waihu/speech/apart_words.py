"""What is said between a controller and a recogniser in a process of its own, on the child's standard input and output.

To it: frames of a kind, a length and so many bytes. From it: one JSON object a line.
"""

import struct
from enum import StrEnum

from msgspec import Struct

from waihu.speech.port import Heard, Voice

LONGEST_LINE = 1 << 20
"""Of a line from the child; an utterance of an hour is shorter."""
_HEAD = struct.Struct(">cI")
HEAD_BYTES = _HEAD.size


class Kind(StrEnum):
    """Of a frame to the child. There is one stream at a time."""

    SETUP = "s"  # the first: ear_words.Setup as JSON
    OPEN = "o"  # port.StreamPlan as JSON
    SOUND = "p"
    FINISH = "f"
    CLOSE = "c"


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    """Return a frame."""
    return _HEAD.pack(kind.encode(), len(payload)) + payload


def head_of(line: bytes) -> tuple[Kind, int]:
    """Return kind and length of a frame.

    Raises:
        ValueError: it is none.
    """
    kind, length = _HEAD.unpack(line)
    return Kind(kind.decode("ascii", "replace")), length


class Opened(Struct, frozen=True, tag=True):
    """A stream has begun."""

    voice: Voice


class Took(Struct, frozen=True, tag=True):
    """A frame of sound was accepted by the recogniser."""


class Words(Struct, frozen=True, tag=True):
    """Something was recognised."""

    heard: Heard


class Over(Struct, frozen=True, tag=True):
    """All that was sent before the end is recognised."""


class Failed(Struct, frozen=True, tag=True):
    """The stream could not be opened, or is lost. ``code``: of the error."""

    code: str
    reason: str


Answer = Opened | Took | Words | Over | Failed
