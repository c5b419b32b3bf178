"""What a shop's deliveries say of its products, beside those that tell of orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from vetrina.connectors.body_signature import first_header
from vetrina.connectors.catalogues import shopify
from vetrina.connectors.catalogues import woocommerce as woo
from vetrina.connectors.catalogues.port import Notice, ShopProduct
from vetrina.connectors.payload import parsed
from vetrina.connectors.port import BadPayload, Headers
from vetrina.connectors.shopify.webhooks import TOPIC as SHOPIFY_TOPIC
from vetrina.connectors.shopify.webhooks import spelled
from vetrina.connectors.woocommerce.webhooks import TOPIC as WOO_TOPIC

STOCK: Final = "inventory_levels/update"
SHOPIFY_PRODUCT: Final = ("products/create", "products/update")
SHOPIFY_DELETED: Final = "products/delete"
WOO_PRODUCT: Final = ("product.created", "product.updated", "product.restored")
WOO_DELETED: Final = "product.deleted"
SHOPIFY_TOPICS: Final = (*SHOPIFY_PRODUCT, SHOPIFY_DELETED, STOCK)
WOO_TOPICS: Final = (*WOO_PRODUCT, WOO_DELETED)


def tells_of_product(kind: str, headers: Headers) -> bool:
    """Whether a delivery is about a product, by its topic."""
    topics = {"shopify": SHOPIFY_TOPICS, "woocommerce": WOO_TOPICS}.get(kind, ())
    return _topic(kind, headers) in topics


def notice_of(kind: str, headers: Headers, body: bytes, currency: str | None) -> Notice | None:
    """What a delivery says of a product; None where it names none. Raises BadPayload."""
    payload, topic = parsed(body), _topic(kind, headers)
    return _NOTICES[kind](payload, topic, currency) if kind in _NOTICES else None


def products_of_order(body: bytes) -> list[str]:
    """The shop's numbers of what an order is about; Shopify and WooCommerce tell them alike."""
    try:
        lines = parsed(body).get("line_items")
    except BadPayload:
        return []
    listed = lines if isinstance(lines, list) else []
    numbers = (str(line.get("product_id")) for line in listed if isinstance(line, dict))
    return list(dict.fromkeys(one for one in numbers if one.isascii() and one.isdigit()))


def _topic(kind: str, headers: Headers) -> str:
    return first_header(headers, (WOO_TOPIC,) if kind == "woocommerce" else spelled(SHOPIFY_TOPIC))


def _of_shopify(payload: Mapping[str, Any], topic: str, currency: str | None) -> Notice | None:
    if topic == STOCK:
        # What it tells is of one place, and there may be others.
        item = _id(payload, "inventory_item_id")
        return Notice(item=item) if item else None
    id = _id(payload, "id")
    if id is None:
        return None
    if topic == SHOPIFY_DELETED:
        return Notice(id=id, deleted=True)
    told = shopify.product_of_body(payload, currency) if currency else None
    return Notice(id=id, product=told if isinstance(told, ShopProduct) else None)


def _of_woo(payload: Mapping[str, Any], topic: str, currency: str | None) -> Notice | None:
    id = _id(payload, "id")
    if payload.get("type") == woo.VARIATION:
        parent = _id(payload, "parent_id")
        return Notice(id=parent) if parent else None
    if id is None:
        return None
    if topic == WOO_DELETED:
        return Notice(id=id, deleted=True)
    told = None
    if currency and not woo.has_variations(payload):
        told = woo.product_of(payload, (), currency)
    return Notice(id=id, product=told if isinstance(told, ShopProduct) else None)


def _id(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or not value:
        return None
    text = str(value)
    if not text.isascii() or not text.isdigit() or len(text) > 64:
        raise BadPayload([(name, "expected the number of a product")])
    return text


_NOTICES: Final[dict[str, Callable[[Mapping[str, Any], str, str | None], Notice | None]]] = {
    "shopify": _of_shopify,
    "woocommerce": _of_woo,
}
