"""Shopify's products, as its Admin interface (GraphQL) and its webhooks tell them.

What it calls a compare-at price is whatever the seller likes, and no earlier price in the sense of
the law (Directive 98/6/EC, Article 6a): it is not read at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from vetrina.connectors.catalogues.building import (
    ToldProduct,
    ToldVariant,
    by_position,
    shop_product,
)
from vetrina.connectors.catalogues.port import LeftOut, ShopProduct
from vetrina.connectors.catalogues.shopify_models import (
    ProductBody,
    ProductNode,
    VariantBody,
    VariantNode,
)
from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import dropped_names, first_moment
from vetrina.connectors.port import BadPayload
from vetrina.domain.catalogue.entry import ProductStatus
from vetrina.domain.errors import InvalidValue

# The only variant of a product without options.
ONLY: Final = ("Title", "Default Title")
OVERSELL: Final = "continue"
# An unlisted product is sold to who has its address: it may be in a bag, and in no list.
STATUSES: Final[dict[str, ProductStatus]] = {
    "active": "active",
    "archived": "archived",
    "draft": "draft",
    "unlisted": "draft",
}


def number_of(id: str) -> str:
    """The number in `gid://shopify/Product/7`; webhooks tell it alone."""
    return id.rpartition("/")[2]


def product_of_node(node: Any, currency: str) -> ShopProduct | LeftOut:
    """A product of the GraphQL interface, with all of its variants."""
    dropped: list[str] = []
    try:
        read = read_as(ProductNode, node, dropped)
        return shop_product(_told_by_node(read, list(dropped_names(dropped))), currency)
    except (BadPayload, InvalidValue) as error:
        return _left_out(node, error)


def product_of_body(payload: Any, currency: str) -> ShopProduct | LeftOut | None:
    """A product of a webhook; None where it does not tell all, and has to be asked for.

    The first 100 variants come along, and newer versions do not say whether pieces are counted.
    """
    dropped: list[str] = []
    try:
        read = read_as(ProductBody, payload, dropped)
        variants = [one for one in read.variants if one]
        if len(read.variant_gids) > len(variants) or not all(one.counted for one in variants):
            return None
        return shop_product(_told_by_body(read, list(dropped_names(dropped))), currency)
    except (BadPayload, InvalidValue) as error:
        return _left_out(payload, error)


def _left_out(told: Any, error: BadPayload | InvalidValue) -> LeftOut:
    fields = told if isinstance(told, dict) else {}
    why = str(error) if isinstance(error, BadPayload) else f"{error.field}: {error.message}"
    return LeftOut(number_of(str(fields.get("id", ""))), str(fields.get("title", ""))[:200], why)


def _told_by_node(read: ProductNode, dropped: list[str]) -> ToldProduct:
    variants = [one for one in read.variants.nodes if one] if read.variants else []
    names = [one.name for one in read.options if one and one.name]
    values = [_chosen(one) for one in variants]
    options = _options(names, [list(one.values()) for one in values])
    number = number_of(read.id)
    return ToldProduct(
        id=number,
        key=read.handle or f"id:{number}",
        title=read.title,
        description=read.description_html,
        brand=read.vendor,
        categories=(read.category.name if read.category else None, read.product_type),
        tags=read.tags,
        images=read.media.pictures() if read.media else (),
        link=read.online_store_url,
        status=STATUSES.get((read.status or "").casefold(), "draft"),
        changed_at=first_moment(read.updated_at) or 0,
        options=options,
        variants=[
            ToldVariant(
                ref=f"variant:{number_of(one.id)}",
                sku=one.sku,
                price=one.price,
                values=by_position(chosen, options),
                stock=_stock(
                    bool(one.inventory_item and one.inventory_item.tracked),
                    one.inventory_policy,
                    one.inventory_quantity,
                ),
                image=next((url for url, _ in one.media.pictures()), None) if one.media else None,
            )
            for one, chosen in zip(variants, values, strict=True)
        ],
        dropped=dropped,
    )


def _told_by_body(read: ProductBody, dropped: list[str]) -> ToldProduct:
    variants = [one for one in read.variants if one]
    names = [one.name for one in read.options if one and one.name]
    values = [_of_body(one, len(names)) for one in variants]
    options = _options(names, values)
    images = [one for one in read.images if one and one.src]
    addresses = {one.id: one.src for one in images}
    return ToldProduct(
        id=read.id,
        key=read.handle or f"id:{read.id}",
        title=read.title,
        description=read.body_html,
        brand=read.vendor,
        categories=(read.category.name if read.category else None, read.product_type),
        tags=(read.tags or "").split(","),
        images=[(one.src or "", one.alt) for one in images],
        status=STATUSES.get((read.status or "").casefold(), "draft"),
        changed_at=first_moment(read.updated_at) or 0,
        options=options,
        variants=[
            ToldVariant(
                ref=f"variant:{one.id}",
                sku=one.sku,
                price=one.price,
                values=tuple(chosen) if options else (),
                stock=_stock(
                    one.inventory_management is not None,
                    one.inventory_policy,
                    one.inventory_quantity,
                ),
                image=addresses.get(one.image_id) if one.image_id else None,
            )
            for one, chosen in zip(variants, values, strict=True)
        ],
        dropped=dropped,
    )


def _chosen(variant: VariantNode) -> dict[str, str]:
    choices = [one for one in variant.selected_options if one and one.name]
    return {one.name or "": one.value or "" for one in choices}


def _of_body(variant: VariantBody, count: int) -> list[str]:
    values = (variant.option1, variant.option2, variant.option3)
    return [value or "" for value in values[:count]]


def _options(names: Sequence[str], values: Sequence[Sequence[str]]) -> tuple[str, ...]:
    only = len(values) == 1 and (*names, *values[0]) == ONLY
    return () if only else tuple(names)


def _stock(tracked: bool, policy: str | None, quantity: Decimal | None) -> int | None:
    """None where nobody counts, or where more may be sold than there is."""
    if not tracked or quantity is None or (policy or "").casefold() == OVERSELL:
        return None
    return int(quantity)
