"""Stock on screens: shows are told what the store counts, whoever changed it.

Telling is level-triggered. Whoever reserves, releases or sells makes the products due, and so does
every commit of a show that touches stock. What is due is compared with the store, and told where a
show has another number, until the two are equal. A sweep compares all that sells, so that a
process that ends in between leaves nothing untold.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from vetrina.clock import Clock
from vetrina.domain.selling.order_facts import OrderFact
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.reservation import Claim, DealId
from vetrina.domain.show.commands import TellStock
from vetrina.domain.show.counted_stock import tell_stock
from vetrina.domain.show.events import BagChanged, DealStarted, StockChanged
from vetrina.domain.show.purchases import SELLING
from vetrina.domain.show.state import ShowState
from vetrina.live.show_writer import ShowWriter
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.checkouts import CheckoutStore
from vetrina.store.ports.shows import Appended, ShowStore

logger = logging.getLogger(__name__)
TELL_EVERY_MS: Final = 100
SWEEP_EVERY_MS: Final = 3_000


class CountingStore(CheckoutStore, ShowStore, Protocol):
    """What telling needs of the store."""


class StockTelling:
    """Tells the shows of this process, and in a sweep those of the installation.

    `read` waits for a show that is not in memory.
    """

    def __init__(
        self,
        store: CountingStore,
        writers: Mapping[str, ShowWriter],
        read: Callable[[str], Awaitable[ShowWriter]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._writers = writers
        self._read = read
        self._clock = clock
        self._due: set[str] = set()
        self._wake = asyncio.Event()

    def changed(self, products: Iterable[str]) -> None:
        """These products, by the SKUs of the whole, may have another stock by now."""
        self._due.update(products)
        if self._due:
            self._wake.set()

    def mark(self, claim: Claim) -> None:
        """What a claim is about was taken or given back."""
        self.changed(part.product for part in claim.parts)

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """An order was changed, and with it perhaps what it holds."""
        self.changed(line.product for line in order.checkout.lines)

    def after(self, appended: Appended) -> None:
        """A show wrote; what it was told makes nothing due."""
        self.changed(sku for entry in appended.events for sku in _touched(entry.event))

    async def run(self) -> None:
        """Tell what is due, at most ten times a second, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, set()
            try:
                self.changed(await self._tell(self._holding(due), due))
            except Exception:
                logger.exception("stock could not be told; the next sweep does it")
            await self._clock.sleep_until(self._clock.now_ms() + TELL_EVERY_MS)

    async def sweep(self) -> None:
        """Compare all shows that are on, again and again: one process does so for all."""
        while True:
            try:
                await self.tell_all()
            except Exception:
                logger.exception("stock could not be compared; trying again")
            await self._clock.sleep_until(self._clock.now_ms() + SWEEP_EVERY_MS)

    async def tell_all(self) -> None:
        """Tell every show that is on what it does not know. Raises what store and shows raise."""
        writers = []
        for running in await self._store.running():
            if running.standing is None or running.standing.status in SELLING:
                with contextlib.suppress(DamagedLog):
                    writers.append(await self._read(running.slug))
        await self._tell(writers, None)

    async def count_deals(self, state: ShowState) -> None:
        """Deals that began under an earlier version are counted from now on. Raises StoreError."""
        if state.deals:
            await self._store.count_deals(state.slug, list(state.deals.values()))

    def _holding(self, products: Collection[str]) -> list[ShowWriter]:
        return [
            writer
            for writer in self._writers.values()
            if writer.state.status != "ended" and any(sku in writer.state.bag for sku in products)
        ]

    async def _tell(
        self, writers: Sequence[ShowWriter], products: Collection[str] | None
    ) -> set[str]:
        """Returns the products that were told: they may be another number again by now."""
        states = [writer.state for writer in writers]
        skus = {sku for state in states for _, sku in _counted(state, products)}
        if not skus:
            return set()
        deals = [DealId(state.slug, id) for state in states for id in state.deals]
        count = await self._store.count_stock(sorted(skus), deals)
        told: set[str] = set()
        for writer in writers:
            if tell_stock(writer.state, count, self._clock.now_ms()):
                await writer.handle([TellStock(count)], None, None)
                told.update(product for product, _ in _counted(writer.state, products))
        return told


def _counted(state: ShowState, products: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """Products of a bag, None for all, each with what is counted of it: itself or its variants."""
    for sku in state.bag if products is None else products:
        if sku in state.bag:
            product = state.bag[sku].product
            for one in product.variants or (product,):
                yield sku, one.sku


def _touched(event: object) -> Iterator[str]:
    if isinstance(event, StockChanged) and event.cause != "told":
        yield event.sku
    elif isinstance(event, BagChanged):
        yield from (product.sku for product in event.products)
    elif isinstance(event, DealStarted):
        yield event.deal.product.sku
