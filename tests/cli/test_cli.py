"""The command line, run as its user runs it."""

import re
import sqlite3
from contextlib import closing

import pytest
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import create_engine
from typer.testing import CliRunner

from tests.valkey import valkey_server
from vetrina.cli import main
from vetrina.store.sql.schema import MIGRATIONS


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


def schema_of(path):
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        return rows, database.execute("SELECT * FROM alembic_version").fetchall()


@pytest.mark.parametrize("command", [("doctor",), ("key", "list")])
def test_looking_changes_nothing(vetrina, tmp_path, command):
    """A database of the first version is told of and left as it is."""
    path = tmp_path / "data" / "vetrina.db"
    path.parent.mkdir(mode=0o700)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        upgrade(config, "0001")
    engine.dispose()
    before = schema_of(path)
    code, told = vetrina(*command)
    assert "brings it up to date" in told
    assert code == (0 if command == ("doctor",) else 1)
    assert schema_of(path) == before


def test_the_doctor_makes_no_database(vetrina, tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    code, told = vetrina("doctor")
    assert (code, "There is no database" in told) == (0, True)
    assert list((tmp_path / "data").iterdir()) == []


def test_the_doctor_finds_an_installation_in_order(vetrina):
    vetrina("key", "create", "--role", "control")
    code, told = vetrina("doctor")
    assert (code, "is in order" in told) == (0, True)
    assert "1 control keys can log in" in told


def test_the_doctor_tries_redis(vetrina):
    vetrina("key", "create", "--role", "control")
    with valkey_server() as server:
        code, told = vetrina("doctor", "--redis", server.url)
        assert (code, "Redis carries messages" in told) == (0, True)
    code, told = vetrina("doctor", "--redis", "redis://:geheim@127.0.0.1:1")
    assert (code, "Connection refused" in told, "geheim" in told) == (1, True, False)


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("redis://:geheim@127.0.0.1:1", "cannot be reached"),
        ("http://geheim@127.0.0.1", "expected redis://host:6379"),
    ],
)
def test_a_server_does_not_start_with_a_redis_that_is_wrong(vetrina, address, cause):
    code, told = vetrina("serve", "--port", "0", "--redis", address)
    assert code == 1
    assert told.startswith("vetrina: VETRINA_REDIS (or --redis)")
    assert cause in told
    assert "geheim" not in told
