"""Where the machine allows networks of one's own: a cable that is pulled out."""

from __future__ import annotations

from pathlib import Path

from tests.faults.apart import run_apart


def test_a_process_whose_cable_is_pulled_out_goes_on(tmp_path: Path) -> None:
    run_apart("tests.faults.cut_cable", tmp_path, "net")
