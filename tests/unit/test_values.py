from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.testing.factories import NOON, a_call, an_agent
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.values import changed


@given(st.fixed_dictionaries({}, optional={
    "state": st.sampled_from(CallState), "reason": st.text(max_size=9),
    "ended_at": st.just(NOON), "held_s": st.floats(0, 9),
}))  # fmt: skip
def test_a_changed_value_is_what_replace_makes(changes: dict[str, object]) -> None:
    call = a_call()
    made = changed(call, **changes)
    assert made == replace(call, **changes)  # type: ignore[arg-type]
    assert hash(made) == hash(replace(call, **changes))  # type: ignore[arg-type]


def test_the_old_value_stays_and_neither_can_be_written_to() -> None:
    agent = an_agent()
    paused = changed(agent, state=AgentState.PAUSED, reason="lunch")
    assert (agent.state, agent.reason, paused.reason) == (AgentState.OFFLINE, "", "lunch")
    for value in (agent, paused):
        with pytest.raises(FrozenInstanceError):
            value.reason = "other"  # type: ignore[misc]


@pytest.mark.parametrize("value", [a_call(), an_agent()])
def test_every_field_lies_where_changed_looks_for_it(value: object) -> None:
    assert list(value.__dict__) == [field.name for field in fields(value)]  # type: ignore[arg-type]


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(TypeError, match="Call has no field colour, size"):
        changed(a_call(), colour="red", size=3, reason="x")
