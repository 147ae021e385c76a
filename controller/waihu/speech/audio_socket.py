"""AudioSocket, Asterisk's way to send the sound of a channel over TCP, as the one who receives it.

A frame is a type, a length of 16 bit big-endian, and so many bytes. The first one names the stream; sound is signed
linear, 16 bit, little-endian, 20 ms a frame.
Source: Asterisk 22 res_audiosocket.c, app_audiosocket.
"""

import struct
from collections.abc import Iterator

from waihu_models.errors import SpeechError

HANG_UP, UUID, DIGIT, SOUND_8K, SOUND_16K, ERROR = 0x00, 0x01, 0x03, 0x10, 0x12, 0xFF
RATES_HZ = {SOUND_8K: 8000, SOUND_16K: 16000}
FRAME_S = 0.02
HEADER_BYTES = 3
MOST_BYTES = 8192
"""Of sound in a frame; Asterisk sends 320 or 640."""
_LONGEST = {HANG_UP: 0, UUID: 16, DIGIT: 1, SOUND_8K: MOST_BYTES, SOUND_16K: MOST_BYTES, ERROR: 255}
_HEADER = struct.Struct(">BH")

Frame = tuple[int, bytes]


class BadFrame(SpeechError):
    """What came is not AudioSocket."""

    code = "bad_frame"


class Frames:
    """Takes frames out of a stream of bytes that comes in any pieces; keeps less than one frame."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def unfinished(self) -> bool:
        """Whether a frame has come in part."""
        return bool(self._rest)

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole now; sound that follows sound is joined into one.

        Raises:
            BadFrame: no frame looks like this; nothing after it can be trusted.
        """
        data = self._rest + piece if self._rest else piece
        place, sound_kind, sound = 0, -1, list[bytes]()
        self._rest = b""
        while len(data) - place >= HEADER_BYTES:
            kind, length = _HEADER.unpack_from(data, place)
            _check(kind, length)
            end = place + HEADER_BYTES + length
            if end > len(data):
                break
            if sound and kind != sound_kind:
                yield sound_kind, b"".join(sound)
                sound = []
            payload = data[place + HEADER_BYTES : end]
            place = end
            if kind in RATES_HZ:
                sound_kind = kind
                sound.append(payload)
            else:
                yield kind, payload
        self._rest = data[place:]
        if sound:
            yield sound_kind, b"".join(sound)


def _check(kind: int, length: int) -> None:
    longest = _LONGEST.get(kind)
    if longest is None:
        raise BadFrame(f"a frame of unknown type {kind:#04x}")
    if length > longest or (kind == UUID and length != longest) or (kind in RATES_HZ and length % 2):
        raise BadFrame(f"a frame of type {kind:#04x} cannot have {length} bytes")


def frame(kind: int, payload: bytes = b"") -> bytes:
    """Return a frame as it goes over the line."""
    return _HEADER.pack(kind, len(payload)) + payload
