"""What every store promises of the price history."""

import asyncio
from dataclasses import replace

from tests.domain.builders import tee
from tests.store.builders import DAY_MS, NOW, SLUG, made_show, product, said
from vetrina.clock_discipline import Correction
from vetrina.domain.catalogue.entry import entry_of
from vetrina.domain.catalogue.price_history import Offered
from vetrina.domain.money import Money
from vetrina.domain.show.values import PastDeal
from vetrina.store.ports.shows import Append
from vetrina.store.sql import chunks


def eur(amount):
    return Money(amount, "EUR")


def priced(amount, sku="MUG-1", **more):
    return product(sku, price=eur(amount), **more)


async def offered(store, sku="MUG-1", since=0):
    return [
        (one.price.amount, one.from_ms - NOW, one.until_ms and one.until_ms - NOW, one.kind)
        for one in await store.prices([sku], since)
    ]


async def ran(store, *deals):
    await store.append(Append(show=SLUG, events=[said("over")], past_deals=deals))


async def test_a_price_is_kept_from_when_it_came_until_another_did(stores):
    one, other = stores
    await one.put_products([priced(2490), priced(900, "APR-3")], at=NOW)
    await other.put_products([priced(2490, title="Another title", stock=3)], at=NOW + 5)
    await one.put_products([priced(1990)], at=NOW + 10)
    await other.put_products([product(price=Money(1990, "USD"))], at=NOW + 20)
    assert await other.prices(["APR-3", "MUG-1", "NOT-THERE"], 0) == [
        Offered("MUG-1", eur(2490), NOW, NOW + 10),
        Offered("APR-3", eur(900), NOW),
        Offered("MUG-1", eur(1990), NOW + 10, NOW + 20),
        Offered("MUG-1", Money(1990, "USD"), NOW + 20),
    ]
    assert await other.prices([], 0) == []


async def test_what_was_replaced_as_it_came_was_never_offered(store):
    await store.put_products([priced(2490), priced(2390)], at=NOW)
    await store.put_products([priced(2290)], at=NOW)
    await store.put_products([priced(2190)], at=NOW - 5)
    assert await offered(store) == [(2190, 0, None, "price")]


async def test_without_a_time_it_is_the_installations(store):
    await store.correct_clock(Correction(), Correction(ns=10**18, steps=0))
    await store.put_products([priced(2490)])
    [one] = await store.prices(["MUG-1"], 0)
    assert abs(one.from_ms - (await store.read_clock()).installation_ms) < 60_000


async def test_a_deal_that_ran_is_an_offer(stores):
    one, other = stores
    await made_show(one)
    deal = PastDeal("MUG-1", eur(1200), NOW + 60_000, NOW)
    early = PastDeal("APR-3", Money(900, "JPY"), NOW + 1)
    await ran(one, deal, early)
    assert await other.prices(["MUG-1", "APR-3"], NOW) == [deal.offered(), early.offered()]
    assert await offered(other) == [(1200, 0, 60_000, "deal")]
    assert await offered(other, since=NOW + 60_000) == []


async def test_what_ended_is_told_if_it_was_recent_or_led_to_the_present_price(store):
    month = 30 * DAY_MS
    for amount, days in ((3000, 0), (2800, 100), (2600, 120), (2400, 300)):
        await store.put_products([priced(amount)], at=NOW + days * DAY_MS)
    since = NOW + 390 * DAY_MS - month
    told = await offered(store, since=since)
    assert [amount for amount, *_ in told] == [2600, 2400]
    await store.put_products([priced(2200)], at=NOW + 301 * DAY_MS)
    told = await offered(store, since=since)
    assert [amount for amount, *_ in told] == [2600, 2400, 2200]


async def test_what_ended_long_ago_is_forgotten(store):
    await made_show(store)
    await store.put_products([priced(3000), priced(1, "APR-3")], at=NOW)
    await store.put_products([priced(2800)], at=NOW + DAY_MS)
    await ran(store, PastDeal("MUG-1", eur(1200), NOW + 2 * DAY_MS, NOW))
    await store.put_products([priced(2600)], at=NOW + 402 * DAY_MS)
    assert [amount for amount, *_ in await offered(store)] == [1200, 2800, 2600]
    await ran(store, PastDeal("MUG-1", eur(1300), NOW + 403 * DAY_MS, NOW))
    assert [amount for amount, *_ in await offered(store)] == [1300, 2800, 2600]
    assert [amount for amount, *_ in await offered(store, "APR-3")] == [1]


async def test_a_large_catalogue_is_priced_at_once(store, monkeypatch):
    """More products than one statement binds; here that is few."""
    monkeypatch.setattr(chunks, "SLICE", 100)
    many = [priced(2490, f"SKU-{n:05d}") for n in range(550)]
    await store.put_products(many, at=NOW)
    await store.put_products([replace(one, price=eur(2390)) for one in many], at=NOW + 1)
    told = await store.prices([one.sku for one in many], NOW)
    assert len(told) == 1_100
    assert {one.price for one in told if one.until_ms is None} == {eur(2390)}


async def test_processes_that_price_the_same_product_take_turns(stores):
    puts = (stores[n % 2].put_products([priced(1000 + n)], at=NOW + n) for n in range(10))
    await asyncio.gather(*puts)
    [present] = [one for one in await stores[0].prices(["MUG-1"], 0) if one.until_ms is None]
    [kept] = await stores[1].products(["MUG-1"])
    assert present.price == kept.price


async def test_each_variant_has_a_history_and_drafts_have_none(store):
    shirt = entry_of(tee(1900, 2000, 2200), "draft")
    await store.put_entries([shirt], at=NOW)
    skus = list(shirt.product().skus())
    assert await store.prices(skus, NOW - 1) == []
    await store.put_entries([replace(shirt, status="active")], at=NOW + 1)
    told = [(one.sku, one.price.amount) for one in await store.prices(skus, NOW - 1)]
    assert told == [("TEE", 1900), ("TEE-S", 1900), ("TEE-M", 2000), ("TEE-L", 2200)]
    await store.set_status("TEE", "archived", at=NOW + 2)
    assert {one.until_ms for one in await store.prices(skus, NOW - 1)} == {NOW + 2}


async def test_what_leaves_the_catalogue_is_offered_no_more(store):
    shirt = tee(1900, 2000, 2200)
    small, medium, large = shirt.variants
    await store.put_products([shirt], at=NOW)
    await store.put_products([shirt.with_variants([small, medium])], at=NOW + 1)
    assert await offered(store, large.sku) == [(2200, 0, 1, "price")]
    await store.delete_product("TEE", at=NOW - 5)
    for sku, amount in (("TEE", 1900), (small.sku, 1900), (medium.sku, 2000)):
        assert await offered(store, sku) == [(amount, 0, 0, "price")]
    assert await store.products() == []
    await store.put_products([shirt], at=NOW + 9)
    assert (await offered(store, large.sku))[1:] == [(2200, 9, None, "price")]
