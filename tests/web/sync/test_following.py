"""The shop's deliveries about products, up to the shows that sell them."""

from __future__ import annotations

from tests.shops.shopify_shop import ShopifyShop
from tests.shops.woo_products import WooProducts, attribute
from tests.web.conftest import Site
from tests.web.sync.syncing import connected, product, state, synced, told


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
    link = (await state(site)).pins[1].product.link
    assert link == "https://shop.example/products/product-1", "which a delivery leaves away"

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
