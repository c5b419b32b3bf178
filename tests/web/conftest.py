"""A whole server in memory: real store, real service, real routes; only the clock is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes import FakeClock
from tests.sqlite import with_tables
from vetrina.app import syncs_of
from vetrina.bus.memory import MemoryBus
from vetrina.bus.port import BusHealth, Message
from vetrina.connectors import CONNECTORS
from vetrina.connectors.stripe.payments import API_VERSION
from vetrina.domain.access import Role
from vetrina.encryption import Cipher
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.event_feed import EventFeed
from vetrina.live.purchases.deliveries import Deliveries
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.purchases.unread import UnreadDeliveries
from vetrina.live.reconciliation.backfill import Backfill
from vetrina.live.reconciliation.poller import Poller
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.metrics import Metrics
from vetrina.outbound import sources
from vetrina.outbound.hook_client import HookClient
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.stripe import StripeClients
from vetrina.protocol.root_path import located
from vetrina.realtime.hub import Hub
from vetrina.settings import Settings
from vetrina.store.ports.keys import Key
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import sqlite_store
from vetrina.supervisor import Supervisor
from vetrina.web.assets.registry import program_assets
from vetrina.web.context import Context
from vetrina.web.http.auth import digest_of, mint, new_key_id
from vetrina.web.routes import web_app

BASE = "http://shop.test"
STRANGER = ("203.0.113.7", 40_000)
MUG = {"sku": "MUG-1", "title": "Moka mug", "price": {"amount": 1890, "currency": "EUR"}}
APRON = {"sku": "APR-3", "title": "Apron", "price": {"amount": 3900, "currency": "EUR"}}


class RecordingBus(MemoryBus):
    """Remembers what was published."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[Message] = []

    async def publish(self, messages):
        self.published.extend(messages)
        await super().publish(messages)


class SharedBus(RecordingBus):
    """A bus to other processes, as well as a test wants it."""

    shared = True

    def __init__(self, health: BusHealth) -> None:
        super().__init__()
        self._health = health

    @property
    def health(self) -> BusHealth:
        return self._health


@dataclass
class Site:
    """The server, and a browser's or a script's view of it."""

    context: Context
    clock: FakeClock
    bus: RecordingBus
    http: httpx.AsyncClient
    control: str = ""

    @property
    def store(self) -> Store:
        return self.context.store

    @property
    def auth(self) -> dict[str, str]:
        return bearer(self.control)

    async def key(
        self,
        role: str,
        show: str | None = None,
        actions: tuple[str, ...] = (),
        label: str = "test",
    ) -> tuple[Key, str]:
        """A new key, written like every key: its secret is known here only."""
        secret = mint(Role(role))
        key = Key(
            id=new_key_id(), role=Role(role), show=show, label=label,
            created_at=self.clock.now_ms(), actions=actions,
        )  # fmt: skip
        await self.store.add_key(key, digest_of(secret))
        return key, secret

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """A control call below /api/v1."""
        headers = {**self.auth, **more.pop("headers", {})}
        return await self.http.request(method, f"/api/v1{path}", json=body, headers=headers, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.call("POST", path, body, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.call("GET", path, **more)

    async def show(self, slug: str = "spring", status: str = "live", bag: bool = True) -> str:
        """A show with two products in its bag; returns its overlay key."""
        new = {"slug": slug, "title": "Spring drop", "currency": "EUR", "status": status}
        made = (await self.post("/shows", new)).json()
        if bag:
            assert (await self.post("/products", [MUG, APRON])).status_code == 200
            done = await self.call("PUT", f"/shows/{slug}/bag", {"skus": ["MUG-1", "APR-3"]})
            assert done.status_code == 200, done.text
        return made["overlay_key"]

    async def command(self, command: Any, slug: str = "spring", **more: Any) -> httpx.Response:
        return await self.post(f"/shows/{slug}/commands", command, **more)


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer, checked for its form (RFC 9457)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["code"] == code, told
    assert told["status"] == status
    assert told["type"] == f"/docs#problem-{code}"
    assert told["title"] and told["detail"]
    return told


def fields(told: dict[str, Any]) -> list[str]:
    return [error["field"] for error in told["errors"]]


@cache
def _usual() -> Settings:
    return Settings()


def _settings(data: Path, **given: Any) -> Settings:
    """To look for all of them in the environment takes longer than many tests."""
    if given:
        return Settings(data=data, **given)
    return _usual().model_copy(update={"data": data})


@asynccontextmanager
async def site_over(
    store: Store, data: Path, clock: FakeClock, **settings: Any
) -> AsyncIterator[Site]:
    """A server over an open store."""
    context, bus = _context(store, _settings(data, **settings), clock)
    await context.connections.open()
    await context.feed.open()
    await context.shows.open()
    context.checkouts.tokens.open(await store.salt())
    transport = httpx.ASGITransport(
        app=web_app(context), raise_app_exceptions=False, client=STRANGER
    )
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        site = Site(context, clock, bus, http)
        _, site.control = await site.key("control", label="host")
        yield site
    await context.checkouts.close()
    await context.imports.close()
    await context.syncs.close()
    await context.shows.close()
    await context.feed.close()


def _context(store: Store, settings: Settings, clock: FakeClock) -> tuple[Context, RecordingBus]:
    bus, metrics = RecordingBus(), Metrics()
    http_client = HttpClient(wait_s=5, private_addresses=True)
    assets = program_assets(settings.root)
    hub = Hub(clock, metrics, assets=assets.version, located=located(settings.root))
    replicas = ShowReplicas(store, bus, clock)
    shows = ShowService(store, bus, clock, settings.limits(), replicas, metrics, settings.names())
    audience = AudienceCounts(bus, hub, clock, "here")
    sync = ClusterSync(store, bus, hub, clock, replicas, shows)
    connections = Connections(store, clock, CONNECTORS)
    unread = UnreadDeliveries(store, Cipher(settings.data))
    deliveries = Deliveries(connections, shows, unread, clock, metrics)
    context = Context(
        settings=settings,
        clock=clock,
        store=store,
        bus=bus,
        shows=shows,
        connections=connections,
        deliveries=deliveries,
        syncs=syncs_of(store, clock, shows, http_client),
        hook_client=HookClient(5, private_addresses=True),
        poller=Poller(
            store,
            clock,
            connections,
            Backfill(store, deliveries),
            sources(http_client, clock),
            every_ms=settings.poll_every_s * 1000,
            metrics=metrics,
        ),
        supervisor=Supervisor(),
        feed=EventFeed(bus, hub, clock, replicas, audience, sync),
        sync=sync,
        audience=audience,
        hub=hub,
        metrics=metrics,
        assets=assets,
        open_stripe=StripeClients(http_client, API_VERSION).client,
    )
    return context, bus


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = sqlite_store(with_tables(tmp_path), serve=True)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def site(store: Store, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    async with site_over(store, tmp_path, clock) as made:
        yield made
