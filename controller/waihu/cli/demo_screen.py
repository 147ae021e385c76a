"""What the demo shows while it runs: one screen of live figures, or a line now and then where there is no screen."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table

from waihu.app import App
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged
from waihu_models.outcome import LIVE_ANSWERS, Outcome

_LINE_EVERY_S = 10.0


@dataclass
class Tally:
    """Running totals, counted from events."""

    dialled: int = 0
    talk_s: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def count(self, change: CallChanged) -> None:
        """Take one event."""
        if change.was is None:
            self.dialled += 1
        elif change.call.outcome is not None and change.was.outcome is None:
            self.outcomes[change.call.outcome] += 1
            self.talk_s += change.call.talk_s

    @property
    def humans(self) -> int:
        """Calls answered by a person."""
        return sum(self.outcomes[outcome] for outcome in LIVE_ANSWERS)

    @property
    def drop_ratio(self) -> float:
        """Abandoned calls to calls answered by a person."""
        return self.outcomes[Outcome.ABANDONED] / self.humans if self.humans else 0.0


class Screen:
    """Shows progress; use as a context manager and call ``show`` a few times a second."""

    def __init__(self, app: App, console: Console, length_s: float) -> None:
        self._app = app
        self._console = console
        self._length_s = length_s
        self._tally = Tally()
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._next_line_s = 0.0
        app.bus.subscribe(CallChanged, self._tally.count)

    def __enter__(self) -> "Screen":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, elapsed_s: float) -> None:
        """Show the figures of this moment."""
        if self._live is not None:
            self._live.update(self._picture(elapsed_s))
        elif elapsed_s >= self._next_line_s:
            self._next_line_s = elapsed_s + _LINE_EVERY_S
            self._console.print(self._line(elapsed_s), soft_wrap=True, highlight=False)

    def _line(self, elapsed_s: float) -> str:
        tally, talking = self._tally, self._agents_in(AgentState.TALKING)
        return (
            f"{elapsed_s:5.0f} s  lines {len(self._app.calls):3d}  talking {talking:2d}  dialled {tally.dialled:4d}  "
            f"people {tally.humans:4d}  machines {tally.outcomes[Outcome.MACHINE]:3d}  "
            f"abandoned {tally.outcomes[Outcome.ABANDONED]:2d} ({tally.drop_ratio:.1%})"
        )

    def _agents_in(self, state: AgentState) -> int:
        return sum(agent.state is state for agent in self._app.agents)

    def _picture(self, elapsed_s: float) -> RenderableType:
        bar = ProgressBar(total=self._length_s, completed=min(elapsed_s, self._length_s))
        return Panel(Group(bar, self._line(elapsed_s), self._agents(), self._lines()), title="Waihu demo")

    def _agents(self) -> Table:
        table = Table("agent", "state", "for", "call", expand=True)
        for agent in self._app.agents:
            call = self._app.calls.get(agent.call_id) if agent.call_id else None
            table.add_row(agent.name, str(agent.state), self._for(agent), call.id[-8:] if call else "")
        return table

    def _lines(self) -> str:
        states: Counter[CallState] = Counter(call.state for call in self._app.calls)
        return "  ".join(f"{state}: {count}" for state, count in sorted(states.items())) or "no calls"

    def _for(self, moved: Agent | Call) -> str:
        return f"{(self._app.clock.now() - moved.state_since).total_seconds():.0f} s"
