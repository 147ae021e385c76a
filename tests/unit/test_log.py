import io
import json
from collections.abc import Iterator

import pytest
import structlog

from waihu.log import configure

NUMBER = "+441632960123"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def logged(*, json_lines: bool = True, personal: bool = False, level: str = "info") -> str:
    out = io.StringIO()
    configure(level, json=json_lines, personal=personal, stream=out)
    log = structlog.get_logger()
    log.debug("unimportant")
    with structlog.contextvars.bound_contextvars(call_id="c1", pii_name="Zoë"):
        log.warning("call_dialled", pii_number=NUMBER, lines=3)
    return out.getvalue()


@pytest.mark.parametrize("json_lines", [True, False])
def test_personal_values_are_hidden_unless_wanted(json_lines: bool) -> None:
    hidden = logged(json_lines=json_lines)
    assert NUMBER not in hidden
    assert "Zoë" not in hidden
    assert hidden.count("(hidden)") == 2
    shown = logged(json_lines=json_lines, personal=True)
    assert NUMBER in shown
    assert "Zoë" in shown


def test_a_line_of_json_says_what_happened_to_which_call_and_when() -> None:
    said = json.loads(logged())
    assert (said["event"], said["level"], said["call_id"], said["lines"]) == ("call_dialled", "warning", "c1", 3)
    assert said["timestamp"].endswith("Z")


def test_only_what_is_important_enough_is_written() -> None:
    assert "unimportant" not in logged(level="info")
    assert "unimportant" in logged(level="debug")
    assert logged(level="error") == ""


def test_an_exception_is_written_in_one_line_of_json() -> None:
    out = io.StringIO()
    configure(json=True, stream=out)
    try:
        raise ValueError("broken")
    except ValueError:
        structlog.get_logger().exception("signal_failed")
    (line,) = out.getvalue().splitlines()
    assert "ValueError: broken" in json.loads(line)["exception"]
