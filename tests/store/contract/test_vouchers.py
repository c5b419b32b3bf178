"""What every store promises of vouchers, and of those that are given by tap."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.store.builders import NOW, SLUG, made_show
from tests.store.selling import change, new, paid, stocked
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.voucher import Voucher
from vetrina.store.errors import Taken
from vetrina.store.ports.store import Store
from vetrina.store.ports.vouchers import Claimed, VoucherClaim


def voucher(code: str = "SPRING10", **more: Any) -> Voucher:
    return Voucher(code=code, percent_bps=1000, **more)


def tap(alias: str, buyer: str, quantity: int | None = None, **more: Any) -> VoucherClaim:
    given = {"show": SLUG, "offer": "v1", "at": NOW, **more}
    return VoucherClaim(alias=alias, buyer=buyer, quantity=quantity, **given)


async def offered(store: Store, quantity: int | None = 50, **more: Any) -> str:
    """A voucher, and a show to offer it in; its alias."""
    await made_show(store)
    return (await store.add_voucher(voucher(quantity=quantity, **more), NOW)).alias


async def test_a_voucher_is_read_as_it_was_written(store):
    wanted = Voucher(
        code="FIVE-OFF", amount=Money(500, "EUR"), min_spend=Money(5000, "EUR"), starts_at=NOW,
        ends_at=NOW + 1, quantity=3, per_buyer=1, skus=("MUG-1",), show="spring-drop",
    )  # fmt: skip
    await store.add_voucher(wanted, NOW)
    kept = await store.voucher("FIVE-OFF")
    assert kept is not None
    assert (kept.voucher, kept.left, kept.used, kept.claims) == (wanted, 3, 0, 0)
    assert kept.alias not in ("", "FIVE-OFF")
    assert await store.voucher("FIVE") is None


async def test_a_code_is_taken_for_good(store):
    await store.add_voucher(voucher(), NOW)
    with pytest.raises(Taken):
        await store.add_voucher(voucher(), NOW)
    assert await store.remove_voucher("SPRING10", NOW + 5)
    assert not await store.remove_voucher("SPRING10", NOW + 6)
    assert await store.voucher("SPRING10") is None
    with pytest.raises(Taken):
        await store.add_voucher(voucher(), NOW)


async def test_pages_hold_the_newest_first_also_of_one_moment(store):
    for number in range(5):
        await store.add_voucher(voucher(f"CODE{number}"), NOW)
    await store.remove_voucher("CODE3", NOW)
    first = await store.vouchers(limit=2)
    rest = await store.vouchers(after=first.next, limit=2)
    codes = [kept.voucher.code for page in (first, rest) for kept in page.items]
    assert codes == ["CODE4", "CODE2", "CODE1", "CODE0"]
    assert rest.next is None


async def test_a_buyer_is_given_it_once(store):
    alias = await offered(store)
    first = await store.claim_voucher(tap(alias, "anna", 2))
    again = await store.claim_voucher(tap(alias, "anna", 2))
    assert first == again == Claimed("SPRING10", 1)
    assert await store.was_given("SPRING10", "anna")
    assert not await store.was_given("SPRING10", "bea")
    assert await store.offers_left(SLUG) == {"v1": 1}


async def test_of_many_at_once_exactly_so_many_are_given_it(stores):
    """B11, for taps: two processes, 50 of 200."""
    one, other = stores
    alias = await offered(one)
    taps = [
        store.claim_voucher(tap(alias, f"buyer {number}", 50))
        for number in range(100)
        for store in (one, other)
    ]
    told = await asyncio.gather(*taps)
    given = {n // 2 for n, claimed in enumerate(told) if claimed.code}
    assert len(given) == 50
    kept = await one.voucher("SPRING10")
    assert kept is not None
    assert (kept.left, kept.claims) == (0, 50)
    assert await other.offers_left(SLUG) == {"v1": 0}


async def test_two_offers_share_what_the_voucher_has(store):
    alias = await offered(store, quantity=3)
    for number in range(2):
        assert (await store.claim_voucher(tap(alias, f"a{number}", 2))).code
    assert (await store.claim_voucher(tap(alias, "late", 2))).code is None
    second = [await store.claim_voucher(tap(alias, f"b{n}", 2, offer="v2")) for n in range(2)]
    assert [claimed.code for claimed in second] == ["SPRING10", None]


async def test_the_first_tap_makes_it_one_that_is_given_by_tap(store):
    alias = await offered(store, quantity=None)
    assert (await store.claim_voucher(tap(alias, "anna"))) == Claimed("SPRING10", None)
    kept = await store.voucher("SPRING10")
    assert kept is not None
    assert kept.voucher.claimed


async def test_only_who_was_given_it_reserves_with_it_and_once(store):
    alias = await offered(store, claimed=True)
    await stocked(store, 9)
    with pytest.raises(Refused) as stranger:
        await store.reserve(new(voucher="SPRING10", buyer="bea"))
    await store.claim_voucher(tap(alias, "anna"))
    await store.reserve(new(voucher="SPRING10", buyer="anna"))
    with pytest.raises(Refused) as twice:
        await store.reserve(new(voucher="SPRING10", buyer="anna"))
    assert stranger.value.args == twice.value.args
    kept = await store.voucher("SPRING10")
    assert kept is not None
    assert (kept.used, kept.claims, kept.left) == (1, 1, 49)


async def test_an_order_uses_it_for_good_and_an_open_checkout_does_not(store):
    alias = await offered(store)
    await stocked(store, 9)
    await store.claim_voucher(tap(alias, "anna"))
    order = await store.reserve(new(voucher="SPRING10", buyer="anna"))
    assert await store.times_used("SPRING10", "anna") == 0
    await store.change_order(change(order, paid(), stock="sell"))
    assert await store.times_used("SPRING10", "anna") == 1
    assert await store.times_used("SPRING10", "bea") == 0


async def test_a_rehearsal_takes_nothing_of_the_voucher(store):
    alias = await offered(store, quantity=1)
    assert (await store.claim_voucher(tap(alias, "anna", 1, test=True))).code
    kept = await store.voucher("SPRING10")
    assert kept is not None
    assert (kept.left, kept.claims, kept.voucher.claimed) == (1, 0, False)
    assert not await store.was_given("SPRING10", "anna")
    assert await store.was_given("SPRING10", "anna", test=True)
    assert (await store.claim_voucher(tap(alias, "anna", 1, offer="v2"))).code


async def test_of_a_removed_one_nothing_is_given(store):
    alias = await offered(store)
    await store.remove_voucher("SPRING10", NOW)
    assert await store.claim_voucher(tap(alias, "anna", 5)) == Claimed(None, 0)
