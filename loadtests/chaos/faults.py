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
from tests.faults.machine_clock import HOUR_S, faketime
from tests.process_tree import PATIENCE_S, watched, workers
from tests.valkey import valkey_server
from vetrina.bus.codec import encode
from vetrina.bus.port import KeyRevoked
from vetrina.bus.redis.channels import Channels

LIMIT: Final = "client-output-buffer-limit"
USUAL: Final = "pubsub 33554432 8388608 60"
DRIFT_PPM: Final = 500
Inject = Callable[[Cluster], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A name, a block, and how long it lasts."""

    name: str
    lasts_s: float
    inject: Inject


@asynccontextmanager
async def valkey_gone(cluster: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(cluster.valkey.kill)
    yield
    await asyncio.to_thread(cluster.valkey.start)


@asynccontextmanager
async def valkey_frozen(cluster: Cluster) -> AsyncIterator[None]:
    cluster.valkey.freeze()
    try:
        yield
    finally:
        cluster.valkey.thaw()


@asynccontextmanager
async def valkey_flooded(cluster: Cluster) -> AsyncIterator[None]:
    cluster.valkey.command("CONFIG", "SET", LIMIT, "pubsub 65536 65536 0")
    news = encode("somebody", KeyRevoked("k" * 500_000))

    async def flood() -> None:
        await asyncio.to_thread(cluster.valkey.command, "PUBLISH", Channels().notices, news)

    async with repeatedly(flood, 0.5):
        yield
    cluster.valkey.command("CONFIG", "SET", LIMIT, USUAL)


@asynccontextmanager
async def failover(cluster: Cluster) -> AsyncIterator[None]:
    """What the replica has not got yet is gone, and the address leads to it from now on."""
    with valkey_server() as replica:
        await asyncio.to_thread(replica.follow, cluster.valkey)
        await asyncio.to_thread(cluster.valkey.kill)
        replica.command("REPLICAOF", "NO", "ONE")
        for node in cluster.nodes:
            node.proxy.lead_to(replica.port)
        yield
        await asyncio.to_thread(cluster.valkey.start)
        for node in cluster.nodes:
            node.proxy.lead_to(cluster.valkey.port)


@asynccontextmanager
async def subscribers_killed(cluster: Cluster) -> AsyncIterator[None]:
    async def kill() -> None:
        await asyncio.to_thread(cluster.valkey.command, "CLIENT", "KILL", "TYPE", "pubsub")

    async with repeatedly(kill, 0.5):
        yield


@asynccontextmanager
async def connections_reset(cluster: Cluster) -> AsyncIterator[None]:
    async def cut() -> None:
        for node in cluster.nodes:
            node.proxy.cut()

    async with repeatedly(cut, 0.7):
        yield


@asynccontextmanager
async def messages_dropped(cluster: Cluster) -> AsyncIterator[None]:
    for node in cluster.nodes:
        node.proxy.drop_every(10)
    yield
    for node in cluster.nodes:
        node.proxy.drop_every(0)


@asynccontextmanager
async def messages_delayed(cluster: Cluster) -> AsyncIterator[None]:
    for number, node in enumerate(cluster.nodes):
        node.proxy.delay_s = 0.3 * number
    yield
    for node in cluster.nodes:
        node.proxy.delay_s = 0.0


@asynccontextmanager
async def subscriptions_silent(cluster: Cluster) -> AsyncIterator[None]:
    for node in cluster.nodes[1:]:
        node.proxy.deafen()
    yield


@asynccontextmanager
async def connection_stalled(cluster: Cluster) -> AsyncIterator[None]:
    cluster.nodes[1].proxy.stall()
    yield
    cluster.nodes[1].proxy.go_on()


@asynccontextmanager
async def process_killed(cluster: Cluster) -> AsyncIterator[None]:
    await cluster.nodes[0].kill()
    yield
    await cluster.nodes[0].start()


@asynccontextmanager
async def process_frozen(cluster: Cluster) -> AsyncIterator[None]:
    pid = cluster.nodes[1].server.process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def worker_gets(sent: signal.Signals, worker: int) -> Inject:
    """The parent starts another one: at once for one that is dead, after 30 s for a frozen one."""

    @asynccontextmanager
    async def inject(cluster: Cluster) -> AsyncIterator[None]:
        os.kill(workers(cluster.nodes[2].server.process.pid)[worker], sent)
        yield

    return inject


@asynccontextmanager
async def rolling(cluster: Cluster) -> AsyncIterator[None]:
    for node in cluster.nodes:
        await node.stop()
        await node.start()
    yield


@asynccontextmanager
async def database_killed(cluster: Cluster) -> AsyncIterator[None]:
    await asyncio.to_thread(cluster.database.kill)
    yield
    await asyncio.to_thread(cluster.database.start)


@asynccontextmanager
async def database_frozen(cluster: Cluster) -> AsyncIterator[None]:
    cluster.database.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        cluster.database.signal(signal.SIGCONT)


@asynccontextmanager
async def clocks_set(cluster: Cluster) -> AsyncIterator[None]:
    """One machine's clock is set forward by an hour, one back, and one is a little off."""
    for node, ahead_s in zip(cluster.nodes, (HOUR_S, -HOUR_S, 5), strict=True):
        node.clock.set(ahead_s)
    yield
    for node in cluster.nodes:
        node.clock.set(0)


@asynccontextmanager
async def clocks_drift(cluster: Cluster) -> AsyncIterator[None]:
    """One crystal is fast, one is slow; PostgreSQL's is fast, too, where libfaketime is there."""
    for node, ppm in zip(cluster.nodes, (DRIFT_PPM, -DRIFT_PPM, 0), strict=True):
        node.clock.drift(ppm)
    if cluster.database_clock is not None:
        cluster.database_clock.set(0, ppm=DRIFT_PPM)
    yield
    for node in cluster.nodes:
        node.clock.drift(0)
    if cluster.database_clock is not None:
        cluster.database_clock.set(0)


def database_clock_set(ahead_s: int) -> Inject:
    @asynccontextmanager
    async def inject(cluster: Cluster) -> AsyncIterator[None]:
        assert cluster.database_clock is not None
        cluster.database_clock.set(ahead_s)
        yield
        cluster.database_clock.set(0)

    return inject


@asynccontextmanager
async def power_cut(cluster: Cluster) -> AsyncIterator[None]:
    """Workers are left to find out by themselves that their parent is dead, and end."""
    with watched(*workers(cluster.nodes[2].server.process.pid).values()) as ends:
        for node in cluster.nodes:
            node.server.process.kill()
        await asyncio.to_thread(cluster.valkey.kill)
        await asyncio.to_thread(cluster.database.kill)
        for node in cluster.nodes:
            await node.kill()
        yield
        await asyncio.to_thread(cluster.database.start)
        await asyncio.to_thread(cluster.valkey.start)
        await asyncio.gather(*(node.start() for node in cluster.nodes))
        left = await asyncio.to_thread(ends.wait)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    if left:
        raise RuntimeError(f"{len(left)} workers outlived their parent by {PATIENCE_S:g} s")


@asynccontextmanager
async def repeatedly(work: Callable[[], Awaitable[None]], every_s: float) -> AsyncIterator[None]:
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
    Fault("CLIENT KILL TYPE pubsub, again and again", 10, subscribers_killed),
    Fault("output buffers of subscribers overrun", 10, valkey_flooded),
    Fault("replica promoted without the tail", 10, failover),
    Fault("connections to Valkey reset, again and again", 10, connections_reset),
    Fault("every tenth message dropped", 20, messages_dropped),
    Fault("messages delayed by up to 0.6 s", 15, messages_delayed),
    Fault("subscriptions that receive nothing", 20, subscriptions_silent),
    Fault("a connection to Valkey that lets nothing through", 30, connection_stalled),
    Fault("a process killed (-9)", 5, process_killed),
    Fault("a process frozen for 30 s", 30, process_frozen),
    Fault("a worker killed (-9)", 3, worker_gets(signal.SIGKILL, 0)),
    Fault("a worker frozen until its parent ends it", 32, worker_gets(signal.SIGSTOP, 1)),
    Fault("every process stopped and started in turn", 1, rolling),
    Fault("PostgreSQL killed (-9) and started again", 5, database_killed),
    Fault("PostgreSQL frozen for 15 s", 15, database_frozen),
    Fault("clocks an hour ahead, an hour behind and 5 s off", 15, clocks_set),
    Fault("clocks that drift by 500 ppm, one fast and one slow", 30, clocks_drift),
    *(
        [
            Fault("PostgreSQL's clock set forward by an hour", 15, database_clock_set(HOUR_S)),
            Fault("PostgreSQL's clock set back by an hour", 15, database_clock_set(-HOUR_S)),
        ]
        if faketime() is not None
        else []
    ),
    Fault("power cut: everything killed at once", 2, power_cut),
)
