"""Adapters that lead to another shop's checkout: the address says what is bought."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.shop.payments.checkouts import URLS, a_checkout, a_line
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.shop.payments.link import LinkPayments
from vetrina.shop.payments.port import ProviderRefused
from vetrina.shop.payments.shopify import ShopifyPayments
from vetrina.shop.payments.test import TestPayments
from vetrina.shop.payments.woocommerce import WooPayments
from vetrina.store.ports.matches import Match

NOW = 1_763_690_000_000
PRICE = Money(1990, "EUR")


class Shop:
    """What the connected shop calls our products, and the pages that they have."""

    def __init__(self, *refs, link=None):
        self._matches = [Match(ref=ref, sku=sku) for ref, sku in refs]
        self._link = link

    async def matches(self, connection):
        assert connection == "con_1"
        return self._matches

    async def products(self, skus):
        return [Product(sku=sku, title="Mug", price=PRICE, link=self._link) for sku in skus]


def parts(begun):
    """The address without its query, and the query."""
    assert begun.session is None and begun.expires_at is None
    address = urlsplit(begun.url)
    return f"{address.scheme}://{address.netloc}{address.path}", parse_qs(address.query)


async def test_shopify_gets_a_cart_of_its_own_numbers():
    shop = Shop(("variant:11", "MUG-1"), ("variant:22", "APR-1"), ("product:9", "MUG-1"))
    payments = ShopifyPayments(shop, "https://x.myshopify.com/", "con_1", "LIVE")
    checkout = a_checkout(
        a_line(), a_line(sku="APR-1", quantity=1), now=NOW, show="spring", via="a"
    )
    where, query = parts(await payments.begin(checkout, URLS))
    assert where == "https://x.myshopify.com/cart/11:2,22:1"
    assert query == {"attributes[vetrina]": ["spring"], "ref": ["a"]}
    dealt = a_checkout(a_line(deal="d1"), now=NOW)
    _, query = parts(await payments.begin(dealt, URLS))
    assert query == {"attributes[vetrina]": ["giulia"], "discount": ["LIVE"]}


async def test_woocommerce_gets_its_checkout_link():
    shop = Shop(("product:123", "MUG-1"), ("variation:456", "APR-1"))
    payments = WooPayments(shop, "https://shop.example/", "con_1")
    checkout = a_checkout(a_line(), a_line(sku="APR-1", quantity=1), now=NOW, off=100)
    begun = await payments.begin(checkout, URLS)
    assert begun.url.startswith("https://shop.example/checkout-link/?products=123:2,456:1")
    assert parts(begun)[1]["coupon"] == ["SPRING"]


@pytest.mark.parametrize("adapter", [ShopifyPayments, WooPayments])
async def test_a_product_that_the_shop_does_not_have_is_not_sold(adapter):
    payments = adapter(Shop(), "https://shop.example", "con_1")
    with pytest.raises(ProviderRefused, match="does not have MUG-1"):
        await payments.begin(a_checkout(now=NOW), URLS)


async def test_a_link_is_filled_in():
    payments = LinkPayments(Shop(link="https://s.example/{sku}?n={qty}&from={show}&by={via}"))
    begun = await payments.begin(a_checkout(now=NOW, show="spring/1", via="anna"), URLS)
    assert begun.url == "https://s.example/MUG-1?n=2&from=spring%2F1&by=anna"


@pytest.mark.parametrize(
    ("link", "lines", "code"),
    [
        (None, (a_line(),), "no_link"),
        ("https://s.example", (a_line(), a_line(sku="B", product="B")), "one_at_a_time"),
    ],
)
async def test_what_a_link_cannot_sell_is_said(link, lines, code):
    with pytest.raises(ProviderRefused) as refused:
        await LinkPayments(Shop(link=link)).begin(a_checkout(*lines, now=NOW), URLS)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "payments",
    [
        LinkPayments(Shop()),
        ShopifyPayments(Shop(), "https://s.example", "con_1"),
        WooPayments(Shop(), "https://s.example", "con_1"),
    ],
)
async def test_where_another_shop_sells_nothing_is_held_or_given_back_here(payments):
    assert not payments.holds and not payments.refunds
    assert await payments.expire("any") == "unknown"
    assert (await payments.status("any")).state == "unknown"
    with pytest.raises(ProviderRefused):
        await payments.refund("any", PRICE, "re_1", "requested_by_customer")
    with pytest.raises(ProviderRefused):
        await payments.buyer("any")


async def test_a_test_is_paid_with_nothing_and_gives_it_back():
    payments = TestPayments()
    begun = await payments.begin(a_checkout(now=NOW), URLS)
    assert begun.session.startswith("test_")
    assert await payments.expire(begun.session) == "expired"
    assert (await payments.refund("test_paid", PRICE, "re_1", "duplicate")).state == "succeeded"
