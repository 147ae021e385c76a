#!/usr/bin/env python3
"""Compare pacers on simulated shifts and print the table of docs/algorithms/pacing.md.

Run with PYTHONPATH=controller:models. Seeds 1..N are measured; hand-tuned VICIdial picks its maximum level per scenario
on other seeds. Exits 1 if the reference points do not hold: progressive and the oracle stay inside every limit, and the
oracle is at least as busy as everyone else.
"""

import argparse
import math
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from waihu.dialer.pacers import ProgressivePacer, RatioPacer
from waihu.dialer.pacing import Pacer, PacerConfig
from waihu.dialer.simulation import PacerMaker, Simulation
from waihu.dialer.simulation_oracle import OraclePacer
from waihu.dialer.simulation_scenarios import SCENARIOS
from waihu.dialer.simulation_world import Scenario
from waihu.dialer.vicidial import VicidialPacer, VicidialSettings

LEVELS = (1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0)
TUNING_SEEDS = (9001, 9002, 9003)
QUICK = ("team 3", "team 10, machines", "team 20", "team 20, 9 % human", "team 20, target 1 %", "team 50")
# Two-sided 95 % points of Student's t by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 14: 2.14, 19: 2.09}


class Result(NamedTuple):
    """One shift."""

    utilisation: float
    drops: int
    live_answers: int
    worst: float
    over_limit: int


class Row(NamedTuple):
    """All seeds of one pacer in one scenario."""

    pacer: str
    results: list[Result]

    @property
    def utilisation(self) -> float:
        return statistics.fmean(result.utilisation for result in self.results)

    @property
    def half_width(self) -> float:
        number = len(self.results)
        if number < 2:
            return math.nan
        student = STUDENT.get(number - 1, 2.1 if number > 15 else 2.26)
        return student * statistics.stdev(result.utilisation for result in self.results) / math.sqrt(number)

    @property
    def drop_ratio(self) -> float:
        return sum(r.drops for r in self.results) / max(1, sum(r.live_answers for r in self.results))

    @property
    def worst(self) -> float:
        return max(result.worst for result in self.results)


def progressive(config: PacerConfig, _: Simulation) -> Pacer:
    return ProgressivePacer(config)


def ratio(config: PacerConfig, _: Simulation) -> Pacer:
    return RatioPacer(config, 1.5)


def vicidial(level: float) -> PacerMaker:
    return lambda config, _: VicidialPacer(config, VicidialSettings(maximum_level=level))


def shift(scenario: Scenario, seed: int, maker: PacerMaker) -> Result:
    measures = Simulation(scenario, seed, maker).run()
    return Result(
        measures.utilisation, measures.drops, measures.live_answers, measures.worst_window(), measures.over_limit
    )


def tuned_level(scenario: Scenario, seeds: Sequence[int]) -> float:
    """The maximum level with most work among those whose pooled drop rate is inside the target; else the lowest."""
    best, level = -1.0, LEVELS[0]
    for candidate in LEVELS:
        row = Row("", [shift(scenario, seed, vicidial(candidate)) for seed in seeds])
        if row.drop_ratio <= scenario.target and row.utilisation > best:
            best, level = row.utilisation, candidate
    return level


def measure(task: tuple[Scenario, int, int]) -> tuple[Scenario, float, list[Row]]:
    scenario, seeds, tuning = task
    level = tuned_level(scenario, TUNING_SEEDS[:tuning])
    makers: dict[str, PacerMaker] = {
        "progressive": progressive,
        "ratio 1.5": ratio,
        "VICIdial factory": vicidial(VicidialSettings().maximum_level),
        "VICIdial tuned": vicidial(level),
        "oracle": OraclePacer,
    }
    numbers = range(1, seeds + 1)
    rows = [Row(name, [shift(scenario, seed, maker) for seed in numbers]) for name, maker in makers.items()]
    return scenario, level, rows


def cell(row: Row) -> str:
    return f"{100 * row.utilisation:.1f} ± {100 * row.half_width:.1f} at {100 * row.drop_ratio:.2f}"


def faults(scenario: Scenario, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if any(result.over_limit for result in row.results):
            yield f"{scenario.name}: {row.pacer} asked for more lines than there were"
        if row.utilisation > rows[-1].utilisation:
            yield f"{scenario.name}: {row.pacer} is busier than the oracle"
    for row in (rows[0], rows[-1]):
        if row.drop_ratio > scenario.target:
            yield f"{scenario.name}: {row.pacer} drops {row.drop_ratio:.4f}, over the target {scenario.target}"


def summary(table: Sequence[tuple[Scenario, list[Row]]]) -> Iterator[str]:
    yield "| pacer | mean utilisation | of the oracle | scenarios over target | worst half hour |"
    yield "|---|---|---|---|---|"
    oracle = statistics.fmean(rows[-1].utilisation for _, rows in table)
    for column, row in enumerate(table[0][1]):
        mean = statistics.fmean(rows[column].utilisation for _, rows in table)
        over = sum(rows[column].drop_ratio > scenario.target for scenario, rows in table)
        worst = max(rows[column].worst for _, rows in table)
        limits = f"{over} of {len(table)} | {100 * worst:.1f} %"
        yield f"| {row.pacer} | {100 * mean:.1f} % | {mean / oracle:.2f} | {limits} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="shifts of each scenario and pacer (10)")
    parser.add_argument("--quick", action="store_true", help="six scenarios, shifts of one hour at most, three seeds")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    arguments = parser.parse_args()
    seeds, tuning, scenarios = max(1, arguments.seeds), len(TUNING_SEEDS), list(SCENARIOS)
    if arguments.quick:
        seeds, tuning = min(seeds, 3), 1
        scenarios = [replace(s, hours=min(s.hours, 1.0)) for s in scenarios if s.name in QUICK]
    print("Utilisation in % ± half of its 95 % interval, at dropped live answers in %, all seeds pooled.\n")
    print("| scenario | progressive | ratio 1.5 | VICIdial factory | VICIdial tuned (maximum level) | oracle |")
    print("|---|---|---|---|---|---|")
    table, found = [], []
    with ProcessPoolExecutor(max(1, arguments.jobs)) as pool:
        for scenario, level, rows in pool.map(measure, [(scenario, seeds, tuning) for scenario in scenarios]):
            cells = [cell(row) for row in rows]
            cells[3] += f" ({level:g})"
            print(f"| {scenario.name} | {' | '.join(cells)} |", flush=True)
            table.append((scenario, rows))
            found += faults(scenario, rows)
    print("", *summary(table), sep="\n")
    print("\n".join(["", *found]) if found else f"\n{len(table)} scenarios, {seeds} seeds: the reference points hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
