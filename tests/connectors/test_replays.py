"""A captured delivery that is sent again: its signature is good for any header beside it."""

from __future__ import annotations

import json

import pytest

from vetrina.connectors import CONNECTORS
from vetrina.connectors.generic import Generic
from vetrina.connectors.port import BadPayload
from vetrina.connectors.samples import samples
from vetrina.connectors.shopify.webhooks import ORDER_TOPICS, REFUND, Shopify
from vetrina.domain.selling.order import Order

PAID = next(one for one in samples("shopify") if one.name == "paid")
NOW_MS = 1_763_690_000_000


@pytest.mark.parametrize("topic", ORDER_TOPICS)
def test_a_paid_order_of_shopify_is_paid_under_every_topic(topic: str) -> None:
    """Sent again as orders/cancelled it took the purchase back."""
    [report] = Shopify().read({**PAID.headers, "x-shopify-topic": topic}, PAID.body, str).reports
    assert isinstance(report, Order)


def test_an_order_of_shopify_is_no_refund() -> None:
    with pytest.raises(BadPayload, match="order_id"):
        Shopify().read({**PAID.headers, "x-shopify-topic": REFUND}, PAID.body, str)


@pytest.mark.parametrize("topic", ORDER_TOPICS)
@pytest.mark.parametrize(
    "body",
    [
        {"id": 8, "order_id": 7, "created_at": "2026-11-20T18:30:00Z", "transactions": []},
        {"id": 9, "first_name": "Anna", "created_at": "2026-11-20T18:30:00Z"},
    ],
    ids=["refund", "customer"],
)
def test_what_is_no_order_of_shopify_is_no_order_under_any_topic(topic: str, body: object) -> None:
    headers = {"x-shopify-topic": topic}
    assert Shopify().read(headers, json.dumps(body).encode(), str).reports == ()


@pytest.mark.parametrize("consent", ["yes", "true", "on", "1", 1, 1.0, [True]])
def test_only_true_is_consent_in_the_generic_form(consent: object) -> None:
    data = {
        "order_id": "A-17",
        "items": [{"sku": "MUG-1", "quantity": 1}],
        "buyer": {"name": "Giulia", "consent": consent},
        "occurred_at": NOW_MS,
    }
    body = json.dumps({"type": "purchase.confirmed", "data": data}).encode()
    told = Generic().read({}, body, str)
    [order] = told.reports
    assert isinstance(order, Order)
    assert (order.name, told.dropped) == (None, ("consent",))


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
def test_a_secret_that_can_be_guessed_is_refused(kind: str) -> None:
    for secret in ("x", "whsec_", "whsec_x", "x" * 15):
        assert CONNECTORS[kind].check_secret(secret) is not None, secret
