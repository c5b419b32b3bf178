"""How many purchases a second become durable: `python -m loadtests.store_bench --seconds 5`.

A write is what a paid order needs: one event, one receipt, one order record. `--reads` adds the
two look-ups that come before it.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from server.domain.events import PurchaseConfirmed, SoldItem
from server.domain.money import Money
from server.domain.purchases import OrderLine, OrderRecord
from server.store.base import Append, Receipt, Show, Store, VersionedRecord
from server.store.sql import sqlite_store

SHOW = "spring-drop"
BODY = b'{"type":"purchase.confirmed","items":[{"sku":"MUG-1","quantity":2,"amount":3780}]}'


@dataclass
class Tally:
    """What was acknowledged, and how long each write took."""

    latencies_ms: list[float] = field(default_factory=list)


def purchase(number: int, now: int) -> Append:
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
    record = OrderRecord(purchase=event.purchase, show=SHOW, lines=lines)
    receipt = Receipt(
        connection="generic",
        delivery=f"msg_{number}",
        received_at=now,
        outcome="applied",
        body=BODY,
    )
    return Append(
        show=SHOW,
        events=(event,),
        by="generic",
        receipts=(receipt,),
        records=(VersionedRecord("generic", record, 0),),
    )


async def buyer(store: Store, numbers: range, until: float, reads: bool, tally: Tally) -> None:
    for number in numbers:
        if time.perf_counter() > until:
            return
        began = time.perf_counter()
        write = purchase(number, time.time_ns() // 1_000_000)
        if reads:
            await store.seen_deliveries("generic", [write.receipts[0].delivery])
            await store.order_records("generic", [write.records[0].record.purchase])
        await store.append(write)
        tally.latencies_ms.append((time.perf_counter() - began) * 1000)


async def measure(data: Path, seconds: float, tasks: int, reads: bool) -> None:
    store = sqlite_store(data, serve=True)
    await store.open()
    try:
        await store.create_show(
            Show(slug=SHOW, title="Spring", currency="EUR", epoch="bench", created_at=0)
        )
        tally = Tally()
        began, cpu = time.perf_counter(), _cpu_s()
        async with asyncio.TaskGroup() as group:
            for task in range(tasks):
                numbers = range(task * 10**9, (task + 1) * 10**9)
                group.create_task(buyer(store, numbers, began + seconds, reads, tally))
        took, used = time.perf_counter() - began, _cpu_s() - cpu
        head = await store.head(SHOW)
        assert head is not None and head.seq == len(tally.latencies_ms)
    finally:
        await store.close()
    _report(tally, took, used, tasks)


def _report(tally: Tally, took_s: float, cpu_s: float, tasks: int) -> None:
    count = len(tally.latencies_ms)
    cuts = statistics.quantiles(tally.latencies_ms, n=100)
    print(
        f"{count / took_s:.0f} purchases/s from {tasks} tasks, "
        f"{cpu_s / count * 1e6:.0f} us CPU each, p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms"
    )


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--reads", action="store_true")
    parser.add_argument("--data", type=Path, help="where the database is made; a temporary place")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.data) as data:
        asyncio.run(measure(Path(data), arguments.seconds, arguments.tasks, arguments.reads))


if __name__ == "__main__":
    main()
