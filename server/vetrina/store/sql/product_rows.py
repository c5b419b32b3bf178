"""Products as rows, and back: the light form, the variants, and what only a shop page needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Column, Row

from vetrina.domain.catalogue.entry import IMAGES, CatalogueEntry, Image, ProductStatus, UnitPrice
from vetrina.domain.catalogue.matching import folded
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.store.sql.shop_tables import products

LIGHT: Final[Sequence[Column[Any]]] = [
    column for column in products.c if column.name not in ("search", "details")
]
"""The columns of a product in its light form; what it is told of besides may be long."""

Values = dict[str, Any]
Variants = Mapping[str, Sequence[Row[Any]]]
"""Rows of variants, by product, in their order."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept of an entry beside its light form and its variants."""

    key: str | None = None
    description: str = ""
    brand: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    source: str = "manual"
    unit_price: UnitPrice | None = None
    min_age: int | None = None
    safety: Safety | None = None


_DETAILS: Final = TypeAdapter(Details)
NO_DETAILS: Final = Details()


def product_values(product: Product) -> Values:
    """The columns of the light form."""
    return {
        "sku": product.sku,
        "title": product.title,
        "currency": product.price.currency,
        "price": product.price.amount,
        "price_to": product.price_to.amount if product.price_to else None,
        "prior_price": product.prior_price.amount if product.prior_price else None,
        "image": product.image,
        "link": product.link,
        "stock": product.stock,
        "options": orjson.dumps(product.options).decode() if product.options else None,
        "search": searched(product),
    }


def searched(product: Product) -> str:
    """What a search looks through: the title and every SKU."""
    return folded(" ".join((product.title, *product.skus())))


def detail_values(entry: CatalogueEntry) -> Values:
    """The columns that the light form lacks."""
    details = Details(
        key=entry.key,
        description=entry.description,
        brand=entry.brand,
        categories=entry.categories,
        tags=entry.tags,
        images=entry.images,
        source=entry.source,
        unit_price=entry.unit_price,
        min_age=entry.min_age,
        safety=entry.safety,
    )
    return {"status": entry.status, "details": orjson.dumps(details).decode()}


def variant_values(product: Product) -> list[Values]:
    """The rows of a product's variants."""
    return [
        {
            "sku": variant.sku,
            "product": product.sku,
            "position": position,
            "choice": orjson.dumps(variant.values).decode(),
            "price": variant.price.amount,
            "prior_price": variant.prior_price.amount if variant.prior_price else None,
            "stock": variant.stock,
            "image": variant.image,
        }
        for position, variant in enumerate(product.variants)
    ]


def product_of(row: Row[Any], variants: Variants) -> Product:
    """The light form of a row."""
    currency = row.currency
    return Product(
        sku=row.sku,
        title=row.title,
        price=Money(row.price, currency),
        price_to=_money(row.price_to, currency),
        prior_price=_money(row.prior_price, currency),
        image=row.image,
        link=row.link,
        stock=row.stock,
        options=tuple(orjson.loads(row.options)) if row.options else (),
        variants=tuple(_variant_of(one, currency) for one in variants.get(row.sku, ())),
    )


def entry_of(row: Row[Any], variants: Variants) -> CatalogueEntry:
    """The whole of a row. An edit of the light form may have given it another first picture."""
    product = product_of(row, variants)
    details = _DETAILS.validate_json(row.details) if row.details else NO_DETAILS
    status: ProductStatus = row.status
    return CatalogueEntry(
        key=product.sku if product.options else details.key or product.sku,
        title=product.title,
        variants=product.variants or (_alone(product),),
        options=product.options,
        description=details.description,
        brand=details.brand,
        categories=details.categories,
        tags=details.tags,
        images=_images(product.image, details.images, product.variants),
        link=product.link,
        status=status,
        source=details.source,
        unit_price=details.unit_price,
        min_age=details.min_age,
        safety=details.safety,
    )


def _variant_of(row: Row[Any], currency: str) -> Variant:
    return Variant(
        sku=row.sku,
        price=Money(row.price, currency),
        values=tuple(orjson.loads(row.choice)),
        prior_price=_money(row.prior_price, currency),
        stock=row.stock,
        image=row.image,
    )


def _alone(product: Product) -> Variant:
    return Variant(
        sku=product.sku,
        price=product.price,
        prior_price=product.prior_price,
        stock=product.stock,
    )


def _images(
    first: str | None, images: tuple[Image, ...], variants: Iterable[Variant]
) -> tuple[Image, ...]:
    """None as the first picture takes them all away, another one goes before them."""
    if first is None:
        return ()
    known = {image.url for image in images} | {variant.image for variant in variants}
    return images if first in known else (Image(first), *images)[:IMAGES]


def _money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
