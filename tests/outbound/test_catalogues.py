"""Reading the products of shops that page, limit, fail in between and answer slowly."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.outbound.answering import Answer, Asked
from tests.outbound.woo_shop import KEY, SECRET
from tests.shops.clocks import HurriedClock
from tests.shops.shopify_shop import TOKEN, ShopifyShop, shopify_shop
from tests.shops.woo_products import WooProducts, attribute, error, woo_products
from vetrina.connectors.catalogues.port import Catalogue, CataloguePage, Place
from vetrina.connectors.polling import Access, PollFailed
from vetrina.outbound import shopify_catalogue
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_catalogue import ShopifyCatalogue
from vetrina.outbound.woo_catalogue import WooCatalogue

SIZES = [{"sku": f"S-{n}", "values": (str(n),), "quantity": n} for n in range(60)]


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    made = HttpClient(wait_s=60, private_addresses=True)
    yield made
    await made.close()


@pytest.fixture
def shopify(clock: HurriedClock) -> Iterator[ShopifyShop]:
    with shopify_shop(clock) as shop:
        yield shop


@pytest.fixture
def woo() -> Iterator[WooProducts]:
    with woo_products() as shop:
        yield shop


def token(shop: ShopifyShop) -> Access:
    return Access(shop.address, TOKEN)


def key(shop: WooProducts) -> Access:
    return Access(shop.address, KEY, SECRET)


async def pages(catalogue: Catalogue, access: Access) -> AsyncIterator[CataloguePage]:
    place: Place | None = Place()
    while place is not None:
        page = await catalogue.page(access, place, 0)
        yield page
        place = page.following


async def titles(catalogue: Catalogue, access: Access) -> dict[str, str]:
    """All products of a shop, by number."""
    return {
        one.id: one.entry.title async for page in pages(catalogue, access) for one in page.products
    }


async def test_shopify_is_read_to_the_end(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop
) -> None:
    for number in range(1, 48):
        shopify.put(number, f"Mug {number}")
    shopify.put(90, "Socks", *SIZES, options=("Size",))
    found = [
        one
        async for page in pages(ShopifyCatalogue(client, clock), token(shopify))
        for one in page.products
    ]
    assert len(found) == 48
    assert [one.sku for one in found[-1].entry.variants] == [f"S-{n}" for n in range(60)]
    assert "MoreVariants" in shopify.asked


async def test_a_question_that_costs_too_much_is_asked_for_less(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 30):
        shopify.put(number, f"Mug {number}")
    monkeypatch.setattr(shopify_catalogue, "PRODUCTS_A_PAGE", 250)
    assert len(await titles(ShopifyCatalogue(client, clock), token(shopify))) == 29


async def test_a_shop_that_limits_is_waited_for(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop
) -> None:
    """Pages rest until they may be asked for; who else asks at the same time is told to wait."""
    for number in range(1, 60):
        shopify.put(number, f"Mug {number}")
    shopify.bucket.left = 10.0
    assert len(await titles(ShopifyCatalogue(client, clock), token(shopify))) == 59
    assert shopify.throttled >= 1
    assert shopify.throttled <= 2, "after the first answer the cost is known"
    assert max(clock.waits) <= 10_000


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(500),
        Answer(502, b"<html>"),
        Answer(429, b"", {"Retry-After": "2"}),
        Answer(200, b'{"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}'),
        Answer(200, b'{"errors":[{"message":"Throttled"}]}'),
    ],
    ids=lambda one: f"{one.status} {one.body[:20]!r}",
)
async def test_an_error_in_between_costs_nothing(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop, woo: WooProducts,
    trouble: Answer,
) -> None:  # fmt: skip
    for number in range(1, 60):
        shopify.put(number, f"Mug {number}")
        woo.put(number, f"Mug {number}")
    asked: list[Asked] = []

    def every_third(one: Asked) -> Answer | None:
        asked.append(one)
        return trouble if len(asked) % 3 == 2 else None

    shopify.instead = every_third
    assert len(await titles(ShopifyCatalogue(client, clock), token(shopify))) == 59
    if trouble.status != 200:
        woo.instead = every_third
        assert len(await titles(WooCatalogue(client, clock), key(woo))) == 59


async def test_a_shop_that_keeps_failing_is_given_up(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop
) -> None:
    shopify.instead = lambda _: Answer(503)
    with pytest.raises(PollFailed, match="come later"):
        await titles(ShopifyCatalogue(client, clock), token(shopify))
    assert len(clock.waits) == 5


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(401), "key is refused"),
        (Answer(200, b"<html>"), "myshopify.com"),
        (Answer(200, b'{"data":{"shop":{"currencyCode":"EUR"}}}'), "myshopify.com"),
        (Answer(200, b'{"errors":[{"extensions":{"code":"ACCESS_DENIED"}}]}'), "scopes"),
        (Answer(200, b'{"errors":"odd"}'), "not understand"),
        (Answer(429, b"", {"Retry-After": "7200"}), "come later"),
    ],
)
async def test_what_cannot_get_better_is_told_at_once(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop, answer: Answer, why: str
) -> None:
    shopify.instead = lambda _: answer
    with pytest.raises(PollFailed, match=why):
        await titles(ShopifyCatalogue(client, clock), token(shopify))
    assert clock.waits == []


async def test_a_slow_page_is_asked_for_again(clock: HurriedClock, woo: WooProducts) -> None:
    for number in range(1, 40):
        woo.put(number, f"Mug {number}")
    answered, slow = threading.Event(), [True]

    def once(one: Asked) -> Answer | None:
        if one.query.get("page") == "2" and slow.pop() if slow else False:
            answered.wait(10)
        return None

    woo.instead = once
    impatient = HttpClient(wait_s=0.5, private_addresses=True)
    assert len(await titles(WooCatalogue(impatient, clock), key(woo))) == 39
    answered.set()
    await impatient.close()


async def test_woocommerce_is_read_with_its_variations(
    client: HttpClient, clock: HurriedClock, woo: WooProducts
) -> None:
    for number in range(1, 52):
        woo.put(number, f"Mug {number}")
    sizes = [{"values": {"Size": str(n)}, "sku": f"S-{n}"} for n in range(100)]
    woo.put(60, "Socks", attributes=[attribute("Size")], variations=sizes)
    woo.put(61, "Grouped", type="grouped")
    read = [page async for page in pages(WooCatalogue(client, clock), key(woo))]
    found = [one for page in read for one in page.products]
    assert len(found) == 52
    assert len(found[-1].entry.variants) == 100
    assert [one.title for page in read for one in page.left_out] == ["Grouped"]
    assert {page.currency for page in read} == {"EUR"}


async def test_variations_that_cannot_be_read_cost_their_product_only(
    client: HttpClient, clock: HurriedClock, woo: WooProducts
) -> None:
    woo.put(1, "Mug")
    woo.put(2, "T-shirt", attributes=[attribute("Size", "S")], variations=[{}])
    woo.instead = lambda one: error(404, "gone") if one.path.endswith("/variations") else None
    read = [page async for page in pages(WooCatalogue(client, clock), key(woo))]
    assert [one.id for page in read for one in page.products] == ["1"]
    assert [one.why for page in read for one in page.left_out] == [
        "its variations could not be read"
    ]


async def test_what_moves_up_while_it_is_read_is_not_skipped(
    client: HttpClient, clock: HurriedClock, woo: WooProducts
) -> None:
    """WooCommerce pages by number: what is deleted moves all later products to earlier pages."""
    for number in range(1, 120):
        woo.put(number, f"Mug {number}")
    found = set()
    async for page in pages(WooCatalogue(client, clock), key(woo)):
        found |= {one.id for one in page.products}
        for number in (1, *range(30, 60)) if "50" in found else ():
            woo.products.pop(number, None)
    assert {str(number) for number in woo.products} <= found


async def test_some_products_are_asked_for_and_those_that_are_gone_stay_away(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop, woo: WooProducts
) -> None:
    for number in range(1, 40):
        shopify.put(number, f"Mug {number}")
        woo.put(number, f"Mug {number}")
    wanted = [str(number) for number in (*range(1, 33), 400, 500)]
    for page in (
        await ShopifyCatalogue(client, clock).some(token(shopify), wanted, None, 0),
        await WooCatalogue(client, clock).some(key(woo), wanted, None, 0),
    ):
        assert [one.id for one in page.products] == wanted[:-2]
        assert page.currency == "EUR"


async def test_the_product_of_an_item_of_the_stock(
    client: HttpClient, clock: HurriedClock, shopify: ShopifyShop
) -> None:
    shopify.put(1, "Mug")
    catalogue = ShopifyCatalogue(client, clock)
    page = await catalogue.of_item(token(shopify), "1001", None, 0)
    assert [one.entry.title for one in page.products] == ["Mug"]
    assert (await catalogue.of_item(token(shopify), "9", None, 0)).products == ()


async def test_a_key_reaches_no_private_address(clock: HurriedClock, shopify: ShopifyShop) -> None:
    public = HttpClient(wait_s=5)
    with pytest.raises(PollFailed, match="VETRINA_PRIVATE_ADDRESSES"):
        await titles(ShopifyCatalogue(public, clock), token(shopify))
    await public.close()
    assert shopify.asked == []
