"""The pacer is as good as what is kept in benchmarks/pacing/quick.json, and the comparison notices when it is not."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "pacing" / "compare.py"


@pytest.fixture(scope="module")
def compare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pacing_compare", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_pacer_is_not_worse_than_what_is_kept() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "controller"), str(ROOT / "models")])}
    command = [sys.executable, str(SCRIPT), "--quick", "--jobs", "1"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith("not worse than what is kept\n")


@pytest.mark.parametrize(("kept", "found"), [
    ({"utilisation": 0.80, "half_width": 0.01, "drop_ratio": 0.02}, []),
    ({"utilisation": 0.82, "half_width": 0.03, "drop_ratio": 0.02}, []),
    ({"utilisation": 0.82, "half_width": 0.01, "drop_ratio": 0.02}, ["utilisation"]),
])  # fmt: skip
def test_less_work_than_the_kept_interval_allows_is_noticed(
    compare: ModuleType, kept: dict[str, Any], found: list[str]
) -> None:
    row = compare.Row("predictive", [compare.Result(0.80, 20, 1000, 0.05, 0, 0)])
    said = compare.worse({"a": row}, {"a": kept}, {"a": 0.03})
    assert len(said) == len(found)
    assert all(word in text for word, text in zip(found, said, strict=True))


def test_drops_over_the_target_are_noticed(compare: ModuleType) -> None:
    row = compare.Row("predictive", [compare.Result(0.80, 40, 1000, 0.05, 0, 0)])
    kept = {"a": {"utilisation": 0.70, "half_width": 0.01, "drop_ratio": 0.02}}
    assert "drops 0.0400" in compare.worse({"a": row}, kept, {"a": 0.03})[0]


def test_what_is_kept_is_inside_the_targets(compare: ModuleType) -> None:
    kept = json.loads((SCRIPT.parent / "quick.json").read_text("utf-8"))
    for scenario in compare.quick_scenarios():
        assert kept[scenario.name]["drop_ratio"] <= scenario.target
