"""The floor that joins are measured by."""

import shutil

import pytest

from loadtests.baselines import send_floor


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_send_in_c_takes_some_time_and_every_connection_gets_it():
    took_us = send_floor.send_us(connections=5, rounds=3)
    assert took_us is not None
    assert took_us > 0


def test_without_a_compiler_there_is_no_floor(monkeypatch):
    monkeypatch.setattr(send_floor.shutil, "which", lambda _: None)
    assert send_floor.send_us() is None
