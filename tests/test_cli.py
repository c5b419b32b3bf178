"""The command line, run as its user runs it."""

import re

import pytest
from typer.testing import CliRunner

from server.cli import main


@pytest.fixture
def vetrina(tmp_path, monkeypatch):
    """Run a command on a data folder of its own; returns its exit code and what it printed."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        result = CliRunner().invoke(main, [*arguments, "--data", str(tmp_path / "data")])
        return result.exit_code, result.output

    return run


def test_keys_are_made_listed_and_revoked(vetrina):
    code, secret = vetrina("key", "create", "--role", "control", "--label", "Nina [studio]")
    assert code == 0
    assert secret.startswith("ctl_")
    code, told = vetrina("key", "list")
    key_id = re.search(r"key_[0-9a-f]{16}", told)[0]
    assert "Nina [studio]" in told
    assert secret.strip() not in told
    assert vetrina("key", "revoke", key_id) == (0, f"{key_id} is revoked.\n")
    assert key_id not in vetrina("key", "list")[1]
    assert key_id in vetrina("key", "list", "--all")[1]


def test_a_key_that_is_not_there_cannot_be_revoked(vetrina):
    code, told = vetrina("key", "revoke", "key_nope")
    assert code == 2
    assert "vetrina key list" in told
