"""Where the machine allows networks of one's own: a cable that is pulled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.partition import NotHere, run_apart


def test_a_process_whose_cable_is_pulled_out_goes_on(tmp_path: Path) -> None:
    try:
        run_apart("tests.faults.cut_cable", tmp_path, "net")
    except NotHere as why:
        pytest.skip(str(why))
