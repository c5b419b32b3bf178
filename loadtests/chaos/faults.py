"""What is broken, and how: each is a block during which it is so."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from loadtests.chaos.cluster import Cluster
from tests.faults.machine_clock import HOUR_S
from tests.process_tree import PATIENCE_S, watched, workers
from tests.valkey import valkey_server
from vetrina.bus.codec import encode
from vetrina.bus.port import KeyRevoked
from vetrina.bus.redis.channels import Channels

LIMIT: Final = "client-output-buffer-limit"
USUAL: Final = "pubsub 33554432 8388608 60"
Strike = Callable[[Cluster], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A name, a block, and how long it lasts."""

    name: str
    lasts_s: float
    strike: Strike


@asynccontextmanager
async def valkey_gone(house: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(house.valkey.kill)
    yield
    await asyncio.to_thread(house.valkey.start)


@asynccontextmanager
async def valkey_frozen(house: Cluster) -> AsyncIterator[None]:
    house.valkey.freeze()
    try:
        yield
    finally:
        house.valkey.thaw()


@asynccontextmanager
async def valkey_flooded(house: Cluster) -> AsyncIterator[None]:
    house.valkey.command("CONFIG", "SET", LIMIT, "pubsub 65536 65536 0")
    news = encode("somebody", KeyRevoked("k" * 500_000))

    async def flood() -> None:
        await asyncio.to_thread(house.valkey.command, "PUBLISH", Channels().notices, news)

    async with again_and_again(flood, 0.5):
        yield
    house.valkey.command("CONFIG", "SET", LIMIT, USUAL)


@asynccontextmanager
async def failover(house: Cluster) -> AsyncIterator[None]:
    """What the replica has not got yet is gone, and the address leads to it from now on."""
    with valkey_server() as replica:
        await asyncio.to_thread(replica.follow, house.valkey)
        await asyncio.to_thread(house.valkey.kill)
        replica.command("REPLICAOF", "NO", "ONE")
        for node in house.nodes:
            node.proxy.lead_to(replica.port)
        yield
        await asyncio.to_thread(house.valkey.start)
        for node in house.nodes:
            node.proxy.lead_to(house.valkey.port)


@asynccontextmanager
async def listeners_killed(house: Cluster) -> AsyncIterator[None]:
    async def kill() -> None:
        await asyncio.to_thread(house.valkey.command, "CLIENT", "KILL", "TYPE", "pubsub")

    async with again_and_again(kill, 0.5):
        yield


@asynccontextmanager
async def lines_cut(house: Cluster) -> AsyncIterator[None]:
    async def cut() -> None:
        for node in house.nodes:
            node.proxy.cut()

    async with again_and_again(cut, 0.7):
        yield


@asynccontextmanager
async def messages_dropped(house: Cluster) -> AsyncIterator[None]:
    for node in house.nodes:
        node.proxy.drop_every(10)
    yield
    for node in house.nodes:
        node.proxy.drop_every(0)


@asynccontextmanager
async def messages_delayed(house: Cluster) -> AsyncIterator[None]:
    for number, node in enumerate(house.nodes):
        node.proxy.delay_s = 0.3 * number
    yield
    for node in house.nodes:
        node.proxy.delay_s = 0.0


@asynccontextmanager
async def listeners_deaf(house: Cluster) -> AsyncIterator[None]:
    for node in house.nodes[1:]:
        node.proxy.deafen()
    yield


@asynccontextmanager
async def line_stalled(house: Cluster) -> AsyncIterator[None]:
    house.nodes[1].proxy.stall()
    yield
    house.nodes[1].proxy.go_on()


@asynccontextmanager
async def process_killed(house: Cluster) -> AsyncIterator[None]:
    await house.nodes[0].kill()
    yield
    await house.nodes[0].start()


@asynccontextmanager
async def process_frozen(house: Cluster) -> AsyncIterator[None]:
    pid = house.nodes[1].server.process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def worker_gets(sent: signal.Signals, worker: int) -> Strike:
    """The parent starts another one: at once for one that is dead, after 30 s for a frozen one."""

    @asynccontextmanager
    async def strike(house: Cluster) -> AsyncIterator[None]:
        os.kill(workers(house.nodes[2].server.process.pid)[worker], sent)
        yield

    return strike


@asynccontextmanager
async def rolling(house: Cluster) -> AsyncIterator[None]:
    for node in house.nodes:
        await node.stop()
        await node.start()
    yield


@asynccontextmanager
async def database_killed(house: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(house.database.kill)
    yield
    await asyncio.to_thread(house.database.start)


@asynccontextmanager
async def database_frozen(house: Cluster) -> AsyncIterator[None]:
    house.database.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        house.database.signal(signal.SIGCONT)


@asynccontextmanager
async def clocks_set(house: Cluster) -> AsyncIterator[None]:
    """One machine's clock is set forward by an hour, one back, and one is a little off."""
    for node, ahead_s in zip(house.nodes, (HOUR_S, -HOUR_S, 5), strict=True):
        node.clock.set(ahead_s)
    yield
    for node in house.nodes:
        node.clock.set(0)


@asynccontextmanager
async def power_cut(house: Cluster) -> AsyncIterator[None]:
    """Workers are left to find out by themselves that their parent is dead, and end."""
    with watched(*workers(house.nodes[2].server.process.pid).values()) as ends:
        for node in house.nodes:
            node.server.process.kill()
        await asyncio.to_thread(house.valkey.kill)
        await asyncio.to_thread(house.database.kill)
        for node in house.nodes:
            await node.kill()
        yield
        await asyncio.to_thread(house.database.start)
        await asyncio.to_thread(house.valkey.start)
        await asyncio.gather(*(node.start() for node in house.nodes))
        left = await asyncio.to_thread(ends.wait)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    if left:
        raise RuntimeError(f"{len(left)} workers outlived their parent by {PATIENCE_S:g} s")


@asynccontextmanager
async def again_and_again(
    work: Callable[[], Awaitable[None]], every_s: float
) -> AsyncIterator[None]:
    """Do it during the block, with pauses."""

    async def keep_on() -> None:
        while True:
            await work()
            await asyncio.sleep(every_s)

    task = asyncio.create_task(keep_on())
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()


FAULTS: Final = (
    Fault("Valkey killed (-9) and started again empty", 5, valkey_gone),
    Fault("Valkey frozen (SIGSTOP) for 30 s", 30, valkey_frozen),
    Fault("Valkey away for 60 s", 60, valkey_gone),
    Fault("CLIENT KILL TYPE pubsub, again and again", 10, listeners_killed),
    Fault("output buffers of listeners overrun", 10, valkey_flooded),
    Fault("replica promoted without the tail", 10, failover),
    Fault("lines to Valkey reset, again and again", 10, lines_cut),
    Fault("every tenth message dropped", 20, messages_dropped),
    Fault("messages delayed by up to 0.6 s", 15, messages_delayed),
    Fault("listening lines deaf", 20, listeners_deaf),
    Fault("a line to Valkey that lets nothing through", 30, line_stalled),
    Fault("a process killed (-9)", 5, process_killed),
    Fault("a process frozen for 30 s", 30, process_frozen),
    Fault("a worker killed (-9)", 3, worker_gets(signal.SIGKILL, 0)),
    Fault("a worker frozen until its parent ends it", 32, worker_gets(signal.SIGSTOP, 1)),
    Fault("every process stopped and started in turn", 1, rolling),
    Fault("PostgreSQL killed (-9) and started again", 5, database_killed),
    Fault("PostgreSQL frozen for 15 s", 15, database_frozen),
    Fault("clocks an hour ahead, an hour behind and 5 s off", 15, clocks_set),
    Fault("power cut: everything killed at once", 2, power_cut),
)
