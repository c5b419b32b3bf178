"""The products of a Shopify shop: page by page, each with all of its variants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from vetrina.clock import Clock
from vetrina.connectors.catalogues.port import (
    MOST_VARIANTS,
    CataloguePage,
    LeftOut,
    Place,
    ShopProduct,
)
from vetrina.connectors.catalogues.shopify import product_of_node
from vetrina.connectors.catalogues.shopify_queries import (
    MORE_VARIANTS,
    PRODUCT_OF_ITEM,
    PRODUCTS,
    SOME_PRODUCTS,
)
from vetrina.connectors.polling import Access, PollFailed
from vetrina.connectors.shopify import admin
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_admin import ShopifyAdmin

PRODUCTS_A_PAGE: Final = 20
VARIANTS_A_PAGE: Final = 50


class ShopifyCatalogue:
    """The port `Catalogue`."""

    def __init__(self, http_client: HttpClient, clock: Clock) -> None:
        self._admin = ShopifyAdmin(http_client, clock)
        self._sizes: dict[str, int] = {}

    async def page(self, access: Access, place: Place, now_ms: int) -> CataloguePage:
        """By cursor, so that what changes meanwhile moves no other product."""
        told, _ = await self._sized(
            access, PRODUCTS, lambda size: {"first": size, "after": place.page}
        )
        listed = _connection(told.data, "products")
        currency = _currency(told.data)
        found = await self._read(access, _nodes(listed), currency)
        after = _after(listed)
        if after is not None:
            await self._admin.rest(told)
        following = None if after is None else Place(after, currency)
        return CataloguePage(*found, following, currency)

    async def some(
        self, access: Access, ids: Sequence[str], currency: str | None, now_ms: int
    ) -> CataloguePage:
        """Those that are gone come back empty."""
        products: tuple[ShopProduct, ...] = ()
        left_out: tuple[LeftOut, ...] = ()
        rest = [f"gid://shopify/Product/{id}" for id in ids]
        while rest:
            told, size = await self._sized(access, SOME_PRODUCTS, partial(_first_of, rest))
            rest = rest[size:]
            currency = _currency(told.data)
            found = await self._read(access, _nodes(told.data), currency)
            products, left_out = (*products, *found[0]), (*left_out, *found[1])
        return CataloguePage(products, left_out, None, currency)

    async def of_item(
        self, access: Access, item: str, currency: str | None, now_ms: int
    ) -> CataloguePage:
        """With the pieces of all its places, which a delivery does not tell."""
        wanted = {"id": f"gid://shopify/InventoryItem/{item}", "variants": VARIANTS_A_PAGE}
        told = await self._admin.ask(access, PRODUCT_OF_ITEM, wanted)
        node: Mapping[str, Any] = told.data
        for name in ("inventoryItem", "variant", "product"):
            node = node.get(name) or {}
        currency = _currency(told.data)
        found = await self._read(access, [node] if node else [], currency)
        return CataloguePage(*found, None, currency)

    async def _sized(
        self, access: Access, query: str, wanted: Callable[[int], Mapping[str, Any]]
    ) -> tuple[admin.Told, int]:
        """The answer, and how many products were asked for: half as many where that is too much."""
        while True:
            size = self._sizes.get(access.address, PRODUCTS_A_PAGE)
            variables = {**wanted(size), "variants": VARIANTS_A_PAGE}
            try:
                return await self._admin.ask(access, query, variables), size
            except admin.TooCostly:
                if size == 1:
                    raise
                self._sizes[access.address] = size // 2

    async def _read(
        self, access: Access, nodes: Sequence[Mapping[str, Any]], currency: str
    ) -> tuple[tuple[ShopProduct, ...], tuple[LeftOut, ...]]:
        read = []
        for node in nodes:
            read.append(product_of_node(await self._with_variants(access, node), currency))
            await asyncio.sleep(0)  # a show is on meanwhile
        return (
            tuple(one for one in read if isinstance(one, ShopProduct)),
            tuple(one for one in read if isinstance(one, LeftOut)),
        )

    async def _with_variants(self, access: Access, node: Mapping[str, Any]) -> dict[str, Any]:
        """The product with its other variants; one more than fits is enough to say so."""
        listed = _connection(node, "variants")
        variants, after = _nodes(listed), _after(listed)
        while after is not None and len(variants) <= MOST_VARIANTS:
            wanted = {"id": node.get("id"), "first": VARIANTS_A_PAGE, "after": after}
            told = await self._admin.ask(access, MORE_VARIANTS, wanted)
            listed = _connection(told.data.get("product") or {}, "variants")
            more = _nodes(listed)
            variants, after = [*variants, *more], _after(listed) if more else None
        return {**node, "variants": {"nodes": variants}}


def _first_of(ids: Sequence[str], size: int) -> dict[str, Any]:
    return {"ids": ids[:size]}


def _connection(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    listed = node.get(name) if isinstance(node, Mapping) else None
    if not isinstance(listed, dict) or not isinstance(listed.get("nodes"), list):
        raise PollFailed(admin.NO_ANSWER)
    return listed


def _nodes(listed: Mapping[str, Any]) -> list[dict[str, Any]]:
    nodes = listed.get("nodes")
    return [one for one in nodes if isinstance(one, dict)] if isinstance(nodes, list) else []


def _after(listed: Mapping[str, Any]) -> str | None:
    info = listed.get("pageInfo")
    info = info if isinstance(info, dict) else {}
    after = info.get("endCursor") if info.get("hasNextPage") is True else None
    return after if isinstance(after, str) and after else None


def _currency(data: Mapping[str, Any]) -> str:
    shop = data.get("shop")
    code = shop.get("currencyCode") if isinstance(shop, dict) else None
    if not isinstance(code, str) or len(code) != 3 or not code.isalpha():
        raise PollFailed(admin.NO_ANSWER)
    return code.upper()
