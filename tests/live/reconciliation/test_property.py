"""Whatever is lost, late, doubled or out of order: polls make the totals those of the orders."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import FakeClock
from tests.live.reconciliation.office import Office, asking
from tests.outbound.woo_shop import WooShop, woo_shop
from tests.properties import at_most
from vetrina.outbound.http_client import HttpClient

EUROS = 20
# What happens in the shop: an order's number and what becomes of it; then how long until the next.
HAPPENING = st.tuples(
    st.integers(1, 5), st.sampled_from(["sell", "refund", "cancel", "poll"]), st.integers(0, 400)
)
SCRIPT = st.lists(HAPPENING, max_size=25)
# How often the shop delivers a change: not at all, once, or several times.
FATE = st.lists(st.integers(0, 3), min_size=25, max_size=25)


def expected(shop: WooShop) -> tuple[int, int]:
    """Orders that stand, and their money in cents."""
    left = [
        EUROS + sum(int(float(refund["total"])) for refund in order["refunds"])
        for order in shop.orders.values()
        if order["status"] != "cancelled"
    ]
    return sum(1 for euros in left if euros > 0), sum(max(0, euros) * 100 for euros in left)


def happen(shop: WooShop, number: int, what: str, step: int, now: int) -> dict[str, Any] | None:
    """A change in the shop, None where it is not possible."""
    known = shop.orders.get(number)
    if what == "sell" and known is None:
        return shop.sell(number, now, EUROS)
    if known is None or known["status"] == "cancelled":
        return None
    if what == "refund":
        return shop.refund(number, now, 8, refund_id=step)
    if what == "cancel":
        return shop.change(known | {"status": "cancelled"}, now)
    return None


async def played(
    office: Office,
    shop: WooShop,
    script: list[tuple[int, str, int]],
    fates: list[int],
    chance: random.Random,
) -> tuple[int, int]:
    """The totals after a show in which deliveries fared as they did, and a last poll."""
    clock = office.stage.clock
    await office.stage.make_show(stock=None)
    connection = await office.connect(shop)
    underway: list[dict[str, Any]] = []
    for step, (number, what, pause_s) in enumerate(script):
        if what == "poll":
            await office.polls.now(connection.id)
        changed = happen(shop, number, what, step, clock.now_ms())
        underway += [changed] * fates[step] if changed else []
        chance.shuffle(underway)
        for order in [underway.pop() for _ in range(len(underway) // 2)]:
            await office.deliver(connection, order)
        clock.advance(pause_s * 1000)
    await office.polls.now(connection.id)
    totals = await office.totals()
    for order in underway:
        await office.deliver(connection, order)
    await office.polls.now(connection.id)
    assert await office.totals() == totals, "what comes after the poll is known"
    return totals


@given(SCRIPT, FATE, st.randoms(use_true_random=False))
@settings(max_examples=at_most(20))
def test_with_polls_the_totals_are_those_of_the_orders(
    tmp_path_factory: pytest.TempPathFactory,
    script: list[tuple[int, str, int]],
    fates: list[int],
    chance: random.Random,
) -> None:
    async def outcome(data: Path) -> tuple[tuple[int, int], tuple[int, int]]:
        fetcher = HttpClient(wait_s=20, private_addresses=True)
        with woo_shop() as shop:
            async with asking(data, FakeClock(), fetcher) as office:
                totals = await played(office, shop, script, fates, chance)
        await fetcher.close()
        return totals, expected(shop)

    counted, real = asyncio.run(outcome(tmp_path_factory.mktemp("data")))
    assert counted == real
