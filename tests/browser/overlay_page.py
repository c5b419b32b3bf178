"""A show worth a picture: what is in it, what was bought, who watches."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import websockets

from tests.browser.shop import SLUG, Shop, euros, product
from vetrina.connectors.samples import encoded, samples
from vetrina.connectors.shopify.webhooks import Shopify
from vetrina.live.demo import SHOWN
from vetrina.live.demo_shop import DemoProduct
from vetrina.web.assets.locations import STATIC_DIR

PUBLIC_URL = "https://shop.example"
EVENING_MS = 1_763_752_560_000
"""20:16 in Rome."""
VIEWERS = 64

Order = tuple[str, int, str | None, str, int]
"""Product, pieces, first name if the buyer agreed to it, country, seconds until the next one."""

EARLIER: tuple[Order, ...] = (
    ("OIL-5", 1, None, "IT", 170),
    ("APR-3", 1, "Marta", "IT", 140),
    ("MUG-1", 2, None, "DE", 80),
    ("CUP-4", 1, "Paul", "FR", 65),
    ("TT-02", 3, None, "IT", 50),
    ("APR-3", 1, "Anna", "AT", 40),
)
DURING_THE_DEAL: tuple[Order, ...] = (
    ("MUG-1", 4, "Luca", "IT", 6),
    ("MUG-1", 2, None, "IT", 5),
    ("MUG-1", 6, "Sofia", "ES", 7),
    ("MUG-1", 1, None, "CH", 4),
)


async def set_scene(shop: Shop) -> None:
    """A show that has been on for a while, with a flash deal that runs."""
    shop.clock.advance(EVENING_MS - shop.clock.now_ms())
    await shop.open(*[await _product(shop, entry) for entry in SHOWN], title="Sunday kitchen")
    shop.clock.advance(14 * 60_000)
    await _sell(shop, EARLIER)
    await shop.deal(duration_s=300, quantity=24)
    await _sell(shop, DURING_THE_DEAL)
    shop.clock.advance(500)


async def sell_in_shopify(shop: Shop) -> None:
    """A connection that has delivered, some of it under names of the shop's own."""
    body = {"kind": "shopify", "secret": "hush" * 8}
    made = await shop.call("POST", "/connections", body)
    orders = (
        [("Moka mug, hand-glazed", "MUG-1", 1, "24.90")],
        [("Tea towel, striped, blue", None, 2, "12.00")],
        [("Gift card", None, 1, "50.00"), ("Olive oil, 3 bottles", "OIL-5-3", 1, "45.00")],
    )
    sample = next(one for one in samples("shopify") if one.name == "paid")
    for number, lines in enumerate(orders, 1):
        shop.clock.advance(2_000)
        items = [_line(10 * number + n, *line) for n, line in enumerate(lines)]
        order = json.loads(sample.body) | {"id": number, "line_items": items, "currency": "EUR"}
        payload = encoded(order | {"processed_at": _iso(shop.clock.now_ms())})
        headers = {"x-shopify-topic": "orders/paid"}
        signed = Shopify().sign(headers, payload, "hush" * 8, shop.clock.now_ms())
        path = f"/webhooks/{made['id']}"
        answer = await shop.http.post(path, content=payload, headers=signed)
        assert answer.json() == {"outcome": "applied"}, answer.text
    shop.clock.advance(3_000)


def _line(number: int, title: str, sku: str | None, pieces: int, price: str) -> dict[str, Any]:
    ids = {
        "id": number,
        "variant_id": 44_915_338_000 + number,
        "product_id": 8_305_117_000 + number,
    }
    return ids | {"title": title, "sku": sku, "quantity": pieces, "price": price}


def _iso(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, tz=UTC).isoformat()


async def _product(shop: Shop, entry: DemoProduct) -> dict[str, Any]:
    picture = (STATIC_DIR / "demo" / entry.picture).read_bytes()
    headers = {"content-type": "image/webp"}
    saved = await shop.http.post("/api/v1/images", content=picture, headers=headers)
    assert saved.is_success, saved.text
    return product(
        entry.sku,
        title=entry.title,
        price=euros(entry.price),
        prior_price=None if entry.prior_price is None else euros(entry.prior_price),
        image=saved.json()["url"],
        link=f"{PUBLIC_URL}/{entry.sku.lower()}",
        stock=entry.stock,
    )


async def _sell(shop: Shop, orders: tuple[Order, ...]) -> None:
    for sku, quantity, name, region, seconds in orders:
        await shop.sell(sku, quantity, name=name, consent=name is not None, region=region)
        shop.clock.advance(seconds * 1000)


@asynccontextmanager
async def crowd(shop: Shop) -> AsyncIterator[None]:
    """People who watch for as long as the block lasts; every third of them taps a product."""
    async with AsyncExitStack() as stack:
        for number in range(VIEWERS):
            address = f"ws{shop.url.removeprefix('http')}/ws"
            viewer = await stack.enter_async_context(websockets.connect(address))
            hello = {"type": "hello", "v": 1, "role": "viewer", "show": SLUG, "last": None}
            await viewer.send(orjson.dumps(hello).decode())
            await viewer.recv()
            if number % 3 == 0:
                tapped = SHOWN[0 if number % 2 else number % len(SHOWN)].sku
                tap = {"type": "tap", "id": "c1", "sku": tapped}
                await viewer.send(orjson.dumps(tap).decode())
        yield
