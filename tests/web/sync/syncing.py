"""Connections to shops whose products are synced, as a seller and a shop use them."""

from __future__ import annotations

from typing import Any

from tests.outbound.woo_shop import KEY, SECRET
from tests.shops import shopify_shop as shopify_double
from tests.shops import woo_products as woo_double
from tests.shops.shopify_shop import TOKEN, ShopifyShop
from tests.shops.woo_products import WooProducts
from tests.web.conftest import Site
from tests.web.shops import Shop, shop


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
    """The product of a SKU, or its variant, or None."""
    owner = (await site.store.owners([sku])).get(sku)
    if owner is None:
        return None
    (found,) = await site.store.products([owner])
    return found.variant(sku) or found


async def state(site: Site) -> Any:
    return (await site.context.shows.state("spring"))[1]
