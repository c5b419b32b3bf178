"""A Shopify shop that answers its Admin interface (GraphQL) for products as its documents say.

The subset: `products` by cursor in the order of ids, `nodes`, `product`, `inventoryItem`, the cost
of a question with a leaking bucket, a question that may cost too much, access tokens, webhooks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import FakeClock
from tests.outbound.answering import Answer, Asked, answering
from tests.shops.graphql import Question, UnknownField, connection, cost, resolved
from vetrina.connectors.shopify.admin import PATH
from vetrina.connectors.shopify.webhooks import Shopify

TOKEN = "shpat_of_the_tests"
MOST_COST = 1000


@dataclass
class Bucket:
    """How much may be asked for. It fills up with the clock."""

    clock: FakeClock
    most: float = 2000.0
    rate: float = 100.0
    left: float = 2000.0
    at_ms: int = 0

    def take(self, wanted: int) -> bool:
        """Whether there was enough."""
        now = self.clock.now_ms()
        self.left = min(self.most, self.left + (now - (self.at_ms or now)) / 1000 * self.rate)
        self.at_ms = now
        if wanted > self.left:
            return False
        self.left -= wanted
        return True

    def told(self, wanted: int) -> dict[str, Any]:
        status = {
            "maximumAvailable": self.most,
            "currentlyAvailable": math.floor(self.left),
            "restoreRate": self.rate,
        }
        return {
            "cost": {"requestedQueryCost": wanted, "throttleStatus": status},
        }


@dataclass
class ShopifyShop:
    """Its products, by number, as GraphQL tells them, and how it behaves."""

    clock: FakeClock
    address: str = ""
    currency: str = "EUR"
    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    instead: Callable[[Asked], Answer | None] = lambda _: None
    bucket: Bucket = field(init=False)
    throttled: int = 0

    def __post_init__(self) -> None:
        self.bucket = Bucket(self.clock)

    def put(self, number: int, title: str, *variants: dict[str, Any], **more: Any) -> None:
        """A product; each variant has `sku`, `price`, `quantity` and the options' values."""
        options = more.pop("options", ())
        told = variants or ({"sku": f"SKU-{number}", "price": "18.90", "quantity": 7},)
        nodes = [variant_node(number, n, options, one) for n, one in enumerate(told, start=1)]
        self.products[number] = {
            "__typename": "Product",
            "id": f"gid://shopify/Product/{number}",
            "handle": f"product-{number}",
            "title": title,
            "descriptionHtml": f"<p>{title}</p>",
            "vendor": "Kiln",
            "productType": "Mugs",
            "category": None,
            "tags": ["new"],
            "status": "ACTIVE",
            "updatedAt": "2025-11-21T09:00:00Z",
            "onlineStoreUrl": f"https://shop.example/products/product-{number}",
            "options": [{"name": name} for name in options] or [{"name": "Title"}],
            "media": connection([picture(f"https://cdn.example/{number}.jpg", title)]),
            "variants": connection(nodes),
            "_variants": nodes,
            **more,
        }

    def variant(self, number: int, n: int = 1) -> dict[str, Any]:
        """One variant as it is told, to be changed."""
        found: dict[str, Any] = self.products[number]["_variants"][n - 1]
        return found

    def answer(self, asked: Asked) -> Answer:
        """One request."""
        special = self.instead(asked)
        if special is not None:
            return special
        if asked.headers.get("x-shopify-access-token") != TOKEN:
            return Answer(401, b'{"errors":"[API] Invalid API key or access token"}')
        if asked.path != PATH:
            return Answer(404, b'{"errors":"Not Found"}')
        told = json.loads(asked.body)
        return Answer(200, json.dumps(self._told(told["query"], told["variables"])).encode())

    def _told(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        question = Question(text)
        self.asked.append(question.name)
        wanted = cost(question.selection, variables)
        if wanted > MOST_COST:
            return {"errors": [_error("MAX_COST_EXCEEDED", f"Query cost is {wanted}")]}
        enough = self.bucket.take(wanted)
        extensions = self.bucket.told(wanted)
        if not enough:
            self.throttled += 1
            return {"errors": [_error("THROTTLED", "Throttled")], "extensions": extensions}
        try:
            data = resolved(self._root(), question.selection, variables)
        except UnknownField as error:
            return {"errors": [_error("undefinedField", str(error))]}
        return {"data": data, "extensions": extensions}

    def _root(self) -> dict[str, Any]:
        listed = [self.products[number] for number in sorted(self.products)]
        items = {
            node["inventoryItem"]["id"]: {"variant": {"product": product}}
            for product in listed
            for node in product["_variants"]
        }
        by_id = {product["id"]: product for product in listed}
        return {
            "shop": {"currencyCode": self.currency},
            "products": connection(listed),
            "orders": connection([]),
            "nodes": lambda given: [by_id.get(id) for id in given["ids"]],
            "product": lambda given: by_id.get(given["id"]),
            "inventoryItem": lambda given: items.get(given["id"]),
        }

    def body(self, number: int, *, counted: bool = True) -> dict[str, Any]:
        """The product as a webhook tells it: the form of the older interface.

        Newer versions of it do not tell whether pieces are `counted`.
        """
        node = self.products[number]
        variants = []
        for position, one in enumerate(node["_variants"][:100], start=1):
            chosen = [choice["value"] for choice in one["selectedOptions"]]
            tracked = "shopify" if one["inventoryItem"]["tracked"] else None
            variants.append(
                {
                    "id": int(one["id"].rpartition("/")[2]),
                    "product_id": number,
                    "title": " / ".join(chosen),
                    "sku": one["sku"],
                    "price": one["price"],
                    "compare_at_price": one["compareAtPrice"],
                    "position": position,
                    "inventory_policy": one["inventoryPolicy"].lower(),
                    "inventory_quantity": one["inventoryQuantity"],
                    **({"inventory_management": tracked} if counted else {}),
                    **{f"option{n}": value for n, value in enumerate(chosen, start=1)},
                }
            )
        return {
            "id": number,
            "admin_graphql_api_id": node["id"],
            "title": node["title"],
            "body_html": node["descriptionHtml"],
            "vendor": node["vendor"],
            "product_type": node["productType"],
            "handle": node["handle"],
            "tags": ", ".join(node["tags"]),
            "status": node["status"].lower(),
            "updated_at": node["updatedAt"],
            "category": node["category"],
            "options": [
                {"name": one["name"], "position": n} for n, one in enumerate(node["options"], 1)
            ],
            "images": [{"id": 5, "src": f"https://cdn.example/{number}.jpg", "alt": node["title"]}],
            "variants": variants,
            "variant_gids": [{"admin_graphql_api_id": one["id"]} for one in node["_variants"]],
        }


def variant_node(
    number: int, n: int, options: Sequence[str], told: Mapping[str, Any]
) -> dict[str, Any]:
    """A variant as GraphQL tells it."""
    values = told.get("values", ("Default Title",))
    named = zip(options or ("Title",), values, strict=True)
    image = told.get("image")
    return {
        "id": f"gid://shopify/ProductVariant/{number * 1000 + n}",
        "sku": told.get("sku"),
        "price": told.get("price", "18.90"),
        "compareAtPrice": told.get("compare_at", "99.00"),
        "inventoryQuantity": told.get("quantity", 0),
        "inventoryPolicy": told.get("policy", "DENY"),
        "inventoryItem": {
            "id": f"gid://shopify/InventoryItem/{number * 1000 + n}",
            "tracked": told.get("tracked", True),
        },
        "selectedOptions": [{"name": name, "value": value} for name, value in named],
        "media": connection([picture(image, "")] if image else []),
    }


def picture(url: str, alt: str) -> dict[str, Any]:
    """A picture as GraphQL tells it; videos and models have another type."""
    return {"__typename": "MediaImage", "image": {"url": url, "altText": alt}}


def delivery(topic: str, payload: Mapping[str, Any], secret: str) -> tuple[bytes, dict[str, str]]:
    """A signed webhook."""
    body = json.dumps(payload).encode()
    return body, Shopify().sign({"x-shopify-topic": topic}, body, secret, 0)


def money(amount: str) -> dict[str, Any]:
    """An amount in the shop's currency, as GraphQL tells it."""
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


@contextmanager
def shopify_shop(clock: FakeClock) -> Iterator[ShopifyShop]:
    """A shop for the block."""
    shop = ShopifyShop(clock)
    with answering(shop.answer) as shop.address:
        yield shop


def _error(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}
