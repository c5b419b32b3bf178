"""The viewer page as the server draws it: the show at this moment, and where to go on from.

The page holds the snapshot and its position, so that its socket asks only for what came since.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import orjson

from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.domain.show.details import announced
from vetrina.domain.show.state import ShowState
from vetrina.protocol.root_path import below
from vetrina.protocol.snapshot import View
from vetrina.realtime.room import Room
from vetrina.web.api.bag_cache import BagCache
from vetrina.web.pages.viewer_view import title_of, viewer_view
from vetrina.web.pages.words import SurfaceWords, Words

BAG_IN_PAGE: Final = 30
"""A bag of so many products travels in the page; a longer one is asked for when it is opened."""


class ViewerPage:
    """Makes what the template `viewer.html` is given."""

    def __init__(self, words: SurfaceWords, bags: BagCache) -> None:
        self._words = words
        self._bags = bags

    def filled(
        self,
        room: Room,
        lang: str,
        base: str,
        now: int,
        *,
        hidden: bool = False,
        shop: str | None = None,
    ) -> dict[str, Any]:
        """The template's values. `lang` is a tag of one of our languages, `base` our address.

        `hidden`: the show has not begun, and the reader is a stranger. `shop`: the handle of the
        shop where viewers buy, None where each product leads to its own link.
        """
        state, words = announced(room.state) if hidden else room.state, self._words.of(lang)
        return {
            "page_data": self._data(room, state, words, now) | ({"shop": shop} if shop else {}),
            "shop": shop,
            "title": title_of(state, words),
            "url": f"{base}/live/{state.slug}",
            "image": _picture(state, base),
            "offers": structured_data(state, base),
            "show": state,
            "t": words,
            "view": viewer_view(state, words, now),
        }

    def _data(self, room: Room, state: ShowState, words: Words, now: int) -> dict[str, Any]:
        view: View = "public" if state is room.state else "announced"
        start = {"epoch": room.position.epoch, "seq": room.position.seq, "now": now}
        start["state"] = orjson.Fragment(room.snapshot(view))
        data: dict[str, Any] = {"show": state.slug, "lang": words.lang, "start": start}
        data["words"] = words.entries
        if len(state.bag) <= BAG_IN_PAGE:
            bags = self._bags if view == "public" else BagCache()
            body, etag = bags.of(state)
            data["bag"] = {"etag": etag, "answer": orjson.Fragment(body)}
        return data


def _picture(state: ShowState, base: str) -> str | None:
    """The picture of what is pinned, else of the first product that has one."""
    shown = next((product for product in _shown_first(state) if product.image), None)
    return absolute(shown.image, base) if shown and shown.image else None


def structured_data(state: ShowState, base: str) -> dict[str, Any] | None:
    """What is pinned, for machines that read pages (schema.org Product, as JSON-LD)."""
    pins = state.pins
    if not pins or state.panic or state.status == "ended":
        return None
    pin = pins[min(pins)]
    product = pin.product
    deal = state.deal_of(product.sku)
    priced = deal if deal and deal.status == "running" else product
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "sku": product.sku,
        "offers": _offers(product, priced.price, priced.price_to),
    }
    if product.image:
        told["image"] = absolute(product.image, base)
    if product.link:
        told["offers"]["url"] = absolute(product.link, base)
    return told


def _offers(product: Product, price: Money, price_to: Money | None) -> dict[str, Any]:
    stock = "OutOfStock" if product.stock == 0 else "InStock"
    told = {"@type": "Offer", "price": str(price.decimal())}
    if price_to is not None:
        lowest, highest = str(price.decimal()), str(price_to.decimal())
        told = {"@type": "AggregateOffer", "lowPrice": lowest, "highPrice": highest}
        told |= {"offerCount": str(len(product.variants))}
    return {
        **told,
        "priceCurrency": price.currency,
        "availability": f"https://schema.org/{stock}",
    }


def absolute(address: str, base: str) -> str:
    """An address of ours as others reach it."""
    return urljoin(base, below(urlsplit(base).path, address))


def _shown_first(state: ShowState) -> list[Product]:
    pinned = [state.pins[slot].product for slot in sorted(state.pins)]
    return [*pinned, *(item.product for item in state.bag.values())]
