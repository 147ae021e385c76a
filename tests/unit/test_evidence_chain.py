"""The chain of an export: any line changed, removed or inserted is named."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.services.evidence_chain import Chain, Verdict, verify

COUNT = 6


def a_chain(count: int = COUNT, word: str = "a") -> list[bytes]:
    chain = Chain()
    lines = [chain.link("call", {"record": {"id": f"{word}{n}", "note": "外呼\nnext"}}) for n in range(count)]
    return [*lines, chain.end({})]


def fault(lines: Iterable[bytes]) -> str:
    return verify(line + b"\n" for line in lines).fault


def forged(seq: int, after: list[bytes]) -> bytes:
    """A line that follows those before it as if it had been made there."""
    chain = Chain()
    chain.lines, chain.head = seq - 1, verify(after).head
    return chain.link("call", {"record": {"id": "forged"}})


def test_a_chain_is_whole_and_its_head_is_that_of_its_last_line() -> None:
    chain = Chain()
    lines = [chain.link("call", {"n": n}) for n in range(3)]
    lines.append(chain.end({"call.csv": "ab"}))
    assert verify(lines) == Verdict(4, chain.head, files={"call.csv": "ab"})
    assert json.loads(lines[-1])["lines"] == 3
    assert all(b"\n" not in line for line in lines)


@given(st.integers(0, COUNT), st.data())
def test_any_byte_of_any_line_that_is_changed_is_found_in_that_line(index: int, data: st.DataObject) -> None:
    lines = a_chain()
    at = data.draw(st.integers(0, len(lines[index]) - 1))
    byte = data.draw(st.integers(32, 126).filter(lambda value: value != lines[index][at]))
    lines[index] = lines[index][:at] + bytes([byte]) + lines[index][at + 1 :]
    found = verify(lines)
    if index == COUNT and not found.fault:
        assert found.head != verify(a_chain()).head, "the last line's own words are held by the head that was kept"
    else:
        # Only what a line says of its own place can make it look as if others were missing.
        assert found.fault
        if b'"record"' in lines[index][: at + 1]:
            assert found.fault == f"line {index + 1} was changed"


@pytest.mark.parametrize("index", range(COUNT))
def test_a_changed_record_is_named_by_its_line(index: int) -> None:
    lines = a_chain()
    lines[index] = lines[index].replace(b'"id":"a', b'"id":"b')
    assert fault(lines) == f"line {index + 1} was changed"


@pytest.mark.parametrize("index", range(COUNT))
def test_a_removed_line_is_named(index: int) -> None:
    lines = a_chain()
    del lines[index]
    assert fault(lines) == f"line {index + 1} was removed"


def test_several_removed_lines_and_a_cut_off_end_are_named() -> None:
    lines = a_chain()
    assert fault([*lines[:2], *lines[5:]]) == "lines 3 to 5 were removed"
    assert fault(lines[:-1]) == "line 7 was removed: the file is cut off"
    assert fault(lines[:3]) == "line 4 was removed: the file is cut off"
    assert fault([]) == "line 1 was removed: the file is cut off"


@pytest.mark.parametrize("index", range(COUNT + 1))
def test_an_inserted_line_is_named_be_it_rubbish_a_copy_or_forged_to_fit(index: int) -> None:
    lines = a_chain()
    for line in (b"{}", b"rubbish", a_chain(COUNT, "x")[-2], forged(index + 1, lines[:index])):
        assert fault([*lines[:index], line, *lines[index:]]) == f"line {index + 1} was inserted"
    assert fault([*lines, lines[2]]) == f"line {COUNT + 2} was inserted", "nothing follows the end"


def test_several_lines_forged_to_fit_are_found_where_they_begin() -> None:
    lines = a_chain()
    first = forged(4, lines[:3])
    second = forged(5, [*lines[:3], first])
    assert fault([*lines[:3], first, second, *lines[3:]]) == "line 4 was inserted"


def test_a_line_made_anew_with_its_place_right_is_found_by_the_one_after() -> None:
    lines = a_chain()
    lines[2] = forged(3, lines[:2])
    assert fault(lines) == "line 3 was changed"
