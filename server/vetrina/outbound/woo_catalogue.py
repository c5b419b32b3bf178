"""The products of a WooCommerce shop: page by page, each with its variations."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final

from vetrina.clock import Clock
from vetrina.connectors.catalogues import woocommerce as woo
from vetrina.connectors.catalogues.port import (
    MOST_VARIANTS,
    CataloguePage,
    LeftOut,
    Place,
    ShopProduct,
)
from vetrina.connectors.polling import MOST_PAGES, Access, PollFailed
from vetrina.outbound.http_client import HttpClient, Reply
from vetrina.outbound.patience import asked_again

PATH: Final = "/wp-json/wc/v3/products"
CURRENCY: Final = "/wp-json/wc/v3/data/currencies/current"
# Variations are a request for each product, and a page is kept whole before the next one.
PRODUCTS_A_PAGE: Final = 25
VARIATIONS_A_PAGE: Final = 100
NOT_PRODUCTS: Final = (
    "the answer is no list of products: look whether the address is that of the shop, and whether"
    " a firewall or a maintenance page stands before it"
)
NO_CURRENCY: Final = (
    "the shop does not say its currency: give the key to a user who may read the shop's settings"
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list, and how many there are on how many pages, where the shop says so."""

    items: list[Any]
    pages: int | None
    total: int | None


class WooCatalogue:
    """The port `Catalogue`."""

    def __init__(self, http_client: HttpClient, clock: Clock) -> None:
        self._http_client = http_client
        self._clock = clock

    async def page(self, access: Access, place: Place, now_ms: int) -> CataloguePage:
        """By number, in the order of the products' own numbers.

        Where a product has gone since the last page the later ones have moved up, and the page
        before is read again: what has come already comes twice, and nothing is skipped.
        """
        currency = place.currency or await self._currency(access)
        number = int(place.page or "1")
        listed = await self._list(access, PATH, _question(number))
        gone = (place.total or 0) - (place.total or 0 if listed.total is None else listed.total)
        if gone > 0 and number > 1:
            back = max(1, number - -(-gone // PRODUCTS_A_PAGE))
            return CataloguePage((), (), Place(str(back), currency, listed.total), currency)
        if number > MOST_PAGES * VARIATIONS_A_PAGE:
            raise PollFailed("the shop keeps sending more pages", restart=True)
        products, left_out = await self._read(access, listed.items, currency)
        more = (
            len(listed.items) >= PRODUCTS_A_PAGE if listed.pages is None else number < listed.pages
        )
        following = Place(str(number + 1), currency, listed.total) if more else None
        return CataloguePage(products, left_out, following, currency)

    async def some(
        self, access: Access, ids: Sequence[str], currency: str | None, now_ms: int
    ) -> CataloguePage:
        """Those of these products that the shop still lists."""
        currency = currency or await self._currency(access)
        products: tuple[ShopProduct, ...] = ()
        left_out: tuple[LeftOut, ...] = ()
        for start in range(0, len(ids), PRODUCTS_A_PAGE):
            wanted = {**_question(1), "include": ",".join(ids[start : start + PRODUCTS_A_PAGE])}
            listed = await self._list(access, PATH, wanted)
            found = await self._read(access, listed.items, currency)
            products, left_out = (*products, *found[0]), (*left_out, *found[1])
        return CataloguePage(products, left_out, None, currency)

    async def of_item(
        self, access: Access, item: str, currency: str | None, now_ms: int
    ) -> CataloguePage:
        """WooCommerce tells of pieces with their product."""
        return CataloguePage((), (), None, currency)

    async def _read(
        self, access: Access, items: Sequence[Any], currency: str
    ) -> tuple[tuple[ShopProduct, ...], tuple[LeftOut, ...]]:
        read = [await self._product(access, item, currency) for item in items]
        return (
            tuple(one for one in read if isinstance(one, ShopProduct)),
            tuple(one for one in read if isinstance(one, LeftOut)),
        )

    async def _product(self, access: Access, item: Any, currency: str) -> ShopProduct | LeftOut:
        variations: list[Any] = []
        if woo.has_variations(item) and isinstance(item.get("id"), int):
            try:
                variations = await self._variations(access, item["id"])
            except PollFailed as error:
                if not error.restart:
                    raise
                # It has gone since the page was read, or this one cannot be read.
                why = "its variations could not be read"
                return LeftOut(str(item["id"]), str(item.get("name", ""))[:200], why)
        await asyncio.sleep(0)  # a show is on meanwhile
        return woo.product_of(item, variations, currency)

    async def _variations(self, access: Access, id: int) -> list[Any]:
        path, found, number = f"{PATH}/{id}/variations", list[Any](), 1
        while len(found) <= MOST_VARIANTS:
            wanted = {
                **_question(number),
                "per_page": str(VARIATIONS_A_PAGE),
                "_fields": woo.VARIATION_FIELDS,
            }
            listed = await self._list(access, path, wanted)
            found += listed.items
            full = len(listed.items) >= VARIATIONS_A_PAGE
            if not listed.items or not (full if listed.pages is None else number < listed.pages):
                break
            number += 1
        return found

    async def _currency(self, access: Access) -> str:
        told = _json(await self._asked(access, CURRENCY, {"_fields": "code"}))
        code = told.get("code") if isinstance(told, dict) else None
        if not isinstance(code, str) or len(code) != 3 or not code.isalpha():
            raise PollFailed(NO_CURRENCY)
        return code.upper()

    async def _list(self, access: Access, path: str, wanted: Mapping[str, str]) -> _Listed:
        reply = await self._asked(access, path, wanted)
        items = _json(reply)
        if not isinstance(items, list):
            raise PollFailed(NOT_PRODUCTS)
        pages, total = (_count(reply, f"x-wp-total{rest}") for rest in ("pages", ""))
        return _Listed(items, pages, total)

    async def _asked(self, access: Access, path: str, wanted: Mapping[str, str]) -> Reply:
        pair = base64.b64encode(f"{access.key}:{access.secret}".encode()).decode()
        headers = {"authorization": f"Basic {pair}", "accept": "application/json"}
        get = partial(self._http_client.get, access.address + path, headers, wanted)
        return await asked_again(self._clock, get)


def _question(page: int) -> dict[str, str]:
    return {
        "status": "any",
        "orderby": "id",
        "order": "asc",
        "per_page": str(PRODUCTS_A_PAGE),
        "page": str(page),
        "_fields": woo.FIELDS,
    }


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PollFailed(NOT_PRODUCTS) from error


def _count(reply: Reply, name: str) -> int | None:
    text = reply.headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
