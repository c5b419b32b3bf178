"""The real application on a free port, and a host's hands on it: the HTTP calls of any tool."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
from playwright.async_api import Page, expect
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes import FakeClock
from tests.realtime.uvicorn_server import serving
from tests.sqlite import with_tables
from tests.waiting import PATIENCE_S
from vetrina.app import running
from vetrina.settings import Settings
from vetrina.store.ports.store import Store
from vetrina.web.context import Context

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""To read the certificates of the world for each shop takes longer than to open it."""
# Idle connections are let go before the server closes them: a call could meet just that moment.
BEFORE_THE_SERVER = httpx.Limits(keepalive_expiry=2.0)

KEY = "ctl_0123456789abcdefghijklmn"
SLUG = "spring-drop"


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def product(sku: str = "MUG-1", **changes: Any) -> dict[str, Any]:
    """Moka mug, €24.90, €24.90 being its lowest price of the last 30 days."""
    return {
        "sku": sku,
        "title": "Moka mug, hand-glazed",
        "price": euros(2490),
        "prior_price": euros(2490),
        "image": None,
        "link": f"https://shop.example/{sku}",
        "stock": None,
    } | changes


MUG = product()
APRON = product("APR-3", title="Linen apron, olive", price=euros(3900), prior_price=None, stock=8)
BOWL = product("BOWL-9", title="Salad bowl", price=euros(5800), prior_price=None, stock=0)


@dataclass
class Shop:
    """One show on a running server whose clock the test moves. Failed calls raise."""

    url: str
    clock: FakeClock
    http: httpx.AsyncClient
    context: Context
    _ids: Any = field(default_factory=count)
    _webhook: dict[str, str] | None = None

    @property
    def store(self) -> Store:
        """What the server keeps."""
        return self.context.store

    @property
    def live(self) -> str:
        return f"{self.url}/live/{SLUG}"

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, f"/api/v1{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def open(self, *products: dict[str, Any], status: str = "live", **show: Any) -> None:
        """A show with these products in its bag, numbered from 1."""
        await self.call("POST", "/products", list(products))
        made = {"slug": SLUG, "title": "Spring drop", "currency": "EUR", "status": status}
        await self.call("POST", "/shows", made | {"host": {"name": "Bottega Giulia"}} | show)
        await self.fill(*products)

    async def fill(self, *products: dict[str, Any]) -> None:
        skus = [product["sku"] for product in products]
        await self.call("PUT", f"/shows/{SLUG}/bag", {"skus": skus})

    async def do(self, kind: str, **wish: Any) -> None:
        await self.call("POST", f"/shows/{SLUG}/commands", {"type": kind, **wish})

    async def deal(self, sku: str = "MUG-1", price: int = 1890, **wish: Any) -> None:
        wish = {"duration_s": 300} | wish
        await self.do("start_deal", sku=sku, price=euros(price), **wish)

    async def sell(self, sku: str = "MUG-1", quantity: int = 1, **buyer: Any) -> str:
        """A paid order, as a shop reports it: signed. Returns its number."""
        order = f"A-{next(self._ids)}"
        items = [{"sku": sku, "quantity": quantity, "amount": euros(2490 * quantity)}]
        await self._deliver("purchase.confirmed", order_id=order, items=items, buyer=buyer)
        return order

    async def refund(self, order: str) -> None:
        await self._deliver("purchase.reversed", order_id=order, reason="refunded")

    async def _deliver(self, kind: str, **data: Any) -> None:
        if self._webhook is None:
            body = {"kind": "generic", "show": SLUG}
            self._webhook = await self.call("POST", "/connections", body)
        now = self.clock.now_ms()
        payload = orjson.dumps({"type": kind, "data": data | {"occurred_at": now}}).decode()
        at = datetime.fromtimestamp(now // 1000, tz=UTC)
        delivery = f"msg_{next(self._ids)}"
        headers = {
            "webhook-id": delivery,
            "webhook-timestamp": str(now // 1000),
            "webhook-signature": Webhook(self._webhook["secret"]).sign(delivery, at, payload),
        }
        path = f"/webhooks/{self._webhook['id']}"
        answer = await self.http.post(path, content=payload, headers=headers)
        assert answer.is_success, answer.text


async def visit(page: Page, shop: Shop) -> None:
    """Open the show's page, which comes drawn, and wait until it follows the show."""
    await page.goto(shop.live)
    await expect(page.locator("#main")).to_have_attribute("data-connection", "live")


class Address:
    """Where the shops of a worker are served, one after another: a browser that has met one keeps
    its connections and compiled modules for the next.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url
        self.application: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.application is not None, "a page has outlived its shop"
        await self.application(scope, receive, send)


@asynccontextmanager
async def served_address(port: int = 0) -> AsyncIterator[Address]:
    """A listening server without an application yet."""
    address = Address()
    async with serving(address, socket.create_server(("127.0.0.1", port))) as host:
        address.url = f"http://{host}"
        yield address


@asynccontextmanager
async def open_shop(
    data: Path, port: int = 0, *, address: Address | None = None, **settings: Any
) -> AsyncIterator[Shop]:
    """Start the application and stop it with the block; again with the same folder and port: a
    restart. With `address`: there, where others were before.
    """
    clock = FakeClock()
    given = {"pin_slots": 3} | settings
    data = data if "database" in settings else with_tables(data)
    async with AsyncExitStack() as stack:
        application = await stack.enter_async_context(
            running(Settings(data=data, control_key=SecretStr(KEY), **given), clock)
        )
        address = address or await stack.enter_async_context(served_address(port))
        address.application = application.asgi
        headers = {"Authorization": f"Bearer {KEY}"}
        http = httpx.AsyncClient(
            base_url=address.url,
            headers=headers,
            timeout=PATIENCE_S,
            verify=NO_TLS,
            limits=BEFORE_THE_SERVER,
        )
        await stack.enter_async_context(http)
        try:
            yield Shop(address.url, clock, http, application.context)
        finally:
            leaving = asyncio.create_task(application.hub.shutdown(0))
            while not leaving.done():  # it waits for its clients by the clock
                clock.advance(100)
                await asyncio.sleep(0)
            address.application = None
