"""The generic connector: the Standard Webhooks scheme and the payload of the contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from vetrina.connectors.generic import Generic
from vetrina.connectors.port import BadPayload, BadSignature
from vetrina.domain.selling.order import Order, Reversal

NOW_MS = 1_763_690_000_000
GENERIC = Generic()
SECRET = GENERIC.new_secret()
BODY = json.dumps(
    {
        "type": "purchase.confirmed",
        "data": {
            "order_id": "A-17",
            "items": [
                {"sku": "MUG-1", "quantity": 2, "amount": {"amount": 3780, "currency": "EUR"}}
            ],
            "buyer": {"name": "Giulia", "consent": True, "region": "it"},
            "occurred_at": NOW_MS,
        },
    }
).encode()


def signed(body: bytes, secret: str = SECRET, at_ms: int = NOW_MS) -> dict[str, str]:
    sent_at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(at_ms // 1000),
        "webhook-signature": Webhook(secret).sign("msg_1", sent_at, body.decode()),
    }


def test_the_vector_of_the_scheme() -> None:
    """The example of the Standard Webhooks specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    GENERIC.verify(headers, body, [secret], 1_614_265_330_000)


def test_one_of_several_secrets_is_enough_and_none_is_not() -> None:
    GENERIC.verify(signed(BODY), BODY, [GENERIC.new_secret(), SECRET], NOW_MS)
    with pytest.raises(BadSignature, match="wrong_secret"):
        GENERIC.verify(signed(BODY), BODY, [GENERIC.new_secret()], NOW_MS)
    with pytest.raises(BadSignature):
        GENERIC.verify(signed(BODY), BODY, [], NOW_MS)


def test_one_of_several_signatures_is_enough() -> None:
    headers = signed(BODY)
    headers["webhook-signature"] = "v1,AAAA v2,xyz " + headers["webhook-signature"]
    GENERIC.verify(headers, BODY, [SECRET], NOW_MS)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(BadSignature):
        GENERIC.verify(signed(BODY), BODY.replace(b"3780", b"3781"), [SECRET], NOW_MS)
    with pytest.raises(BadSignature):
        GENERIC.verify(signed(BODY), BODY[:-1], [SECRET], NOW_MS)


@pytest.mark.parametrize("skew_ms", [-301_000, 301_000])
def test_five_minutes_both_ways(skew_ms: int) -> None:
    headers = signed(BODY)
    GENERIC.verify(headers, BODY, [SECRET], NOW_MS + skew_ms // 301 * 300)
    with pytest.raises(BadSignature, match="too_old"):
        GENERIC.verify(headers, BODY, [SECRET], NOW_MS + skew_ms)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_is_needed(name: str) -> None:
    headers = signed(BODY)
    del headers[name]
    with pytest.raises(BadSignature, match=name):
        GENERIC.verify(headers, BODY, [SECRET], NOW_MS)


@given(st.text(max_size=40), st.text(max_size=30), st.binary(max_size=60))
def test_no_header_or_body_of_a_stranger_does_more_than_be_refused(
    signature: str, timestamp: str, body: bytes
) -> None:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }
    with pytest.raises(BadSignature):
        GENERIC.verify(headers, body, [SECRET], NOW_MS)
    headers["webhook-timestamp"] = str(NOW_MS // 1000)
    with pytest.raises(BadSignature):
        GENERIC.verify(headers, body, [SECRET], NOW_MS)


def read(body: bytes) -> Order | Reversal | None:
    reports = GENERIC.read({"webhook-id": "msg_1"}, body, lambda id: f"hidden {id}").reports
    return reports[0] if reports else None


def changed(**data: object) -> bytes:
    payload = json.loads(BODY)
    payload["data"].update(data)
    return json.dumps(payload).encode()


def test_the_normal_form_of_a_purchase() -> None:
    order = read(BODY)
    assert isinstance(order, Order)
    assert (order.purchase, order.name, order.region) == ("hidden A-17", "Giulia", "IT")
    [line] = order.lines
    assert (line.sku, line.quantity) == ("MUG-1", 2)


@pytest.mark.parametrize("consent", [False, None])
def test_without_consent_the_name_stops_here(consent: bool | None) -> None:
    buyer: dict[str, object] = {"name": "Giulia"}
    if consent is not None:
        buyer["consent"] = consent
    order = read(changed(buyer=buyer))
    assert isinstance(order, Order)
    assert order.name is None


def test_a_reversal_of_all_and_of_some() -> None:
    payload = {
        "type": "purchase.reversed",
        "data": {"order_id": "A-17", "reason": "refunded", "occurred_at": NOW_MS},
    }
    whole = read(json.dumps(payload).encode())
    assert isinstance(whole, Reversal)
    assert whole.items == {}
    payload["data"]["items"] = [{"sku": "MUG-1", "quantity": 1}] * 2  # type: ignore[index]
    some = read(json.dumps(payload).encode())
    assert isinstance(some, Reversal)
    assert some.items == {"MUG-1": 2}


def test_every_field_at_fault_is_named() -> None:
    negative = {"amount": -1, "currency": "EUR"}
    body = changed(
        items=[{"sku": "A", "quantity": 1, "amount": negative}], occurred_at=-1, order_id=""
    )
    with pytest.raises(BadPayload) as refused:
        read(body)
    assert [field for field, _ in refused.value.errors] == ["data.order_id", "data.occurred_at"]


def test_a_line_that_cannot_be_read_is_an_order_without_an_amount() -> None:
    lines = [{"sku": "", "quantity": 0}, {"sku": "MUG-1", "quantity": 1, "amount": {"amount": -1}}]
    delivery = GENERIC.read({"webhook-id": "msg_1"}, changed(items=lines), str)
    [order] = delivery.reports
    assert isinstance(order, Order)
    assert [(line.title, line.sku, line.amount) for line in order.lines] == [
        ("Order", "order", None),
        (None, "MUG-1", None),
    ]
    assert delivery.dropped


def test_items_of_a_reversal_that_cannot_be_read_do_not_make_it_the_whole_order() -> None:
    data = {"order_id": "A-17", "items": [{"sku": "", "quantity": 1}], "occurred_at": NOW_MS}
    with pytest.raises(BadPayload):
        read(json.dumps({"type": "purchase.reversed", "data": data}).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"not json", b'{"type": 7}'])
def test_bodies_that_are_no_payload(body: bytes) -> None:
    with pytest.raises(BadPayload):
        read(body)


def test_a_type_of_tomorrow_is_ignored() -> None:
    assert read(b'{"type": "purchase.pending", "data": {}}') is None


@given(st.binary(max_size=300))
def test_any_bytes_give_a_normal_form_or_a_refusal(body: bytes) -> None:
    try:
        report = read(body)
    except BadPayload:
        return
    assert report is None


def test_secrets() -> None:
    assert GENERIC.check_secret(SECRET) is None
    assert GENERIC.check_secret("whsec_AAAA") is not None
    assert GENERIC.check_secret("whsec_!!!") is not None
