"""An overlay on the air with its socket in the test's hand.

Page, files and policy are the real server's. The socket is the test's, for what no real server can
be asked to do: fall silent, send a burst, reload its files. Time stands still unless it is told to
pass, and it is the same on both sides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from playwright.async_api import Locator, Page, WebSocketRoute

from tests.browser.shop import SLUG, Shop, euros, product
from tests.waiting import PATIENCE_S

NOW = 1_763_690_000_000
# Settles when nothing moves any more; what is called back while it moves counts as settled.
MOVED = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"
NO_DISCLOSURE = {"type": "none", "label": None, "brand": None, "shown": "always", "interval_s": 0}


def pin(slot: int = 1, number: int = 7, at: int = NOW, **changes: Any) -> dict[str, Any]:
    """MUG-1 in slot 1, pinned now."""
    held = {"slot": slot, "number": number, "product": product(**changes)}
    return held | {"pinned_at": at, "expires_at": None}


def deal(ends_in: float, name: str = "d1", **changes: Any) -> dict[str, Any]:
    """A running deal over MUG-1; `ends_in` seconds."""
    return {
        "id": name,
        "number": 7,
        "product": product(),
        "price": euros(1890),
        "was": euros(2490),
        "percent": 24,
        "status": "running",
        "starts_at": NOW - 60_000,
        "ends_at": NOW + round(ends_in * 1000),
        "quantity": 50,
        "left": 19,
        "per_viewer": None,
    } | changes


def bought(number: int, title: str = "Moka mug", **changes: Any) -> dict[str, Any]:
    """Someone's paid order of one piece."""
    return {
        "type": "purchase_confirmed",
        "purchase": f"p{number}",
        "items": [{"sku": title, "title": title, "quantity": 1}],
        "name": None,
        "region": None,
        "occurred_at": NOW,
        "test": False,
    } | changes


def state(**parts: Any) -> dict[str, Any]:
    """A live show with nothing on the screen but these parts."""
    show = {"slug": SLUG, "title": "Spring drop", "status": "live", "currency": "EUR"}
    show |= {"disclosure": NO_DISCLOSURE, "host": None, "started_at": NOW}
    nothing = {"pins": [], "deals": [], "ticker": [], "announcement": None}
    show |= parts.pop("show", {})
    return {"show": show, "viewers": 0, "panic": False} | nothing | parts


class Air:
    """One overlay page and the server's end of its socket."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.now = NOW
        self.heard: list[dict[str, Any]] = []
        self.assets = "a1"
        self.answering = True
        self._url = url
        self._state: dict[str, Any] = {}
        self._seq = 0
        self._socket: WebSocketRoute | None = None
        self._news = asyncio.Event()

    async def open(self, query: str = "", **parts: Any) -> None:
        """Load the page and greet it with a show of these parts."""
        self._state = state(**parts)
        # The clock runs between the two calls, and can only be stopped ahead of where it is.
        await self.page.clock.install(time=NOW / 1000 - 600)
        await self.page.clock.pause_at(NOW / 1000)
        await self.page.route_web_socket("**/ws", self._connected)
        lang = "" if "lang=" in query else "lang=en-GB&"
        await self.page.goto(f"{self._url}?{lang}{query}")
        await self.until(lambda frame: frame["type"] == "visible")

    async def events(self, *events: dict[str, Any]) -> int:
        """One frame with these events, numbered. Returns its seq."""
        numbered = []
        for event in events:
            self._seq += 1
            numbered.append({"seq": self._seq, "at": self.now} | event)
        self.say({"type": "events", "seq": self._seq, "now": self.now, "events": numbered})
        await self.page.evaluate("0")
        return self._seq

    def say(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        self._socket.send(orjson.dumps(frame).decode())

    async def hang_up(self, code: int = 4100) -> None:
        """Close the line; later tries fail until `answering` again."""
        assert self._socket is not None
        self.answering = False
        await self._socket.close(code=code)

    async def passes(self, ms: int) -> None:
        """Time passes on both sides, timers in their order."""
        for part in (*[1000] * (ms // 1000), ms % 1000):
            self.now += part
            await self.page.clock.run_for(part)

    async def until(self, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first frame that the overlay said and for which `seen` is true."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for frame in self.heard:
                    if seen(frame):
                        return frame
                self._news.clear()
                await self._news.wait()

    @property
    def card(self) -> Callable[[str], Locator]:
        """`air.card("pin")` is the card of that kind."""
        return lambda kind: self.page.locator(f".v-{kind}")

    async def texts(self, selector: str) -> list[str]:
        return await self.page.locator(selector).all_inner_texts()

    async def _connected(self, socket: WebSocketRoute) -> None:
        if not self.answering:
            await socket.close(code=4100)
            return
        self._socket = socket
        socket.on_message(lambda text: self._answer(socket, orjson.loads(text)))

    def _answer(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        self.heard.append(frame)
        self._news.set()
        if frame["type"] == "ping" and self.answering:
            socket.send(orjson.dumps({"type": "pong", "now": self.now}).decode())
        if frame["type"] == "hello":
            welcome = {"type": "welcome", "v": 1, "show": SLUG, "epoch": "kqwhzbea"}
            welcome |= {"seq": self._seq, "now": self.now, "heartbeat_ms": 25_000}
            socket.send(
                orjson.dumps(welcome | {"assets": self.assets, "state": self._state}).decode()
            )


async def overlay_address(shop: Shop) -> str:
    """Make a show with twelve products and return the address of its overlay."""
    bag = [product(f"SKU-{number}") for number in range(12)]
    await shop.call("POST", "/products", bag)
    show = {"slug": SLUG, "title": "Spring drop", "currency": "EUR", "status": "live"}
    made = await shop.call("POST", "/shows", show)
    await shop.fill(*bag)
    return f"{shop.url}/overlay/{made['overlay_key']}"


def voucher(id: str = "v1", **more: Any) -> dict[str, Any]:
    """An offer of a voucher, as the state has it."""
    told = {"id": id, "alias": "a1", "percent": 10, "amount": None, "min_spend": None}
    return {**told, "quantity": 50, "left": 31, "ends_at": NOW + 240_000, **more}
