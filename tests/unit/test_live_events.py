"""The live picture and its events: whatever happens between two pictures, the events lead from one to the other."""

import random
from itertools import pairwise
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.live_pictures import a_desk, a_wall

from waihu.testing.factories import NOON
from waihu_models.live import LiveState
from waihu_models.live_apply import apply, apply_all, difference
from waihu_models.live_events import Changes, Hello, LiveEvent, LiveMessage, Snapshot, encode

DICE = st.randoms(use_true_random=False)
DECODED = msgspec.json.Decoder(LiveMessage)


def through_the_wire(old: LiveState, new: LiveState) -> LiveState:
    """The new picture as a client has it that got the old one and then one message of events."""
    snapshot = DECODED.decode(encode(Snapshot(epoch="e", seq=7, at=NOON, view="wall", state=old)))
    changes = DECODED.decode(encode(Changes(epoch="e", seq=8, at=NOON, events=difference(old, new))))
    assert isinstance(snapshot, Snapshot)
    assert isinstance(changes, Changes)
    return apply_all(snapshot.state, changes.events)


@given(DICE)
def test_the_events_between_two_walls_turn_the_old_one_into_the_new_one(dice: random.Random) -> None:
    old, new = a_wall(dice), a_wall(dice)
    assert through_the_wire(old, new) == new


@given(DICE)
def test_the_events_between_two_desks_turn_the_old_one_into_the_new_one(dice: random.Random) -> None:
    old, new = a_desk(dice), a_desk(dice)
    assert through_the_wire(old, new) == new


@given(DICE, st.integers(2, 6))
def test_a_stream_of_events_leads_through_every_picture_on_the_way(dice: random.Random, length: int) -> None:
    pictures = [a_wall(dice) for _ in range(length)]
    shown = pictures[0]
    for was, now in pairwise(pictures):
        shown = apply_all(shown, difference(was, now))
        assert shown == now


@given(DICE)
def test_events_that_come_twice_do_no_harm(dice: random.Random) -> None:
    old, new = a_wall(dice), a_wall(dice)
    events = difference(old, new)
    assert apply_all(apply_all(old, events), events) == new


@given(DICE)
def test_nothing_happens_between_a_picture_and_itself(dice: random.Random) -> None:
    state = dice.choice([a_wall, a_desk])(dice)
    assert difference(state, state) == []
    assert difference(state, msgspec.json.decode(encode(state), type=LiveState)) == []


@given(DICE)
def test_applying_leaves_the_old_picture_as_it_was(dice: random.Random) -> None:
    old, new = a_wall(dice), a_wall(dice)
    before = encode(old)
    apply_all(old, difference(old, new))
    assert encode(old) == before


def test_every_type_of_event_happens_between_pictures_and_changes_one() -> None:
    dice, seen = random.Random(1), set()
    for _ in range(60):
        for make in (a_wall, a_desk):
            old, new = make(dice), make(dice)
            for event in difference(old, new):
                old, was = apply(old, event), old
                if old != was:
                    seen.add(type(event))
    assert seen == set(get_args(LiveEvent))


def test_an_event_of_a_desk_changes_no_wall() -> None:
    dice = random.Random(2)
    wall = a_wall(dice)
    events = [
        event for _ in range(9) for event in difference(a_desk(dice), a_desk(dice)) if "Desk" in type(event).__name__
    ]
    assert len({type(event) for event in events}) == 6
    assert apply_all(wall, events) == wall


@pytest.mark.parametrize(
    "said",
    [
        b'{"type":"hello"}',
        b'{"type":"goodbye","view":"wall"}',
        b'{"type":"hello","view":"wall","after":"7"}',
        b'{"type":"hello","view":"wall","more":1}',
        b"[]",
    ],
)
def test_a_hello_that_is_none_is_refused(said: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(said, type=Hello)


def test_times_are_rfc_3339_and_names_are_snake_case_on_the_wire() -> None:
    snapshot = Snapshot(epoch="e", seq=1, at=NOON, view="wall", state=a_wall(random.Random(3)))
    raw = msgspec.json.decode(encode(snapshot))
    assert raw["type"] == "snapshot"
    assert raw["at"] == "2026-11-23T12:00:00Z"
    agent = next(iter(raw["state"]["agents"].values()))
    assert all(name == name.lower() for name in agent)
