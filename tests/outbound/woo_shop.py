"""A WooCommerce shop that answers `GET /wp-json/wc/v3/orders` as its documents say.

The subset: Basic auth, `modified_after` (later than, to the second), `dates_are_gmt`, `orderby`,
`order`, `status`, `per_page`, `page`, `_fields`, the headers with the totals, errors as JSON.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.outbound.answering import Answer, Asked, answering
from vetrina.connectors.samples import samples
from vetrina.connectors.woocommerce.webhooks import WooCommerce

KEY, SECRET = "ck_of_the_tests", "cs_of_the_tests"
_PAID = next(json.loads(one.body) for one in samples("woocommerce") if one.name == "paid")


@dataclass
class WooShop:
    """Its orders, and how it behaves: `instead` may answer in its place."""

    address: str = ""
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    refund_lines: dict[int, dict[str, Any]] = field(default_factory=dict)
    instead: Callable[[Asked], Answer | None] = lambda _: None

    def sell(self, number: int, at_ms: int, euros: int = 20) -> dict[str, Any]:
        """A paid order of one mug."""
        line = {
            "id": number, "name": "Mug", "sku": "MUG-1", "product_id": 9, "variation_id": 0,
            "quantity": 1, "price": euros, "total": f"{euros}.00", "total_tax": "0.00",
        }  # fmt: skip
        order = _PAID | {
            "id": number,
            "status": "processing",
            "total": f"{euros}.00",
            "date_created_gmt": gmt(at_ms),
            "date_paid_gmt": gmt(at_ms),
            "line_items": [line],
            "refunds": [],
        }
        return self.change(order, at_ms)

    def refund(self, number: int, at_ms: int, euros: int, refund_id: int) -> dict[str, Any]:
        """A part of the money goes back."""
        order = deepcopy(self.orders[number])
        order["refunds"].append({"id": refund_id, "reason": "", "total": f"-{euros}.00"})
        return self.change(order, at_ms)

    def change(self, order: dict[str, Any], at_ms: int) -> dict[str, Any]:
        """The order as it is from now on; its older versions may still be on their way."""
        order = order | {"date_modified_gmt": gmt(at_ms)}
        self.orders[order["id"]] = order
        return order

    def answer(self, asked: Asked) -> Answer:
        """One request."""
        self.asked.append(asked)
        special = self.instead(asked)
        if special is not None:
            return special
        pair = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return _error(401, "woocommerce_rest_cannot_view")
        if asked.path.endswith("/refunds"):
            return self._refunds(int(asked.path.split("/")[-2]))
        if asked.path != "/wp-json/wc/v3/orders":
            return _error(404, "rest_no_route")
        return self._listed(asked.query)

    def _refunds(self, number: int) -> Answer:
        """With their lines, where somebody has said what they were for."""
        listed = [
            {"id": refund["id"], "amount": refund["total"].lstrip("-"), **self.lines_of(refund)}
            for refund in self.orders[number]["refunds"]
        ]
        return Answer(200, json.dumps(listed).encode())

    def lines_of(self, refund: dict[str, Any]) -> dict[str, Any]:
        return self.refund_lines.get(refund["id"], {})

    def _listed(self, query: dict[str, str]) -> Answer:
        assert (query["dates_are_gmt"], query["orderby"], query["order"]) == (
            "true", "modified", "asc",
        )  # fmt: skip
        size, page = int(query["per_page"]), int(query["page"])
        if not 1 <= size <= 100:
            return _error(400, "rest_invalid_param")
        found = [
            order
            for order in self.orders.values()
            if order["date_modified_gmt"] > query["modified_after"]
            and order["status"] in query["status"].split(",")
        ]
        found.sort(key=lambda order: (order["date_modified_gmt"], order["id"]))
        shown = [_only(order, query["_fields"]) for order in found[(page - 1) * size : page * size]]
        totals = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        return Answer(200, json.dumps(shown).encode(), totals)


@contextmanager
def woo_shop() -> Iterator[WooShop]:
    """A shop for the block."""
    shop = WooShop()
    with answering(shop.answer) as shop.address:
        yield shop


def delivery(order: dict[str, Any], secret: str, mark: str) -> tuple[bytes, dict[str, str]]:
    """The webhook that tells of a change, signed; `mark` is the shop's name for the delivery."""
    body = json.dumps(order).encode()
    headers = {
        "x-wc-webhook-source": "https://shop.example/",
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-id": "7",
    }
    signed = WooCommerce().sign(headers, body, secret, 0)
    return body, {**signed, "x-wc-webhook-delivery-id": mark}


def gmt(at_ms: int) -> str:
    """A time as WordPress writes it."""
    return datetime.fromtimestamp(at_ms // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _only(order: dict[str, Any], fields: str) -> dict[str, Any]:
    """What `_fields` lets through, one level deep, as WordPress does."""
    shown: dict[str, Any] = {}
    for name in fields.split(","):
        first, _, second = name.partition(".")
        if first not in order:
            continue
        if second:
            shown.setdefault(first, {})[second] = order[first].get(second)
        else:
            shown[first] = order[first]
    return shown


def _error(status: int, code: str) -> Answer:
    return Answer(status, json.dumps({"code": code, "message": code}).encode())
