"""AudioSocket as it goes over the line: any cut gives the same sound, and garbage is refused."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.audio_socket import (
    DIGIT,
    ERROR,
    HANG_UP,
    HEADER_BYTES,
    MOST_BYTES,
    SOUND_8K,
    SOUND_16K,
    UUID,
    BadFrame,
    Frames,
    frame,
)

ID = bytes(range(16))
sound = st.tuples(st.sampled_from([SOUND_8K, SOUND_16K]), st.binary(max_size=400).map(lambda pcm: pcm + pcm))
anything = st.one_of(
    sound, st.just((UUID, ID)), st.just((HANG_UP, b"")), st.just((DIGIT, b"5")), st.just((ERROR, b"\x01"))
)


def pieces(line: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(line) + 1) for cut in cuts} | {0, len(line)})
    return [line[first:last] for first, last in pairwise(places)]


def joined(frames: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Join sound that follows sound of the same rate, and leave out what is empty."""
    whole: list[tuple[int, bytes]] = []
    for kind, payload in frames:
        if whole and whole[-1][0] == kind and kind in {SOUND_8K, SOUND_16K}:
            whole[-1] = kind, whole[-1][1] + payload
        else:
            whole.append((kind, payload))
    return whole


@given(st.lists(anything, max_size=30), st.lists(st.integers(0, 100_000), max_size=20))
def test_frames_are_found_however_the_line_cuts_them(frames: list[tuple[int, bytes]], cuts: list[int]) -> None:
    reader = Frames()
    line = b"".join(frame(*one) for one in frames)
    found = [one for piece in pieces(line, cuts) for one in reader.feed(piece)]
    assert joined(found) == joined(frames)
    assert not reader.unfinished


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_any_bytes_give_frames_or_are_refused_and_little_is_kept(line: list[bytes]) -> None:
    reader = Frames()
    sent = 0
    try:
        for piece in line:
            sent += len(piece)
            for kind, payload in reader.feed(piece):
                sent -= HEADER_BYTES + len(payload)
                assert kind in {HANG_UP, UUID, DIGIT, SOUND_8K, SOUND_16K, ERROR}
    except BadFrame:
        return
    assert len(reader._rest) <= HEADER_BYTES + MOST_BYTES


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x02\x00\x00",  # no such type
        frame(UUID, ID[:15]),
        frame(SOUND_8K, bytes(321)),  # half a sample
        b"\x10\xff\xfe",  # more than anybody sends, known before it comes
        frame(HANG_UP, b"x"),
    ],
)
def test_what_is_no_frame_is_refused(line: bytes) -> None:
    with pytest.raises(BadFrame):
        list(Frames().feed(line))


def test_half_a_frame_is_known_to_be_unfinished() -> None:
    reader = Frames()
    line = frame(UUID, ID) + frame(SOUND_8K, bytes(320))[:100]
    assert list(reader.feed(line)) == [(UUID, ID)]
    assert reader.unfinished
