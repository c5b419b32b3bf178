"""The bench of the stores runs, and its check would find what it is there for."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.benchmarks.store_throughput import Load, Tally, check, measure
from tests.waiting import PATIENCE_S
from vetrina.store.sql.store import sqlite_store

ROOT = Path(__file__).resolve().parents[3]


async def test_two_processes_write_to_one_show(postgres):
    command = [
        sys.executable,
        "-m",
        "loadtests.benchmarks.store_throughput",
        "--seconds",
        "0.3",
        "--tasks",
        "4",
    ]
    run = asyncio.to_thread(
        subprocess.run,
        [*command, "--reads", "--database", postgres],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    done = await run
    assert done.returncode == 0, done.stderr
    names = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert names == [
        "SQLite, one process",
        "PostgreSQL, one process",
        "PostgreSQL, two processes into one show",
    ]


async def test_a_purchase_that_is_not_in_the_log_is_found(tmp_path):
    store = sqlite_store(tmp_path)
    tally = await measure(store, Load("s", 0, 0.05, 2, False))
    again = sqlite_store(tmp_path)
    await again.open()
    await check(again, "s", tally)
    with pytest.raises(AssertionError):
        await check(again, "s", Tally({**tally.numbers, "lost": len(tally.numbers) + 1}))
    await again.close()
