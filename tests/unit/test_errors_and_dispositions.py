import re

import pytest

from waihu_models import errors
from waihu_models.disposition import STANDARD, Category
from waihu_models.errors import IllegalTransition, WaihuError


def every_error(base: type[WaihuError] = WaihuError) -> list[type[WaihuError]]:
    """Classes of the tree, each after its base, in the order in which they are defined; scripts have their own."""
    children = [child for child in base.__subclasses__() if child.__module__ == errors.__name__]
    return [base, *(found for child in children for found in every_error(child))]


def drawn_tree() -> list[tuple[str, str]]:
    """Name and base of each class, as the docstring draws them."""
    path, drawn = ["WaihuError"], []
    for branch, name in re.findall(r"^([│ ]*[├└]── )(\w+)", errors.__doc__ or "", re.MULTILINE):
        path[len(branch) // 4 :] = [name]
        drawn.append((name, path[-2]))
    return drawn


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    real = [(error.__name__, error.__bases__[0].__name__) for error in every_error()[1:]]
    assert drawn_tree() == real


def test_each_error_has_a_code_of_its_own() -> None:
    codes = [error.__dict__.get("code") for error in every_error()]
    assert None not in codes
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[a-z_]+", str(code)) for code in codes)


def test_only_what_was_surely_not_done_may_be_tried_again() -> None:
    retryable = {error.code for error in every_error() if error.retryable}
    assert retryable == {
        "switch_unreachable", "store_busy", "too_often", "speech_busy", "speech_unreachable", "not_spoken",
    }  # fmt: skip
    drawn = re.findall(r"(\w+) .*\(retryable\)", errors.__doc__ or "")
    assert {error.__name__ for error in every_error() if error.retryable} == set(drawn)


def test_an_illegal_transition_names_state_and_signal() -> None:
    error = IllegalTransition("ringing", object())
    assert str(error) == "object cannot happen in state ringing"
    assert error.state == "ringing"


@pytest.mark.parametrize("code", STANDARD)
def test_each_standard_disposition_is_known_by_its_code_and_has_both_labels(code: str) -> None:
    disposition = STANDARD[code]
    assert disposition.code == code
    assert disposition.label_en
    assert re.search("[一-鿿]", disposition.label_zh)


def test_there_is_a_standard_disposition_of_every_category() -> None:
    assert {disposition.category for disposition in STANDARD.values()} == set(Category)


def test_other_needs_a_note() -> None:
    assert [d.code for d in STANDARD.values() if d.requires_note] == ["other"]
