"""The stand-in keeps to what Stripe documents, as Stripe's own library sees it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from tests.outbound.answering import Answer, Asked, answering
from tests.stripe_double import money
from tests.stripe_double.account import KEY
from tests.stripe_double.running import StripeDouble, stripe_double
from tests.waiting import PATIENCE_S, until

SECRET = "whsec_of_the_tests"
LINE = {"quantity": 2, "price_data": {
    "currency": "eur", "unit_amount": 1990, "product_data": {"name": "Moka mug"},
}}  # fmt: skip
ASKED: dict[str, Any] = {
    "mode": "payment",
    "line_items": [LINE],
    "success_url": "http://127.0.0.1/done?s={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://127.0.0.1/cancelled",
}


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    with stripe_double() as running:
        yield running


def client(double: StripeDouble, key: str = KEY) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": double.address},
        http_client=stripe.RequestsClient(),
        max_network_retries=0,
    )


async def test_a_buyer_pays_on_the_hosted_page_and_the_shop_is_told_with_a_signature(
    double: StripeDouble,
) -> None:
    heard: list[stripe.Event] = []

    def hear(asked: Asked) -> Answer:
        signed = asked.headers["stripe-signature"]
        heard.append(stripe.Webhook.construct_event(asked.body, signed, SECRET))  # type: ignore[no-untyped-call]
        return Answer()

    with answering(hear) as address:
        double.account.add_endpoint(address, SECRET)
        session = client(double).v1.checkout.sessions.create(
            {**ASKED, "payment_intent_data": {"metadata": {"order": "o_1"}}}  # type: ignore[arg-type]
        )
        assert (session.amount_total, session.status, session.payment_intent) == (
            3980, "open", None,
        )  # fmt: skip
        assert session.url is not None
        async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
            shown = await http.get(session.url)
            assert "Moka mug" in shown.text
            assert "http://127.0.0.1/cancelled" in shown.text
            form = {"email": "a@example.com", "name": "A", "how": "card"}
            paid = await http.post(session.url, data=form)
        assert paid.headers["location"] == f"http://127.0.0.1/done?s={session.id}"
        await until(lambda: "checkout.session.completed" in {event.type for event in heard})
    [completed] = [event for event in heard if event.type == "checkout.session.completed"]
    told = completed.data.object
    assert (told.payment_status, told.customer_details.email) == ("paid", "a@example.com")
    [intent] = [event for event in heard if event.type == "payment_intent.succeeded"]
    assert intent.data.object.metadata["order"] == "o_1"


def test_what_stripe_refuses_is_refused(double: StripeDouble) -> None:
    sessions = client(double).v1.checkout.sessions
    now = int(time.time())
    for wrong in (
        {"ui_mode": "embedded"},
        {"expires_at": now + 29 * 60},
        {"expires_at": now + 25 * 3600},
        {"line_items": []},
        {"return_url": "http://127.0.0.1/"},
        {"no_such_parameter": "1"},
        {"client_reference_id": "x" * 201},
        {"line_items": [{**LINE, "quantity": 0}]},
    ):
        with pytest.raises(stripe.InvalidRequestError):
            sessions.create({**ASKED, **wrong})  # type: ignore[typeddict-item]
    with pytest.raises(stripe.AuthenticationError):
        client(double, "sk_test_wrong").v1.checkout.sessions.create(ASKED)  # type: ignore[arg-type]
    double.account.keys["rk_test_poor"] = frozenset({"rak_event_read"})
    with pytest.raises(stripe.PermissionError, match="rak_checkout_session_write"):
        client(double, "rk_test_poor").v1.checkout.sessions.create(ASKED)  # type: ignore[arg-type]
    assert not double.account.sessions


def test_the_same_key_is_the_same_session_and_other_parameters_are_an_error(
    double: StripeDouble,
) -> None:
    sessions, options = client(double).v1.checkout.sessions, {"idempotency_key": "o_1:1"}
    first = sessions.create(ASKED, options)  # type: ignore[arg-type]
    assert sessions.create(ASKED, options).id == first.id  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError):
        sessions.create({**ASKED, "locale": "it"}, options)  # type: ignore[arg-type]
    double.account.switches.lost_answers = 1
    other = {"idempotency_key": "o_2:1"}
    for _ in range(2):  # the first answer is kept, also this one
        with pytest.raises(stripe.APIError):
            sessions.create(ASKED, other)  # type: ignore[arg-type]
    assert len(double.account.sessions) == 2


def test_a_session_expires_by_time_or_by_wish_and_then_cannot_be_paid(
    double: StripeDouble,
) -> None:
    sessions = client(double).v1.checkout.sessions
    wished, timed = sessions.create(ASKED), sessions.create(ASKED)  # type: ignore[arg-type]
    assert sessions.expire(wished.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        sessions.expire(wished.id)
    double.account.advance(24 * 3600)
    assert sessions.retrieve(timed.id).status == "expired"
    assert httpx.post(str(timed.url), data={"how": "card"}, timeout=PATIENCE_S).status_code == 410


def test_no_more_goes_back_than_was_paid(double: StripeDouble) -> None:
    stripe_client = client(double)
    session = stripe_client.v1.checkout.sessions.create(ASKED)  # type: ignore[arg-type]
    payment = money.pay(double.account, session.id)["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError):
        stripe_client.v1.refunds.create({"payment_intent": payment, "amount": 4000})
    part = stripe_client.v1.refunds.create({"payment_intent": payment, "amount": 1000})
    assert part.status == "succeeded"
    rest = stripe_client.v1.refunds.create({"payment_intent": payment})
    assert rest.amount == 2980
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        stripe_client.v1.refunds.create({"payment_intent": payment})


async def test_webhooks_come_late_backwards_twice_or_never(double: StripeDouble) -> None:
    heard: list[str] = []

    def hear(asked: Asked) -> Answer:
        heard.append(json.loads(asked.body)["type"])
        return Answer()

    sessions, switches = client(double).v1.checkout.sessions, double.account.switches
    with answering(hear) as address:
        double.account.add_endpoint(address, SECRET, "checkout.session.completed", "refund.created")
        switches.lose_webhooks = True
        money.pay(double.account, sessions.create(ASKED).id)  # type: ignore[arg-type]
        switches.lose_webhooks, switches.hold_webhooks = False, True
        paid = money.pay(double.account, sessions.create(ASKED).id)  # type: ignore[arg-type]
        money.refund(double.account, {"payment_intent": paid["payment_intent"]})
        assert heard == []
        switches.hold_webhooks, switches.repeat_webhooks = False, 2
        double.deliveries.release(backwards=True)
        await until(lambda: len(heard) == 4)
    assert heard == ["refund.created"] * 2 + ["checkout.session.completed"] * 2
