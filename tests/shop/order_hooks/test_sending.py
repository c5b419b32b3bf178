"""Telling addresses of orders: with a receiver that fails, is slow, redirects, or is well."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from unittest.mock import patch

import orjson
import pytest
import standardwebhooks.webhooks
from standardwebhooks.webhooks import Webhook

from tests.fakes import FakeClock
from tests.outbound.answering import Answer, Asked, answering
from tests.sqlite import with_tables
from tests.store.selling import change, line, new, paid, stocked
from tests.waiting import until
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import PaidInVain, Refunded, Shipped
from vetrina.outbound.hook_client import Delivered, HookClient
from vetrina.shop.order_hooks.hooks import OrderHooks
from vetrina.shop.order_hooks.payload import payload
from vetrina.shop.order_hooks.sending import AGAIN_MS, Sending
from vetrina.store.ports.order_hooks import HookTarget
from vetrina.store.sql.store import sqlite_store

EVENTS = ("order.paid", "order.refunded", "order.shipped")


class Post:
    """Where deliveries arrive; what it answers is a function of the test."""

    def __init__(self) -> None:
        self.came: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda _: Answer(204)

    def __call__(self, asked: Asked) -> Answer:
        self.came.append(asked)
        return self.answer(asked)


class House:
    """A shop that tells of its orders."""

    def __init__(self, store, client, clock) -> None:
        self.store, self.client, self.clock = store, client, clock
        self.hooks = OrderHooks(store, clock)
        self.sending = self.another()

    def another(self) -> Sending:
        """As after a restart: nothing of it is in memory."""
        return Sending(self.store, self.client, self.clock, lambda: 0.0)

    async def told(self, sending: Sending | None = None) -> None:
        sending = sending or self.sending
        await sending.look()
        await sending.settled()

    async def bought(self, **more):
        order = await self.store.reserve(new(line(quantity=2), created_at=self.clock.now_ms()))
        fact = paid(at=self.clock.now_ms(), payer="digest", **more)
        return await self.store.change_order(change(order, fact, stock="sell"))

    async def target(self, url: str) -> HookTarget:
        return await self.hooks.add(url, EVENTS)

    async def log(self, target: HookTarget):
        return (await self.hooks.deliveries(target.id, None, 100)).items


@pytest.fixture
async def house(tmp_path) -> AsyncIterator[House]:
    store, client = sqlite_store(with_tables(tmp_path)), HookClient(1, private_addresses=True)
    await store.open()
    await stocked(store, 100)
    yield House(store, client, FakeClock())
    await client.close()
    await store.close()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def url(post) -> AsyncIterator[str]:
    with answering(post) as address:
        yield f"{address}/orders?shop=1"


def verified(asked: Asked, secret: str, now_ms: int) -> dict:
    """Checked by the library of those who receive."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    with patch.object(standardwebhooks.webhooks, "datetime", wraps=datetime) as clock:
        clock.now.return_value = now
        return Webhook(secret).verify(asked.body, asked.headers)


async def test_a_paid_order_is_told_signed_and_nobodys_name_is_in_it(house, post, url):
    target = await house.target(url)
    order = await house.bought()
    await house.told()
    [asked] = post.came
    told = verified(asked, target.secret, house.clock.now_ms())
    assert (asked.path, asked.headers["content-type"]) == ("/orders", "application/json")
    assert told["type"] == "order.paid"
    assert told["timestamp"].endswith("Z")
    data = told["data"]
    assert (data["order"], data["total"]["amount"]) == (order.checkout.id, 2000)
    assert (data["lines"][0]["sku"], data["lines"][0]["quantity"]) == ("MUG-1", 2)
    assert not {"email", "name", "address", "payer", "buyer", "payment", "token"} & set(data)
    assert b"digest" not in asked.body
    [delivery] = await house.log(target)
    assert (delivery.status, delivery.attempts, delivery.answered) == ("delivered", 1, 204)
    await house.told()
    assert len(post.came) == 1


async def test_refunds_and_parcels_are_told_with_what_they_are_about(house, post, url):
    await house.target(url)
    order = await house.bought()
    now = house.clock.now_ms()
    order = await house.store.change_order(
        change(order, Refunded(at=now, refund="r1", amount=Money(500, "EUR")))
    )
    await house.store.change_order(
        change(order, Shipped(at=now, shipment="s1", lines={"MUG-1": 2}, tracking="TR1"))
    )
    await house.told()
    told = {each["type"]: each["data"] for each in (orjson.loads(one.body) for one in post.came)}
    assert told.keys() == set(EVENTS)
    assert told["order.refunded"]["refund"]["amount"]["amount"] == 500
    assert told["order.refunded"]["refunded"]["amount"] == 500
    assert told["order.shipped"]["shipment"]["tracking"] == "TR1"


async def test_an_address_that_fails_is_tried_for_three_days_and_then_given_up(house, post, url):
    post.answer = lambda _: Answer(500)
    target = await house.target(url)
    await house.bought()
    for pause in (*AGAIN_MS, 0):
        await house.told()
        house.clock.advance(pause - 1)
        await house.told()
        house.clock.advance(1)
    [delivery] = await house.log(target)
    assert (delivery.status, delivery.attempts) == ("given_up", len(AGAIN_MS) + 1)
    assert (delivery.answered, delivery.problem) == (500, "refused")
    assert len(post.came) == len(AGAIN_MS) + 1
    assert len({one.headers["webhook-id"] for one in post.came}) == 1
    assert len({one.body for one in post.came}) == 1
    post.answer = lambda _: Answer(200)
    assert await house.hooks.send_again(target.id, delivery.id)
    await house.told()
    assert (await house.log(target))[0].status == "delivered"


async def test_a_redirect_is_not_followed(house, post, url):
    elsewhere: list[Asked] = []
    with answering(lambda one: elsewhere.append(one) or Answer()) as other:
        post.answer = lambda _: Answer(307, b"", {"Location": f"{other}/orders"})
        target = await house.target(url)
        await house.bought()
        await house.told()
    assert elsewhere == []
    [delivery] = await house.log(target)
    assert (delivery.status, delivery.answered, delivery.problem) == ("waiting", 307, "redirects")


async def test_a_slow_address_keeps_no_other_waiting(house, post, url):
    slow = threading.Event()

    def answer(_: Asked) -> Answer:
        slow.wait(20)
        return Answer()

    with answering(answer) as other:
        late = await house.target(other)
        await house.target(url)
        await house.bought()
        await house.sending.look()
        await until(lambda: post.came)
        assert house.sending._busy
        await house.sending.settled()
        slow.set()
    [delivery] = await house.log(late)
    assert (delivery.status, delivery.problem) == ("waiting", "too_slow")


async def test_an_address_that_asks_for_time_gets_it_and_one_that_is_gone_is_left(house, post, url):
    post.answer = lambda _: Answer(429, b"", {"Retry-After": "600"})
    target = await house.target(url)
    await house.bought()
    await house.told()
    [delivery] = await house.log(target)
    assert delivery.next_at == house.clock.now_ms() + 600_000
    house.clock.advance(600_000)
    post.answer = lambda _: Answer(410)
    await house.told()
    assert (await house.log(target))[0].status == "given_up"


async def test_what_a_process_that_was_killed_left_is_told_by_the_next(house, post, url):
    """Paid and in the database, and nobody had heard of it; and sent, and nobody had noted it."""
    target = await house.target(url)
    await house.bought()
    house.clock.advance(3_600_000)
    await house.told(house.another())
    assert len(post.came) == 1
    post.answer = lambda _: Answer(500)
    await house.bought()
    killed = house.another()
    await killed.look()
    await until(lambda: len(post.came) == 2)
    for sending in killed._busy.values():
        sending.cancel()
    post.answer = lambda _: Answer(200)
    house.clock.advance(AGAIN_MS[0])
    await house.told(house.another())
    assert {one.status for one in await house.log(target)} == {"delivered"}
    assert post.came[1].headers["webhook-id"] == post.came[2].headers["webhook-id"]


async def test_private_networks_are_kept_out(house, post, url):
    """The seller gives the address, and this server may stand where they could not go."""
    house.client = HookClient(1)
    target = await house.target(url)
    await house.bought()
    await house.told(house.another())
    await house.client.close()
    assert post.came == []
    assert (await house.log(target))[0].problem == "unreachable"


async def test_a_refund_of_what_never_was_an_order_is_not_told(house, post, url):
    target = await house.target(url)
    now = house.clock.now_ms()
    order = await house.store.reserve(new(created_at=now))
    facts = (
        PaidInVain(at=now, payment="pi", amount=Money(1000, "EUR"), why="sold_out"),
        Refunded(at=now, refund="r1", amount=Money(1000, "EUR")),
    )
    order = await house.store.change_order(change(order, *facts, stock="release"))
    assert payload(order, order.version, "order.refunded") is None
    await house.told()
    assert post.came == []
    assert (await house.log(target))[0].status == "not_told"


async def test_a_second_payment_that_went_back_is_no_refund_of_the_order(house):
    """An address that is told so would cancel an order that is paid."""
    now = house.clock.now_ms()
    order, twice = await house.bought(), Money(2000, "EUR")
    facts = (
        PaidInVain(at=now, payment="pi_other", amount=twice, why="duplicate"),
        Refunded(at=now, refund="r1", amount=twice, payment="pi_other"),
    )
    order = await house.store.change_order(change(order, *facts))
    assert payload(order, order.version, "order.refunded") is None
    half = Refunded(at=now, refund="r2", amount=Money(500, "EUR"))
    order = await house.store.change_order(change(order, half))
    told = orjson.loads(payload(order, order.version, "order.refunded"))
    assert told["data"]["refunded"]["amount"] == 500


async def test_what_one_address_does_not_take_hides_nothing_from_another(house):
    class Stuck:
        async def deliver(self, url, headers, body, now_ms):
            if url.endswith("stuck"):
                await asyncio.Event().wait()
            return Delivered(204)

    await house.hooks.add("https://erp.example/stuck", ["order.shipped"])
    well = await house.hooks.add("https://erp.example/well", ["order.paid"])
    order, now = await house.bought(), house.clock.now_ms()
    parcels = [Shipped(at=now, shipment=f"s{n}", lines={"MUG-1": 1}) for n in range(250)]
    await house.store.change_order(change(order, *parcels))
    sending = Sending(house.store, Stuck(), house.clock, lambda: 0.0)
    await sending.look()
    await sending.look()
    await asyncio.wait({sending._busy[well.id]})
    assert [one.status for one in await house.log(well)] == ["delivered"]
    for stuck in sending._busy.values():
        stuck.cancel()


async def test_it_runs_by_itself_and_hears_of_news(house, post, url):
    await house.target(url)
    running = asyncio.create_task(house.sending.run())
    order = await house.bought()
    await house.sending.heard(order, order.facts)
    await until(lambda: post.came)
    running.cancel()
    await asyncio.wait({running})
