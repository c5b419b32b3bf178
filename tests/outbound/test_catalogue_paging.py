"""Any paging gives the same catalogue: of any products, in pages of any size, while some go."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outbound.woo_shop import KEY, SECRET
from tests.properties import at_most
from tests.shops.clocks import HurriedClock
from tests.shops.shopify_shop import TOKEN, ShopifyShop, shopify_shop
from tests.shops.woo_products import WooProducts, attribute, woo_products
from vetrina.connectors.catalogues.port import Catalogue, Place
from vetrina.connectors.polling import Access
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.outbound import shopify_catalogue, woo_catalogue
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_catalogue import ShopifyCatalogue
from vetrina.outbound.woo_catalogue import WooCatalogue

Products = dict[int, int]
"""How many variants each product has, by its number; 0 is one without options."""
PRODUCTS = st.dictionaries(st.integers(1, 60), st.integers(0, 4), max_size=14)


def fill(shopify: ShopifyShop, woo: WooProducts, products: Products) -> None:
    for number, count in products.items():
        sizes = [str(n) for n in range(count)]
        told = [{"sku": f"P{number}-{size}", "values": (size,)} for size in sizes]
        shopify.put(number, f"Product {number}", *told, options=("Size",) if count else ())
        more = {
            "attributes": [attribute("Size", *sizes)],
            "variations": [{"values": {"Size": n}, "sku": f"P{number}-{n}"} for n in sizes],
        }
        woo.put(number, f"Product {number}", **(more if count else {}))


async def read(
    catalogue: Catalogue, access: Access, going: dict[int, object], gone: list[int]
) -> dict[str, CatalogueEntry]:
    """All products by number; one of `gone` is deleted at the shop before each next page."""
    found: dict[str, CatalogueEntry] = {}
    place: Place | None = Place()
    while place is not None:
        page = await catalogue.page(access, place, 0)
        found |= {one.id: one.entry for one in page.products}
        place = page.following
        if gone:
            going.pop(gone.pop(), None)
    return found


async def compare(products: Products, size: int, variants: int, gone: list[int]) -> None:
    client = HttpClient(wait_s=60, private_addresses=True)
    clock = HurriedClock()
    with shopify_shop(clock) as shopify, woo_products() as woo:
        fill(shopify, woo, products)
        kinds: list[tuple[Catalogue, Access, dict[int, object]]] = [
            (ShopifyCatalogue(client, clock), Access(shopify.address, TOKEN), shopify.products),
            (WooCatalogue(client, clock), Access(woo.address, KEY, SECRET), woo.products),
        ]  # type: ignore[list-item]
        for catalogue, access, there in kinds:
            whole = await read(catalogue, access, there, [])
            assert len(whole) == len(products)
            with (
                patch.object(shopify_catalogue, "PRODUCTS_A_PAGE", size),
                patch.object(shopify_catalogue, "VARIANTS_A_PAGE", variants),
                patch.object(woo_catalogue, "PRODUCTS_A_PAGE", size),
                patch.object(woo_catalogue, "VARIATIONS_A_PAGE", variants),
            ):
                assert await read(catalogue, access, there, []) == whole
                paged = await read(catalogue, access, there, list(gone))
            left = {str(number) for number in there}
            assert {id: paged[id] for id in left} == {id: whole[id] for id in left}
    await client.close()


@settings(max_examples=at_most(12))
@given(PRODUCTS, st.integers(1, 7), st.integers(1, 3), st.data())
def test_any_paging_gives_the_same_catalogue(
    products: Products, size: int, variants: int, data: st.DataObject
) -> None:
    gone = data.draw(st.lists(st.sampled_from(sorted(products) or [0]), max_size=4, unique=True))
    asyncio.run(compare(products, size, variants, gone))
