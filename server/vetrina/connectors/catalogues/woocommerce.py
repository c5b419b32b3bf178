"""WooCommerce's products and variations, as its REST interface and its webhooks tell them.

`price` is what a buyer pays today. A regular price beside a sale price proves no earlier price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from itertools import product as every_choice
from typing import Any, Final

from vetrina.connectors.catalogues.building import (
    ToldProduct,
    ToldVariant,
    by_position,
    shop_product,
)
from vetrina.connectors.catalogues.labels import label, made_sku
from vetrina.connectors.catalogues.port import LeftOut, ShopProduct
from vetrina.connectors.catalogues.woocommerce_models import Sold, WooProduct, WooVariation
from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import dropped_names, first_moment
from vetrina.connectors.port import BadPayload
from vetrina.domain.catalogue.variant import VARIANTS
from vetrina.domain.errors import InvalidValue

# What is not asked for is not sent: a shop's plugins hang a lot onto its products.
FIELDS: Final = (
    "id,type,status,parent_id,name,slug,permalink,external_url,description,short_description,sku,"
    "price,manage_stock,stock_quantity,stock_status,backorders,categories,tags,brands,images,"
    "attributes,date_modified_gmt"
)
VARIATION_FIELDS: Final = (
    "id,status,sku,price,manage_stock,stock_quantity,stock_status,backorders,image,attributes,"
    "date_modified_gmt"
)
VARIABLE: Final = ("variable", "variable-subscription")
# Grouped products are lists of others, which the shop tells of themselves.
SOLD: Final = (*VARIABLE, "simple", "external", "subscription")
VARIATION: Final = "variation"


def has_variations(payload: Any) -> bool:
    """Whether the product's variations have to be asked for."""
    return isinstance(payload, dict) and payload.get("type") in VARIABLE


def product_of(payload: Any, variations: Sequence[Any], currency: str) -> ShopProduct | LeftOut:
    """A product, with all of its variations."""
    dropped: list[str] = []
    try:
        read = read_as(WooProduct, payload, dropped)
        if read.type not in SOLD:
            raise InvalidValue("type", f"expected something that is sold by itself: {read.type}")
        variants = [read_as(WooVariation, one, dropped) for one in variations]
        told = _told(read, variants, list(dropped_names(dropped)))
        return shop_product(told, currency)
    except (BadPayload, InvalidValue) as error:
        fields = payload if isinstance(payload, dict) else {}
        why = str(error) if isinstance(error, BadPayload) else f"{error.field}: {error.message}"
        return LeftOut(str(fields.get("id", "")), str(fields.get("name", ""))[:200], why)


def _told(read: WooProduct, variations: Sequence[WooVariation], dropped: list[str]) -> ToldProduct:
    told = ToldProduct(
        id=read.id,
        key=read.sku or f"id:{read.id}",
        title=read.name,
        description=read.description or read.short_description,
        brand=next((one.name for one in read.brands if one), None),
        categories=[one.name for one in read.categories if one],
        tags=[one.name for one in read.tags if one],
        images=[(one.src, one.alt) for one in read.images if one and one.src],
        link=read.external_url or read.permalink,
        status="active" if read.status == "publish" else "draft",
        changed_at=max(first_moment(one.date_modified_gmt) or 0 for one in (read, *variations)),
        variants=(),
        dropped=dropped,
    )
    if read.type in VARIABLE:
        told.options = _options(read, variations)
        told.variants = list(_variants(read, variations, told))
    else:
        ref = f"product:{read.id}"
        told.variants = [ToldVariant(ref=ref, sku=read.sku, price=read.price, stock=_stock(read))]
    return told


def _options(read: WooProduct, variations: Sequence[WooVariation]) -> tuple[str, ...]:
    """The attributes that the product is chosen by, in its order; others only describe it."""
    named = {name.casefold() for one in variations for name in _values(one)}
    attributes = [one for one in read.attributes if one and one.name]
    return tuple(
        one.name or ""
        for one in attributes
        if one.variation is True or (one.name or "").casefold() in named
    )


def _variants(
    read: WooProduct, variations: Sequence[WooVariation], told: ToldProduct
) -> Iterator[ToldVariant]:
    """One for each choice; a variation without a value for an option stands for all of them.

    One that names its values goes before one that stands for any.
    """
    taken: set[tuple[str, ...]] = set()
    sold = [one for one in variations if one.status in (None, "publish")]
    choices = {one.id: _choices(read, one, told.options) for one in sold}
    for one in sorted(sold, key=lambda one: len(choices[one.id]) > 1):
        for values in choices[one.id]:
            if values in taken or len(taken) > VARIANTS:
                continue
            taken.add(values)
            yield _variant(read, one, values, alone=len(choices[one.id]) == 1, told=told)


def _variant(
    read: WooProduct, one: WooVariation, values: tuple[str, ...], *, alone: bool, told: ToldProduct
) -> ToldVariant:
    """A variation without a SKU is told with that of its product."""
    sku = None if one.sku in (None, read.sku) else one.sku
    stock = _stock(read if one.manage_stock == "parent" else one)
    if not alone:
        sku = made_sku(sku or told.key.replace(":", "-"), values)
    if stock and (not alone or one.manage_stock == "parent"):
        told.dropped.append("pieces that are counted for several variants together")
        stock = None
    return ToldVariant(
        ref=f"variation:{one.id}" if alone else f"variation:{one.id}:{'/'.join(values)}",
        sku=sku,
        price=one.price,
        values=values,
        stock=stock,
        image=one.image.src if one.image else None,
    )


def _choices(read: WooProduct, one: WooVariation, options: Sequence[str]) -> list[tuple[str, ...]]:
    own = by_position(_values(one), options)
    all_values = {
        (attribute.name or "").casefold(): [value for value in attribute.options if value]
        for attribute in read.attributes
        if attribute
    }
    per_option = [
        [label(value)] if value else [label(other) for other in all_values[option.casefold()]]
        for option, value in zip(options, own, strict=True)
    ]
    return list(islice(every_choice(*per_option), VARIANTS + 1))


def _values(one: WooVariation) -> dict[str, str]:
    named = [each for each in one.attributes if each and each.name and each.option]
    return {each.name or "": each.option or "" for each in named}


def _stock(sold: Sold) -> int | None:
    """None where nobody counts, or where more may be sold than there is; 0 for what is out."""
    if sold.stock_status == "outofstock":
        return 0
    if sold.manage_stock is not True or sold.stock_quantity is None:
        return None
    return None if sold.backorders in ("yes", "notify") else int(sold.stock_quantity)
