"""The PostgreSQL server of the tests, on machines where a user may not enter every folder."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tests.postgres import _runs, programs

NOBODY = pwd.getpwnam("nobody")
AS_NOBODY = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as somebody else")
def test_programs_in_a_folder_that_others_may_not_enter_are_known_not_to_run(
    tmp_path: Path,
) -> None:
    """It stopped with `PermissionError: … pginstall18/bin/postgres` before any test ran."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "postgres"
    program.symlink_to(programs() / "postgres")
    assert not _runs(program, AS_NOBODY)


def test_a_program_that_starts_is_used_where_it_is() -> None:
    assert _runs(programs() / "postgres", {})
