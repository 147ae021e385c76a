"""What a campaign learns of its answers: only with a sample of those sent away, and never much from few."""

import pytest

from waihu.speech.answer_learning import LEAST_ANSWERS, LEAST_CHECKED, check_drawn, learnt_model
from waihu.speech.answer_model import shipped_model
from waihu_models.detection import KnownAnswer
from waihu_models.ids import new_id

PERSON, MACHINE = (
    ("paused:0.4-0.8:0.8-1.2", "bursts:1-2"),
    ("speaking:4.5+", "talked:5+", "exchange:MACHINE:LONGGREETING"),
)


def known(evidence: tuple[str, ...], times: int, *, machine: bool, weight: float = 1.0) -> list[KnownAnswer]:
    return [KnownAnswer(evidence=evidence, machine=machine, weight=weight) for _ in range(times)]


@pytest.mark.parametrize(("answers", "checked"), [(0, 0), (LEAST_ANSWERS - 1, LEAST_CHECKED), (500, LEAST_CHECKED - 1)])
def test_from_few_answers_or_without_a_sample_nothing_is_learnt(answers: int, checked: int) -> None:
    assert learnt_model(known(PERSON, answers, machine=False), checked) is None


def test_people_who_greet_at_length_are_learnt_of_a_campaign_that_calls_offices() -> None:
    before = shipped_model().judge(MACHINE).machine
    answers = known(PERSON, 60, machine=False) + known(MACHINE, 60, machine=False, weight=20.0)
    model = learnt_model(answers, checked=60)
    assert model is not None
    assert model.judge(MACHINE).machine < before - 0.1


def test_an_answer_that_was_checked_stands_for_those_that_were_not() -> None:
    beside = known(PERSON, 60, machine=False)
    light = learnt_model(beside + known(MACHINE, 10, machine=True, weight=1.0), checked=10)
    heavy = learnt_model(beside + known(MACHINE, 10, machine=True, weight=20.0), checked=10)
    assert light is not None
    assert heavy is not None
    assert heavy.total.machine - shipped_model().total.machine == pytest.approx(200.0)
    assert heavy.judge(MACHINE).machine > light.judge(MACHINE).machine


def test_the_same_answers_give_the_same_model() -> None:
    answers = known(PERSON, 40, machine=False) + known(MACHINE, 20, machine=True, weight=10.0)
    assert learnt_model(answers, 20) == learnt_model(answers, 20)


def test_about_as_many_calls_are_drawn_as_wished_and_each_the_same_way_every_time() -> None:
    calls = [new_id() for _ in range(4000)]
    drawn = [call for call in calls if check_drawn(call, 0.1)]
    assert 300 < len(drawn) < 500
    assert [call for call in calls if check_drawn(call, 0.1)] == drawn
    assert not any(check_drawn(call, 0.0) for call in calls)
    assert all(check_drawn(call, 1.0) for call in calls)
