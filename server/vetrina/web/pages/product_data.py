"""Products for machines that read pages: schema.org, as JSON-LD."""

from __future__ import annotations

from typing import Any

from vetrina.connectors.rich_text import plain_text
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.money import Money
from vetrina.domain.show.offer import offer_of, variant_offer
from vetrina.domain.show.values import Deal
from vetrina.web.pages.viewer_page import absolute

SCHEMA = "https://schema.org"


def product_data(
    entry: CatalogueEntry, deal: Deal | None, url: str, seller: str, base: str, now: int
) -> dict[str, Any]:
    """The product with what it costs at this moment."""
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Product",
        "name": entry.title,
        "sku": entry.sku,
        "url": url,
        "offers": {**_offers(entry, deal, now), "url": url, "seller": _seller(seller)},
    }
    if entry.images:
        told["image"] = [absolute(image.url, base) for image in entry.images]
    if entry.description:
        told["description"] = plain_text(entry.description)[:5000]
    if entry.brand:
        told["brand"] = {"@type": "Brand", "name": entry.brand}
    if entry.categories:
        told["category"] = entry.categories[0]
    return told


def _offers(entry: CatalogueEntry, deal: Deal | None, now: int) -> dict[str, Any]:
    product = entry.product()
    whole = offer_of(product, deal, now)
    if not entry.options:
        return {"@type": "Offer", **_price(whole.price), **_availability(whole.sold_out)}
    prices = [variant_offer(product, one, deal, now).price for one in entry.variants]
    low, high = (pick(prices, key=lambda price: price.amount) for pick in (min, max))
    return {
        "@type": "AggregateOffer",
        "lowPrice": str(low.decimal()),
        "highPrice": str(high.decimal()),
        "priceCurrency": low.currency,
        "offerCount": len(entry.variants),
        **_availability(whole.sold_out),
    }


def _price(price: Money) -> dict[str, Any]:
    return {"price": str(price.decimal()), "priceCurrency": price.currency}


def _availability(sold_out: bool) -> dict[str, Any]:
    return {"availability": f"{SCHEMA}/{'OutOfStock' if sold_out else 'InStock'}"}


def _seller(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}
