"""What a test needs beside Python, told by what it uses: no mark is written by hand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.forked import ForkedProcess
from tests.localstripe import LocalStripe
from tests.postgres import PostgresServer
from tests.running_server import Served, served, vetrina
from tests.stripe_double.running import stripe_process
from tests.stripe_mock import stripe_mock
from tests.valkey import ValkeyServer, valkey_server

HERE = Path(__file__).resolve().parent
FOLDERS = {
    "browser": "browser",
    "deploy": "process",
    "faults": "process",
    "loadtests": "load",
    "process/workers": "process",
}
FIXTURES = {
    "browser": "browser",
    "postgres_server": "database",
    "valkey": "database",
    "valkey_server": "database",
}
LEGS = {"postgres": "database", "valkey": "database"}
NAMES = {
    id(PostgresServer): "database",
    id(ValkeyServer): "database",
    id(valkey_server): "database",
    id(ForkedProcess): "process",
    id(LocalStripe): "process",
    id(Served): "process",
    id(served): "process",
    id(stripe_mock): "process",
    id(stripe_process): "process",
    id(vetrina): "process",
    id(subprocess): "process",
}


def needs(item: pytest.Function) -> set[str]:
    """`browser`, `database`, `process`, `load`: by folder, fixtures, parameters and imports."""
    inside = item.path.relative_to(HERE).as_posix()
    found = {mark for folder, mark in FOLDERS.items() if inside.startswith(f"{folder}/")}
    found |= {FIXTURES[name] for name in item.fixturenames if name in FIXTURES}
    if (call := getattr(item, "callspec", None)) is not None:
        found |= {LEGS[one] for one in call.params.values() if isinstance(one, str) and one in LEGS}
    return found | {NAMES[id(one)] for one in vars(item.module).values() if id(one) in NAMES}
