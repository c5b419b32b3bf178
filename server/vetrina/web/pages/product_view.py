"""A product's page as the server draws it: pictures, choice, price, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import CatalogueEntry, Image
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.selling.publishing import safety_of
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.offer import Offer, offer_of, variant_offer
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal
from vetrina.web.pages.shop_cards import deal_in, pinned_in, product_path, values_of


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an option. `gone`: with what else is chosen it is sold out, or not made."""

    text: str
    chosen: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; `field` is its name in the form."""

    field: str
    name: str
    values: Sequence[Value]
    chosen: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """All of the page. `chosen` is None where the product has no options."""

    shop: ShopProfile
    address: str
    path: str
    entry: CatalogueEntry
    product: Product
    chosen: Variant | None
    options: Sequence[Option]
    pictures: Sequence[Image]
    offer: Offer
    deal: Deal | None
    pinned: bool
    number: int | None
    description: Markup
    safety: Safety | None


def product_view(
    shop: ShopProfile,
    entry: CatalogueEntry,
    asked: Mapping[str, str],
    state: ShowState | None,
    now: int,
) -> ProductView:
    """The page at one moment. `asked` may name a variant by its SKU, or by its values."""
    product, address = entry.product(), f"/shop/{shop.handle}"
    deal = deal_in(state, product.sku)
    chosen = chosen_of(entry, asked) if entry.options else None
    offer = variant_offer(product, chosen, deal, now) if chosen else offer_of(product, deal, now)
    item = state.bag.get(product.sku) if state else None
    return ProductView(
        shop=shop,
        address=address,
        path=product_path(address, product.sku),
        entry=entry,
        product=product,
        chosen=chosen,
        options=[_option(entry, index, chosen) for index in range(len(entry.options))]
        if chosen
        else (),
        pictures=_pictures(entry, chosen),
        offer=offer,
        deal=deal,
        pinned=pinned_in(state, product.sku),
        number=item.number if item else None,
        # Clean when it was kept; cleaned again where it becomes markup.
        description=Markup(clean_html(entry.description) if entry.description else ""),  # noqa: S704
        safety=safety_of(entry, shop),
    )


def chosen_of(entry: CatalogueEntry, asked: Mapping[str, str]) -> Variant:
    """The variant that is asked for; else the first that fits best and is not sold out."""
    named = next((one for one in entry.variants if one.sku == asked.get("variant")), None)
    if named is not None:
        return named
    wanted = [asked.get(_field(index)) for index in range(len(entry.options))]

    def fit(variant: Variant) -> tuple[int, bool]:
        same = sum(one == other for one, other in zip(variant.values, wanted, strict=True))
        return same, variant.stock != 0

    return max(entry.variants, key=fit)


def _option(entry: CatalogueEntry, index: int, chosen: Variant) -> Option:
    by_values = {variant.values: variant for variant in entry.variants}
    values = []
    for text in values_of(entry, index):
        others = (*chosen.values[:index], text, *chosen.values[index + 1 :])
        variant = by_values.get(others)
        gone = variant is None or variant.stock == 0
        values.append(Value(text, text == chosen.values[index], gone))
    return Option(_field(index), entry.options[index], values, chosen.values[index])


def _field(index: int) -> str:
    return f"o{index + 1}"


def _pictures(entry: CatalogueEntry, chosen: Variant | None) -> Sequence[Image]:
    """Each once, that of the chosen variant first."""
    told = {image.url: image for image in entry.images}
    for variant in entry.variants:
        if variant.image:
            told.setdefault(variant.image, Image(variant.image, variant.choice))
    first = told.pop(chosen.image) if chosen and chosen.image else None
    return (*((first,) if first else ()), *told.values())
