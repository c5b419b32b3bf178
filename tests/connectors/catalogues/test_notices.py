"""Deliveries that tell of products, by their topic."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes import FakeClock
from tests.shops.shopify_shop import ShopifyShop
from tests.shops.woo_products import WooProducts
from vetrina.connectors.catalogues.notices import notice_of, tells_of_product
from vetrina.connectors.catalogues.port import Notice
from vetrina.connectors.port import BadPayload


def of_shopify(topic: str, payload: Any, currency: str | None = "EUR") -> Notice | None:
    headers = {"x-shopify-topic": topic}
    assert tells_of_product("shopify", headers)
    return notice_of("shopify", headers, json.dumps(payload).encode(), currency)


def of_woo(topic: str, payload: Any, currency: str | None = "EUR") -> Notice | None:
    headers = {"x-wc-webhook-topic": topic}
    assert tells_of_product("woocommerce", headers)
    return notice_of("woocommerce", headers, json.dumps(payload).encode(), currency)


def test_orders_are_no_products() -> None:
    assert not tells_of_product("shopify", {"x-shopify-topic": "orders/paid"})
    assert not tells_of_product("woocommerce", {"x-wc-webhook-topic": "order.updated"})
    assert not tells_of_product("stripe", {"x-shopify-topic": "products/update"})
    assert tells_of_product("shopify", {"shopify-topic": "products/update"})


def test_shopify_tells_a_product_or_its_number() -> None:
    shop = ShopifyShop(FakeClock())
    shop.put(1, "Mug")
    told = of_shopify("products/update", shop.body(1))
    assert told is not None and told.product is not None
    assert told.product.entry.title == "Mug"
    assert of_shopify("products/update", shop.body(1), None) == Notice(id="1")
    assert of_shopify("products/create", shop.body(1, counted=False)) == Notice(id="1")
    assert of_shopify("products/delete", {"id": 2**60}) == Notice(id=str(2**60), deleted=True)


def test_shopify_tells_the_pieces_of_one_place_only() -> None:
    payload = {"inventory_item_id": 7, "location_id": 1, "available": 3}
    assert of_shopify("inventory_levels/update", payload) == Notice(item="7")


def test_woocommerce_tells_a_product_or_its_number() -> None:
    shop = WooProducts()
    simple = shop.put(1, "Mug")
    variable = shop.put(2, "T-shirt", variations=[])
    told = of_woo("product.updated", simple)
    assert told is not None and told.product is not None
    assert of_woo("product.updated", simple, None) == Notice(id="1")
    assert of_woo("product.created", variable) == Notice(id="2")
    assert of_woo("product.updated", {"id": 9, "type": "variation", "parent_id": 2}) == Notice("2")
    assert of_woo("product.deleted", {"id": 1}) == Notice(id="1", deleted=True)


@pytest.mark.parametrize("payload", [{}, {"id": None}, {"id": 0}, {"id": True}, {"id": [1]}])
def test_without_a_number_there_is_nothing_to_ask_for(payload: Any) -> None:
    assert of_shopify("products/update", payload) is None
    assert of_woo("product.updated", payload) is None


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(BadPayload):
        of_shopify("products/update", {"id": "1) { shop"})
