"""A process that hangs at its end is ended all the same."""

import subprocess
import sys

import pytest

from tests.waiting import PATIENCE_S

HANGS = """
import asyncio, sys
from vetrina.process.shutdown import end_within

async def stay():
    {arm}
    await asyncio.Event().wait()

asyncio.run(stay())
"""


def run(arm, within_s):
    program = [sys.executable, "-c", HANGS.format(arm=arm)]
    return subprocess.run(program, capture_output=True, text=True, timeout=within_s)


def test_what_hangs_is_ended_in_time():
    ended = run("end_within(0.2)", 60)
    assert ended.returncode == 1
    assert "not ended after 0.2 s" in ended.stderr


def test_without_it_a_process_that_hangs_stays():
    with pytest.raises(subprocess.TimeoutExpired):
        run("pass", 3)


def test_who_ends_in_time_is_not_told_of_it():
    program = "from vetrina.process.shutdown import end_within; end_within(3600)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=PATIENCE_S)
    assert (ended.returncode, ended.stderr) == (0, b"")
