"""The stand-in in a process of its own, moved over HTTP."""

from __future__ import annotations

import httpx
import stripe

from tests.stripe_double.account import KEY
from tests.stripe_double.running import stripe_process
from tests.waiting import PATIENCE_S

LINE = {"quantity": 2, "price_data": {
    "currency": "eur", "unit_amount": 1990, "product_data": {"name": "Moka mug"},
}}  # fmt: skip
ASKED = {"mode": "payment", "line_items": [LINE], "success_url": "http://127.0.0.1/done"}


def test_it_also_runs_as_a_process_of_its_own() -> None:
    with stripe_process() as address:
        sessions = stripe.StripeClient(
            KEY,
            base_addresses={"api": address},
            http_client=stripe.RequestsClient(),
        ).v1.checkout.sessions
        made = sessions.create(ASKED)  # type: ignore[arg-type]
        paid = httpx.post(
            f"{address}/_double/pay", json={"session": made.id, "later": True}, timeout=PATIENCE_S
        )
        assert paid.json()["payment_status"] == "unpaid"
        settled = httpx.post(
            f"{address}/_double/settle", json={"session": made.id, "good": True}, timeout=PATIENCE_S
        )
        assert settled.json()["payment_status"] == "paid"
