"""The bus between processes: Redis or Valkey Pub/Sub, of which nothing is expected to be kept.

Plain Pub/Sub on one server, sharded Pub/Sub on a cluster. What this process says is heard here at
once, and comes back from the server unheard.
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
from vetrina.bus.redis.sentinel import is_sentinel, primary_at
from vetrina.bus.redis.server_info import FAULTS, Server, asked, check, examine, in_words, server_at
from vetrina.bus.redis.timings import Timings
from vetrina.bus.redis.topology import Topology, channel_at, topology
from vetrina.metrics import Metrics

logger = logging.getLogger(__name__)


DEFAULT_TIMINGS = Timings()


class RedisBus:
    """Carries messages between the processes that know the same Redis."""

    def __init__(
        self, url: str, process: str, metrics: Metrics, *, pace: Timings = DEFAULT_TIMINGS
    ) -> None:
        self._seed: Server = primary_at(url) if is_sentinel(url) else server_at(url)
        self._process = process
        self._metrics = metrics
        self._pace = pace
        self._listener: Listener | None = None
        self._topology: Topology | None = None
        self._links: dict[tuple[str, int], Node] = {}
        self._channels = Channels(self._seed.database)
        self._followed: set[bytes] = {self._channels.notices}
        self._moved = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None
        metrics.bus_up.set_function(lambda: self.health.ok)

    async def open(self, listener: Listener) -> None:
        """Start delivering; returns when this process hears what the others say.

        Raises BusUnusable for a server that is away or cannot serve: at the start somebody looks.
        """
        self._topology = await self._examined()
        self._listener = listener
        self._arrange()
        try:
            await self._begin()
        except BaseException:
            await self.close()
            raise
        if self._topology is not None:
            self._tending = asyncio.create_task(self._tend(), name="redis cluster")

    async def _begin(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.open_s):
                for link in self._links.values():
                    await link.ready()
        for link in self._links.values():
            if not link.health.ok:
                raise _unusable(link.server, link.health.reason.removeprefix("Redis "))

    async def close(self) -> None:
        """Stop delivering."""
        self._listener = None
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.wait({self._tending})
        links, self._links = list(self._links.values()), {}
        await asyncio.gather(*(link.close() for link in links))

    def follow(self, show: str) -> None:
        """Subscribe; a doubt follows as soon as the server knows."""
        channel = self._channels.show(show)
        self._followed.add(channel)
        if (link := self._link_of(channel)) is not None:
            link.reader.follow(channel)

    def unfollow(self, show: str) -> None:
        """Unsubscribe."""
        channel = self._channels.show(show)
        self._followed.discard(channel)
        if (link := self._link_of(channel)) is not None:
            link.reader.unfollow(channel)

    @property
    def shared(self) -> bool:
        return True

    @property
    def health(self) -> BusHealth:
        faults = {link.health.reason: None for link in self._links.values() if not link.health.ok}
        return BusHealth(not faults, "; ".join(faults))

    async def publish(self, messages: Sequence[Message]) -> None:
        """Heard here before this returns; sent to the others without waiting for the server."""
        for message in messages:
            self._deliver(message)
            if not isinstance(message, Doubt):
                self._send(message)

    async def ping(self) -> None:
        """Prove it on every server. Raises OSError or TimeoutError."""
        if not self._links:
            raise ConnectionError("The bus is closed: nobody would receive a message.")
        with _faults_as_os_errors():
            await asyncio.gather(*(link.probe() for link in self._links.values()))

    async def ask(self, key: bytes, *words: str | bytes | int) -> Any:
        """The answer of the server that has a key. Raises OSError where it is away or refuses."""
        link = self._link_of(key)
        if link is None:
            raise ConnectionError("The bus is closed.")
        with _faults_as_os_errors():
            return await link.ask(*words)

    def _send(self, message: Message) -> None:
        channel = self._channels.of(message)
        link = self._link_of(channel)
        if link is not None:
            self._metrics.bus_sent.inc()
            link.publish(channel, encode(self._process, message))

    def _deliver(self, message: Message) -> None:
        if self._listener is not None:
            self._listener(message)

    # What the links tell

    def _ears(self) -> NodeListener:
        return NodeListener(
            message=self._heard,
            doubt=lambda reason: self._taken(Doubt(reason)),
            back=self._back,
            dropped=self._metrics.bus_dropped.inc,
            lost=self._metrics.bus_restarts.inc,
            moved=self._moved.set,
            round_trip=self._metrics.bus_round_trip.observe,
        )

    def _heard(self, _: bytes, data: bytes) -> None:
        if is_from(self._process, data):
            return
        self._metrics.bus_received.inc()
        try:
            message = decode(data)
        except BadMessage as error:
            logger.warning("Redis brought something strange: %s.", error)
            message = Doubt("a message could not be read")
        if not self._taken(message):
            self._taken(Doubt("a message could not be taken"))

    def _taken(self, message: Message) -> bool:
        """Deliver what the reader has found. No fault of a listener makes the process deaf."""
        try:
            self._deliver(message)
        except Exception:
            logger.exception("A message from another process could not be taken.")
            return False
        return True

    def _back(self) -> None:
        """Speaking is possible again, and something was dropped: the others should look."""
        self._send(Doubt("a process could not send for a while"))

    # Which server has what

    def _link_of(self, channel: bytes) -> Node | None:
        place = (
            self._topology.place_of(channel)
            if self._topology is not None
            else next(iter(self._links), None)
        )
        return self._links.get(place) if place is not None else None

    async def _examined(self) -> Topology | None:
        """Look at the server of the address. Raises BusUnusable."""
        try:
            return await self._asked_topology(self._seed)
        except (*FAULTS, ValueError) as error:
            fault = (
                "is a cluster in which slots have no server"
                if isinstance(error, ValueError)
                else in_words(error)
            )
            raise _unusable(self._seed, fault) from None

    async def _asked_topology(self, server: Server) -> Topology | None:
        connection = await server.connect(self._pace.open_s)
        try:
            async with asyncio.timeout(self._pace.open_s):
                facts = await examine(connection)
                check(replace(facts, replica=facts.replica and not facts.clustered))
                if not facts.clustered:
                    return None
                return topology(await asked(connection, "CLUSTER", "SLOTS"))
        finally:
            await connection.disconnect(nowait=True)

    def _arrange(self) -> list[Node]:
        """A link to each server that there is; those that are not needed any more."""
        known = self._topology
        places = set(known.places) if known is not None else {("", 0)}
        gone = [self._links.pop(place) for place in self._links.keys() - places]
        for place in sorted(places - self._links.keys()):
            self._links[place] = link = self._new_link(place)
            link.open()
        for channel in self._followed:
            owner = self._link_of(channel)
            for link in self._links.values():
                if link is owner:
                    link.reader.follow(channel)
                else:
                    link.reader.unfollow(channel)
        return gone

    def _new_link(self, place: tuple[str, int]) -> Node:
        known = self._topology
        shape = partial(self._channels.probe, self._process)
        if known is None:
            return Node(self._seed, self._pace, self._ears(), shape(0), sharded=False)
        channel = channel_at(place, shape, known)
        return Node(self._seed.at(*place), self._pace, self._ears(), channel, sharded=True)

    async def _tend(self) -> None:
        """In a cluster: find out where channels went, when told and while a server is away."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pace.answer_s):
                    await self._moved.wait()
            if self._moved.is_set() or not self.health.ok:
                self._moved.clear()
                try:
                    await self._look_again()
                except Exception:
                    logger.exception("The servers of the cluster could not be found out.")
                await asyncio.sleep(self._pace.backoff_min_s)

    async def _look_again(self) -> None:
        for server in [self._seed, *(link.server for link in self._links.values())]:
            try:
                found = await self._asked_topology(server)
            except (*FAULTS, ValueError):
                continue
            if found is not None:
                self._topology = found
                await asyncio.gather(*(link.close() for link in self._arrange()))
                return


@contextlib.contextmanager
def _faults_as_os_errors() -> Iterator[None]:
    """Nobody beyond this folder knows the errors of the library."""
    try:
        yield
    except OSError:
        raise
    except FAULTS as error:
        raise ConnectionError(f"Redis {in_words(error)}") from error


def _unusable(server: Server, fault: str) -> BusUnusable:
    return BusUnusable(f"VETRINA_REDIS (or --redis): Redis at {server.name} {fault}.")
