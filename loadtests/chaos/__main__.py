"""Break everything, one after the other, while people watch: `python -m loadtests.chaos`.

Real PostgreSQL, Valkey and server processes on 127.0.0.1, some ten minutes. Exit code 1 when
something was lost or came twice, or did not heal; 2 when used wrongly.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console

from loadtests.chaos.buyers import Buyers
from loadtests.chaos.cluster import SHOW, Cluster, cluster
from loadtests.chaos.faults import FAULTS, Fault
from loadtests.chaos.report import cells, file_of_today, page, table
from loadtests.chaos.runner import HEALED_WITHIN_S, ChaosRun, Row
from loadtests.chaos.traffic import Traffic
from loadtests.chaos.viewer import connected_viewers
from loadtests.machine import described
from tests.faults.partition import NotHere, run_apart
from tests.stripe_double.running import stripe_process

DISK: Final = "the disk of a SQLite file full"
WIDTH: Final = 130
NOT_BACK: Final = "NOT BACK TO WHERE IT WAS"
WRONG: Final = "MONEY OR STOCK IS WRONG"
FAILED: Final = {NOT_BACK, WRONG}
MOST_FILES: Final = 40
"""More than before may be open at the end: connections that are kept for the next one."""


async def inject(
    faults: Sequence[Fault], count: int, console: Console
) -> tuple[list[Row], list[str]]:
    """All faults over one cluster; then everybody leaves, and nothing may be kept for them."""
    with tempfile.TemporaryDirectory(prefix="vetrina-chaos-") as folder:
        async with AsyncExitStack() as stack:
            running = await stack.enter_async_context(cluster(Path(folder) / "data"))
            traffic = Traffic(SHOW, running.ports)
            stack.push_async_callback(traffic.close)
            await traffic.open()
            stripe = stack.enter_context(stripe_process())
            buyers = Buyers(traffic, stripe)
            stack.push_async_callback(buyers.close)
            await asyncio.to_thread(buyers.open, running.nodes[0].server)
            before = running.used()
            rows = []
            async with connected_viewers(SHOW, running.ports, count) as viewers:
                run = ChaosRun(running, viewers, traffic, buyers)
                for fault in faults:
                    console.print(f"{fault.name} …")
                    rows.append(await run.inject(fault))
                    _say(rows[-1], console)
            return rows, await afterwards(running, before, buyers)


async def afterwards(running: Cluster, before: tuple[int, int], buyers: Buyers) -> list[str]:
    """What is left when nobody is there any more."""
    began = time.monotonic()
    async with httpx.AsyncClient() as http:
        while kept := await running.kept(http):
            if time.monotonic() - began > HEALED_WITHIN_S:
                break
            await asyncio.sleep(0.1)
    (bytes_before, files_before), (bytes_after, files_after) = before, running.used()
    lines = [
        f"memory of all servers: {bytes_before / 2**20:.0f} MiB before, "
        f"{bytes_after / 2**20:.0f} MiB when everybody had left",
        f"open files: {files_before} before, {files_after} after",
        f"kept for viewers, sockets and bytes: {kept:g}",
    ]
    money, held = (
        await buyers.money(),
        await asyncio.to_thread(buyers.held, running.nodes[0].server),
    )
    lines.append(
        f"checkouts: {money.told:,} paid, {money.wrong} charged twice or lost, {held} pieces held"
    )
    if money.wrong or held:
        lines.append(WRONG)
    if kept or files_after > files_before + MOST_FILES:
        lines.append(NOT_BACK)
    return lines


def full_disk(console: Console) -> Row | None:
    """In a corner of the system that has a small disk of its own."""
    console.print(f"{DISK} …")
    with tempfile.TemporaryDirectory(prefix="vetrina-chaos-") as folder:
        try:
            told = json.loads(run_apart("tests.faults.full_disk", Path(folder)))
        except NotHere as why:
            console.print(f"  not run: {why}")
            return None
        except AssertionError as error:
            console.print(str(error), style="red", markup=False)
            return Row(DISK, 0, 0, 0, 1, 0, 0.0, None)
    row = Row(DISK, told["viewers"], told["events"], 0, 0, 0, told["latest_s"], told["healed_s"])
    _say(row, console)
    return row


def _say(row: Row, console: Console) -> None:
    _, viewers, events, back, lost, doubled, latest, healed = cells(row)
    console.print(
        f"  {viewers} viewers, {events} events, {back} came back, {lost} lost, {doubled} doubled, "
        f"latest {latest}, healed after {healed}",
        style="" if row.kept else "bold red",
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="loadtests.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, default=150)
    parser.add_argument("--only", default="", help="faults whose name has this in it")
    parser.add_argument("--report", type=Path, default=None, help="where to write the page")
    options = parser.parse_args()
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    faults = [fault for fault in FAULTS if options.only.casefold() in fault.name.casefold()]
    if not faults and options.only not in DISK:
        parser.error(f"no fault has {options.only!r} in its name")
    rows: list[Row] = []
    lines: list[str] = []
    if faults:
        rows, lines = asyncio.run(inject(faults, options.viewers, console))
    if options.only in DISK and (row := full_disk(console)) is not None:
        rows.append(row)
    console.print(table(rows))
    for line in lines:
        console.print(line)
    where = options.report or file_of_today()
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(page(rows, described(), lines), encoding="utf-8")
    console.print(f"Written to {where}")
    return 0 if all(row.kept for row in rows) and not FAILED.intersection(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
