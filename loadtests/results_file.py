"""Result files: one for each date and commit, and every scenario in it once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from loadtests.machine import commit, today
from loadtests.result import Result

RESULTS: Final = Path(__file__).resolve().parent / "results"


def file_of_today() -> Path:
    """Where a run of this commit is kept."""
    return RESULTS / f"{today()}-{commit().removesuffix('-dirty')}.json"


def newest() -> Path:
    """The result file that was written last. Raises SystemExit when there is none."""
    found = sorted(RESULTS.glob("*.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        sys.exit("There is no result yet: run `make bench` first.")
    return found[-1]


def record(outcome: Result, machine: str, where: Path) -> None:
    """Add a scenario to a result file. One that was measured on another machine, or at another
    commit, than the first of the file says so."""
    told: dict[str, Any] = {"machine": machine, "scenarios": {}}
    if where.exists():
        told = json.loads(where.read_text())
    told["scenarios"][outcome.scenario] = outcome.as_json()
    if told["machine"] != machine:
        told["scenarios"][outcome.scenario]["machine"] = machine
    where.parent.mkdir(parents=True, exist_ok=True)
    # One line for each scenario: small, and what changed between two runs can be seen.
    lines = [
        f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in told["scenarios"].items()
    ]
    head = f'{{\n "machine": {json.dumps(told["machine"])},\n "scenarios": {{\n'
    where.write_text(head + ",\n".join(lines) + "\n }\n}\n")
