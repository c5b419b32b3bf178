"""A WooCommerce shop that answers its REST interface for products as its documents say.

The subset: Basic auth, `products` and `products/{id}/variations` with `page`, `per_page`,
`include`, `orderby=id`, `_fields` and the headers with the totals, the shop's currency, errors as
JSON, webhooks.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.outbound.answering import Answer, Asked, answering
from tests.outbound.woo_shop import KEY, SECRET
from vetrina.connectors.woocommerce.webhooks import WooCommerce

ROOT = "/wp-json/wc/v3"


@dataclass
class WooProducts:
    """Its products, and how it behaves: `instead` may answer in its place."""

    address: str = ""
    currency: str = "EUR"
    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    variations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    instead: Callable[[Asked], Answer | None] = lambda _: None

    def put(self, number: int, name: str, **more: Any) -> dict[str, Any]:
        """A simple product; `variations` make it a variable one."""
        variations = more.pop("variations", None)
        product = {
            "id": number,
            "type": "simple" if variations is None else "variable",
            "status": "publish",
            "parent_id": 0,
            "name": name,
            "slug": f"product-{number}",
            "permalink": f"https://shop.example/product/{number}/",
            "external_url": "",
            "description": f"<p>{name}</p>",
            "short_description": "",
            "sku": f"SKU-{number}",
            "price": "18.90",
            "regular_price": "24.90",
            "sale_price": "18.90",
            "manage_stock": True,
            "stock_quantity": 7,
            "stock_status": "instock",
            "backorders": "no",
            "categories": [{"id": 1, "name": "Mugs", "slug": "mugs"}],
            "tags": [{"id": 2, "name": "new"}],
            "brands": [],
            "images": [{"id": 3, "src": f"https://shop.example/{number}.jpg", "alt": name}],
            "attributes": [],
            "date_modified_gmt": "2025-11-21T09:00:00",
            **more,
        }
        self.products[number] = product
        if variations is not None:
            self.variations[number] = [
                variation(number, n, one) for n, one in enumerate(variations)
            ]
        return product

    def answer(self, asked: Asked) -> Answer:
        """One request."""
        self.asked.append(asked)
        special = self.instead(asked)
        if special is not None:
            return special
        pair = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return error(401, "woocommerce_rest_cannot_view")
        path = asked.path.removeprefix(ROOT)
        if path == "/data/currencies/current":
            return Answer(200, json.dumps({"code": self.currency}).encode())
        if path == "/products":
            wanted = [int(id) for id in asked.query.get("include", "").split(",") if id]
            numbers = sorted(self.products)
            return _listed(
                [self.products[n] for n in numbers if not wanted or n in wanted], asked.query
            )
        number = path.removeprefix("/products/").removesuffix("/variations")
        if path.endswith("/variations") and int(number) in self.products:
            return _listed(self.variations.get(int(number), []), asked.query)
        return error(404, "rest_no_route")


def variation(number: int, n: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """A variation as it is told; `values` are by attribute, and one that is missing is any."""
    values = told.get("values", {})
    rest = {name: value for name, value in told.items() if name != "values"}
    return {
        "id": number * 1000 + n,
        "status": "publish",
        "sku": "",
        "price": "18.90",
        "manage_stock": False,
        "stock_quantity": None,
        "stock_status": "instock",
        "backorders": "no",
        "image": None,
        "date_modified_gmt": "2025-11-21T09:00:00",
        "attributes": [{"id": 0, "name": name, "option": value} for name, value in values.items()],
        **rest,
    }


def attribute(name: str, *values: str, chosen: bool = True) -> dict[str, Any]:
    """An attribute of a product: one that it is chosen by, or one that describes it."""
    return {"id": 0, "name": name, "variation": chosen, "options": list(values)}


def delivery(topic: str, payload: Mapping[str, Any], secret: str) -> tuple[bytes, dict[str, str]]:
    """A signed webhook."""
    body = json.dumps(payload).encode()
    return body, WooCommerce().sign({"x-wc-webhook-topic": topic}, body, secret, 0)


@contextmanager
def woo_products() -> Iterator[WooProducts]:
    """A shop for the block."""
    shop = WooProducts()
    with answering(shop.answer) as shop.address:
        yield shop


def _listed(items: list[dict[str, Any]], query: Mapping[str, str]) -> Answer:
    size, page = int(query["per_page"]), int(query["page"])
    if not 1 <= size <= 100 or (query["orderby"], query["order"]) != ("id", "asc"):
        return error(400, "rest_invalid_param")
    names = query["_fields"].split(",")
    shown = [
        {name: item[name] for name in names if name in item}
        for item in items[(page - 1) * size : page * size]
    ]
    totals = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(-(-len(items) // size))}
    return Answer(200, json.dumps(shown).encode(), totals)


def error(status: int, code: str) -> Answer:
    """What the shop says when it refuses."""
    return Answer(status, json.dumps({"code": code, "message": code}).encode())
