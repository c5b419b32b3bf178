"""The cable between a process and Valkey is pulled out: run by test_cut_cable.py, apart.

Valkey is in a network of its own, and two cables lead there. One of them is pulled at Valkey's end:
nobody is told, packets vanish, and connections stay open until somebody gives them up.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.faults.clocks import FastClock
from tests.faults.partition import told
from tests.faults.processes import Plan, neighbours
from tests.faults.scene import Scene, nothing_left_behind, scene
from tests.sqlite import with_tables
from tests.waiting import until
from vetrina.process.workers.local_broker import valkey_program
from vetrina.store.sql.store import sqlite_store

PORT = 6379


@contextmanager
def far_valkey(folder: Path) -> Iterator[int]:
    """A server in another network; the id of its process."""
    options = ["--bind", "*", "--protected-mode", "no", "--port", str(PORT), "--save", ""]
    with subprocess.Popen(
        ["unshare", "--net", valkey_program(), *options, "--dir", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert any("Ready to accept" in line for line in process.stdout)
            yield process.pid
        finally:
            process.kill()


def lay_cable(number: int, pid: int) -> str:
    """From here to the network of a process; the address of its far end."""
    near, far, net = f"near{number}", f"far{number}", f"10.77.{number}"
    told("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", str(pid))
    told("ip", "addr", "add", f"{net}.1/24", "dev", near)
    there(pid, "addr", "add", f"{net}.2/24", "dev", far)
    told("ip", "link", "set", near, "up")
    there(pid, "link", "set", far, "up")
    return f"{net}.2"


def there(pid: int, *words: str) -> None:
    told("nsenter", f"--target={pid}", "--net", "ip", *words)


@asynccontextmanager
async def far_apart(folder: Path, hosts: list[str]) -> AsyncIterator[Scene]:
    plans = [Plan(f"redis://{host}:{PORT}") for host in hosts]
    async with nothing_left_behind(), neighbours(
        plans, lambda: sqlite_store(with_tables(folder)), FastClock()
    ) as processes, scene(processes) as made:  # fmt: skip
        yield made


async def main(folder: Path) -> None:
    told("ip", "link", "set", "lo", "up")
    with far_valkey(folder) as pid:
        hosts = [lay_cable(number, pid) for number in (1, 2)]
        async with far_apart(folder, hosts) as made:
            one, other = made.processes
            await made.say()
            for _ in range(2):
                there(pid, "link", "set", "far2", "down")
                await made.say_at_once()
                await until(lambda: not other.bus.health.ok)
                assert one.bus.health.ok
                await made.say_at_once()
                await made.all_know()
                there(pid, "link", "set", "far2", "up")
                await made.well()
                await made.say_at_once()
                await made.all_know()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
