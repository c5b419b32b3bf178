"""Cluster under test: PostgreSQL, Valkey, and processes that reach it through fault proxies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from loadtests.process_usage import Observed
from tests.faults.machine_clock import MachineClock, ProgramClock, program_clock
from tests.faults.proxy import Proxy
from tests.postgres import PostgresServer
from tests.running_server import Served, make_show
from tests.valkey import ValkeyServer, valkey_server

SHOW: Final = "drop"
OPTIONS: Final = ((), (), ("--workers", "2"))
"""Two processes, and one that is a parent with two workers."""
NO_LIMITS: Final = dict.fromkeys(
    (
        "connections_max",
        "connections_per_address",
        "connections_per_second",
        "requests_per_minute",
        "reads_per_minute",
        "webhooks_per_second",
        "checkouts_per_minute",
    ),
    "1000000",
)
"""Rate limits are not what is tested here: everybody comes from one address, with one key."""
HEARTBEAT_MS: Final = "2000"
"""A viewer gives a silent process up after two and a half of them."""
GAUGES: Final = ("vetrina_connections{", "vetrina_buffered_bytes")
READY_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Node:
    """One server, its options, its own way to Valkey, and the clock of its machine."""

    server: Served
    options: Sequence[str]
    proxy: Proxy
    clock: MachineClock

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start, *self.options)

    async def kill(self) -> None:
        await asyncio.to_thread(self.server.kill)

    async def stop(self) -> None:
        """As systemd does."""
        await asyncio.to_thread(self.server.stop)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything that can be broken."""

    database: PostgresServer
    valkey: ValkeyServer
    nodes: Sequence[Node]
    database_clock: ProgramClock | None
    """None where libfaketime is not installed."""

    @property
    def ports(self) -> list[int]:
        return [node.server.port for node in self.nodes]

    async def ready(self, http: httpx.AsyncClient) -> bool:
        """Whether every server says that it can serve, and that it hears the others."""
        asked = [http.get(f"{node.server.address}/readyz", timeout=READY_S) for node in self.nodes]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        well = {"ready": True, "reasons": []}
        return all(isinstance(a, httpx.Response) and a.json() == well for a in answers)

    async def kept(self, http: httpx.AsyncClient) -> float:
        """What the servers say that they keep for viewers: sockets and bytes."""
        asked = [http.get(f"{node.server.address}/metrics") for node in self.nodes]
        texts = [answer.text for answer in await asyncio.gather(*asked)]
        lines = [line for text in texts for line in text.splitlines() if line.startswith(GAUGES)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def used(self) -> tuple[int, int]:
        """Memory in bytes, and open files, of all servers."""
        all_of_them = [Observed(node.server.process.pid) for node in self.nodes]
        return (
            sum(one.resident_bytes() for one in all_of_them),
            sum(one.open_files() for one in all_of_them),
        )


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """Open for the block, with the show; nothing of it is left afterwards."""
    async with AsyncExitStack() as stack:
        clock = stack.enter_context(program_clock())
        environment = None if clock is None else clock.environment
        database = PostgresServer(durable=True, environment=environment)
        stack.callback(database.close)
        await asyncio.to_thread(database.start)
        valkey = stack.enter_context(valkey_server())
        address = database.url(database.create())
        nodes: list[Node] = []
        for options in OPTIONS:
            proxy = Proxy(valkey.port)
            await proxy.open()
            stack.push_async_callback(proxy.close)
            machine = MachineClock(folder.parent / f"clock-{len(nodes)}")
            server = Served(
                folder,
                environment=machine.environment,
                redis=proxy.url,
                database=address,
                heartbeat_ms=HEARTBEAT_MS,
                private_addresses="true",
                **NO_LIMITS,
            )
            node = Node(server, options, proxy, machine)
            stack.push_async_callback(node.stop)
            await node.start()
            nodes.append(node)
        await asyncio.to_thread(make_show, nodes[0].server, SHOW)
        yield Cluster(database, valkey, nodes, clock)
