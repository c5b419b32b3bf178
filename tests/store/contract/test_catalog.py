"""What every store promises of products."""

import asyncio
from dataclasses import replace

from tests.store.builders import product
from vetrina.domain.money import Money

FULL = product(
    "CUP-4",
    price=Money(10**15, "KWD"),
    prior_price=Money(10**15, "KWD"),
    image="/media/0f3a.webp",
    link="https://shop.example/cup?a=1&b=ü",
    stock=10**9,
    title="Cup “Nerone” ☕ 100 % 'raku'",
)


async def test_a_product_is_read_as_it_was_written(store):
    await store.put_products([FULL, product()])
    assert await store.products() == [FULL, product()]


async def test_an_empty_catalogue_has_no_products(store):
    await store.put_products([])
    assert await store.products() == []


async def test_products_keep_the_place_of_their_first_appearance(store):
    await store.put_products([product("B"), product("A")])
    await store.put_products([product("C"), product("B", title="New", stock=0)])
    assert await store.products() == [
        product("B", title="New", stock=0),
        product("A"),
        product("C"),
    ]


async def test_a_product_named_twice_is_the_last_one_named(store):
    await store.put_products([product("A"), product("B"), product("A", title="Last")])
    assert [one.title for one in await store.products()] == ["Last", "Title of B"]


async def test_some_products_come_in_the_order_asked_for(store):
    await store.put_products([product("A"), product("B"), product("C")])
    asked = await store.products(["C", "NOT-THERE", "A"])
    assert [one.sku for one in asked] == ["C", "A"]
    assert await store.products([]) == []


async def test_a_large_catalogue_goes_in_and_out_at_once(store):
    many = [product(f"SKU-{n:05d}") for n in range(5_000)]
    await store.put_products(many)
    await store.put_products([replace(one, stock=1) for one in many])
    skus = [one.sku for one in reversed(many)]
    found = await store.products(skus)
    assert [one.sku for one in found] == skus
    assert {one.stock for one in found} == {1}


async def test_two_processes_may_add_the_same_product(stores):
    puts = (stores[n % 2].put_products([product(stock=n)]) for n in range(10))
    await asyncio.gather(*puts)
    assert len(await stores[0].products()) == 1
