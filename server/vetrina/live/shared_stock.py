"""Shared stock: what shows have in common, one catalogue and one stock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeGuard

from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.show.commands import RefreshProducts
from vetrina.domain.show.events import DealEnded, Event, StockChanged
from vetrina.domain.show.state import ShowState
from vetrina.live.show_writer import ShowWriter
from vetrina.store.ports.shows import Appended, Running

# Who writes a copy of another show's stock; a copy is not copied back.
COPIED_BY = "shared stock"


class StockCopies:
    """After each commit: its stock goes to the other shows that sell the same products.

    `unread` are shows whose log is yet to be read; `read` waits for one of them.
    """

    def __init__(
        self,
        writers: Mapping[str, ShowWriter],
        unread: Collection[Running],
        read: Callable[[str], Awaitable[ShowWriter]],
    ) -> None:
        self._writers = writers
        self._unread = unread
        self._read = read
        self._copying: set[asyncio.Task[None]] = set()

    def after(self, writer: ShowWriter, appended: Appended) -> None:
        """Copy what a commit changed. The log of the other show tells who changed it."""
        if len(self._writers) == 1 and not self._unread:
            return
        changed = {
            entry.event.sku: entry.by
            for entry in appended.events
            if _is_news(entry.event) and not _is_copy(entry.by)
        }
        bag = writer.state.bag
        products = tuple(bag[sku].product for sku in changed if sku in bag)
        makers = sorted({by for by in changed.values() if by})
        by = f"{COPIED_BY}: {', '.join(makers)}" if makers else COPIED_BY
        for slug in self._others(writer, products) if products else ():
            copying = asyncio.create_task(self._copy(slug, products, by))
            self._copying.add(copying)
            copying.add_done_callback(self._copying.discard)

    def _others(self, writer: ShowWriter, products: Sequence[Product]) -> set[str]:
        selling = {
            slug
            for slug, other in self._writers.items()
            if other is not writer and _sells(other.state, products)
        }
        return selling | {show.slug for show in self._unread} - {writer.show.slug}

    async def _copy(self, slug: str, products: Sequence[Product], by: str) -> None:
        other = await self._read(slug)
        if _sells(other.state, products):
            await other.handle([RefreshProducts(with_stock(other.state, products))], by, None)


def _sells(state: ShowState, products: Sequence[Product]) -> bool:
    return state.status != "ended" and holds(state, products)


def _is_news(event: Event) -> TypeGuard[StockChanged | DealEnded]:
    """What one show was told, the others are told too."""
    if isinstance(event, StockChanged):
        return event.cause != "told"
    return isinstance(event, DealEnded)


def _is_copy(by: str | None) -> bool:
    return by is not None and by.partition(":")[0] == COPIED_BY


def holds(state: ShowState, products: Sequence[Product]) -> bool:
    """Whether one of the products is in the show's bag."""
    return any(product.sku in state.bag for product in products)


def with_stock(state: ShowState, products: Sequence[Product]) -> tuple[Product, ...]:
    """The show's own products with the stock of the given ones."""
    return tuple(
        state.bag[product.sku].product.stocked_like(product)
        for product in products
        if product.sku in state.bag
    )


def check_currency(states: Iterable[ShowState], products: Sequence[Product]) -> None:
    """A show sells in one currency: no product in its bag can change to another. Raises Refused."""
    for state in states:
        if state.status == "ended":
            continue
        for product in products:
            if product.sku in state.bag and product.price.currency != state.currency:
                raise Refused(
                    "wrong_currency",
                    f"{product.sku} is in the bag of {state.slug}, which sells in "
                    f"{state.currency}: take it out of that bag first.",
                )
