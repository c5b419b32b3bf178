"""Another payment page of the same order: settings that changed, failures that hid the first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.shop.checkouts.selling import Selling, selling
from tests.waiting import until
from vetrina.connectors.payment_notices import SessionExpired, SessionFailed
from vetrina.shop.checkouts.expiring import LONGEST_PAGE_MS
from vetrina.shop.payments.port import Redirect

OVER_MS = 600_001


@pytest.fixture
async def shop(tmp_path) -> AsyncIterator[Selling]:
    async with selling(tmp_path) as made:
        yield made


def changed_settings(shop: Selling) -> None:
    """The provider is asked in other words from now on: it makes another page for each order."""
    shop.provider.of_order.clear()
    shop.provider.urls.clear()


@pytest.mark.parametrize("notice", [SessionExpired, SessionFailed])
async def test_the_end_of_another_page_gives_back_no_stock(shop, notice):
    """A page that a failure hid ends by itself, while the buyer is paying on the one we know."""
    order, session = await shop.with_session()
    more = {"payment": None} if notice is SessionFailed else {}
    assert await shop.checkouts.paying.take(notice(order=order.checkout.id, session="cs_x", **more))
    assert await shop.stock() == 0
    assert (await shop.order(order.checkout.id)).standing.order == "open"
    await shop.checkouts.paying.take(shop.provider.end(session))
    assert await shop.stock() == 1


async def test_a_page_in_place_of_another_ends_that_one_first(shop):
    """Both could be paid else, and only one of them would be ended with the reservation."""
    order, first = await shop.with_session()
    changed_settings(shop)
    after = shop.killed()
    await after.open()
    begun = await after.run(after.checkouts.page(await after.order(order.checkout.id), 60))
    assert isinstance(begun, Redirect) and begun.session != first
    assert shop.provider.sessions[first].state == "expired"
    assert (await after.order(order.checkout.id)).expires_at == order.expires_at
    await after.sweep(OVER_MS)
    assert shop.provider.sessions[begun.session].state == "expired"
    assert await after.stock() == 1
    await after.close()


async def test_no_page_takes_the_place_of_one_that_was_paid(shop):
    order, first = await shop.with_session()
    paid = shop.provider.pay(first)
    changed_settings(shop)
    after = shop.killed()
    await after.open()
    again = await after.order(order.checkout.id)
    assert await after.run(after.checkouts.page(again, 60)) is None
    assert {one.state for one in shop.provider.sessions.values()} == {"paid", "expired"}
    assert await after.checkouts.paying.take(paid)
    assert (await after.order(order.checkout.id)).standing.money == "paid"
    await after.close()


async def test_a_refusal_gives_back_no_stock_of_a_page_that_another_process_asked_for(shop):
    """It read the order before the other one wrote that it asks."""
    shop.provider.troubles.extend(["lost", "refused"])
    order = await shop.reserved()
    await until(lambda: shop.provider.sessions)
    other = shop.killed()
    await other.open()
    assert await other.run(other.checkouts.page(order, 60)) is None
    assert await other.stock() == 0
    await other.close()


async def test_nobody_waits_for_keys_of_a_checkout_that_is_over(shop):
    """Each would keep its place in the queue for ever, until nobody can buy."""
    shop.provider.troubles.append("away")
    order = await shop.reserved()
    await until(lambda: shop.provider.calls["begin"])
    shop.provider = None
    await shop.sweep(LONGEST_PAGE_MS + 1)
    assert (await shop.order(order.checkout.id)).standing.order == "cancelled"
    shop.clock.advance(60_000)
    await until(lambda: not shop.checkouts.sessions.waiting)
