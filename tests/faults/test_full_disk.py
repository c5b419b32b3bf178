"""The disk with the SQLite file is full for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.partition import NotHere, run_apart


def test_what_does_not_fit_is_refused_and_everything_else_goes_on(tmp_path: Path) -> None:
    try:
        run_apart("tests.faults.full_disk", tmp_path)
    except NotHere as why:
        pytest.skip(str(why))
