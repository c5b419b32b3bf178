"""What every store does with what shows write of stock and of deals."""

import asyncio
import contextlib
import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import at_most
from tests.store.builders import NOW, SLUG, made_show, product
from tests.store.selling import change, line, new, paid, stock_of, stocked
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import Expired
from vetrina.domain.selling.reservation import DealId
from vetrina.domain.show.events import (
    DealAnnounced,
    DealEnded,
    DealStarted,
    DealStockChanged,
    StockChanged,
)
from vetrina.domain.show.values import Deal
from vetrina.store.ports.shows import Append

DEAL = DealId(SLUG, "d1")


def deal(**more):
    made = Deal(
        id="d1",
        number=1,
        product=product(),
        price=Money(1000, "EUR"),
        was=None,
        percent=None,
        status="running",
        starts_at=NOW,
        ends_at=NOW + 60_000,
        quantity=5,
        left=5,
        per_viewer=None,
    )
    return replace(made, **more)


def write(store, *events, show=SLUG):
    return store.append(Append(show=show, events=events))


def sold(pieces, seen=0):
    """What a show writes of a shop's sale, whatever it believes to be left."""
    return StockChanged(NOW, "MUG-1", seen, cause="sold", pieces=pieces)


async def left(store):
    return (await store.deals_left([DEAL])).get(DEAL)


@pytest.fixture
async def selling(store):
    await made_show(store)
    await stocked(store, 10)
    return store


async def test_a_sale_takes_away_what_it_sold_whatever_the_show_believes(selling):
    await write(selling, sold(3, seen=9), sold(2, seen=0))
    assert await stock_of(selling) == 5
    await write(selling, sold(7))
    assert await stock_of(selling) == 0


async def test_who_sets_a_stock_is_believed(selling):
    await write(selling, sold(1), StockChanged(NOW, "MUG-1", 50), sold(2))
    assert await stock_of(selling) == 48
    await write(selling, StockChanged(NOW, "MUG-1", None), sold(1))
    assert await stock_of(selling) is None


async def test_what_a_show_is_told_changes_nothing(selling):
    await write(selling, StockChanged(NOW, "MUG-1", 3, cause="told"))
    assert await stock_of(selling) == 10


async def test_a_deal_is_counted_from_its_start_to_its_end(selling):
    await write(selling, DealAnnounced(NOW, deal(status="announced")))
    assert await left(selling) == (5, 0)
    with pytest.raises(Refused, match="over"):
        await selling.reserve(new(line(deal="d1"), show=SLUG))
    await write(selling, DealStarted(NOW, deal()))
    await selling.reserve(new(line(quantity=2, deal="d1"), show=SLUG))
    await write(selling, DealStockChanged(NOW, "d1", 4, "sold", 1))
    assert await left(selling) == (2, 2)
    await write(selling, DealStockChanged(NOW, "d1", 5, "told"))
    assert await left(selling) == (2, 2)
    await write(selling, DealEnded(NOW, "d1", "MUG-1", "time"))
    with pytest.raises(Refused, match="over"):
        await selling.reserve(new(line(deal="d1"), show=SLUG))


async def test_a_correction_of_a_deal_does_not_count_it_anew(selling):
    await write(selling, DealStarted(NOW, deal()))
    await selling.reserve(new(line(quantity=2, deal="d1"), show=SLUG))
    await write(selling, DealStarted(NOW, deal(percent=10)))
    assert await left(selling) == (3, 2)


async def test_a_deal_of_an_earlier_version_is_counted_once(selling):
    await selling.count_deals(SLUG, [deal(left=4)])
    assert await left(selling) == (4, 0)
    await selling.reserve(new(line(deal="d1"), show=SLUG))
    await selling.count_deals(SLUG, [deal(left=4)])
    assert await left(selling) == (3, 1)
    await selling.count_deals(SLUG, [])


async def test_a_show_that_is_made_with_a_deal_counts_it(store):
    await stocked(store, 10)
    await made_show(store)
    await write(store, DealStarted(NOW, deal(quantity=None, left=None)))
    assert await left(store) == (None, 0)


names = itertools.count()
steps = st.lists(
    st.tuples(st.sampled_from(["reserve", "sold", "set", "pay", "expire"]), st.integers(1, 4)),
    max_size=12,
)


@settings(max_examples=at_most(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schedules=st.lists(steps, min_size=2, max_size=5), start=st.sampled_from([3, 1000]))
async def test_no_update_is_ever_lost(stores, schedules, start):
    """Reservations, sales of a shop and a seller's word at once, from two processes."""
    course = Course(f"P-{next(names)}", f"show-{next(names)}")
    await made_show(stores[0], course.slug)
    await stocked(stores[0], start, course.sku)
    await asyncio.gather(*(course.take(stores[n % 2], steps) for n, steps in enumerate(schedules)))
    stock = await stock_of(stores[0], course.sku)
    assert stock >= 0
    if not course.said and start == 1000:
        assert stock == start - course.held - course.shop


class Course:
    """What several did to one product at once."""

    def __init__(self, sku, slug):
        self.sku, self.slug = sku, slug
        self.held = self.shop = 0
        self.said = False

    async def take(self, store, steps):
        own = []
        for what, n in steps:
            if what == "reserve":
                with contextlib.suppress(Refused):
                    own.append(await store.reserve(new(line(self.sku, n))))
                    self.held += n
            elif what in ("pay", "expire") and own:
                await self._finish(store, own.pop(), what)
            elif what == "sold":
                self.shop += n
                fact = StockChanged(NOW, self.sku, 0, cause="sold", pieces=n)
                await write(store, fact, show=self.slug)
            elif what == "set" and n == 4:
                self.said = True
                await write(store, StockChanged(NOW, self.sku, 7), show=self.slug)

    async def _finish(self, store, order, what):
        fact, stock = (paid(), "sell") if what == "pay" else (Expired(at=NOW), "release")
        await store.change_order(change(order, fact, stock=stock))
        if what == "expire":
            self.held -= order.checkout.lines[0].quantity
