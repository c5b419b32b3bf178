"""Who wants to hear of orders is told after a change, whatever another listener does."""

import pytest

from tests.shop.orders.orders import NOW, order
from vetrina.domain.selling.order_facts import Delivered
from vetrina.shop.orders.news import OrderChanges, OrderNews
from vetrina.store.errors import Conflict
from vetrina.store.ports.checkouts import OrderChange

CHANGE = OrderChange(id="o_1", version=0, facts=[Delivered(at=NOW)])


class Store:
    def __init__(self, problem=None):
        self.problem = problem

    async def change_order(self, change):
        if self.problem:
            raise self.problem
        return order(*change.facts)


def news_into(heard):
    async def listen(told, facts):
        heard.append((told.version, list(facts)))

    news = OrderNews()
    news.on_change(listen)
    return news


async def test_a_change_is_told_with_what_is_new():
    heard = []
    changed = await OrderChanges(Store(), news_into(heard)).change(CHANGE)
    assert changed == order(Delivered(at=NOW))
    assert heard == [(1, [Delivered(at=NOW)])]


async def test_what_was_not_written_is_not_told():
    heard = []
    with pytest.raises(Conflict):
        await OrderChanges(Store(Conflict("somebody else")), news_into(heard)).change(CHANGE)
    assert heard == []


async def test_a_listener_that_fails_keeps_nothing_from_the_others():
    async def broken(told, facts):
        raise RuntimeError("no")

    heard, news = [], OrderNews()
    news.on_change(broken)

    async def listen(told, facts):
        heard.append(told.checkout.id)

    news.on_change(listen)
    await OrderChanges(Store(), news).change(CHANGE)
    assert heard == ["o_1"]
