#!/usr/bin/env python3
"""Time one assignment of callers and free agents: the whole decision, and the bare solver beside it.

Run with PYTHONPATH=controller:models. Shapes: one queue (everybody alike), ten queues of which each agent belongs to
half or to a tenth, and fifty. "solver alone" is SciPy's linear_sum_assignment on as many random costs. The best of the
rounds is shown: others use the machine, too.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from waihu.routing.matching import solver
from waihu.routing.queueing import Taker, Waiter, match
from waihu_models.agent import Agent, AgentState
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities, Queue, SkillNeed, Strategy

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHAPES = ((1, 1.0), (10, 1.0), (10, 0.5), (10, 0.1), (50, 0.5))


def picture(size: int, queues: int, share: float, strategy: Strategy, dice: Random) -> tuple[list[Waiter], list[Taker]]:
    """Return as many callers as agents, each of whom belongs to a share of the queues."""
    made = [Queue(name=f"q{k}", strategy=strategy, skills=(SkillNeed("s"),)) for k in range(queues)]
    takers = [
        Taker(
            Agent(
                id=AgentId(f"a{k}"), name="", phone="", state=AgentState.AVAILABLE, leg_joined=True,
                state_since=NOW - timedelta(seconds=600 * dice.random()),
            ),
            Abilities(
                queues=frozenset(q.name for q in made if dice.random() < share), skills={"s": dice.randint(1, 10)}
            ),
            dice.randint(0, 40),
        )
        for k in range(size)
    ]  # fmt: skip
    since = [NOW - timedelta(seconds=300 * dice.random()) for _ in range(size)]
    return [Waiter(id=f"c{k}", since=at, queue=dice.choice(made)) for k, at in enumerate(since)], takers


def milliseconds(action: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the best and the median of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken), statistics.median(taken)


def main() -> None:
    """Print one line for each shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=500, help="callers, and agents")
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    start = time.perf_counter()
    np, solve = solver()
    print(f"solver loaded in {1000 * (time.perf_counter() - start):.0f} ms, once")
    costs = np.random.default_rng(1).random((args.size, args.size))
    best, median = milliseconds(lambda: solve(costs), args.rounds)
    print(f"{'solver alone, random costs':45} best {best:6.1f} ms, median {median:6.1f} ms")
    for queues, share in SHAPES:
        for strategy in (Strategy.LONGEST_IDLE, Strategy.SKILL_RANK):
            waiting, takers = picture(args.size, queues, share, strategy, Random(3))
            pairs = len(match(waiting, takers, Random(1)))
            best, median = milliseconds(lambda: match(waiting, takers, Random(1)), args.rounds)  # noqa: B023
            name = f"{queues} queues, {share:.0%} each, {strategy}"
            print(f"{name:45} best {best:6.1f} ms, median {median:6.1f} ms, {pairs} pairs")


if __name__ == "__main__":
    main()
