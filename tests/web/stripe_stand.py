"""A live show that sells through Stripe, over the whole server and the stand-in of Stripe."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.stripe_double.account import LIVE_KEY, Account, Thing
from tests.stripe_double.deliveries import signature
from tests.stripe_double.running import StripeDouble, stripe_double
from tests.waiting import PATIENCE_S
from tests.web.api.test_shop import open_shop
from tests.web.conftest import Site
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.payments.port import Redirect


@dataclass
class Stand:
    """A live show that sells through Stripe, and both ends of it."""

    site: Site
    double: StripeDouble
    webhook: str
    heard: int = 0

    @property
    def account(self) -> Account:
        return self.double.account

    async def buy(self, quantity: int = 1) -> tuple[str, Thing]:
        """A browser's checkout up to the provider's page: the token, and the session."""
        self.site.http.cookies.clear()
        body = {
            "shop": "giulia", "show": "spring",
            "items": [{"sku": "MUG-1", "quantity": quantity}],
        }  # fmt: skip
        answer = await self.site.http.post("/api/v1/checkouts", json=body)
        assert answer.status_code == 201, answer.text
        token = answer.json()["checkout"]["token"]
        page = await self.site.context.checkouts.page(await self.order(token), PATIENCE_S)
        assert isinstance(page, Redirect)
        return token, self.account.sessions[str(page.session)]

    async def deliver(self, *events: Thing) -> list[str]:
        """Events on their way: what happened since, or these. The outcome of each."""
        events = events or tuple(self.account.events[self.heard :])
        self.heard = len(self.account.events)
        answers = [await self._sent(event) for event in events]
        await self.site.context.checkouts.settled()
        return [answer.json()["outcome"] for answer in answers]

    async def _sent(self, event: Thing) -> httpx.Response:
        *_, endpoint = self.account.endpoints.values()
        body = json.dumps(event).encode()
        at = self.site.clock.now_ms() // 1000
        headers = {"stripe-signature": signature(endpoint.secret, body, at)}
        answer = await self.site.http.post(self.webhook, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    async def order(self, token: str) -> OwnOrder:
        return await self.site.context.checkouts.of_token(token)

    async def told(self) -> list[Any]:
        """The purchases on the screens."""
        state = (await self.site.context.shows.state("spring"))[1]
        return [entry for entry in state.ticker if not getattr(entry, "reversed", False)]


@pytest.fixture
async def stand(site: Site) -> AsyncIterator[Stand]:
    await open_shop(site)
    await site.show()
    with stripe_double() as double:
        double.account.time = lambda: site.clock.now_ms() / 1000
        body = {"adapter": "stripe", "key": LIVE_KEY, "address": double.address}
        told = (await site.call("PUT", "/payments", body)).json()
        webhook = "/webhooks/" + told["webhook"]["connection"]
        yield Stand(site, double, webhook)
        await site.context.checkouts.close()
