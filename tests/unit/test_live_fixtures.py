"""The recorded streams by which the TypeScript reducer is proved are what this side does today.

When the form of live messages changes, write them anew and look at what is different:

    WAIHU_REWRITE_FIXTURES=1 pytest tests/unit/test_live_fixtures.py
"""

import os
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.unit.live_pictures import a_desk, a_wall

from waihu_models.live import LiveState
from waihu_models.live_apply import apply_all, difference
from waihu_models.live_events import LiveEvent, LiveMessage, encode

FOLDER = Path(__file__).parents[1] / "fixtures" / "live"


def recorded(snapshot: LiveState, events: Sequence[LiveEvent], after: LiveState) -> dict[str, Any]:
    return {name: msgspec.json.decode(encode(value)) for name, value in
            (("snapshot", snapshot), ("events", list(events)), ("after", after))}  # fmt: skip


def stream(make: Callable[[random.Random], LiveState], seed: int, length: int) -> dict[str, Any]:
    dice = random.Random(seed)
    pictures = [make(dice) for _ in range(length)]
    events = [event for was, now in pairwise(pictures) for event in difference(was, now)]
    assert apply_all(pictures[0], events) == pictures[-1]
    return recorded(pictures[0], events, pictures[-1])


def one_of_each() -> dict[str, dict[str, Any]]:
    """For each type of event a picture, that one event, and the picture after it."""
    dice, found = random.Random(4), {}
    for _ in range(60):
        for make in (a_wall, a_desk):
            old, new = make(dice), make(dice)
            for event in difference(old, new):
                after = apply_all(old, [event])
                if after != old:
                    found.setdefault(msgspec.json.decode(encode(event))["type"], recorded(old, [event], after))
    return found


def streams() -> dict[str, dict[str, Any]]:
    return {
        **{f"event-{kind.replace('_', '-')}": record for kind, record in one_of_each().items()},
        "stream-wall": stream(a_wall, 11, 12),
        "stream-desk": stream(a_desk, 12, 12),
    }


def text(record: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=1).decode() + "\n"


def wanted() -> dict[str, str]:
    schema = {"schema": msgspec.json.schema(LiveMessage)}
    return {f"{name}.json": text(record) for name, record in {**streams(), "schema": schema}.items()}


def test_every_recorded_stream_is_current() -> None:
    files = wanted()
    if os.environ.get("WAIHU_REWRITE_FIXTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in FOLDER.glob("*.json"):
            path.unlink()
        for name, content in files.items():
            (FOLDER / name).write_text(content, "utf-8")
    stored = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert sorted(stored) == sorted(files)
    stale = [name for name, content in files.items() if stored[name] != content]
    assert stale == [], "not current: see the docstring of this file"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*-*.json")), ids=lambda path: path.stem)
def test_a_stream_as_it_is_stored_leads_to_the_picture_stored_with_it(path: Path) -> None:
    record = msgspec.json.decode(path.read_bytes())
    state = msgspec.convert(record["snapshot"], LiveState)
    events = msgspec.convert(record["events"], list[LiveEvent])
    assert apply_all(state, events) == msgspec.convert(record["after"], LiveState)
