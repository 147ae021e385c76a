"""Each test of the contract is played on the fake and, where there is one, on a real Asterisk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.asterisk.conftest import carrier, exchange, install, own_exchange, phones, sounds, sounds_cache, trunk
from tests.contract.bench import Scenario, play_on_asterisk, play_on_fake

__all__ = ["carrier", "exchange", "install", "own_exchange", "phones", "sounds", "sounds_cache", "trunk"]


@pytest.fixture(params=["fake", pytest.param("asterisk", marks=pytest.mark.asterisk)])
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Scenario], None]:
    if request.param == "fake":
        return play_on_fake(tmp_path)
    return play_on_asterisk(request.getfixturevalue("exchange"), request.getfixturevalue("carrier"))
