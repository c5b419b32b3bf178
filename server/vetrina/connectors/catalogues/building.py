"""From what a shop tells of a product to a catalogue entry: tolerant in what comes.

A field that cannot be used costs no product: it is left away, and that is told in words. Without
a title or a price there is nothing to sell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from vetrina.connectors.catalogues.labels import https, label, labels, made_sku
from vetrina.connectors.catalogues.port import ShopProduct
from vetrina.connectors.display_text import clean, display_text
from vetrina.connectors.payload import exact_money
from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import (
    DESCRIPTION_BYTES,
    IMAGES,
    CatalogueEntry,
    Image,
    ProductStatus,
)
from vetrina.domain.catalogue.fields import FIELD_CHECKS, SKU_CHARS, TITLE_CHARS
from vetrina.domain.catalogue.variant import VARIANTS, Variant
from vetrina.domain.errors import InvalidValue

STOCK_MOST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldVariant:
    """A variant as a shop tells it. `ref` is what its orders call it: `variant:17`.

    `stock` None means that nobody counts, or that more may be sold than there is.
    """

    ref: str
    sku: str | None
    price: Decimal | None
    values: Sequence[str] = ()
    stock: int | None = None
    image: str | None = None


@dataclass(slots=True, kw_only=True)
class ToldProduct:
    """A product as a shop tells it. `key` is the name that it has beside its number."""

    id: str
    key: str
    title: str | None
    variants: Sequence[ToldVariant]
    options: Sequence[str] = ()
    description: str | None = None
    brand: str | None = None
    categories: Sequence[str | None] = ()
    tags: Sequence[str | None] = ()
    images: Sequence[tuple[str, str | None]] = ()
    link: str | None = None
    status: ProductStatus = "draft"
    changed_at: int = 0
    dropped: list[str] = field(default_factory=list)


def shop_product(told: ToldProduct, currency: str) -> ShopProduct:
    """The product in our words. Raises InvalidValue where the catalogue cannot hold it."""
    if len(told.variants) > VARIANTS:
        raise InvalidValue("variants", f"expected at most {VARIANTS}, and it has more")
    priced = [one for one in told.variants if one.price is not None and one.price >= 0]
    if not priced:
        raise InvalidValue("price", "expected a price, got none")
    if len(priced) < len(told.variants):
        told.dropped.append("variants without a price")
    key = _key(told, priced)
    skus = _skus(told, key, priced)
    entry = CatalogueEntry(
        key=key,
        title=display_text(told.title, TITLE_CHARS) or "",
        variants=tuple(_variant(told, one, skus[one.ref], currency) for one in priced),
        options=tuple(label(option) for option in told.options),
        description=_description(told),
        brand=label(told.brand),
        categories=labels(told.categories),
        tags=labels(told.tags),
        images=_images(told),
        link=_link(told),
        status=told.status,
    )
    made = {one.ref: skus[one.ref] for one in priced if skus[one.ref] != one.sku}
    return ShopProduct(told.id, entry, told.changed_at, made, tuple(dict.fromkeys(told.dropped)))


def _key(told: ToldProduct, variants: Sequence[ToldVariant]) -> str:
    """With options it is the product's SKU too, and then it must be that of no variant."""
    key = (clean(told.key, SKU_CHARS) or told.id)[:SKU_CHARS]
    taken = {one.sku for one in variants} if told.options else set()
    return f"id:{told.id}"[:SKU_CHARS] if key in taken else key


def _skus(told: ToldProduct, key: str, variants: Sequence[ToldVariant]) -> dict[str, str]:
    """A SKU of its own for each variant: the shop's where it has a good one, else a made one."""
    taken: set[str] = set()
    skus: dict[str, str] = {}
    for one in variants:
        sku = one.sku or ""
        good = _usable("sku", sku) and sku not in taken and not (one.values and sku == key)
        if not good:
            sku = made_sku(told.key.replace(":", "-"), one.values)
            if not sku or sku in taken or (one.values and sku == key):
                sku = one.ref[:SKU_CHARS]
        taken.add(sku)
        skus[one.ref] = sku
    return skus


def _variant(told: ToldProduct, one: ToldVariant, sku: str, currency: str) -> Variant:
    image = https(one.image) if one.image else None
    if image and not _usable("image", image):
        told.dropped.append("a picture without an https address")
        image = None
    return Variant(
        sku=sku,
        price=exact_money(one.price or Decimal(0), currency),
        values=tuple(label(value) for value in one.values),
        stock=None if one.stock is None else max(0, min(STOCK_MOST, one.stock)),
        image=image,
    )


def _description(told: ToldProduct) -> str:
    text = clean_html(told.description or "")
    if len(text.encode()) <= DESCRIPTION_BYTES:
        return text
    told.dropped.append(f"a description of more than {DESCRIPTION_BYTES >> 10} KiB")
    return ""


def _images(told: ToldProduct) -> tuple[Image, ...]:
    found: dict[str, Image] = {}
    for given, alt in told.images:
        url = https(given)
        if not _usable("image", url):
            told.dropped.append("a picture without an https address")
        elif len(found) < IMAGES or url in found:
            found.setdefault(url, Image(url, label(alt)))
        else:
            told.dropped.append(f"the pictures after the first {IMAGES}")
    return tuple(found.values())


def _link(told: ToldProduct) -> str | None:
    if told.link is None or _usable("link", told.link):
        return told.link or None
    told.dropped.append("a link that is no address")
    return None


def _usable(what: str, value: str) -> bool:
    try:
        FIELD_CHECKS[what](value)
    except InvalidValue:
        return False
    return True


def by_position(told: Mapping[str, str], options: Sequence[str]) -> tuple[str, ...]:
    """The values of a variant in the order of the options; "" for one that it does not name."""
    folded = {name.casefold(): value for name, value in told.items()}
    return tuple(folded.get(option.casefold(), "") for option in options)
