"""A field that no order needs never costs one, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
import pytest

from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import BadPayload, Reason
from vetrina.connectors.samples import Sample, samples
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order

SAMPLES = [sample for kind in CONNECTORS for sample in samples(kind)]
ODD: tuple[Any, ...] = (None, 12345, "odd", [1], {"odd": 1}, [], {})
Path = tuple[str | int, ...]

# What an order or a refund cannot be told without, by provider: the last name of its path.
ESSENTIAL: dict[str, frozenset[str]] = {
    "generic": frozenset(("type", "data", "order_id", "occurred_at")),
    "shopify": frozenset(("id", "order_id")),
    "woocommerce": frozenset(("id", "status")),
    "stripe": frozenset(
        "id type created data object payment_status amount amount_refunded currency".split()
    ),
    "fourthwall": frozenset(("id", "type", "data", "order")),
    "tiktok": frozenset(("data", "order_id", "order_status")),
}

# What a payment is known by: another name of it is another payment, and no refusal.
NAMES = ("payment_intent",)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a body."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for name, one in inner:
        yield from paths(one, (*path, name))


def changed(body: Any, path: Path, values: Iterable[Any]) -> Iterator[bytes]:
    """The body with each of the values at one of its places."""
    place = body
    for name in path[:-1]:
        place = place[name]
    before = place[path[-1]]
    for value in values:
        place[path[-1]] = value
        yield orjson.dumps(body)
    place[path[-1]] = before


def is_essential(sample: Sample, path: Path) -> bool:
    """The outermost names, and those of the one object in which the news is."""
    names = [name for name in path if isinstance(name, str)]
    depth = {"stripe": 3, "fourthwall": 3, "generic": 2, "tiktok": 2}.get(sample.kind, 1)
    if sample.kind == "generic" and "items" in names and "reversed" in str(sample.body):
        return True  # without its items a reversal is all of the order
    return len(path) <= depth and names[-1] in ESSENTIAL[sample.kind]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind} {sample.name}")
def test_no_field_but_the_essential_ones_costs_an_order(sample: Sample) -> None:
    connector, body = CONNECTORS[sample.kind], orjson.loads(sample.body)
    headers = {"webhook-id": "msg_1", **sample.headers}
    told = connector.read(headers, sample.body, str)
    for path in list(paths(body)):
        if is_essential(sample, path):
            continue
        for odd in changed(body, path, ODD):
            delivery = connector.read(headers, odd, str)
            if told.reports and delivery.reports and not set(NAMES) & set(path):
                assert delivery.reports[0].purchase == told.reports[0].purchase, path


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.kind} {sample.name}")
def test_an_essential_field_that_cannot_be_read_is_told_by_name(sample: Sample) -> None:
    connector, body = CONNECTORS[sample.kind], orjson.loads(sample.body)
    headers = {"webhook-id": "msg_1", **sample.headers}
    for path in list(paths(body)):
        if is_essential(sample, path):
            for odd in changed(body, path, ODD):
                try:
                    connector.read(headers, odd, str)
                except BadPayload as error:
                    assert error.errors


def read(kind: str, name: str, **changes: Any) -> Any:
    sample = next(one for one in SAMPLES if (one.kind, one.name) == (kind, name))
    body = {**orjson.loads(sample.body), **changes}
    return CONNECTORS[kind].read(sample.headers, orjson.dumps(body), str)


def test_php_writes_lists_as_objects() -> None:
    """`meta_data` and `line_items` as objects were refused; WooCommerce then switches off."""
    sample = next(one for one in SAMPLES if (one.kind, one.name) == ("woocommerce", "paid"))
    lines = orjson.loads(sample.body)["line_items"]
    meta = {"0": {"id": 1, "key": "live_ticker_ok", "value": "yes"}, "2": {}}
    told = read("woocommerce", "paid", line_items={"1": lines[0], "3": lines[1]}, meta_data=meta)
    [order] = told.reports
    assert [line.sku for line in order.lines] == ["APR-3", "product:94"]
    assert order.buyer is not None
    assert told.dropped == ()


def test_a_byte_order_mark_and_broken_letters_cost_nothing() -> None:
    sample = next(one for one in SAMPLES if (one.kind, one.name) == ("woocommerce", "paid"))
    plain = CONNECTORS["woocommerce"].read(sample.headers, sample.body, str).reports
    marked = CONNECTORS["woocommerce"].read(sample.headers, b"\xef\xbb\xbf" + sample.body, str)
    assert marked.reports == plain
    broken = sample.body.replace(b"Tea towel", b"Tea \xe9towel")
    assert CONNECTORS["woocommerce"].read(sample.headers, broken, str).reports


def test_numbers_where_text_is_documented_are_text() -> None:
    lines = [{"id": 1, "sku": 12345, "name": 7, "quantity": "150000", "total": ""}]
    [order] = read("woocommerce", "paid", line_items=lines).reports
    [line] = order.lines
    assert (line.sku, line.title, line.quantity, line.amount) == ("12345", "7", 150_000, None)


def test_a_line_that_cannot_be_read_is_an_order_without_an_amount() -> None:
    good = {"id": 2, "sku": "MUG-1", "quantity": 1, "total": "5.00"}
    told = read("woocommerce", "paid", line_items=["odd", {"quantity": {}}, good])
    [order] = told.reports
    assert [(line.title, line.amount) for line in order.lines] == [
        ("Order", None),
        ("Order", None),
        (None, Money(500, "EUR")),
    ]
    assert "line_items" in told.dropped or "quantity" in told.dropped


def test_an_error_in_place_of_an_order_says_what_it_is() -> None:
    body = {
        "code": "woocommerce_rest_cannot_view",
        "message": "Sorry, you cannot view this resource.",
        "data": {"status": 401},
    }
    headers = {"x-wc-webhook-topic": "order.updated"}
    told = CONNECTORS["woocommerce"].read(headers, orjson.dumps(body), str)
    assert (told.reports, told.without) == ((), Reason.MAY_NOT_READ)


def test_the_time_of_an_order_is_the_first_that_can_be_read() -> None:
    [order] = read("shopify", "paid", processed_at={}, created_at=5).reports
    assert isinstance(order, Order) and order.occurred_at > 0
