"""All products of a connected shop, brought in through the API."""

from __future__ import annotations

from dataclasses import replace

from tests.outbound.answering import Answer
from tests.shops.shopify_shop import ShopifyShop
from tests.shops.woo_products import WooProducts
from tests.web.conftest import Site, problem
from tests.web.shops import shop
from tests.web.sync.syncing import connected, product, synced, told


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


async def test_a_variant_that_the_shop_gave_up_is_gone(site: Site, shopify: ShopifyShop) -> None:
    sizes = ({"sku": "S", "values": ("S",), "quantity": 2}, {"sku": "M", "values": ("M",)})
    shopify.put(1, "T-shirt", *sizes, options=("Size",))
    seller = await connected(site, shopify)
    await synced(site, seller)
    shopify.put(1, "T-shirt", sizes[1], options=("Size",))
    await synced(site, seller)
    assert await product(site, "S") is None
    assert (await product(site, "M")).values == ("M",)


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


async def test_without_product_safety_it_is_a_draft_until_there_is_some(
    site: Site, woo: WooProducts
) -> None:
    eu = {"handle": "giulia", "name": "Giulia", "eu": True}
    assert (await site.call("PUT", "/shop", eu)).status_code == 200
    woo.put(1, "Mug")
    seller = await connected(site, woo)
    assert (await synced(site, seller))["left_out"] == 0

    async def status() -> str:
        (found,) = (await site.get("/products")).json()["products"]
        return str(found["status"])

    assert await status() == "draft"
    safety = {"maker": "Giulia", "address": "Via 4, Faenza", "contact": "ciao@giulia.example"}
    assert (await site.call("PUT", "/shop", {**eu, "safety": safety})).status_code == 200
    await synced(site, seller)
    assert await status() == "active"
