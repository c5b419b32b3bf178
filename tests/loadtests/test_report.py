"""The tables are made from what was recorded, missed promises and missing baselines included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loadtests.report import PAGE, put, tables
from loadtests.result import Promise, Result
from loadtests.results_file import record


def measured(us: float) -> dict[str, Any]:
    one = {"us": us, "first_to_last_ms": 6.5, "kib_per_viewer": 2.1}
    return {"one": one, "ratio": us / 4, "burst_ratio": us / 40, "join": {"us": 140.2}}


def result(*outcomes: Result) -> dict[str, Any]:
    told = {outcome.scenario: outcome.as_json() for outcome in outcomes}
    return {"machine": "a machine", "scenarios": told}


def test_the_cheapest_comes_first_and_who_did_not_run_is_named() -> None:
    targets = {
        "vetrina": measured(4.5),
        "send_loop": measured(4.0),
        "litestar_channels": measured(12.0),
        "socketify_publish": {"not_run": "libuv.so.1 is missing"},
    }
    text = tables(result(Result("compare", {"viewers": 800, "targets": targets})))
    names = [line.split(" | ")[0] for line in text.splitlines() if line.endswith("| 140 |")]
    assert names == ["| send() in a loop", "| **Vetrina**", "| Litestar channels"]
    assert "Not run: socketify (uWebSockets) (libuv.so.1 is missing)." in text


def test_a_missed_promise_is_written_as_such() -> None:
    promises = [
        Promise("viewers lost", 2, "exactly", 0),
        Promise("all back", 4.5, "at most", 5, "s"),
    ]
    outcome = Result("avalanche", {}, promises, "not run twice")
    assert not outcome.kept
    text = tables(result(outcome))
    assert "| `avalanche` | viewers lost | 2 | 0 | **missed** |" in text
    assert "| `avalanche` | all back | 4.5 s | at most 5 s | kept |" in text
    assert "not run twice" in text


def test_rules() -> None:
    assert Promise("x", 5, "at most", 5).kept
    assert not Promise("x", 5.1, "at most", 5).kept
    assert Promise("x", 5, "at least", 5).kept
    assert not Promise("x", 4, "at least", 5).kept
    assert not Promise("x", 4, "exactly", 5).kept


def test_a_page_gets_new_tables_between_its_marks() -> None:
    page = "before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n"
    renewed = put(page, "results", "new \\1\n")
    assert renewed == ("before\n<!-- results -->\n\nnew \\1\n\n<!-- end of results -->\nafter\n")
    with pytest.raises(SystemExit, match="lost its marks"):
        put(page, "capacity", "x")


def test_the_page_of_the_documents_can_be_renewed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("results", "capacity"):
        assert "renewed" in put(page, name, "renewed")


def test_a_result_keeps_each_scenario_once_and_says_what_was_measured_elsewhere(
    tmp_path: Path,
) -> None:
    where = tmp_path / "results" / "today.json"
    record(Result("pin", {"ratio": 1.5}), "one machine", where)
    record(Result("taps", {}), "one machine", where)
    record(Result("pin", {"ratio": 1.1}), "another machine", where)
    told = json.loads(where.read_text())
    assert told["machine"] == "one machine"
    assert told["scenarios"]["pin"]["figures"] == {"ratio": 1.1}
    assert told["scenarios"]["pin"]["machine"] == "another machine"
    assert "machine" not in told["scenarios"]["taps"]
