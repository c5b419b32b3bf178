"""From the shop's delivery to the screen: a whole server, a real socket, and the time it takes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.running_server import Served
from tests.shops.clocks import HurriedClock
from tests.shops.shopify_shop import TOKEN, ShopifyShop, delivery, shopify_shop
from tests.waiting import PATIENCE_S, pause

SECRET = "hush" * 8


@pytest.fixture
def shopify() -> Iterator[ShopifyShop]:
    with shopify_shop(HurriedClock()) as shop:
        shop.bucket.most = shop.bucket.left = 10.0**6
        shop.put(1, "Moka mug", {"sku": "MUG-1", "price": "18.90", "quantity": 7})
        yield shop


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path, private_addresses="true")
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def screen(
    served: Served, shopify: ShopifyShop
) -> AsyncIterator[tuple[str, ClientConnection]]:
    """A connection whose products are here, and a viewer of a show that has one of them pinned."""
    made = served.call("POST", "/api/v1/connections", {"kind": "shopify", "secret": SECRET})
    base = f"/api/v1/connections/{made['id']}"
    served.call("PUT", f"{base}/poll", {"address": shopify.address, "key": TOKEN})
    served.call("POST", f"{base}/sync", {})
    while (sync := served.call("GET", f"{base}/sync"))["status"] == "running":
        pause()
    assert (sync["status"], sync["products"]) == ("done", 1)
    show = {"slug": "spring", "title": "Spring", "currency": "EUR", "status": "live"}
    served.call("POST", "/api/v1/shows", show)
    served.call("PUT", "/api/v1/shows/spring/bag", {"skus": ["MUG-1"]})
    pin = {"type": "pin_product", "sku": "MUG-1"}
    served.call("POST", "/api/v1/shows/spring/commands", pin)
    address = f"ws://127.0.0.1:{served.port}/ws"
    async with connect(address, origin=served.address) as socket:  # type: ignore[arg-type]
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": "spring"}
        await socket.send(orjson.dumps(hello).decode())
        yield f"{served.address}/webhooks/{made['id']}", socket


async def until_event(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    while True:
        frame = orjson.loads(await socket.recv())
        for event in frame.get("events", ()):
            if event["type"] == kind:
                found: dict[str, Any] = event
                return found


async def sent(url: str, topic: str, payload: dict[str, Any]) -> None:
    body, headers = delivery(topic, payload, SECRET)
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        answered = await client.post(url, content=body, headers=headers)
    assert answered.json() == {"outcome": "applied"}


async def test_pieces_and_prices_reach_the_screen(
    screen: tuple[str, ClientConnection], shopify: ShopifyShop, capsys: pytest.CaptureFixture[str]
) -> None:
    url, socket = screen
    shopify.variant(1)["inventoryQuantity"] = 3
    began = time.perf_counter()
    await sent(url, "products/update", shopify.body(1))
    assert (await until_event(socket, "stock_changed"))["quantity"] == 3
    told_s = time.perf_counter() - began

    shopify.variant(1)["inventoryQuantity"] = 2
    began = time.perf_counter()
    level = {"inventory_item_id": 1001, "location_id": 9, "available": 2}
    await sent(url, "inventory_levels/update", level)
    assert (await until_event(socket, "stock_changed"))["quantity"] == 2
    asked_s = time.perf_counter() - began

    shopify.variant(1)["price"] = "17.50"
    began = time.perf_counter()
    await sent(url, "products/update", shopify.body(1, counted=False))
    changed = await until_event(socket, "bag_changed")
    price_s = time.perf_counter() - began
    assert changed["products"][0]["price"]["amount"] == 1750
    with capsys.disabled():
        print(
            f"\ndelivery to socket: stock told {told_s * 1000:.0f} ms, "
            f"stock asked for {asked_s * 1000:.0f} ms, price asked for {price_s * 1000:.0f} ms"
        )
