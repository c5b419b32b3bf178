"""The lock of the one server."""

import subprocess
import sys

import pytest

from vetrina.store.errors import StoreUnusable
from vetrina.store.sqlite.serving_lock import ServingLock

HOLDER = """
import sys
from pathlib import Path
from vetrina.store.sqlite.serving_lock import ServingLock
ServingLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_it_is_held_once(tmp_path):
    with ServingLock(tmp_path / "lock"):
        with pytest.raises(StoreUnusable, match="Another server"):
            ServingLock(tmp_path / "lock").acquire()
        with ServingLock(tmp_path / "other"):
            pass
    with ServingLock(tmp_path / "lock"):
        pass


def test_a_process_that_is_killed_lets_go(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnusable):
            ServingLock(path).acquire()
        holder.kill()
    with ServingLock(path):
        assert path.exists()


def test_releasing_twice_does_no_harm(tmp_path):
    lock = ServingLock(tmp_path / "lock")
    lock.acquire()
    lock.release()
    lock.release()
    lock.acquire()
    lock.release()


def test_a_place_without_a_directory_is_refused(tmp_path):
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        ServingLock(tmp_path / "nowhere" / "lock").acquire()


def test_those_that_serve_together_share_it(tmp_path):
    path = tmp_path / "lock"
    refused = pytest.raises(StoreUnusable, match="--redis")
    with ServingLock(path, shared=True), ServingLock(path, shared=True), refused:
        ServingLock(path).acquire()
    with ServingLock(path), pytest.raises(StoreUnusable, match="--redis"):
        ServingLock(path, shared=True).acquire()
