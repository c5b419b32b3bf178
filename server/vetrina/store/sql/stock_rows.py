"""Stock in the catalogue: locked, changed together, and written once for a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from vetrina.domain.show.events import StockChanged
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.listings import list_stocks
from vetrina.store.sql.shop_tables import products, variants

_SKUS: Final[Any] = bindparam("skus", expanding=True)
# Products before variants, each by name, so that nobody waits in a circle.
_PRODUCTS: Final = (
    select(products.c.sku, products.c.stock, products.c.options)
    .where(products.c.sku.in_(_SKUS))
    .order_by(products.c.sku)
    .with_for_update(key_share=True)
)
_VARIANTS: Final = (
    select(variants.c.sku, variants.c.stock, variants.c.product)
    .where(variants.c.sku.in_(_SKUS))
    .order_by(variants.c.sku)
    .with_for_update(key_share=True)
)
_STOCK: Final = (
    update(products).where(products.c.sku == bindparam("of")).values(stock=bindparam("quantity"))
)
_VARIANT_STOCK: Final = (
    update(variants).where(variants.c.sku == bindparam("of")).values(stock=bindparam("quantity"))
)
_SUMMED: Final = select(variants.c.product, variants.c.stock).where(variants.c.product.in_(_SKUS))


@dataclass(slots=True)
class LockedStocks:
    """What can still be sold, by SKU of variants and of products without options. Nobody else
    changes it until the end of the transaction."""

    stocks: dict[str, int | None] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    """The products of variants."""
    before: dict[str, int | None] = field(default_factory=dict)

    def save(self, connection: Connection) -> None:
        """Write what is another number now. A product with options has that of its variants."""
        changed = {sku: n for sku, n in self.stocks.items() if n != self.before[sku]}
        own = {sku: n for sku, n in changed.items() if sku not in self.parents}
        chosen = {sku: n for sku, n in changed.items() if sku in self.parents}
        if chosen:
            _set(connection, _VARIANT_STOCK, chosen)
            own.update(summed({self.parents[sku] for sku in chosen}, connection))
        if own:
            _set(connection, _STOCK, own)
            list_stocks(own, connection)


def lock_stocks(skus: Set[str], parents: Set[str], connection: Connection) -> LockedStocks:
    """Read and lock the stock of these SKUs; `parents` are the products that they belong to."""
    locked = LockedStocks()
    for some in slices(sorted(skus | parents)):
        for row in connection.execute(_PRODUCTS, {"skus": some}):
            if row.options is None and row.sku in skus:
                locked.stocks[row.sku] = row.stock
    for some in slices(sorted(skus - locked.stocks.keys())):
        for row in connection.execute(_VARIANTS, {"skus": some}):
            locked.stocks[row.sku] = row.stock
            locked.parents[row.sku] = row.product
    locked.before = dict(locked.stocks)
    return locked


def follow_events(changed: Iterable[StockChanged], connection: Connection) -> None:
    """What shows wrote of stock. A connected shop's sale takes away what it sold, from whatever is
    left by now; what a seller says is the number; what a show was told stands here already."""
    changed = [event for event in changed if event.cause != "told"]
    if not changed:
        return
    skus = {event.variant or event.sku for event in changed}
    locked = lock_stocks(skus, {event.sku for event in changed}, connection)
    for event in changed:
        sku = event.variant or event.sku
        if sku in locked.stocks:
            locked.stocks[sku] = _after(event, locked.stocks[sku])
    locked.save(connection)


def _after(event: StockChanged, stock: int | None) -> int | None:
    if event.cause == "sold":
        return None if stock is None else max(0, stock - event.pieces)
    return event.quantity if event.variant is None else event.variant_quantity


def summed(parents: Iterable[str], connection: Connection) -> dict[str, int | None]:
    """The stock of products that is that of their variants in sum, as products tell it."""
    sums: dict[str, int | None] = {}
    for some in slices(sorted(parents)):
        for row in connection.execute(_SUMMED, {"skus": some}):
            before = sums.get(row.product, 0)
            whole = None if before is None or row.stock is None else before + row.stock
            sums[row.product] = whole
    return sums


def _set(connection: Connection, statement: Any, stocks: Mapping[str, int | None]) -> None:
    rows = [{"of": sku, "quantity": stocks[sku]} for sku in sorted(stocks)]
    connection.execute(statement, rows)
