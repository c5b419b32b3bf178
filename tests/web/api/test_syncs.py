"""Products of a connected shop, through the API and the shop's own deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.outbound.answering import Answer
from tests.outbound.woo_shop import KEY, SECRET
from tests.shops import shopify_shop as shopify_double
from tests.shops import woo_products as woo_double
from tests.shops.shopify_shop import TOKEN, ShopifyShop, shopify_shop
from tests.shops.woo_products import WooProducts, attribute, woo_products
from tests.web.conftest import Site, problem
from tests.web.shops import Shop, shop


@pytest.fixture
def shopify(site: Site) -> Iterator[ShopifyShop]:
    with shopify_shop(site.clock) as made:
        made.bucket.most = made.bucket.left = 10.0**6
        yield made


@pytest.fixture
def woo() -> Iterator[WooProducts]:
    with woo_products() as made:
        yield made


async def connected(site: Site, double: ShopifyShop | WooProducts) -> Shop:
    """A connection with a key of the shop."""
    if isinstance(double, ShopifyShop):
        seller = await shop(site, "shopify")
        access = {"address": double.address, "key": TOKEN}
    else:
        seller = await shop(site, "woocommerce")
        access = {"address": double.address, "key": KEY, "secret": SECRET}
    put = await site.call("PUT", f"/connections/{seller.id}/poll", access)
    assert put.status_code == 200, put.text
    return seller


async def synced(site: Site, seller: Shop, *, keep: bool = True) -> dict[str, Any]:
    """Begin, and wait for the end."""
    begun = await site.post(f"/connections/{seller.id}/sync", {"keep": keep})
    assert begun.status_code == 202, begun.text
    assert begun.json()["status"] == "running"
    await site.context.syncs.settled(seller.id)
    return (await site.get(f"/connections/{seller.id}/sync")).json()  # type: ignore[no-any-return]


async def told(site: Site, seller: Shop, topic: str, payload: Any) -> str:
    """Deliver a webhook; what came of it."""
    double = shopify_double if seller.kind == "shopify" else woo_double
    body, headers = double.delivery(topic, payload, seller.secret)
    answered = await seller.send(body, headers)
    assert answered.status_code == 200, answered.text
    await site.context.syncs.settled(seller.id)
    outcome: str = answered.json()["outcome"]
    return outcome


async def product(site: Site, sku: str) -> Any:
    found = await site.store.products([sku])
    return found[0] if found else None


async def state(site: Site) -> Any:
    return (await site.context.shows.state("spring"))[1]


async def test_all_products_are_brought_in(site: Site, shopify: ShopifyShop) -> None:
    for number in range(1, 30):
        shopify.put(number, f"Mug {number}")
    shopify.put(40, "Old", status="ARCHIVED")
    shopify.put(41, "No price", {"sku": "X", "price": None})
    seller = await connected(site, shopify)
    done = await synced(site, seller)
    assert (done["status"], done["failure"], done["keep"]) == ("done", None, True)
    assert done["left_out"] == 1
    assert done["problems"] == [
        {"title": "No price", "message": "price: expected a price, got none"}
    ]
    assert (await product(site, "SKU-29")).title == "Mug 29"
    assert await product(site, "SKU-40") is None
    assert (await seller.told())["sync"] == done


async def test_without_a_key_nothing_can_be_asked(site: Site) -> None:
    seller = await shop(site, "shopify")
    problem(await site.post(f"/connections/{seller.id}/sync", {}), 404, "unknown_poll")
    problem(await site.get(f"/connections/{seller.id}/sync"), 404, "unknown_sync")
    problem(await site.call("DELETE", f"/connections/{seller.id}/sync"), 404, "unknown_sync")
    other = await shop(site, "stripe")
    problem(await site.post(f"/connections/{other.id}/sync", {}), 422, "invalid")


async def test_a_shop_that_fails_is_told_and_what_was_read_stays(
    site: Site, woo: WooProducts
) -> None:
    for number in range(1, 30):
        woo.put(number, f"Mug {number}")
    woo.instead = lambda one: Answer(403) if one.query.get("page") == "2" else None
    seller = await connected(site, woo)
    failed = await synced(site, seller)
    assert failed["status"] == "failed"
    assert "key is refused" in failed["failure"]
    assert failed["products"] == 25
    assert await product(site, "SKU-25") is not None
    woo.instead = lambda _: None
    assert (await synced(site, seller))["failure"] is None


async def test_what_the_shop_has_no_more_is_sold_out(site: Site, woo: WooProducts) -> None:
    for number in range(1, 30):
        woo.put(number, f"Mug {number}")
    seller = await connected(site, woo)
    await synced(site, seller)
    del woo.products[3]
    assert (await synced(site, seller))["archived"] == 1
    assert (await product(site, "SKU-3")).stock == 0
    assert (await product(site, "SKU-4")).stock == 7


async def test_pieces_and_prices_reach_the_show(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "Moka mug", {"sku": "MUG-1", "price": "18.90", "quantity": 7})
    seller = await connected(site, shopify)
    await site.show()
    await synced(site, seller)
    await site.command({"type": "pin_product", "sku": "MUG-1"})
    assert (await state(site)).bag["MUG-1"].product.stock == 7

    shopify.variant(1)["inventoryQuantity"] = 5
    level = {"inventory_item_id": 1001, "location_id": 9, "available": 2}
    assert await told(site, seller, "inventory_levels/update", level) == "applied"
    assert (await state(site)).pins[1].product.stock == 5, "all places, not the one that changed"

    shopify.variant(1)["price"] = "17.50"
    assert await told(site, seller, "products/update", shopify.body(1)) == "applied"
    assert (await state(site)).pins[1].product.price.amount == 1750
    assert shopify.asked.count("SomeProducts") == 0, "the delivery told all"

    shopify.variant(1)["price"] = "16.00"
    assert await told(site, seller, "products/update", shopify.body(1, counted=False)) == "applied"
    assert (await state(site)).pins[1].product.price.amount == 1600
    assert shopify.asked.count("SomeProducts") == 1


async def test_woocommerce_is_followed_too(site: Site, woo: WooProducts) -> None:
    mug = woo.put(1, "Moka mug", sku="MUG-1")
    tee = woo.put(
        2, "T-shirt", sku="TEE", attributes=[attribute("Size", "S")],
        variations=[{"values": {"Size": "S"}, "sku": "TEE-S", "price": "20.00"}],
    )  # fmt: skip
    seller = await connected(site, woo)
    await site.show()
    await synced(site, seller)
    mug["stock_quantity"] = 4
    assert await told(site, seller, "product.updated", mug) == "applied"
    assert (await state(site)).bag["MUG-1"].product.stock == 4
    woo.variations[2][0]["price"] = "21.00"
    assert await told(site, seller, "product.updated", tee) == "applied"
    assert (await product(site, "TEE-S")).price.amount == 2100
    woo.variations[2][0]["price"] = "22.00"
    changed = {"id": 2000, "type": "variation", "parent_id": 2}
    assert await told(site, seller, "product.updated", changed) == "applied"
    assert (await product(site, "TEE-S")).price.amount == 2200


async def test_a_deleted_product_is_sold_out_and_stays_on_the_screen(
    site: Site, shopify: ShopifyShop
) -> None:
    shopify.put(1, "Moka mug", {"sku": "MUG-1", "quantity": 7})
    seller = await connected(site, shopify)
    await site.show()
    await synced(site, seller)
    await site.command({"type": "pin_product", "sku": "MUG-1"})
    assert await told(site, seller, "products/delete", {"id": 1}) == "applied"
    pinned = (await state(site)).pins[1].product
    assert (pinned.sku, pinned.stock) == ("MUG-1", 0)


async def test_the_price_of_a_running_deal_waits_for_its_end(
    site: Site, shopify: ShopifyShop
) -> None:
    """A seller who lowers the price in the shop for the deal must not end it by that."""
    shopify.put(1, "Moka mug", {"sku": "MUG-1", "price": "18.90", "quantity": 7})
    seller = await connected(site, shopify)
    await site.show()
    await synced(site, seller)
    deal = {
        "type": "start_deal", "sku": "MUG-1", "duration_s": 600,
        "price": {"amount": 1490, "currency": "EUR"},
    }  # fmt: skip
    assert (await site.command(deal)).status_code == 200
    shopify.variant(1).update(price="14.90", inventoryQuantity=3)
    assert await told(site, seller, "products/update", shopify.body(1)) == "applied"
    during = await state(site)
    assert [(one.price.amount, one.status) for one in during.deals.values()] == [(1490, "running")]
    bag = during.bag["MUG-1"].product
    assert (bag.price.amount, bag.stock) == (1890, 3)

    await site.context.syncs._begin_due()
    await site.context.syncs.settled(seller.id)
    assert (await state(site)).bag["MUG-1"].product.price.amount == 1890
    (running,) = during.deals
    assert (await site.command({"type": "end_deal", "deal": running})).status_code == 200
    await site.context.syncs._begin_due()
    await site.context.syncs.settled(seller.id)
    assert (await state(site)).bag["MUG-1"].product.price.amount == 1490


async def test_an_order_counts_its_pieces_once_whatever_came_first(
    site: Site, shopify: ShopifyShop
) -> None:
    shopify.put(1, "Moka mug", {"sku": "MUG-1", "price": "18.90", "quantity": 7})
    seller = await connected(site, shopify)
    await site.show()
    await synced(site, seller)
    shopify.variant(1)["inventoryQuantity"] = 6
    await told(site, seller, "products/update", shopify.body(1))
    now = "2025-11-21T02:00:00Z"
    order = {
        "id": 77, "financial_status": "paid", "currency": "EUR", "total_price": "18.90",
        "created_at": now, "processed_at": now, "updated_at": now,
        "line_items": [
            {"id": 5, "sku": "MUG-1", "product_id": 1, "quantity": 1, "price": "18.90"}
        ],
    }  # fmt: skip
    assert await told(site, seller, "orders/paid", order) == "applied"
    assert (await state(site)).totals.orders == 1
    assert (await state(site)).bag["MUG-1"].product.stock == 6


async def test_what_is_not_kept_in_step_is_not_followed(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "Mug")
    seller = await connected(site, shopify)
    shopify.variant(1)["price"] = "9.00"
    assert await told(site, seller, "products/update", shopify.body(1)) == "ignored"
    assert await product(site, "SKU-1") is None
    await synced(site, seller, keep=False)
    shopify.variant(1)["price"] = "8.00"
    assert await told(site, seller, "products/update", shopify.body(1)) == "ignored"
    assert (await product(site, "SKU-1")).price.amount == 900
    await synced(site, seller)
    assert (await site.call("DELETE", f"/connections/{seller.id}/sync")).status_code == 204
    shopify.variant(1)["price"] = "7.00"
    assert await told(site, seller, "products/update", shopify.body(1)) == "ignored"
    assert (await product(site, "SKU-1")).price.amount == 800


async def test_older_news_change_nothing(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "Mug")
    seller = await connected(site, shopify)
    await synced(site, seller)
    late = shopify.body(1)
    shopify.products[1]["updatedAt"] = "2025-11-21T10:00:00Z"
    shopify.variant(1)["price"] = "9.00"
    await told(site, seller, "products/update", shopify.body(1))
    assert await told(site, seller, "products/update", late) == "applied"
    assert (await product(site, "SKU-1")).price.amount == 900


async def test_two_products_with_one_sku_are_not_mixed_up(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "Mug", {"sku": "SAME"})
    shopify.put(2, "Plate", {"sku": "SAME"})
    seller = await connected(site, shopify)
    done = await synced(site, seller)
    assert done["problems"] == [
        {"title": "Plate", "message": "SAME is the SKU of another product, too"}
    ]
    shopify.variant(2)["price"] = "1.00"
    await told(site, seller, "products/update", shopify.body(2))
    assert (await product(site, "SAME")).title == "Mug"


async def test_a_product_that_the_catalogue_refuses_costs_no_other(
    site: Site, shopify: ShopifyShop
) -> None:
    """The mug is in the bag of a show that sells in euros."""
    await site.show()
    shopify.currency = "CHF"
    shopify.put(1, "Moka mug", {"sku": "MUG-1"})
    shopify.put(2, "Plate")
    done = await synced(site, await connected(site, shopify))
    assert [one["title"] for one in done["problems"]] == ["Moka mug"]
    assert "EUR" in done["problems"][0]["message"]
    assert (await product(site, "SKU-2")).price.currency == "CHF"


async def test_orders_find_variants_whose_sku_was_made(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "T-shirt", {"sku": None, "values": ("S",)}, options=("Size",))
    seller = await connected(site, shopify)
    await synced(site, seller)
    matches = await site.context.shows.matching.matches(seller.id)
    assert matches == {"variant:1001": "product-1-S"}


async def test_a_variant_that_the_shop_gave_up_is_sold_out(
    site: Site, shopify: ShopifyShop
) -> None:
    sizes = ({"sku": "S", "values": ("S",), "quantity": 2}, {"sku": "M", "values": ("M",)})
    shopify.put(1, "T-shirt", *sizes, options=("Size",))
    seller = await connected(site, shopify)
    await synced(site, seller)
    shopify.put(1, "T-shirt", sizes[1], options=("Size",))
    await synced(site, seller)
    assert (await product(site, "S")).stock == 0


async def test_a_declared_prior_price_stays(site: Site, shopify: ShopifyShop) -> None:
    shopify.put(1, "Mug", {"sku": "MUG-1", "price": "15.00", "compare_at": "99.00"})
    await site.show()
    declared = {
        "sku": "MUG-1", "title": "Moka mug", "price": {"amount": 1890, "currency": "EUR"},
        "prior_price": {"amount": 1990, "currency": "EUR"},
    }  # fmt: skip
    assert (await site.post("/products", declared)).status_code == 200
    await synced(site, await connected(site, shopify))
    found = await product(site, "MUG-1")
    assert (found.price.amount, found.prior_price.amount) == (1500, 1990)


async def test_a_reading_goes_on_after_a_restart_and_comes_again(
    site: Site, woo: WooProducts
) -> None:
    for number in range(1, 60):
        woo.put(number, f"Mug {number}")
    seller = await connected(site, woo)
    syncs = site.context.syncs
    done = await synced(site, seller)
    asked = len(woo.asked)
    sync = await syncs.of(seller.id)
    assert sync is not None

    await site.store.put_sync(replace(sync, status="running", page="3", products=50))
    site.clock.advance(200_000)
    await syncs._begin_due()
    await syncs.settled(seller.id)
    pages = [one.query["page"] for one in woo.asked[asked:] if "page" in one.query]
    assert pages == ["3"]

    site.clock.advance(7 * 3_600_000)
    await syncs._begin_due()
    await syncs.settled(seller.id)
    again = (await site.get(f"/connections/{seller.id}/sync")).json()
    assert again["products"] == done["products"] == 59
    assert again["last_success_at"] > done["last_success_at"]
