"""A shop that sells: the real store, the use case as the server makes it, a provider of ours."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.fakes import FakeClock, settled
from tests.shop.checkouts.provider import Provider
from tests.sqlite import with_tables
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.state import ShowState
from vetrina.encryption import Cipher
from vetrina.metrics import Metrics
from vetrina.shop.checkouts.making import CheckoutPorts, checkouts_of
from vetrina.shop.checkouts.starting import Wanted
from vetrina.shop.orders.news import OrderNews
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.test import TestPayments
from vetrina.store.sql.store import sqlite_store

SHOP = ShopProfile(handle="giulia", name="Bottega Giulia")
PRICE = Money(1_890, "EUR")
STEP_MS = 100
_buyers = itertools.count(1)


class Selling:
    """One process of the shop. `told` is what its show heard, by delivery."""

    def __init__(self, store, clock, provider, folder, *, per_s=None, told=None):
        self.store, self.clock, self.provider, self.folder = store, clock, provider, folder
        self.told = {} if told is None else told
        self.deliveries = []
        self.adapter = "stripe"
        self.per_s = per_s
        adapters = Adapters(
            self._chosen, {"stripe": self._provider, "test": self._test}, demo=False
        )
        ports = CheckoutPorts(
            shop=self._shop,
            show=self._show,
            markets=self._markets,
            voucher=self._voucher,
            tell=self._tell,
            mark=lambda claim: None,
        )
        self.checkouts = checkouts_of(
            store, clock, Metrics(), Cipher(folder), adapters, ports, OrderNews(),
            rate=self._rate,
        )  # fmt: skip

    async def open(self):
        self.checkouts.tokens.open(await self.store.salt())

    def killed(self):
        """The same shop after its process died: what it had in memory is gone."""
        for task in list(self.checkouts.sessions._waiting.values()):
            task.cancel()
        return Selling(self.store, self.clock, self.provider, self.folder, told=self.told)

    async def start(self, sku="MUG-1", quantity=1, *, buyer=None, **more):
        """As a browser begins; returns what was begun."""
        known = buyer is not None
        wanted = Wanted(shop="giulia", items=(WantedLine(sku, quantity),), **more)
        buyer = buyer or f"browser {next(_buyers)}"
        return await self.checkouts.start(wanted, buyer, known=known)

    async def reserved(self, sku="MUG-1", quantity=1, **more):
        """An order that is on its way to the provider."""
        return (await self.start(sku, quantity, **more)).order

    async def with_session(self, **more):
        """An order and the name of its page."""
        order = await self.reserved(**more)
        begun = await self.run(self.checkouts.page(order, 60))
        return await self.order(order.checkout.id), begun.session

    async def order(self, id):
        return await self.store.own_order(id)

    async def facts(self, id):
        return [type(fact).__name__ for fact in (await self.order(id)).facts]

    async def stock(self, sku="MUG-1"):
        return (await self.store.stocks([sku]))[sku]

    async def sweep(self, ms=0):
        """Time passes, and the sweeper comes by."""
        self.clock.advance(ms)
        await self.run(self.checkouts.sweep())
        await self.run(self.checkouts.settled())

    async def run(self, work):
        """Until it is done, with the time that it takes passing at once."""
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait({task}, timeout=0.002)
            if not task.done() and self.clock.sleepers:
                self.clock.advance(STEP_MS)
        return task.result()

    async def close(self):
        await self.checkouts.close()

    async def _rate(self):
        return self.per_s

    async def _chosen(self):
        return self.adapter

    async def _provider(self):
        return self.provider

    async def _test(self):
        return TestPayments()

    async def _shop(self, handle):
        return SHOP if handle == SHOP.handle else None

    async def _show(self, slug):
        began = self.clock.now_ms()
        return ShowState(slug=slug, title=slug, currency="EUR", status="live", started_at=began)

    async def _markets(self):
        return []

    async def _voucher(self, code, buyer, *, show=None, test=False):
        raise Refused("voucher_refused", "There are no vouchers.")

    async def _tell(self, show, delivery, reports):
        self.deliveries.append(delivery)
        self.told.setdefault(delivery, reports)


@asynccontextmanager
async def selling(tmp_path: Path, *, stock: int | None = 1, **more) -> AsyncIterator[Selling]:
    """A shop with one product."""
    clock = FakeClock()
    store = sqlite_store(with_tables(tmp_path), serve=True)
    await store.open()
    try:
        await store.put_products(
            [Product(sku="MUG-1", title="Moka mug", price=PRICE, stock=stock)], at=clock.now_ms()
        )
        made = Selling(store, clock, Provider(clock), tmp_path, **more)
        await made.open()
        yield made
        await settled()
        await made.close()
    finally:
        await store.close()
