"""WooCommerce's products and variations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shops.woo_products import WooProducts, attribute
from vetrina.connectors.catalogues.port import LeftOut, ShopProduct
from vetrina.connectors.catalogues.woocommerce import product_of
from vetrina.domain.money import Money


@pytest.fixture
def shop() -> WooProducts:
    return WooProducts()


def read(shop: WooProducts, number: int = 1, **changed: Any) -> ShopProduct:
    product = {**shop.products[number], **changed}
    told = product_of(product, shop.variations.get(number, []), "EUR")
    assert isinstance(told, ShopProduct), told
    return told


def test_a_simple_product(shop: WooProducts) -> None:
    shop.put(1, "Mug &amp; saucer", brands=[{"name": "Kiln"}])
    told = read(shop)
    entry = told.entry
    assert (told.id, entry.key, entry.title) == ("1", "SKU-1", "Mug & saucer")
    assert (entry.brand, entry.categories, entry.tags) == ("Kiln", ("Mugs",), ("new",))
    assert (entry.status, entry.link) == ("active", "https://shop.example/product/1/")
    assert [(one.sku, one.price, one.stock) for one in entry.variants] == [
        ("SKU-1", Money(1890, "EUR"), 7)
    ]


def test_a_regular_price_is_no_prior_price(shop: WooProducts) -> None:
    shop.put(1, "Mug", regular_price="99.00")
    assert "9900" not in repr(read(shop).entry)


def test_variations_have_their_own_price_stock_and_picture(shop: WooProducts) -> None:
    shop.put(
        1, "T-shirt",
        attributes=[attribute("Size", "S", "M"), attribute("Care", "30 °C", chosen=False)],
        variations=[
            {"values": {"Size": "S"}, "sku": "TEE-S", "price": "18.90", "manage_stock": True,
             "stock_quantity": 3, "image": {"src": "https://shop.example/s.jpg"}},
            {"values": {"Size": "M"}, "sku": "TEE-M", "price": "21.90",
             "stock_status": "outofstock"},
        ],
    )  # fmt: skip
    entry = read(shop).entry
    assert (entry.key, entry.options) == ("SKU-1", ("Size",))
    assert [(one.sku, one.price.amount, one.stock, one.values) for one in entry.variants] == [
        ("TEE-S", 1890, 3, ("S",)),
        ("TEE-M", 2190, 0, ("M",)),
    ]
    assert entry.variants[0].image == "https://shop.example/s.jpg"


def test_a_variation_with_the_products_sku_has_none_of_its_own(shop: WooProducts) -> None:
    """WooCommerce tells the parent's SKU for a variation that has none."""
    shop.put(
        1, "T-shirt", sku="TEE", attributes=[attribute("Size", "S", "M")],
        variations=[{"values": {"Size": "S"}, "sku": "TEE"}, {"values": {"Size": "M"}}],
    )  # fmt: skip
    told = read(shop)
    assert [one.sku for one in told.entry.variants] == ["TEE-S", "TEE-M"]
    assert dict(told.references) == {"variation:1000": "TEE-S", "variation:1001": "TEE-M"}


def test_a_variation_without_a_value_stands_for_any(shop: WooProducts) -> None:
    shop.put(
        1, "T-shirt", attributes=[attribute("Size", "S", "M"), attribute("Colour", "Red", "Blue")],
        variations=[
            {"values": {"Size": "S"}, "sku": "S-ANY", "manage_stock": True, "stock_quantity": 4},
            {"values": {"Size": "S", "Colour": "Red"}, "sku": "S-RED", "price": "20.00"},
        ],
    )  # fmt: skip
    told = read(shop)
    chosen = {one.values: (one.sku, one.price.amount, one.stock) for one in told.entry.variants}
    assert chosen == {
        ("S", "Red"): ("S-RED", 2000, None),
        ("S", "Blue"): ("S-ANY-S-Blue", 1890, None),
    }
    assert told.dropped == ("pieces that are counted for several variants together",)


def test_pieces_of_the_parent_are_of_no_variant(shop: WooProducts) -> None:
    shop.put(
        1, "T-shirt", attributes=[attribute("Size", "S")], stock_quantity=9,
        variations=[{"values": {"Size": "S"}, "manage_stock": "parent", "stock_quantity": 9}],
    )  # fmt: skip
    assert read(shop).entry.variants[0].stock is None
    assert read(shop, stock_quantity=0).entry.variants[0].stock == 0


@pytest.mark.parametrize(
    ("changed", "stock"),
    [
        ({"manage_stock": False}, None),
        ({"stock_quantity": -3}, 0),
        ({"backorders": "notify", "stock_quantity": 2}, None),
        ({"stock_status": "outofstock", "manage_stock": False}, 0),
        ({"stock_quantity": "12"}, 12),
        ({"stock_quantity": None}, None),
    ],
)
def test_pieces(shop: WooProducts, changed: dict[str, Any], stock: int | None) -> None:
    shop.put(1, "Mug")
    assert read(shop, **changed).entry.variants[0].stock == stock


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "odd"])
def test_only_what_is_published_is_active(shop: WooProducts, status: str) -> None:
    shop.put(1, "Mug", status=status)
    assert read(shop).entry.status == "draft"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "grouped"}, "type: expected something that is sold by itself"),
        ({"price": ""}, "price: expected a price, got none"),
        ({"name": ""}, "title: expected 1 to 200 characters"),
    ],
)
def test_what_cannot_be_sold_is_told(shop: WooProducts, changed: dict[str, Any], why: str) -> None:
    shop.put(1, "Mug")
    left_out = product_of({**shop.products[1], **changed}, [], "EUR")
    assert isinstance(left_out, LeftOut)
    assert left_out.why.startswith(why)


ODD: tuple[Any, ...] = (None, 12345, "odd", [1], {"odd": 1}, [], {}, True)
ESSENTIAL = {"id", "name", "type", "price"}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_field_costs_no_product(shop: WooProducts, odd: Any) -> None:
    product = shop.put(1, "Mug")
    for name in product.keys() - ESSENTIAL:
        assert isinstance(product_of({**product, name: odd}, [], "EUR"), ShopProduct), name
    for name in ESSENTIAL:
        told = product_of({**product, name: odd}, [], "EUR")
        assert isinstance(told, ShopProduct | LeftOut)
    assert isinstance(product_of(odd, [], "EUR"), LeftOut)


def test_attributes_without_end_are_not_multiplied_out(shop: WooProducts) -> None:
    many = [attribute(f"A{n}", *(str(v) for v in range(50))) for n in range(20)]
    shop.put(1, "T-shirt", attributes=many, variations=[{"values": {}}])
    assert isinstance(product_of(shop.products[1], shop.variations[1], "EUR"), LeftOut)
