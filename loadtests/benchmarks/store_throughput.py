"""How many purchases a second become durable.

Run with `python -m loadtests.benchmarks.store_throughput --seconds 5`.

A write is what a paid order needs: one event, one receipt, one order record. `--reads` adds the
two look-ups that come before it. With `--database URL` the same is done in that PostgreSQL
database, by one process and by two that write to one show; `--database local` starts a server of
its own from the wheel that the tests use. After each run the log is held against what was
acknowledged: every purchase once, numbered without a gap.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import secrets
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.encryption import CIPHER
from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show.events import PurchaseConfirmed, SoldItem
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.ports.shows import Append, Show
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import postgres_store, sqlite_store

BODY = b'{"type":"purchase.confirmed","items":[{"sku":"MUG-1","quantity":2,"amount":3780}]}'
PLENTY = 10**9


@dataclass
class Tally:
    """What was acknowledged, under which number, and how long each write took."""

    numbers: dict[str, int] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    took_s: float = 0.0

    def add(self, other: Tally) -> None:
        """What another process did at the same time."""
        assert self.numbers.keys().isdisjoint(other.numbers)
        self.numbers |= other.numbers
        self.latencies_ms += other.latencies_ms
        self.cpu_s += other.cpu_s
        self.took_s = max(self.took_s, other.took_s)


@dataclass(frozen=True)
class Load:
    """How one process writes."""

    show: str
    first: int
    seconds: float
    tasks: int
    reads: bool


def purchase(show: str, number: int, now: int) -> Append:
    """A write like the one that a webhook causes."""
    money = Money(3780, "EUR")
    event = PurchaseConfirmed(
        at=now,
        purchase=f"p{number:020d}",
        items=(SoldItem("MUG-1", "Stoneware mug, sea green", 2),),
        name="Giulia",
        region="IT",
        occurred_at=now - 800,
        test=False,
        amounts=(money,),
    )
    lines = (OrderLine("MUG-1", 2, money),)
    record = OrderRecord(purchase=event.purchase, show=show, lines=lines)
    receipt = Receipt(
        connection=show,
        delivery=f"msg_{number}",
        received_at=now,
        outcome="applied",
        body=BODY,
    )
    return Append(
        show=show,
        events=(event,),
        by="generic",
        receipts=(receipt,),
        records=(VersionedRecord(show, record, 0),),
    )


async def buyer(store: Store, load: Load, numbers: range, until: float, tally: Tally) -> None:
    for number in numbers:
        if time.perf_counter() > until:
            return
        began = time.perf_counter()
        write = purchase(load.show, number, time.time_ns() // 1_000_000)
        name = write.records[0].record.purchase
        if load.reads:
            await store.seen_deliveries(load.show, [write.receipts[0].delivery])
            await store.order_records(load.show, [name])
        appended = await store.append(write)
        tally.latencies_ms.append((time.perf_counter() - began) * 1000)
        tally.numbers[name] = appended.position.seq


async def write(store: Store, load: Load) -> Tally:
    """What one process does."""
    tally = Tally()
    began, cpu = time.perf_counter(), _cpu_s()
    async with asyncio.TaskGroup() as group:
        for task in range(load.tasks):
            first = load.first + task * PLENTY
            numbers = range(first, first + PLENTY)
            group.create_task(buyer(store, load, numbers, began + load.seconds, tally))
    tally.took_s, tally.cpu_s = time.perf_counter() - began, _cpu_s() - cpu
    return tally


async def join(url: str, load: Load) -> Tally:
    """As a second process: in a show that another one made, as soon as that says so."""
    store = postgres_store(url, CIPHER)
    await store.open()
    try:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return await write(store, load)
    finally:
        await store.close()


async def measure(store: Store, load: Load, joined: str | None = None) -> Tally:
    """Make the show, write, and check. `joined`: the database in which another process helps."""
    await store.open()
    try:
        made = Show(slug=load.show, title="Spring", currency="EUR", epoch="bench", created_at=0)
        await store.create_show(made)
        if joined is None:
            tally = await write(store, load)
        else:
            tally = await write_together(store, load, joined)
        await check(store, load.show, tally)
        return tally
    finally:
        await store.close()


async def write_together(store: Store, load: Load, url: str) -> Tally:
    """Two processes, from the same moment on."""
    command = [sys.executable, "-m", "loadtests.benchmarks.store_throughput", "--database", url]
    command += ["--join", load.show, "--seconds", str(load.seconds), "--tasks", str(load.tasks)]
    command += ["--reads"] if load.reads else []
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdin and process.stdout
    assert await process.stdout.readline() == b"ready\n"
    process.stdin.write(b"go\n")
    tally, told = await asyncio.gather(write(store, load), process.stdout.read())
    assert await process.wait() == 0
    tally.add(Tally(**json.loads(told)))
    return tally


async def check(store: Store, show: str, tally: Tally) -> None:
    """Every purchase is in the log once, under the number that was told, and nothing is beside."""
    log = await store.events(show)
    head = await store.head(show)
    assert head is not None and head.seq == len(log)
    assert [one.seq for one in log] == list(range(1, len(log) + 1))
    found = {one.event.purchase: one.seq for one in log if isinstance(one.event, PurchaseConfirmed)}
    assert found == tally.numbers and len(found) == len(log)


def report(name: str, tally: Tally, tasks: int) -> None:
    count = len(tally.latencies_ms)
    cuts = statistics.quantiles(tally.latencies_ms, n=100)
    print(
        f"{name}: {count / tally.took_s:.0f} purchases/s from {tasks} tasks, "
        f"{tally.cpu_s / count * 1e6:.0f} us CPU each, p50 {cuts[49]:.1f} ms, "
        f"p99 {cuts[98]:.1f} ms; {count} acknowledged, all in the log once and in order; "
        f"load average {os.getloadavg()[0]:.1f}"
    )


@contextmanager
def database(wanted: str) -> Iterator[str]:
    """The address; of a server of our own, that waits for the disk, for `local`."""
    if wanted != "local":
        yield wanted
        return
    from tests.postgres import PostgresServer

    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server.url(server.create())
    finally:
        server.close()


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def compare(arguments: argparse.Namespace) -> None:
    """SQLite, then PostgreSQL where one is named, each in a new show."""

    def load() -> Load:
        show = f"bench-{secrets.token_hex(4)}"
        return Load(show, 0, arguments.seconds, arguments.tasks, arguments.reads)

    with tempfile.TemporaryDirectory(dir=arguments.data) as data:
        tally = asyncio.run(measure(sqlite_store(Path(data), serve=True), load()))
        report("SQLite, one process", tally, arguments.tasks)
    if arguments.database is None:
        return
    with database(arguments.database) as url:
        tally = asyncio.run(measure(postgres_store(url, CIPHER), load()))
        report("PostgreSQL, one process", tally, arguments.tasks)
        tally = asyncio.run(measure(postgres_store(url, CIPHER), load(), joined=url))
        report("PostgreSQL, two processes into one show", tally, 2 * arguments.tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--reads", action="store_true")
    parser.add_argument("--data", type=Path, help="where the database is made; a temporary place")
    parser.add_argument("--database", help="address of a PostgreSQL database, or `local`")
    parser.add_argument("--join", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.join is None:
        compare(arguments)
        return
    first = arguments.tasks * PLENTY
    load = Load(arguments.join, first, arguments.seconds, arguments.tasks, arguments.reads)
    tally = asyncio.run(join(arguments.database, load))
    print(json.dumps(tally.__dict__))


if __name__ == "__main__":
    main()
