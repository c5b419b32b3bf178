"""The system's limit of open files, and what becomes of a crowd that is larger."""

import subprocess
import sys

import pytest

from tests.waiting import PATIENCE_S

resource = pytest.importorskip("resource")

ASK = """
import logging, resource, sys
from vetrina.process.file_limit import raise_file_limit
logging.basicConfig(format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
print(raise_file_limit(1_000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def asked(soft, hard):
    """In a process of its own: a limit that was lowered cannot be raised again."""
    command = [sys.executable, "-c", ASK, str(soft), str(hard)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return [int(word) for word in done.stdout.split()], done.stderr


def test_the_limit_is_raised_as_far_as_it_is_needed():
    assert asked(300, 5_000) == ([1_000, 1_256], "")


def test_a_limit_that_cannot_be_raised_bounds_the_crowd_and_says_how_to_change_it():
    places, told = asked(300, 756)
    assert places == [500, 756]
    assert "ulimit -n" in told
    assert "VETRINA_CONNECTIONS_MAX=500" in told


def test_a_limit_that_is_high_enough_is_left_alone():
    assert asked(5_000, 5_000) == ([1_000, 5_000], "")
