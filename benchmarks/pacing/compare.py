#!/usr/bin/env python3
"""Compare pacers on simulated shifts and print the tables of docs/algorithms/pacing.md.

Run with PYTHONPATH=controller:models. Seeds 1001 and on are measured; the predictive pacer was tuned on seeds 1 to 4
and 201 to 302, and hand-tuned VICIdial took its maximum level per scenario from seeds 9001 to 9003 (--tune finds them
anew). Exits 1 if the reference points do not hold: nobody asks for more than there is, progressive and the oracle stay
inside every target, and the oracle is at least as busy as everyone else.

--quick measures the predictive pacer alone on a few scenarios and exits 1 if a result is worse than the one kept in
quick.json by more than its confidence interval, or drops more than the target; --keep writes quick.json anew.
"""

import argparse
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from waihu.dialer.pacing import (
    Pacer,
    PacerConfig,
    PredictivePacer,
    ProgressivePacer,
    RatioPacer,
    VicidialPacer,
    VicidialSettings,
)
from waihu.dialer.simulation import PacerMaker, Simulation
from waihu.dialer.simulation_oracle import OraclePacer
from waihu.dialer.simulation_scenarios import SCENARIOS
from waihu.dialer.simulation_world import Scenario

HERE = Path(__file__).parent
LEVELS = (1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0)
FIRST_SEED = 1001
TUNING_SEEDS = (9001, 9002, 9003)
QUICK = ("team 3", "team 10, machines", "team 20", "team 20, 9 % human", "team 20, target 1 %", "team 50")
QUICK_SEEDS = (1, 2, 3, 4)
QUICK_HOURS = 1.0
SMALL = ("team 3", "team 5", "team 10")
# Two-sided 95 % points of Student's t by degrees of freedom.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26, 14: 2.14, 19: 2.09}
PROGRESSIVE, RATIO, FACTORY, TUNED, PREDICTIVE, ORACLE = range(6)
NAMES = ("progressive", "ratio 1.5", "VICIdial factory", "VICIdial tuned", "predictive", "oracle")


class Result(NamedTuple):
    """One shift."""

    utilisation: float
    drops: int
    live_answers: int
    worst: float
    over_limit: int
    cancelled: int


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


def predictive(config: PacerConfig, _: Simulation) -> Pacer:
    return PredictivePacer(config)


def vicidial(level: float) -> PacerMaker:
    return lambda config, _: VicidialPacer(config, VicidialSettings(maximum_level=level))


def maker(number: int, level: float) -> PacerMaker:
    """The pacer of a column; ``level`` is hand-tuned VICIdial's."""
    factory = vicidial(VicidialSettings().maximum_level)
    return (progressive, ratio, factory, vicidial(level), predictive, OraclePacer)[number]


def shift(task: tuple[Scenario, int, int, float]) -> Result:
    """Play one shift: scenario, seed, column, VICIdial's level."""
    scenario, seed, number, level = task
    measures = Simulation(scenario, seed, maker(number, level)).run()
    return Result(
        measures.utilisation,
        measures.drops,
        measures.live_answers,
        measures.worst_window(),
        measures.over_limit,
        measures.cancelled,
    )


def tuned_level(scenario: Scenario) -> float:
    """The maximum level with most work among those whose pooled drop rate is inside the target; else the lowest."""
    best, level = -1.0, LEVELS[0]
    for candidate in LEVELS:
        row = Row("", [shift((scenario, seed, TUNED, candidate)) for seed in TUNING_SEEDS])
        if row.drop_ratio <= scenario.target and row.utilisation > best:
            best, level = row.utilisation, candidate
    return level


def cell(row: Row) -> str:
    return f"{100 * row.utilisation:.1f} ± {100 * row.half_width:.1f} at {100 * row.drop_ratio:.2f}"


def faults(scenario: Scenario, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if any(result.over_limit for result in row.results):
            yield f"{scenario.name}: {row.pacer} asked for more lines than there were"
        if row.utilisation > rows[ORACLE].utilisation:
            yield f"{scenario.name}: {row.pacer} is busier than the oracle"
    for row in (rows[PROGRESSIVE], rows[ORACLE]):
        if row.drop_ratio > scenario.target:
            yield f"{scenario.name}: {row.pacer} drops {row.drop_ratio:.4f}, over the target {scenario.target}"


Table = Sequence[tuple[Scenario, Sequence[Row]]]


def mean(table: Table, column: int) -> float:
    return statistics.fmean(rows[column].utilisation for _, rows in table)


def summary(table: Table) -> Iterator[str]:
    heads = ("pacer", "mean utilisation", "of the oracle", "of VICIdial factory", "scenarios over target")
    yield f"| {' | '.join(heads)} | worst half hour | from 20 agents |"
    yield "|---|---|---|---|---|---|---|"
    large = [(scenario, rows) for scenario, rows in table if scenario.agents >= 20]
    for column, name in enumerate(NAMES):
        used = mean(table, column)
        over = sum(rows[column].drop_ratio > scenario.target for scenario, rows in table)
        worst = max(rows[column].worst for _, rows in table)
        worst_large = max((rows[column].worst for _, rows in large), default=math.nan)
        yield (
            f"| {name} | {100 * used:.1f} % | {used / mean(table, ORACLE):.3f} | {used / mean(table, FACTORY):.2f} "
            f"| {over} of {len(table)} | {100 * worst:.1f} % | {100 * worst_large:.1f} % |"
        )


def aims(table: Table) -> Iterator[str]:
    """What issue and design ask of the predictive pacer, and what it reaches."""
    overdialling = [(scenario, rows) for scenario, rows in table if scenario.target > 0]
    for label, part in (("all scenarios", table), ("those with a target above 0", overdialling)):
        used = mean(part, PREDICTIVE)
        yield f"- {label}: {used / mean(part, ORACLE):.3f} of the oracle (aim 0.92), "
        yield f"  {used / mean(part, FACTORY):.2f} times VICIdial's factory setting (aim 1.40)"
    for scenario, rows in table:
        if scenario.name in SMALL:
            share = rows[PREDICTIVE].utilisation / rows[ORACLE].utilisation
            yield f"- {scenario.name}: {share:.3f} of the oracle (aim 0.80)"
    windows = [rows[PREDICTIVE].worst / scenario.target for scenario, rows in overdialling if scenario.agents >= 20]
    if windows:
        yield f"- worst half hour of teams from 20: {max(windows):.2f} targets (aim under 2)"


def full(seeds: int, jobs: int, levels: Mapping[str, float]) -> int:
    """Print the tables."""
    begin = time.monotonic()
    print("Utilisation in % ± half of its 95 % interval, at dropped live answers in %, all seeds pooled.\n")
    heads = list(NAMES)
    heads[TUNED] += " (maximum level)"
    print(f"| scenario | {' | '.join(heads)} |")
    print("|---|---|---|---|---|---|---|")
    table: list[tuple[Scenario, list[Row]]] = []
    found: list[str] = []
    # The longest first, so that no process is left with them at the end.
    order = sorted(SCENARIOS, key=lambda scenario: -scenario.agents * scenario.hours)
    with ProcessPoolExecutor(jobs) as pool:
        waiting = {
            scenario.name: [
                [
                    pool.submit(shift, (scenario, seed, column, levels[scenario.name]))
                    for seed in range(FIRST_SEED, FIRST_SEED + seeds)
                ]
                for column in range(len(NAMES))
            ]
            for scenario in order
        }
        for scenario in SCENARIOS:
            columns = waiting[scenario.name]
            rows = [Row(name, [one.result() for one in each]) for name, each in zip(NAMES, columns, strict=True)]
            cells = [cell(row) for row in rows]
            cells[TUNED] += f" ({levels[scenario.name]:g})"
            print(f"| {scenario.name} | {' | '.join(cells)} |", flush=True)
            table.append((scenario, rows))
            found += faults(scenario, rows)
    print("", *summary(table), "", *aims(table), sep="\n")
    minutes = (time.monotonic() - begin) / 60
    print(
        "\n".join(["", *found]) if found else f"\n{len(table)} scenarios, {seeds} seeds, {minutes:.1f} minutes: ",
        end="",
    )
    print("" if found else "the reference points hold")
    return 1 if found else 0


# ---- quick ---------------------------------------------------------------------------------------------------------


def quick_scenarios() -> list[Scenario]:
    return [replace(s, hours=min(s.hours, QUICK_HOURS)) for s in SCENARIOS if s.name in QUICK]


def quick_rows(jobs: int) -> dict[str, Row]:
    """Measure the predictive pacer on the quick scenarios."""
    scenarios = quick_scenarios()
    tasks = [(scenario, seed, PREDICTIVE, 1.0) for scenario in scenarios for seed in QUICK_SEEDS]
    with ProcessPoolExecutor(jobs) as pool:
        results = list(pool.map(shift, tasks))
    number = len(QUICK_SEEDS)
    return {
        scenario.name: Row(NAMES[PREDICTIVE], results[number * place : number * (place + 1)])
        for place, scenario in enumerate(scenarios)
    }


def worse(rows: Mapping[str, Row], kept: Mapping[str, Any], targets: Mapping[str, float]) -> list[str]:
    """Return what is worse than what is kept, by more than the kept interval, or over the target."""
    found = []
    for name, row in rows.items():
        before = kept[name]
        least = before["utilisation"] - before["half_width"]
        if row.utilisation < least:
            found.append(
                f"{name}: utilisation {row.utilisation:.4f}, kept {before['utilisation']:.4f}, least {least:.4f}"
            )
        if row.drop_ratio > max(targets[name], before["drop_ratio"]):
            found.append(f"{name}: drops {row.drop_ratio:.4f}, target {targets[name]}, kept {before['drop_ratio']:.4f}")
    return found


def quick(jobs: int, file: Path, *, keep: bool) -> int:
    """Compare with, or write, what is kept."""
    rows = quick_rows(jobs)
    for name, row in rows.items():
        print(f"{name}: {cell(row)}")
    if keep:
        made = {
            name: {"utilisation": row.utilisation, "half_width": row.half_width, "drop_ratio": row.drop_ratio}
            for name, row in rows.items()
        }
        file.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
        return 0
    found = worse(rows, json.loads(file.read_text("utf-8")), {s.name: s.target for s in quick_scenarios()})
    print("\n".join(found) if found else "not worse than what is kept")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="shifts of each scenario and pacer (10)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (one for each processor)")
    parser.add_argument("--quick", action="store_true", help="compare the predictive pacer with quick.json")
    parser.add_argument("--keep", action="store_true", help="with --quick: write quick.json")
    parser.add_argument("--kept", type=Path, default=HERE / "quick.json", help="the file compared with")
    parser.add_argument(
        "--tune", action="store_true", help="find VICIdial's levels anew and write vicidial_levels.json"
    )
    arguments = parser.parse_args()
    jobs, levels = max(1, arguments.jobs), HERE / "vicidial_levels.json"
    if arguments.quick:
        return quick(jobs, arguments.kept, keep=arguments.keep)
    if arguments.tune:
        with ProcessPoolExecutor(jobs) as pool:
            made = dict(zip([s.name for s in SCENARIOS], pool.map(tuned_level, SCENARIOS), strict=True))
        levels.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
        return 0
    return full(max(1, arguments.seeds), jobs, json.loads(levels.read_text("utf-8")))


if __name__ == "__main__":
    sys.exit(main())
