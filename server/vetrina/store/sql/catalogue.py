"""Catalogue port in SQL: products and their variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, select, union_all

from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.catalogue.matching import folded
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.store.ports.catalogue import Listed
from vetrina.store.ports.pages import Page
from vetrina.store.sql import product_writes
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.clock import installation_ms
from vetrina.store.sql.prices import end_prices, note_prices
from vetrina.store.sql.product_rows import LIGHT, Variants, entry_of, product_of
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import products, variants

# A look at so many takes a few milliseconds.
LOOKED_AT = 10_000
_ALL = select(*LIGHT).order_by(products.c.place)
_IN = products.c.sku.in_(bindparam("skus", expanding=True))
_SOME = select(*LIGHT).where(_IN)
_WHOLE = select(products).where(_IN)
_SKUS = union_all(select(products.c.sku), select(variants.c.sku))
_OPTIONS_OF = (
    select(variants)
    .where(variants.c.product.in_(bindparam("skus", expanding=True)))
    .order_by(variants.c.product, variants.c.position)
)
_COUNT = select(func.count(products.c.place).label("many"))
_CHOICES = select(func.count(variants.c.sku), func.max(variants.c.sku))
_LAST = select(products.c.place, products.c.sku).order_by(products.c.place.desc()).limit(1)
_BEYOND = select(products.c.place).where(products.c.place > bindparam("end")).limit(1)
NONE_TOLD: Final[Variants] = {}


class SqlCatalogue(Repository):
    """The port `CatalogueStore`."""

    async def put_products(self, products: Sequence[Product], *, at: int | None = None) -> None:
        skus = [product.sku for product in products]
        await self._write_again(
            self._noted(partial(product_writes.put_products, products), skus, at)
        )

    async def put_entries(
        self,
        entries: Sequence[CatalogueEntry],
        *,
        at: int | None = None,
        keep_stock: bool = False,
        stock_was: Mapping[str, int | None] | None = None,
    ) -> None:
        skus = [entry.sku for entry in entries]
        write = partial(product_writes.put_entries, entries, keep_stock, stock_was or {})
        await self._write_again(self._noted(write, skus, at))

    async def set_stock(self, sku: str, quantity: int | None) -> None:
        await self._write_alone(partial(product_writes.set_stock, sku, quantity))

    async def set_status(self, sku: str, status: ProductStatus, *, at: int | None = None) -> None:
        write = partial(product_writes.set_status, sku, status)
        await self._write_alone(self._noted(write, [sku], at))

    async def delete_product(self, sku: str, *, at: int | None = None) -> None:
        write = partial(product_writes.delete_product, sku)
        await self._write_alone(self._noted(write, [sku], at))

    def _noted(
        self, write: Callable[[Connection], None], skus: Sequence[str], at: int | None
    ) -> Callable[[Connection], None]:
        """The write, and then what these products are offered for, in the same transaction."""

        def noted(connection: Connection) -> None:
            before = {*skus, *product_writes.variants_of(skus, connection)}
            write(connection)
            now = installation_ms(self._database, connection) if at is None else at
            _note(skus, before, now, connection)

        return noted

    async def products(self, skus: Sequence[str] | None = None) -> list[Product]:
        return await self._database.read(partial(_products, skus))

    async def entries(self, skus: Sequence[str]) -> list[CatalogueEntry]:
        return await self._database.read(partial(_entries, skus))

    async def owners(self, skus: Sequence[str]) -> dict[str, str]:
        return await self._database.read(partial(product_writes.owners, skus))

    async def product_page(
        self,
        after: int = 0,
        limit: int = 100,
        text: str | None = None,
        status: ProductStatus | None = None,
    ) -> Page[Listed]:
        where = [] if status is None else [products.c.status == status]
        if text is None:
            return await self._database.read(partial(_page, after, limit, where))
        return await self._database.read(partial(_found, after, limit, folded(text), where))

    async def skus(self) -> list[str]:
        return [row.sku for row in await self._rows(_SKUS)]

    async def skus_mark(self) -> tuple[int, int, str]:
        return await self._database.read(_mark)


def _note(skus: Sequence[str], before: Set[str], now: int, connection: Connection) -> None:
    """Only what is active is offered: a price typed into a draft is nobody's.

    `before`: what these products and their variants were until now; some may be gone.
    """
    offered: dict[str, Money] = {}
    for product, status in _listed(skus, connection):
        if status == "active":
            offered[product.sku] = product.price
            offered.update((one.sku, one.price) for one in product.variants)
    note_prices(offered.items(), now, connection)
    end_prices(sorted(before - offered.keys()), now, connection)


def _mark(connection: Connection) -> tuple[int, int, str]:
    many = connection.execute(_COUNT).scalar_one()
    last = connection.execute(_LAST).first()
    choices, greatest = connection.execute(_CHOICES).one()
    if last is None:
        return (0, 0, "")
    return (many + choices, last.place, f"{last.sku} {greatest or ''}")


def _listed(skus: Sequence[str], connection: Connection) -> list[tuple[Product, str]]:
    """These products in this order, each with its status."""
    found: dict[str, tuple[Product, str]] = {}
    for some in slices(skus):
        rows = connection.execute(_SOME, {"skus": some}).all()
        told = with_variants(rows, connection)
        found.update((row.sku, (product_of(row, its), row.status)) for row, its in told)
    return [found[sku] for sku in dict.fromkeys(skus) if sku in found]


def _products(skus: Sequence[str] | None, connection: Connection) -> list[Product]:
    """Products are made here, off the event loop where the database has threads."""
    if skus is None:
        rows = connection.execute(_ALL).all()
        return [product_of(row, told) for row, told in with_variants(rows, connection)]
    found = {product.sku: product for product, _ in _listed(skus, connection)}
    return [found[sku] for sku in skus if sku in found]


def _entries(skus: Sequence[str], connection: Connection) -> list[CatalogueEntry]:
    found: dict[str, CatalogueEntry] = {}
    for some in slices(skus):
        rows = connection.execute(_WHOLE, {"skus": some}).all()
        told = with_variants(rows, connection)
        found.update((row.sku, entry_of(row, its)) for row, its in told)
    return [found[sku] for sku in skus if sku in found]


def with_variants(
    rows: Sequence[Row[Any]], connection: Connection
) -> list[tuple[Row[Any], Variants]]:
    """Each row with what is known of its variants: one more look, where any has options."""
    chosen = [row.sku for row in rows if row.options]
    told: dict[str, list[Row[Any]]] = {}
    for some in slices(chosen):
        for one in connection.execute(_OPTIONS_OF, {"skus": some}):
            told.setdefault(one.product, []).append(one)
    return [(row, told) for row in rows]


def _page(
    after: int, limit: int, where: Sequence[ColumnElement[bool]], connection: Connection
) -> Page[Listed]:
    rows = connection.execute(_after(where), {"after": after, "most": limit + 1}).all()
    return _paged(rows, limit, None, connection)


def _found(
    after: int,
    limit: int,
    text: str,
    where: Sequence[ColumnElement[bool]],
    connection: Connection,
) -> Page[Listed]:
    end = after + LOOKED_AT
    holding = (products.c.place <= end, products.c.search.contains(text, autoescape=True))
    statement = _after([*where, *holding])
    rows = connection.execute(statement, {"after": after, "most": limit + 1}).all()
    beyond = len(rows) <= limit and connection.execute(_BEYOND, {"end": end}).first() is not None
    return _paged(rows, limit, end if beyond else None, connection)


def _after(where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(*LIGHT)
        .where(products.c.place > bindparam("after"), *where)
        .order_by(products.c.place)
        .limit(bindparam("most"))
    )


def _paged(
    rows: Sequence[Row[Any]], limit: int, rest: int | None, connection: Connection
) -> Page[Listed]:
    """One row more than fits says that there are more."""
    told = with_variants(rows[:limit], connection)
    items = [Listed(product_of(row, its), row.status) for row, its in told]
    return Page(items, rows[limit - 1].place if len(rows) > limit else rest)
