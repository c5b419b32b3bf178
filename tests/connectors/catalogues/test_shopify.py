"""Shopify's products: what comes in two forms becomes one entry, and oddities cost no product."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.fakes import FakeClock
from tests.shops.graphql import Question, resolved
from tests.shops.shopify_shop import ShopifyShop, picture
from vetrina.connectors.catalogues.port import LeftOut, ShopProduct
from vetrina.connectors.catalogues.shopify import product_of_body, product_of_node
from vetrina.connectors.catalogues.shopify_queries import SOME_PRODUCTS
from vetrina.domain.money import Money

SIZES = (
    {"sku": "TEE-S", "values": ("S", "Red"), "price": "18.90", "quantity": 3},
    {"sku": "TEE-M", "values": ("M", "Red"), "price": "21.90", "quantity": -2},
    {"sku": "TEE-L", "values": ("L", "Red"), "price": "21.90", "tracked": False},
    {"sku": "TEE-XL", "values": ("XL", "Red"), "quantity": 9, "policy": "CONTINUE"},
)


@pytest.fixture
def shop() -> ShopifyShop:
    return ShopifyShop(FakeClock())


def node(shop: ShopifyShop, number: int = 1) -> dict[str, Any]:
    """The product as the interface tells it."""
    variables = {"ids": [f"gid://shopify/Product/{number}"], "variants": 100}
    told = resolved(shop._root(), Question(SOME_PRODUCTS).selection, variables)
    found: dict[str, Any] = told["nodes"][0]
    return found


def taken(told: object) -> ShopProduct:
    assert isinstance(told, ShopProduct), told
    return told


def test_a_product_with_options(shop: ShopifyShop) -> None:
    shop.put(
        1, "T-shirt", *SIZES, options=("Size", "Colour"), category={"name": "Apparel"},
        descriptionHtml='<p onclick="x()">Soft</p><script>1</script>',
    )  # fmt: skip
    entry = taken(product_of_node(node(shop), "EUR")).entry
    assert (entry.key, entry.title, entry.options) == ("product-1", "T-shirt", ("Size", "Colour"))
    assert entry.description == "<p>Soft</p>"
    assert (entry.brand, entry.categories, entry.tags) == ("Kiln", ("Apparel", "Mugs"), ("new",))
    assert (entry.status, entry.link) == ("active", "https://shop.example/products/product-1")
    assert [one.stock for one in entry.variants] == [3, 0, None, None]
    assert [one.price for one in entry.variants][:2] == [Money(1890, "EUR"), Money(2190, "EUR")]
    assert entry.variants[0].values == ("S", "Red")
    assert [(one.url, one.alt) for one in entry.images] == [
        ("https://cdn.example/1.jpg", "T-shirt")
    ]


def test_a_product_without_options_is_its_own_only_variant(shop: ShopifyShop) -> None:
    shop.put(1, "Mug")
    told = taken(product_of_node(node(shop), "JPY"))
    assert told.entry.options == ()
    assert [(one.sku, one.price, one.values) for one in told.entry.variants] == [
        ("SKU-1", Money(19, "JPY"), ())
    ]
    assert (told.id, told.changed_at, dict(told.references)) == ("1", 1_763_715_600_000, {})


def test_a_compare_at_price_is_no_prior_price(shop: ShopifyShop) -> None:
    shop.put(1, "Mug", {"sku": "MUG-1", "price": "18.90", "compare_at": "99.00"})
    for told in (product_of_node(node(shop), "EUR"), product_of_body(shop.body(1), "EUR")):
        assert "9900" not in repr(taken(told).entry)


@pytest.mark.parametrize("options", [(), ("Size", "Colour")])
def test_a_webhook_tells_the_same_as_the_interface(shop: ShopifyShop, options: Any) -> None:
    shop.put(1, "T-shirt", *(SIZES if options else ()), options=options)
    asked = taken(product_of_node({**node(shop), "onlineStoreUrl": None}, "EUR"))
    assert taken(product_of_body(shop.body(1), "EUR")) == asked


def test_a_webhook_that_does_not_tell_all_is_asked_for(shop: ShopifyShop) -> None:
    many = [{"sku": f"S-{n}", "values": (str(n),)} for n in range(101)]
    shop.put(1, "Mug")
    shop.put(2, "Socks", *many, options=("Size",))
    assert product_of_body(shop.body(1, counted=False), "EUR") is None
    assert product_of_body(shop.body(2), "EUR") is None


def test_variants_without_a_good_sku_get_one_and_their_orders_find_it(shop: ShopifyShop) -> None:
    shop.put(
        1, "T-shirt",
        {"sku": None, "values": ("S / Small",)}, {"sku": "TEE", "values": ("M",)},
        {"sku": "TEE", "values": ("L",)}, {"sku": "x" * 65, "values": ("XL",)},
        {"sku": "product-1", "values": ("XXL",)},
        options=("Size",),
    )  # fmt: skip
    told = taken(product_of_node(node(shop), "EUR"))
    skus = [one.sku for one in told.entry.variants]
    assert skus == ["product-1-S-Small", "TEE", "product-1-L", "product-1-XL", "product-1"]
    assert told.entry.key == "id:1"
    assert dict(told.references) == {
        "variant:1001": skus[0], "variant:1003": skus[2], "variant:1004": skus[3],
    }  # fmt: skip


def test_pictures_that_are_none_are_left_out(shop: ShopifyShop) -> None:
    shop.put(1, "Mug")
    odd = node(shop)
    odd["media"]["nodes"] = [
        {}, {"image": None}, picture("//cdn.example/a.jpg", ""), picture("ftp://x/b.jpg", ""),
        *(picture(f"https://cdn.example/{n}.jpg", "") for n in range(12)),
    ]  # fmt: skip
    told = taken(product_of_node(odd, "EUR"))
    assert len(told.entry.images) == 10
    assert told.entry.images[0].url == "https://cdn.example/a.jpg"
    assert len(told.dropped) == 2


def test_a_huge_description_costs_no_product(shop: ShopifyShop) -> None:
    shop.put(1, "Mug", descriptionHtml="<p>" + "x" * 5_000_000 + "</p>")
    told = taken(product_of_node(node(shop), "EUR"))
    assert told.entry.description == ""
    assert told.dropped == ("a description of more than 64 KiB",)


@pytest.mark.parametrize(
    ("status", "ours"),
    [("ACTIVE", "active"), ("DRAFT", "draft"), ("ARCHIVED", "archived"), ("UNLISTED", "draft")],
)
def test_the_status_is_the_shops(shop: ShopifyShop, status: str, ours: str) -> None:
    shop.put(1, "Mug", status=status)
    assert taken(product_of_node(node(shop), "EUR")).entry.status == ours
    assert taken(product_of_body(shop.body(1), "EUR")).entry.status == ours


ODD: tuple[Any, ...] = (None, 12345, "odd", [1], {"odd": 1}, [], {}, True)
ESSENTIAL = {"id", "title", "variants", "options"}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_field_costs_no_product(shop: ShopifyShop, odd: Any) -> None:
    shop.put(1, "Mug")
    for name in node(shop).keys() - ESSENTIAL:
        assert isinstance(product_of_node({**node(shop), name: odd}, "EUR"), ShopProduct), name
    for name in shop.body(1).keys() - {*ESSENTIAL, "variant_gids"}:
        assert isinstance(product_of_body({**shop.body(1), name: odd}, "EUR"), ShopProduct), name


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_essential_field_is_told_and_never_an_error(shop: ShopifyShop, odd: Any) -> None:
    shop.put(1, "T-shirt", *SIZES, options=("Size", "Colour"))
    for name in ESSENTIAL:
        told = product_of_node({**copy.deepcopy(node(shop)), name: odd}, "EUR")
        assert isinstance(told, ShopProduct | LeftOut)
        body = product_of_body({**shop.body(1), name: odd}, "EUR")
        assert body is None or isinstance(body, ShopProduct | LeftOut)
    assert isinstance(product_of_node(odd, "EUR"), LeftOut)


def test_more_variants_than_fit_are_told_and_not_cut_off(shop: ShopifyShop) -> None:
    many = [{"sku": f"S-{n}", "values": (str(n),)} for n in range(101)]
    shop.put(2, "Socks", *many, options=("Size",))
    variables = {"ids": ["gid://shopify/Product/2"], "variants": 250}
    told = resolved(shop._root(), Question(SOME_PRODUCTS).selection, variables)["nodes"][0]
    left_out = product_of_node(told, "EUR")
    assert left_out == LeftOut("2", "Socks", "variants: expected at most 100, and it has more")
