"""Buyers: they check out, pay at a stand-in of Stripe and come back, while things break."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from loadtests.chaos.traffic import Traffic
from tests.running_server import Served
from tests.stripe_double.account import LIVE_KEY

SKU: Final = "APR-3"
STOCK: Final = 1_000_000
BUYERS: Final = 4
"""So many are at it at once."""
PAUSE_S: Final = 0.2
SESSION: Final = re.compile(r"cs_[A-Za-z0-9_]+")
OURS: Final = "o_"
"""How orders of ours begin in the log."""


@dataclass(slots=True)
class Money:
    """What the payment provider has on its books, against what buyers were told."""

    paid: int = 0
    """Payments that came in."""
    told: int = 0
    """Orders that buyers were told are paid."""
    back: int = 0
    """Refunds."""

    @property
    def wrong(self) -> int:
        """Orders that were charged twice, or charged and lost."""
        return abs(self.paid - self.told) + self.back


@dataclass
class Buyers:
    """`stripe` is the address of the stand-in, which runs through all faults."""

    traffic: Traffic
    stripe: str
    paid: list[str] = field(default_factory=list)
    """Tokens of checkouts that are paid, as the shop told their buyers."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._http = httpx.AsyncClient(base_url=self.stripe, timeout=30)

    def open(self, server: Served) -> None:
        """A shop that is paid through the stand-in, with enough for everybody."""
        server.call("PUT", "/api/v1/shop", {"handle": "chaos", "name": "Chaos"})
        product = server.call("GET", f"/api/v1/products/{SKU}")
        server.call("PUT", f"/api/v1/products/{SKU}", {**product, "stock": STOCK})
        keys = {"adapter": "stripe", "key": LIVE_KEY, "address": self.stripe}
        server.call("PUT", "/api/v1/payments", keys)

    async def close(self) -> None:
        await self._http.aclose()

    async def buy(self) -> None:
        """Returns when the buyer was told that it is paid."""
        number = next(self._numbers)
        items = [{"sku": SKU, "quantity": 1}]
        wish = {"shop": "chaos", "show": self.traffic.show, "items": items}
        answer = await self.traffic.repeat(
            "POST", "/api/v1/checkouts", json=wish,
            headers=lambda: {"idempotency-key": f"the-wish-of-buyer-{number}"},
        )  # fmt: skip
        token = answer.json()["checkout"]["token"]
        await self._act("pay", {"session": await self._page(token)})
        while (await self._seen(token))["status"] != "paid":  # noqa: ASYNC110  (the shop tells)
            await asyncio.sleep(PAUSE_S)
        self.paid.append(token)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """They buy, one after the other, during the block; what was begun in it is seen through."""
        over = asyncio.Event()

        async def keep_on() -> None:
            while not over.is_set():
                await self.buy()
                await asyncio.sleep(PAUSE_S)

        async with asyncio.TaskGroup() as buyers:
            for _ in range(BUYERS):
                buyers.create_task(keep_on())
            try:
                yield
            finally:
                over.set()

    async def money(self) -> Money:
        """What is on the books now."""
        account = (await self._http.get("/_double/account")).json()
        sessions = account["sessions"].values()
        paid = sum(one["payment_status"] == "paid" for one in sessions)
        charges = sum(bool(one.get("paid")) for one in account["charges"].values())
        return Money(max(paid, charges), len(self.paid), len(account["refunds"]))

    def held(self, server: Served) -> int:
        """Pieces that are neither sold nor there."""
        stock: int = server.call("GET", f"/api/v1/products/{SKU}")["stock"]
        return STOCK - stock - len(self.paid)

    async def _page(self, token: str) -> str:
        """The session that the shop's own page leads to."""
        while True:
            answer = await self.traffic.repeat("GET", f"/checkouts/{token}/pay")
            found = SESSION.search(answer.headers.get("location", ""))
            if found is not None:
                return found[0]
            await asyncio.sleep(PAUSE_S)

    async def _seen(self, token: str) -> dict[str, Any]:
        answer = await self.traffic.repeat("GET", f"/api/v1/checkouts/{token}")
        told: dict[str, Any] = answer.json()["checkout"]
        return told

    async def _act(self, what: str, given: dict[str, Any]) -> None:
        (await self._http.post(f"/_double/{what}", json=given)).raise_for_status()
