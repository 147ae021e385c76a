"""The example for receivers does what the page says, against what is really sent."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waihu.services.webhook_sink import body_of, new_secret, signature
from waihu_models.outward import OutwardEvent

PAGE = Path(__file__).parents[2] / "docs/howto/receive-results.md"


def example() -> Callable[[str, str, bytes], bool]:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(code.strip().splitlines()) <= 12
    made: dict[str, Any] = {}
    exec(code, made)
    found: Callable[[str, str, bytes], bool] = made["is_from_waihu"]
    return found


def test_the_example_knows_us_from_anybody_else() -> None:
    is_from_waihu, now, secret = example(), datetime.now(UTC), new_secret()
    event = OutwardEvent(id="d1", topic="call.ended", key="c1", at=now, payload={"outcome": "answered"})
    body = body_of(event)
    assert is_from_waihu(secret, signature([secret], body, now), body)
    assert is_from_waihu(secret, signature([new_secret(), secret], body, now), body)
    assert not is_from_waihu(secret, signature([new_secret()], body, now), body)
    assert not is_from_waihu(secret, signature([secret], body, now), body + b" ")
    assert not is_from_waihu(secret, signature([secret], body, now - timedelta(minutes=10)), body)
