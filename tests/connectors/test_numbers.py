"""Numbers in signed deliveries: none fills the memory, breaks the reader or becomes "all of it"."""

from __future__ import annotations

import json

import pytest

from vetrina.connectors.generic import Generic
from vetrina.connectors.payload import UNREADABLE, parsed
from vetrina.connectors.port import BadPayload
from vetrina.connectors.samples import samples
from vetrina.connectors.shopify.webhooks import Shopify
from vetrina.domain.selling.order import Order

HOSTILE = (
    "1e999", "NaN", "-Infinity", "-0.0", "2.0", "1.5", "1" + "0" * 400, "1" + "0" * 5000,
    "1e99999999999999999999", "1e999999999", "1e-999999999", "true", '"2"',
)  # fmt: skip
NOW_MS = 1_763_690_000_000


def generic(kind: str = "purchase.confirmed", **data: object) -> bytes:
    body = {"type": kind, "data": {"order_id": "A-17", "occurred_at": NOW_MS, **data}}
    return json.dumps(body).encode()


def with_number(body: bytes, literal: str) -> bytes:
    return body.replace(b'"HERE"', literal.encode())


@pytest.mark.parametrize("literal", HOSTILE, ids=lambda text: text[:12])
def test_the_generic_form_wants_whole_numbers(literal: str) -> None:
    with pytest.raises(BadPayload) as caught:
        Generic().read({}, with_number(generic(occurred_at="HERE"), literal), str)
    assert [field for field, _ in caught.value.errors] == ["data.occurred_at"]
    lines = [{"sku": "MUG-1", "quantity": "HERE"}]
    told = Generic().read({}, with_number(generic(items=lines), literal), str)
    assert told.dropped
    assert isinstance(told.reports[0], Order)
    assert told.reports[0].lines[0].sku == "order"
    money = {"amount": "HERE", "currency": "EUR"}
    lines = [{"sku": "MUG-1", "quantity": 1, "amount": money}]
    told = Generic().read({}, with_number(generic(items=lines), literal), str)
    assert told.dropped == ("amount",)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "1e999", "1e99999999999999999999"])
def test_a_number_in_place_of_the_items_does_not_take_all_of_an_order_back(literal: str) -> None:
    """NaN was read as null, and an order is reversed as a whole where no items are told."""
    with pytest.raises(BadPayload, match="items"):
        Generic().read({}, with_number(generic("purchase.reversed", items="HERE"), literal), str)


@pytest.mark.parametrize("literal", HOSTILE, ids=lambda text: text[:12])
@pytest.mark.parametrize("field", ["price", "quantity"])
def test_a_shops_order_counts_whatever_number_a_line_has(field: str, literal: str) -> None:
    sample = next(one for one in samples("shopify") if one.name == "paid")
    body = json.loads(sample.body)
    body["line_items"][0][field] = "HERE"
    raw = with_number(json.dumps(body).encode(), literal)
    told = Shopify().read(sample.headers, raw, str)
    assert isinstance(told.reports[0], Order)


def test_a_short_number_is_never_made_a_long_one() -> None:
    assert parsed(b'{"n": 1e999999999}')["n"] is UNREADABLE
    assert parsed(b'{"n": 1e-999999999}')["n"] is UNREADABLE
    assert parsed(b'{"n": 99999999999999999999}')["n"] == 99999999999999999999
