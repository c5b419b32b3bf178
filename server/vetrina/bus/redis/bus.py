"""The bus between processes over Redis or Valkey Pub/Sub, which is expected to keep nothing.

Plain Pub/Sub on one server, sharded Pub/Sub on a cluster. What this process publishes is delivered
here at once; its own copy that comes back from the server is ignored.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from vetrina.bus.codec import BadMessage, decode, encode, is_from
from vetrina.bus.port import BusHealth, BusUnusable, Doubt, Listener, Message
from vetrina.bus.redis.channels import Channels
from vetrina.bus.redis.node import Node, NodeListener
from vetrina.bus.redis.publish_connection import Argument
from vetrina.bus.redis.sentinel import is_sentinel, primary_at
from vetrina.bus.redis.server_info import (
    FAULTS,
    Server,
    check,
    describe_fault,
    examine,
    execute,
    server_at,
)
from vetrina.bus.redis.timings import Timings
from vetrina.bus.redis.topology import Topology, channel_at, topology
from vetrina.metrics import Metrics

logger = logging.getLogger(__name__)


DEFAULT_TIMINGS = Timings()


class RedisBus:
    """Carries messages between the processes that know the same Redis."""

    def __init__(
        self, url: str, process: str, metrics: Metrics, *, timings: Timings = DEFAULT_TIMINGS
    ) -> None:
        self._seed: Server = primary_at(url) if is_sentinel(url) else server_at(url)
        self._process = process
        self._metrics = metrics
        self._timings = timings
        self._listener: Listener | None = None
        self._topology: Topology | None = None
        self._nodes: dict[tuple[str, int], Node] = {}
        self._channels = Channels(self._seed.database)
        self._followed: set[bytes] = {self._channels.notices}
        self._moved = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        metrics.bus_up.set_function(lambda: self.health.ok)

    async def open(self, listener: Listener) -> None:
        """Start delivering; returns when messages of other processes arrive.

        Raises BusUnusable for a server that is away or unsuitable: at a start somebody watches.
        """
        self._topology = await self._examined()
        self._listener = listener
        self._update_nodes()
        try:
            await self._wait_ready()
        except BaseException:
            await self.close()
            raise
        if self._topology is not None:
            self._watching = asyncio.create_task(self._watch_topology(), name="redis cluster")

    async def _wait_ready(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timings.open_s):
                for node in self._nodes.values():
                    await node.ready()
        for node in self._nodes.values():
            if not node.health.ok:
                raise _unusable(node.server, node.health.reason.removeprefix("Redis "))

    async def close(self) -> None:
        """Stop delivering."""
        self._listener = None
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        nodes, self._nodes = list(self._nodes.values()), {}
        await asyncio.gather(*(node.close() for node in nodes))

    def follow(self, show: str) -> None:
        """Subscribe; a doubt follows as soon as the server knows."""
        channel = self._channels.show(show)
        self._followed.add(channel)
        if (node := self._node_of(channel)) is not None:
            node.reader.follow(channel)

    def unfollow(self, show: str) -> None:
        """Unsubscribe."""
        channel = self._channels.show(show)
        self._followed.discard(channel)
        if (node := self._node_of(channel)) is not None:
            node.reader.unfollow(channel)

    @property
    def shared(self) -> bool:
        return True

    @property
    def health(self) -> BusHealth:
        faults = {node.health.reason: None for node in self._nodes.values() if not node.health.ok}
        return BusHealth(not faults, "; ".join(faults))

    async def publish(self, messages: Sequence[Message]) -> None:
        """Delivered here before this returns; sent without waiting for the server."""
        for message in messages:
            self._deliver(message)
            if not isinstance(message, Doubt):
                self._send(message)

    async def ping(self) -> None:
        """A round trip through every server. Raises OSError or TimeoutError."""
        if not self._nodes:
            raise ConnectionError("The bus is closed: nobody would receive a message.")
        with _faults_as_os_errors():
            await asyncio.gather(*(node.probe() for node in self._nodes.values()))

    async def execute(self, key: bytes, *arguments: Argument) -> Any:
        """The answer of the server that has a key. Raises OSError where it is away or refuses."""
        node = self._node_of(key)
        if node is None:
            raise ConnectionError("The bus is closed.")
        with _faults_as_os_errors():
            return await node.execute(*arguments)

    def _send(self, message: Message) -> None:
        channel = self._channels.of(message)
        node = self._node_of(channel)
        if node is not None:
            self._metrics.bus_sent.inc()
            node.publish(channel, encode(self._process, message))

    def _deliver(self, message: Message) -> None:
        if self._listener is not None:
            self._listener(message)

    # Callbacks of the nodes

    def _callbacks(self) -> NodeListener:
        return NodeListener(
            message=self._on_message,
            doubt=lambda reason: self._deliver_safely(Doubt(reason)),
            back=self._on_back,
            dropped=self._metrics.bus_dropped.inc,
            lost=self._metrics.bus_restarts.inc,
            moved=self._moved.set,
            round_trip=self._metrics.bus_round_trip.observe,
        )

    def _on_message(self, _: bytes, data: bytes) -> None:
        if is_from(self._process, data):
            return
        self._metrics.bus_received.inc()
        try:
            message = decode(data)
        except BadMessage as error:
            logger.warning("Redis delivered what is no message of ours: %s.", str(error))
            message = Doubt("a message could not be read")
        if not self._deliver_safely(message):
            self._deliver_safely(Doubt("a message could not be taken"))

    def _deliver_safely(self, message: Message) -> bool:
        """Deliver what was received. A listener that fails does not end the subscription."""
        try:
            self._deliver(message)
        except Exception:
            logger.exception("A message from another process could not be taken.")
            return False
        return True

    def _on_back(self) -> None:
        """Publishing works again, and messages were dropped: the others compare with the store."""
        self._send(Doubt("a process could not send for a while"))

    # Topology: which server has which channel

    def _node_of(self, channel: bytes) -> Node | None:
        address = (
            self._topology.server_of(channel)
            if self._topology is not None
            else next(iter(self._nodes), None)
        )
        return self._nodes.get(address) if address is not None else None

    async def _examined(self) -> Topology | None:
        """Look at the server of the address. Raises BusUnusable."""
        try:
            return await self._read_topology(self._seed)
        except (*FAULTS, ValueError) as error:
            fault = (
                "is a cluster in which slots have no server"
                if isinstance(error, ValueError)
                else describe_fault(error)
            )
            raise _unusable(self._seed, fault) from None

    async def _read_topology(self, server: Server) -> Topology | None:
        connection = await server.connect(self._timings.open_s)
        try:
            async with asyncio.timeout(self._timings.open_s):
                facts = await examine(connection)
                check(replace(facts, replica=facts.replica and not facts.clustered))
                if not facts.clustered:
                    return None
                return topology(await execute(connection, "CLUSTER", "SLOTS"))
        finally:
            await connection.disconnect(nowait=True)

    def _update_nodes(self) -> list[Node]:
        """Open a node for each server of the topology; returns those to be closed."""
        known = self._topology
        servers = set(known.servers) if known is not None else {("", 0)}
        gone = [self._nodes.pop(address) for address in self._nodes.keys() - servers]
        for address in sorted(servers - self._nodes.keys()):
            self._nodes[address] = node = self._new_node(address)
            node.open()
        for channel in self._followed:
            owner = self._node_of(channel)
            for node in self._nodes.values():
                if node is owner:
                    node.reader.follow(channel)
                else:
                    node.reader.unfollow(channel)
        return gone

    def _new_node(self, address: tuple[str, int]) -> Node:
        known = self._topology
        shape = partial(self._channels.probe, self._process)
        if known is None:
            return Node(self._seed, self._timings, self._callbacks(), shape(0), sharded=False)
        channel = channel_at(address, shape, known)
        return Node(
            self._seed.at(*address), self._timings, self._callbacks(), channel, sharded=True
        )

    async def _watch_topology(self) -> None:
        """In a cluster: find out where channels went, when told and while a server is away."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timings.answer_s):
                    await self._moved.wait()
            if self._moved.is_set() or not self.health.ok:
                self._moved.clear()
                try:
                    await self._refresh_topology()
                except Exception:
                    logger.exception("The servers of the cluster could not be found out.")
                await asyncio.sleep(self._timings.backoff_min_s)

    async def _refresh_topology(self) -> None:
        for server in [self._seed, *(node.server for node in self._nodes.values())]:
            try:
                found = await self._read_topology(server)
            except (*FAULTS, ValueError):
                continue
            if found is not None:
                self._topology = found
                await asyncio.gather(*(node.close() for node in self._update_nodes()))
                return


@contextlib.contextmanager
def _faults_as_os_errors() -> Iterator[None]:
    """Nobody outside this folder has to know the errors of the library."""
    try:
        yield
    except OSError:
        raise
    except FAULTS as error:
        raise ConnectionError(f"Redis {describe_fault(error)}") from error


def _unusable(server: Server, fault: str) -> BusUnusable:
    return BusUnusable(f"VETRINA_REDIS (or --redis): Redis at {server.name} {fault}.")
