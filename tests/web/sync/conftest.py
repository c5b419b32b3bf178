"""Shops whose products are synced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shops.shopify_shop import ShopifyShop, shopify_shop
from tests.shops.woo_products import WooProducts, woo_products
from tests.web.conftest import Site


@pytest.fixture
def shopify(site: Site) -> Iterator[ShopifyShop]:
    with shopify_shop(site.clock) as made:
        made.bucket.most = made.bucket.left = 10.0**6
        yield made


@pytest.fixture
def woo() -> Iterator[WooProducts]:
    with woo_products() as made:
        yield made
