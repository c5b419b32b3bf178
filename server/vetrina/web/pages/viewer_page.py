"""The viewer page as the server draws it: the show at this moment, and where to go on from.

The page holds the snapshot and its position, so that its socket asks only for what came since.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import orjson

from vetrina.domain.catalogue.product import Product
from vetrina.protocol.root_path import below
from vetrina.realtime.room import Room
from vetrina.web.api.bag_cache import BagCache
from vetrina.web.pages.viewer_view import viewer_view
from vetrina.web.pages.words import Catalogues, Words

BAG_IN_PAGE: Final = 30
"""A bag of so many products travels in the page; a longer one is asked for when it is opened."""


class ViewerPage:
    """Makes what the template `viewer.html` is given."""

    def __init__(self, catalogues: Catalogues, bags: BagCache) -> None:
        self._catalogues = catalogues
        self._bags = bags

    def filled(self, room: Room, lang: str, base: str, now: int) -> dict[str, Any]:
        """The template's values. `lang` is a tag of one of our languages, `base` our address."""
        state = room.state
        words = Words(lang, self._catalogues.of("js/i18n/viewer", lang))
        return {
            "page_data": self._data(room, words, now),
            "title": state.title,
            "url": f"{base}/live/{state.slug}",
            "image": self._picture(room, base),
            "offers": structured_data(room, base),
            "show": state,
            "t": words,
            "view": viewer_view(state, words, now),
        }

    def _data(self, room: Room, words: Words, now: int) -> dict[str, Any]:
        state, position = room.state, room.position
        start = {"epoch": position.epoch, "seq": position.seq, "now": now}
        start["state"] = orjson.Fragment(room.snapshot("public"))
        data: dict[str, Any] = {"show": state.slug, "lang": words.lang, "start": start}
        data["words"] = words.entries
        if len(state.bag) <= BAG_IN_PAGE:
            body, etag = self._bags.of(state)
            data["bag"] = {"etag": etag, "answer": orjson.Fragment(body)}
        return data

    def _picture(self, room: Room, base: str) -> str | None:
        """The picture of what is pinned, else of the first product that has one."""
        shown = next((product for product in _shown_first(room) if product.image), None)
        return absolute(shown.image, base) if shown and shown.image else None


def structured_data(room: Room, base: str) -> dict[str, Any] | None:
    """What is pinned, for machines that read pages (schema.org Product, as JSON-LD)."""
    pins = room.state.pins
    if not pins or room.state.panic or room.state.status == "ended":
        return None
    pin = pins[min(pins)]
    product = pin.product
    deal = room.state.deal_of(product.sku)
    price = deal.price if deal and deal.status == "running" else product.price
    stock = "OutOfStock" if product.stock == 0 else "InStock"
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "sku": product.sku,
        "offers": {
            "@type": "Offer",
            "price": str(price.decimal()),
            "priceCurrency": price.currency,
            "availability": f"https://schema.org/{stock}",
        },
    }
    if product.image:
        told["image"] = absolute(product.image, base)
    if product.link:
        told["offers"]["url"] = absolute(product.link, base)
    return told


def absolute(address: str, base: str) -> str:
    """An address of ours as others reach it."""
    return urljoin(base, below(urlsplit(base).path, address))


def _shown_first(room: Room) -> list[Product]:
    pinned = [room.state.pins[slot].product for slot in sorted(room.state.pins)]
    return [*pinned, *(item.product for item in room.state.bag.values())]
