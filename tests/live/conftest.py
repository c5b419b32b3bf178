"""A service over a real store, a real bus and a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.live.second_process import Process, processes
from tests.sqlite import with_tables
from vetrina.bus.memory import MemoryBus
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.domain.show.limits import Limits
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.event_feed import EventFeed
from vetrina.live.new_show import NewShow
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.metrics import Metrics
from vetrina.realtime.hub import Hub
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import sqlite_store

SLUG = "spring-drop"


@dataclass(frozen=True, slots=True)
class Stage:
    """One process: everything between the web layer and the disk."""

    store: Store
    bus: MemoryBus
    hub: Hub
    feed: EventFeed
    replicas: ShowReplicas
    shows: ShowService
    clock: FakeClock

    async def make_show(
        self, status: str = "live", slug: str = SLUG, stock: int | None = 9
    ) -> None:
        products = [product("MUG-1", 2490, stock), product("APR-3", 3900, None)]
        await self.shows.put_products(products)
        await self.shows.create(
            NewShow(slug=slug, title="Spring drop", currency="EUR", status=status)  # type: ignore[arg-type]
        )
        await self.shows.put_bag(slug, ["MUG-1", "APR-3"])


def product(sku: str, price: int, stock: int | None = None) -> Product:
    return Product(sku=sku, title=f"Title of {sku}", price=Money(price, "EUR"), stock=stock)


StageMaker = Callable[[], "asynccontextmanager[Stage]"]


@asynccontextmanager
async def staged(data: Path, clock: FakeClock, *, serve: bool = True) -> AsyncIterator[Stage]:
    store = sqlite_store(with_tables(data), serve=serve)
    await store.open()
    bus = MemoryBus()
    hub = Hub(clock, Metrics())
    replicas = ShowReplicas(store, bus, clock)
    shows = ShowService(store, bus, clock, Limits(), replicas)
    audience = AudienceCounts(bus, hub, clock, "p0")
    sync = ClusterSync(store, bus, hub, clock, replicas, shows)
    feed = EventFeed(bus, hub, clock, replicas, audience, sync)
    await feed.open()
    await shows.open()
    try:
        yield Stage(store, bus, hub, feed, replicas, shows, clock)
    finally:
        await shows.close()
        await feed.close()
        await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def stage(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Stage]:
    async with staged(tmp_path, clock) as made:
        yield made


@pytest.fixture
async def pair(tmp_path: Path, clock: FakeClock) -> AsyncIterator[list[Process]]:
    async with processes(tmp_path, clock, 2) as made:
        one, _ = made
        await one.shows.put_products([product("MUG-1", 2490, 9), product("APR-3", 3900)])
        new = NewShow(slug=SLUG, title="Spring drop", currency="EUR", status="live")
        await one.shows.create(new)
        await one.shows.put_bag(SLUG, ["MUG-1", "APR-3"])
        yield made
