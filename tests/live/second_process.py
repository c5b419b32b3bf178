"""Several processes in one, each with its own store and rooms, joined by an exchange that loses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes import FakeClock
from tests.realtime.fakes import FakeTransport, Watcher
from tests.sqlite import with_tables
from vetrina.bus.port import BusHealth, Doubt, Listener, Message, Published, Tallied
from vetrina.domain.show.limits import Limits
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.event_feed import EventFeed
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.metrics import Metrics
from vetrina.realtime.hub import Hub
from vetrina.realtime.subscriber import Subscriber
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import sqlite_store


class BusEnd:
    """One process's end of the exchange: the port `Bus`."""

    shared = True

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._listener: Listener | None = None
        self.followed: set[str] = set()
        self.health = BusHealth()

    async def open(self, listener: Listener) -> None:
        self._listener = listener

    async def close(self) -> None:
        self._listener = None

    def follow(self, show: str) -> None:
        self.followed.add(show)

    def unfollow(self, show: str) -> None:
        self.followed.discard(show)

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.receive(message)
            self._exchange.carry(self, message)

    async def ping(self) -> None:
        """The exchange is always there."""

    def receive(self, message: Message) -> None:
        if self._listener is not None:
            self._listener(message)

    def wants(self, message: Message) -> bool:
        return not isinstance(message, Published | Tallied) or message.show in self.followed


class Exchange:
    """Carries messages from each process to all others; while `losing`, none of them."""

    def __init__(self) -> None:
        self.ends: list[BusEnd] = []
        self.losing = False

    def connect(self) -> BusEnd:
        made = BusEnd(self)
        self.ends.append(made)
        return made

    def carry(self, sender: BusEnd, message: Message) -> None:
        for bus in self.ends:
            if bus is not sender and not self.losing and bus.wants(message):
                bus.receive(message)


@dataclass(frozen=True, slots=True)
class Process:
    """Everything of one process between the web layer and the disk."""

    name: str
    store: Store
    bus: BusEnd
    hub: Hub
    feed: EventFeed
    replicas: ShowReplicas
    shows: ShowService
    audience: AudienceCounts
    sync: ClusterSync

    def doubt(self) -> None:
        self.bus.receive(Doubt("the line was cut"))


@asynccontextmanager
async def processes(data: Path, clock: FakeClock, count: int) -> AsyncIterator[list[Process]]:
    """So many processes over one database."""
    exchange = Exchange()
    async with AsyncExitStack() as stack:
        made = []
        for number in range(count):
            process = await _process(f"p{number}", data, clock, exchange, stack)
            made.append(process)
        yield made


async def _process(
    name: str, data: Path, clock: FakeClock, exchange: Exchange, stack: AsyncExitStack
) -> Process:
    store = sqlite_store(with_tables(data))
    await store.open()
    stack.push_async_callback(store.close)
    bus = exchange.connect()
    hub = Hub(clock, Metrics())
    replicas = ShowReplicas(store, bus, clock)
    shows = ShowService(store, bus, clock, Limits(), replicas)
    audience = AudienceCounts(bus, hub, clock, name)
    sync = ClusterSync(store, bus, hub, clock, replicas, shows)
    feed = EventFeed(bus, hub, clock, replicas, audience, sync)
    await feed.open()
    stack.push_async_callback(feed.close)
    await shows.open()
    stack.push_async_callback(shows.close)
    return Process(name, store, bus, hub, feed, replicas, shows, audience, sync)


async def joined(
    process: Process, role: str = "viewer", slug: str = "spring-drop"
) -> tuple[FakeTransport, Watcher]:
    """Somebody in the room of a process, and what they have seen so far."""
    room = await process.feed.room(slug)
    assert room is not None
    transport, watcher = FakeTransport(), Watcher()
    room.join(Subscriber(transport, role), None, 0)  # type: ignore[arg-type]
    watcher.take(transport.frames())
    return transport, watcher
