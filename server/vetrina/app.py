"""The composition root: every part is made and connected here, and nowhere else."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from vetrina.bus.memory import MemoryBus
from vetrina.bus.port import Bus, ConnectionChanged
from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock, SystemClock
from vetrina.connectors import CONNECTORS
from vetrina.connectors.stripe.payments import API_VERSION
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.clock_sync import ClockSync
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.demo import Demo
from vetrina.live.event_feed import EventFeed
from vetrina.live.leases import Leases
from vetrina.live.purchases.deliveries import Deliveries
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.purchases.unread import UnreadDeliveries
from vetrina.live.reconciliation.backfill import Backfill
from vetrina.live.reconciliation.poller import Poller
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.live.synced_catalogue import SyncedCatalogue
from vetrina.metrics import Metrics
from vetrina.outbound import catalogues, sources
from vetrina.outbound.hook_client import HookClient
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.stripe import StripeClients
from vetrina.protocol.root_path import located
from vetrina.protocol.server_session import SessionLimits
from vetrina.realtime.fair_scheduling import LoopScheduler
from vetrina.realtime.hub import Hub
from vetrina.settings import Settings, read_settings
from vetrina.shop.payments.chosen import OpenStripe
from vetrina.shop.sync.ports import CataloguePorts
from vetrina.shop.sync.syncs import Syncs
from vetrina.shop.sync.taking_in import TakingIn
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import postgres_store, sqlite_store
from vetrina.supervisor import Supervisor
from vetrina.web.assets.locations import STATIC_DIR
from vetrina.web.assets.registry import program_assets
from vetrina.web.background_work import start_work
from vetrina.web.context import Context
from vetrina.web.first_keys import FirstKeys, adopt_control_key
from vetrina.web.routes import live_socket, web_app
from vetrina.web.sockets.endpoint import SocketEndpoint

PAYMENTS_WAIT_S = 20.0
"""A buyer waits for the answer."""
PAYMENTS_KEPT = 20
"""Connections that are kept to a payment provider, which is asked many times a second in a rush."""


@dataclass(frozen=True, slots=True)
class Application:
    """A running application. `first_keys` makes the links that the console prints."""

    settings: Settings
    asgi: ASGIApp
    socket: SocketEndpoint
    hub: Hub
    first_keys: FirstKeys
    context: Context


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, *, holds_data: bool = True
) -> AsyncIterator[Application]:
    """Open everything, in order; close it in the opposite order. Raises StoreUnusable, BusUnusable.

    `holds_data` is false in one of several workers, whose parent holds the data directory.
    """
    clock = clock or SystemClock()
    store = store_of(settings, serve=holds_data)
    async with AsyncExitStack() as stack:
        await store.open()
        stack.push_async_callback(store.close)
        await store.encrypt_secrets()
        http_client = HttpClient(private_addresses=settings.private_addresses)
        hook_client = HookClient(private_addresses=settings.private_addresses)
        payments_client = HttpClient(
            PAYMENTS_WAIT_S, private_addresses=settings.private_addresses, keep_alive=PAYMENTS_KEPT
        )
        for client in (http_client, hook_client, payments_client):
            stack.push_async_callback(client.close)
        open_stripe = StripeClients(payments_client, API_VERSION).client
        context = _context(settings, clock, store, http_client, hook_client, open_stripe)
        if context.clock_sync is not None:
            await context.clock_sync.begin()
        await context.connections.open()
        await context.feed.open()
        stack.push_async_callback(context.feed.close)
        await context.shows.open()
        stack.push_async_callback(context.shows.close)
        stack.push_async_callback(context.poller.close)
        stack.push_async_callback(context.imports.close)
        stack.push_async_callback(context.syncs.close)
        context.checkouts.tokens.open(await store.salt())
        stack.push_async_callback(context.checkouts.close)
        stack.push_async_callback(context.supervisor.close)
        leases = Leases(store, clock, secrets.token_hex(4), alone=not context.bus.shared)
        start_work(context, leases)
        await adopt_control_key(context)
        if settings.demo:
            demo = await _demo(context)
            context.supervisor.start("demo", leases.one_at_a_time("demo", demo.run))
        socket = live_socket(context)
        yield Application(
            settings,
            web_app(context, socket),
            socket,
            context.hub,
            FirstKeys(context),
            context,
        )


def store_of(settings: Settings, *, serve: bool = True) -> Store:
    """The store of this installation, not open yet. `serve`: held as a server's."""
    if settings.database is not None:
        url = settings.database.get_secret_value()
        return postgres_store(url, settings.cipher, connections=settings.database_connections)
    shared = settings.redis is not None
    return sqlite_store(settings.data, settings.cipher, serve=serve, shared=shared)


def syncs_of(store: Store, clock: Clock, shows: ShowService, http_client: HttpClient) -> Syncs:
    """The syncs with connected shops, over these shows."""
    catalogue = SyncedCatalogue(store, shows)
    ports = CataloguePorts(
        catalogue.put_entries,
        catalogue.set_stock,
        catalogue.dealt_prices,
        catalogue.put_references,
        catalogue.archive,
    )
    return Syncs(store, clock, catalogues(http_client, clock), TakingIn(store, ports))


def _context(
    settings: Settings,
    clock: Clock,
    store: Store,
    http_client: HttpClient,
    hook_client: HookClient,
    open_stripe: OpenStripe,
) -> Context:
    metrics = Metrics()
    store.watched_by(metrics)
    assets = program_assets(settings.root)
    process = secrets.token_hex(4)
    bus, buckets = _bus(settings, process, metrics)
    hub = Hub(
        clock,
        metrics,
        limits=SessionLimits(heartbeat_ms=settings.heartbeat_ms),
        assets=assets.version,
        scheduler=LoopScheduler(asyncio.get_running_loop()),
        pack=settings.compress,
        located=located(settings.root),
    )
    replicas = ShowReplicas(store, bus, clock)
    shows = ShowService(store, bus, clock, settings.limits(), replicas, metrics, settings.names())
    audience = AudienceCounts(bus, hub, clock, process)
    sync = ClusterSync(store, bus, hub, clock, replicas, shows)
    feed = EventFeed(bus, hub, clock, replicas, audience, sync)
    connections = _connections(store, clock, bus, feed)
    unread = UnreadDeliveries(store, settings.cipher)
    deliveries = Deliveries(connections, shows, unread, clock, metrics)
    return Context(
        settings=settings,
        clock=clock,
        store=store,
        bus=bus,
        buckets=buckets,
        shows=shows,
        connections=connections,
        deliveries=deliveries,
        poller=Poller(
            store,
            clock,
            connections,
            Backfill(store, deliveries),
            sources(http_client, clock),
            every_ms=settings.poll_every_s * 1000,
            metrics=metrics,
            shared=bus.shared,
        ),
        syncs=syncs_of(store, clock, shows, http_client),
        hook_client=hook_client,
        supervisor=Supervisor(),
        feed=feed,
        sync=sync,
        audience=audience,
        hub=hub,
        metrics=metrics,
        assets=assets,
        open_stripe=open_stripe,
        clock_sync=(
            ClockSync(clock, store, keeper=not bus.shared)
            if isinstance(clock, SystemClock)
            else None
        ),
    )


def _bus(settings: Settings, process: str, metrics: Metrics) -> tuple[Bus, SharedBuckets | None]:
    if settings.redis is None:
        return MemoryBus(), None
    from vetrina.bus.redis import RedisBuckets, RedisBus  # a process that is alone need not load it

    bus = RedisBus(settings.redis.get_secret_value(), process, metrics)
    return bus, RedisBuckets(bus)


def _connections(store: Store, clock: Clock, bus: Bus, feed: EventFeed) -> Connections:
    async def publish(connection_id: str) -> None:
        await bus.publish([ConnectionChanged(connection_id)])

    connections = Connections(store, clock, CONNECTORS, publish)
    feed.on_connection_changed(connections.reread)
    return connections


async def _demo(context: Context) -> Demo:
    """The demo shop's pictures go the way of every uploaded picture."""
    pictures = {}
    for path in sorted((STATIC_DIR / "demo").glob("*.webp")):
        pictures[path.name] = (await context.pictures.save(path.read_bytes())).url
    demo = Demo(context.shows, context.store, context.clock, pictures)
    await demo.prepare()
    return demo


class _Standalone:
    """The application for any ASGI server: opened and closed by its lifespan."""

    def __init__(self, settings: Settings | None) -> None:
        self._settings = settings
        self._asgi: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Starlette(lifespan=self._lifespan)(scope, receive, send)
        elif self._asgi is None:
            raise RuntimeError("Start this application with lifespan on.")
        else:
            await self._asgi(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with running(self._settings or read_settings()) as application:
            self._asgi = application.asgi
            yield
            self._asgi = None


def create_app(settings: Settings | None = None) -> ASGIApp:
    """For other ASGI servers: `uvicorn --factory vetrina.app:create_app`."""
    return _Standalone(settings)
