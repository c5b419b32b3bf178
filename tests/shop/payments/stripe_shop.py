"""The adapter for Stripe, over a stand-in that answers at an address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.stripe_double.account import KEY
from tests.stripe_double.running import StripeDouble
from tests.waiting import PATIENCE_S
from vetrina.clock import Clock
from vetrina.connectors.stripe.payments import API_VERSION
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.stripe import StripeClients
from vetrina.shop.payments.stripe import StripePayments


async def italy(market: str | None) -> Sequence[str]:
    return ("IT", "SM", "CU")


@asynccontextmanager
async def stripe_payments(
    double: StripeDouble | str,
    clock: Clock,
    *,
    key: str = KEY,
    wait_s: float = PATIENCE_S,
    http_client: HttpClient | None = None,
    **more: Any,
) -> AsyncIterator[StripePayments]:
    """The adapter, with an HTTP client of its own."""
    address = double if isinstance(double, str) else double.address
    http_client = http_client or HttpClient(wait_s, private_addresses=True, keep_alive=4)
    clients = StripeClients(http_client, API_VERSION)
    try:
        yield StripePayments(
            lambda: clients.client(key, address),
            clock,
            italy,
            **{"publishable": "pk_test_of_the_tests", **more},
        )
    finally:
        await http_client.close()
