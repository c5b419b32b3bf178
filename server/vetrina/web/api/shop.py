"""The storefront that everybody may read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.responses import Response

from vetrina.domain.catalogue.entry import CatalogueEntry, Image, UnitPrice
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.searching import words_of
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.publishing import safety_of
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal
from vetrina.protocol.command_codec import FieldError
from vetrina.protocol.jsonable import plain
from vetrina.shop.honest_prices import honest_entries
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.shop import Category, Place, Wanted
from vetrina.web.api.product_json import whole
from vetrina.web.http.etags import matches
from vetrina.web.http.json_response import json_bytes
from vetrina.web.http.lists import LIMIT
from vetrina.web.http.operation import Call, Caller, Operation, Parameter
from vetrina.web.http.problem import invalid, unknown
from vetrina.web.pages.shop_view import SORTS, place_of, place_text

NOT_PUBLIC: Final = ("key", "source", "status")
CATEGORY: Final = Parameter("category", "Only those of this category.", {"type": "string"})
TEXT: Final = Parameter(
    "q", "Only those with words that begin so, in title, SKU, brand or category.",
    {"type": "string", "maxLength": 200},
)  # fmt: skip
SORT: Final = Parameter(
    "sort", "Sold out comes last in each.",
    {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
)  # fmt: skip
AFTER: Final = Parameter("after", "What the last page gave as `next`.", {"type": "string"})


@dataclass(frozen=True, kw_only=True)
class Storefront:
    """The shop as visitors see it. `live`: the slug of the show that is on, or null."""

    shop: ShopProfile
    categories: list[Category]
    live: str | None


@dataclass(frozen=True, kw_only=True)
class ShopProduct:
    """A product of the shop. `deal` is that of the show that is on, with the prices of variants.

    `safety` is the product's own, else the shop's. `options`, `variants` and `price_to` are left
    out where there are none.
    """

    sku: str
    title: str
    price: Money
    prior_price: Money | None
    image: str | None
    link: str | None
    stock: int | None
    description: str
    brand: str
    categories: list[str]
    tags: list[str]
    images: list[Image]
    unit_price: UnitPrice | None
    min_age: int | None
    safety: Safety | None
    deal: Deal | None
    price_to: Money | None = None
    options: list[str] | None = None
    variants: list[Variant] | None = None


@dataclass(frozen=True)
class ShopProducts:
    """Products in the order asked for. `next` is there when there are more: send it as `after`."""

    products: list[ShopProduct]
    next: str | None = None


async def get_shop(call: Call) -> Response:
    """The shop, its categories, and whether a show is on."""
    shop, front = await _shop(call), call.context.storefront
    told = Storefront(
        shop=shop, categories=list(await front.categories()), live=await front.current()
    )
    return _tagged(call, orjson.dumps(told))


async def list_shop_products(call: Call) -> Response:
    """A page of what can be bought."""
    shop, wanted, after = await _shop(call), _wanted(call), _after(call)
    page = await call.context.store.shop_page(wanted, after, LIMIT.of(call.request))
    state = await _state(call)
    entries = await honest_entries(call.context.store, page.entries, call.now)
    told: dict[str, Any] = {"products": [_told(entry, shop, state) for entry in entries]}
    if page.next is not None:
        told["next"] = place_text(page.next)
    return _tagged(call, orjson.dumps(told))


async def get_shop_product(call: Call) -> Response:
    """One product, also by the SKU of a variant."""
    shop = await _shop(call)
    sku = str(call.request.path_params["sku"])
    owner = (await call.context.store.owners([sku])).get(sku)
    found = await call.context.store.entries([owner] if owner else [])
    if not found or found[0].status != "active":
        raise Refused("unknown_sku", f"There is no product {sku} in the shop.")
    (entry,) = await honest_entries(call.context.store, found, call.now)
    return _tagged(call, orjson.dumps(_told(entry, shop, await _state(call))))


async def _shop(call: Call) -> ShopProfile:
    handle = str(call.request.path_params["handle"])
    shop = await call.context.storefront.shop(handle)
    if shop is None:
        raise unknown("shop", f"There is no shop {handle}.")
    return shop


async def _state(call: Call) -> ShowState | None:
    slug = await call.context.storefront.current()
    try:
        room = await call.context.feed.room(slug) if slug else None
    except DamagedLog:
        return None
    return None if room is None or room.state.panic else room.state


def _told(entry: CatalogueEntry, shop: ShopProfile, state: ShowState | None) -> dict[str, Any]:
    told = {name: value for name, value in whole(entry).items() if name not in NOT_PUBLIC}
    deal = state.deal_of(entry.sku) if state else None
    return {**told, "safety": plain(safety_of(entry, shop)), "deal": plain(deal) if deal else None}


def _tagged(call: Call, body: bytes) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"etag": etag, "cache-control": "no-cache"}
    if matches(call.request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return json_bytes(body, headers=headers)


def _wanted(call: Call) -> Wanted:
    asked = call.request.query_params
    sort = next((one for one in SORTS if one == asked.get("sort", SORTS[0])), None)
    if sort is None:
        raise invalid([FieldError("sort", f"expected {', '.join(SORTS)}")])
    return Wanted(asked.get("category", ""), words_of([asked.get("q", "")[:200]]), sort)


def _after(call: Call) -> Place | None:
    text = call.request.query_params.get("after")
    place = place_of(text) if text is not None else None
    if text is not None and place is None:
        raise invalid([FieldError("after", "expected what the last page gave as `next`")])
    return place


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shops/{handle}",
        name="get_shop",
        summary="Read the storefront",
        handler=get_shop,
        caller=Caller.ANYONE,
        answer=Storefront,
        refusals=("unknown_shop",),
    ),
    Operation(
        method="GET",
        path="/api/v1/shops/{handle}/products",
        name="list_shop_products",
        summary="Page through what the shop sells",
        about="Active products alone, with an ETag.",
        handler=list_shop_products,
        caller=Caller.ANYONE,
        query=(CATEGORY, TEXT, SORT, AFTER, LIMIT.parameter),
        answer=ShopProducts,
        refusals=("unknown_shop",),
    ),
    Operation(
        method="GET",
        path="/api/v1/shops/{handle}/products/{sku}",
        name="get_shop_product",
        summary="Read one product of the shop",
        about="By its SKU or that of a variant, with the deal of the show that is on.",
        handler=get_shop_product,
        caller=Caller.ANYONE,
        answer=ShopProduct,
        refusals=("unknown_shop", "unknown_sku"),
    ),
)
