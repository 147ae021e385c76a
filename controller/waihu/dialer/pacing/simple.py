"""Pacers that do not learn: preview, progressive, and a fixed ratio per ready agent."""

from waihu.dialer.pacing.contract import AgentEvent, CallEvent, Decision, PacerConfig, Snapshot

MIN_LIVE_ANSWERS = 20
"""Before this many live answers a drop rate says nothing: one drop in three would stop everything."""


class PreviewPacer:
    """Never dials by itself: the agent starts each call."""

    def __init__(self, config: PacerConfig) -> None:
        self._config = config

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Learn nothing."""

    def decide(self, now: float, snapshot: Snapshot) -> Decision:  # noqa: ARG002 -- the contract's arguments
        """Dial nothing."""
        return Decision()


class RatioPacer:
    """Keeps a fixed number of lines per ready agent.

    The drop guard: when one more drop would exceed the target, or the target is 0, it falls to one line per ready
    agent, with which nobody is ever abandoned but by an agent who leaves in the same moment.
    """

    def __init__(self, config: PacerConfig, lines_per_agent: float = 1.5) -> None:
        self._config = config
        self._lines_per_agent = max(0.0, lines_per_agent)

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Learn nothing."""

    def decide(self, now: float, snapshot: Snapshot) -> Decision:  # noqa: ARG002 -- the contract's arguments
        """Dial what is missing to the wanted number of lines, inside every limit."""
        ratio = min(1.0, self._lines_per_agent) if self._guarded(snapshot) else self._lines_per_agent
        # 1.5 lines for one agent are one line, for two agents three: rounding up would overdial small teams.
        wanted = int(ratio * snapshot.ready + 1e-9) or min(1, snapshot.ready)
        room = min(snapshot.channels_free, snapshot.dial_budget, len(snapshot.next_p), self._config.max_channels)
        return Decision(dial=max(0, min(wanted - len(snapshot.calls), room)))

    def _guarded(self, snapshot: Snapshot) -> bool:
        target = self._config.target_drop
        if target <= 0:
            return True
        enough = snapshot.live_answers >= MIN_LIVE_ANSWERS
        return enough and snapshot.drops + 1 > target * (snapshot.live_answers + 1)


class ProgressivePacer(RatioPacer):
    """One line per ready agent."""

    def __init__(self, config: PacerConfig) -> None:
        super().__init__(config, 1.0)
