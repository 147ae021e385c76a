"""The engine ``null``: there is nothing to recognise with. It says so, and never invents a word."""

from waihu.speech.port import RecognizerStream, StreamPlan
from waihu_models.errors import NoModel

NO_ENGINE = "there is nothing to recognise with"
MEND = "fetch a model (scripts/fetch-asr-model) or name servers (speech.servers)"


class NullEngine:
    """Opens no stream."""

    def __init__(self, reason: str = f"{NO_ENGINE}: {MEND}") -> None:
        self._reason = reason

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        """Refuse.

        Raises:
            NoModel: always.
        """
        raise NoModel(f"{plan.language} cannot be heard: {self._reason}")

    async def close(self) -> None:
        """Do nothing."""
