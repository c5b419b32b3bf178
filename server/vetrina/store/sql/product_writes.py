"""Writing products: the row, the variants, and that no SKU means two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.catalogue.product import Product
from vetrina.store.errors import SkuTaken
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.listings import relist, unlist
from vetrina.store.sql.product_rows import Values, detail_values, product_values, variant_values
from vetrina.store.sql.shop_tables import products, variants
from vetrina.store.sql.stock_rows import lock_stocks

_KNOWN = select(products.c.sku).where(products.c.sku.in_(bindparam("skus", expanding=True)))
_OWNERS = select(variants.c.sku, variants.c.product).where(
    variants.c.sku.in_(bindparam("skus", expanding=True))
)
_VARIANTS = select(variants.c.sku).where(variants.c.product.in_(bindparam("skus", expanding=True)))
_REPLACE = update(products).where(products.c.sku == bindparam("of"))
_NO_VARIANTS = delete(variants).where(variants.c.product.in_(bindparam("skus", expanding=True)))
_STATUS = update(products).where(products.c.sku == bindparam("of")).values(status=bindparam("now"))
_DELETE = delete(products).where(products.c.sku == bindparam("of"))


def put_products(wanted: Sequence[Product], connection: Connection) -> None:
    """Insert or replace the light form; what else is known of a product stays."""
    _put(wanted, {product.sku: {} for product in wanted}, connection)


def put_entries(
    wanted: Sequence[CatalogueEntry],
    keep_stock: bool,
    stock_was: Mapping[str, int | None],
    connection: Connection,
) -> None:
    """Insert or replace with everything, or with everything but the pieces of what is there.
    `stock_was` by SKU: what is there changes by the difference to it."""
    made = [entry.product() for entry in wanted]
    if keep_stock:
        stock_was = {sku: n for product in made for sku, n in product.stocks().items()}
    _put(
        _as_stocked(made, stock_was, connection) if stock_was else made,
        {entry.sku: detail_values(entry) for entry in wanted},
        connection,
    )


def set_stock(sku: str, quantity: int | None, connection: Connection) -> None:
    """The pieces of a variant, or of a product without options."""
    locked = lock_stocks({sku}, set(owners([sku], connection).values()), connection)
    if sku in locked.stocks:
        locked.stocks[sku] = quantity
        locked.save(connection)


def _as_stocked(
    made: Sequence[Product], was: Mapping[str, int | None], connection: Connection
) -> list[Product]:
    """With the pieces that are left at this moment; nobody else changes them meanwhile."""
    skus = {sku for product in made for sku in product.skus()}
    left = lock_stocks(skus, {product.sku for product in made}, connection).stocks
    return [product.edited_from(was, left) for product in made]


def set_status(sku: str, status: ProductStatus, connection: Connection) -> None:
    """Draft, active or archived."""
    connection.execute(_STATUS, {"of": sku, "now": status})
    relist([sku], connection)


def delete_product(sku: str, connection: Connection) -> None:
    """Without a trace in the catalogue."""
    unlist([sku], connection)
    connection.execute(_NO_VARIANTS, {"skus": [sku]})
    connection.execute(_DELETE, {"of": sku})


def _put(wanted: Sequence[Product], more: dict[str, Values], connection: Connection) -> None:
    """Find out which are known, instead of an upsert: each database spells that differently."""
    rows = {product.sku: {**product_values(product), **more[product.sku]} for product in wanted}
    last = {product.sku: product for product in wanted}
    known = _known(list(rows), connection)
    check_free(list(last.values()), connection)
    if known:
        replaced = [{"of": sku, **rows[sku]} for sku in sorted(known)]
        connection.execute(_REPLACE, replaced)
        for some in slices(sorted(known)):
            connection.execute(_NO_VARIANTS, {"skus": some})
    if len(known) < len(rows):
        new = [{"status": "active", **rows[sku]} for sku in rows if sku not in known]
        connection.execute(insert(products), new)
    chosen = [row for product in last.values() for row in variant_values(product)]
    if chosen:
        connection.execute(insert(variants), chosen)
    relist(list(rows), connection)


def check_free(wanted: Sequence[Product], connection: Connection) -> None:
    """Raises SkuTaken where a SKU would mean two products."""
    of: dict[str, str] = {}
    for product in wanted:
        for sku in product.skus():
            if of.setdefault(sku, product.sku) != product.sku:
                raise SkuTaken(sku, of[sku])
    for sku, owner in owners(list(of), connection).items():
        if owner != of[sku]:
            raise SkuTaken(sku, owner)


def owners(skus: Sequence[str], connection: Connection) -> dict[str, str]:
    """The products that SKUs mean, their own or those of variants; unknown ones are left out."""
    found = {sku: sku for sku in _known(skus, connection)}
    for some in slices(skus):
        rows = connection.execute(_OWNERS, {"skus": some})
        found.update((row.sku, row.product) for row in rows)
    return found


def variants_of(skus: Sequence[str], connection: Connection) -> set[str]:
    """The SKUs of the variants that these products have."""
    found: set[str] = set()
    for some in slices(skus):
        found.update(connection.execute(_VARIANTS, {"skus": some}).scalars())
    return found


def _known(skus: Sequence[str], connection: Connection) -> set[str]:
    known: set[str] = set()
    for some in slices(skus):
        known.update(connection.execute(_KNOWN, {"skus": some}).scalars())
    return known
