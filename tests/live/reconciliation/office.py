"""A process that asks shops, beside what the shops deliver by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes import FakeClock
from tests.live.conftest import SLUG, Stage, staged
from tests.outbound import stripe_account, woo_shop
from tests.outbound.stripe_account import StripeAccount
from tests.outbound.woo_shop import WooShop
from vetrina.connectors import CONNECTORS
from vetrina.connectors.polling import Access
from vetrina.encryption import Cipher
from vetrina.live.purchases.deliveries import Deliveries
from vetrina.live.purchases.settlement import Report
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.purchases.unread import UnreadDeliveries
from vetrina.live.reconciliation.backfill import Backfill
from vetrina.live.reconciliation.poller import Poller
from vetrina.metrics import Metrics
from vetrina.outbound import sources
from vetrina.outbound.http_client import HttpClient
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.polls import Poll

EVERY_MS = 300_000


@dataclass
class Office:
    """One process with its polls, and the shops' side of it."""

    stage: Stage
    connections: Connections
    polls: Poller
    metrics: Metrics

    async def connect(self, shop: WooShop | StripeAccount, show: str | None = SLUG) -> Connection:
        """A connection whose shop may be asked."""
        kind = "woocommerce" if isinstance(shop, WooShop) else "stripe"
        secret = "whsec_of_the_tests" if kind == "stripe" else None
        made, _ = await self.connections.create(kind, show=show, secret=secret, options={})
        await self.give_key(made, shop)
        return made

    async def give_key(self, connection: Connection, shop: WooShop | StripeAccount) -> None:
        """The key that the shop accepts."""
        woo = isinstance(shop, WooShop)
        pair = (woo_shop.KEY, woo_shop.SECRET) if woo else (stripe_account.KEY,)
        await self.polls.put(connection, Access(shop.address, *pair))

    async def deliver(self, connection: Connection, order: dict[str, Any]) -> str:
        """The shop's own delivery of an order."""
        body, headers = woo_shop.delivery(order, connection.secrets[0], order["date_modified_gmt"])
        read = CONNECTORS["woocommerce"].read(headers, body, self.connections.opaque(connection.id))
        now = self.stage.clock.now_ms()
        return await self.stage.shows.receive(Report(connection, read.id, read.reports, now))

    async def totals(self, slug: str = SLUG) -> tuple[int, int]:
        totals = (await self.stage.shows.state(slug))[1].totals
        return totals.orders, sum(money.amount for money in totals.gross)

    async def poll(self, connection: Connection) -> Poll:
        found = await self.stage.store.poll(connection.id)
        assert found is not None
        return found


@asynccontextmanager
async def asking(
    data: Path, clock: FakeClock, fetcher: HttpClient, *, shared: bool = False
) -> AsyncIterator[Office]:
    async with staged(data, clock, serve=not shared) as stage:
        connections = Connections(stage.store, clock, CONNECTORS)
        await connections.open()
        metrics = Metrics()
        unread = UnreadDeliveries(stage.store, Cipher(data))
        deliveries = Deliveries(connections, stage.shows, unread, clock, metrics)
        polls = Poller(
            stage.store,
            clock,
            connections,
            Backfill(stage.store, deliveries),
            sources(fetcher, clock),
            every_ms=EVERY_MS,
            metrics=metrics,
            shared=shared,
            chance=lambda: 1.0,
        )
        yield Office(stage, connections, polls, metrics)
        await polls.close()
