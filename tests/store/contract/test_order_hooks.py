"""What every store promises of addresses that are told of orders."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from tests.store.builders import NOW
from tests.store.selling import change, new, paid, stocked
from vetrina.domain.selling.order_facts import Expired, Shipped
from vetrina.store.ports.order_hooks import HookHealth, HookTarget

TARGET = HookTarget(
    id="oh_1",
    url="https://erp.example/orders",
    secret="whsec_c2VjcmV0",
    events=("order.paid", "order.shipped"),
    created_at=NOW,
)


async def bought(store, at: int = NOW):
    """A paid order."""
    order = await store.reserve(new())
    return await store.change_order(change(order, paid(at=at), stock="sell"))


async def test_an_address_is_read_as_it_was_written(store):
    await store.add_hook_target(TARGET)
    await store.add_hook_target(replace(TARGET, id="oh_2"))
    assert await store.hook_targets() == [TARGET, replace(TARGET, id="oh_2")]
    assert await store.remove_hook_target("oh_1")
    assert not await store.remove_hook_target("oh_1")


async def test_each_fact_is_queued_once_for_each_address(stores):
    one, other = stores
    await stocked(one, 9)
    await one.add_hook_target(TARGET)
    await one.add_hook_target(replace(TARGET, id="oh_2", events=("order.refunded",)))
    order = await bought(one)
    await one.change_order(change(order, Shipped(at=NOW, shipment="s1", lines={"MUG-1": 1})))
    left = await one.reserve(new())
    await one.change_order(change(left, Expired(at=NOW), stock="release"))
    assert await one.queue_deliveries(NOW, NOW + 5) == 2
    assert await other.queue_deliveries(NOW, NOW + 6) == 0
    due = await other.due_deliveries(NOW + 5)
    assert [(one.target, one.event, one.order, one.fact) for one in due] == [
        ("oh_1", "order.paid", order.checkout.id, order.version),
        ("oh_1", "order.shipped", order.checkout.id, order.version + 1),
    ]
    assert len({one.id for one in due}) == 2


async def test_what_was_before_the_address_is_not_told_to_it(store):
    await stocked(store, 9)
    await bought(store, NOW - 1)
    await store.add_hook_target(TARGET)
    assert await store.queue_deliveries(0, NOW) == 0


async def test_how_deliveries_fare(store):
    await stocked(store, 9)
    await store.add_hook_target(TARGET)
    for _ in range(3):
        await bought(store)
    await store.queue_deliveries(0, NOW)
    first, second, third = await store.due_deliveries(NOW)
    told = replace(first, status="delivered", next_at=None, attempts=1, tried_at=NOW, answered=204)
    await store.put_attempt(told)
    lost = replace(second, status="given_up", next_at=None, problem="unreachable")
    await store.put_attempt(lost)
    assert await store.hook_health() == {"oh_1": HookHealth(1, 1, NOW)}
    page = await store.hook_deliveries("oh_1", limit=2)
    rest = await store.hook_deliveries("oh_1", page.next, limit=2)
    assert [*page.items, *rest.items] == [third, lost, told]
    assert await store.send_again("oh_1", lost.id, NOW + 9)
    assert not await store.send_again("oh_2", lost.id, NOW + 9)
    again = await store.due_deliveries(NOW + 9)
    assert [one.id for one in again] == [third.id, lost.id]
    assert again[1].attempts == 0


async def test_the_log_is_bounded_and_goes_with_its_address(store):
    await stocked(store, 9)
    await store.add_hook_target(TARGET)
    await bought(store)
    await bought(store)
    await store.queue_deliveries(0, NOW)
    first, _ = await store.due_deliveries(NOW)
    await store.put_attempt(replace(first, status="delivered", next_at=None))
    await store.forget_deliveries(NOW + 1)
    assert len((await store.hook_deliveries("oh_1")).items) == 1
    await store.remove_hook_target("oh_1")
    assert await store.due_deliveries(NOW) == []


async def test_a_secret_is_encrypted(make_store):
    """It is read again with the key, and stands nowhere in the clear."""
    store = make_store()
    await store.open()
    try:
        await store.add_hook_target(TARGET)
        assert await store.reencrypt() >= 1
        [known] = await store.hook_targets()
        assert known.secret == TARGET.secret
        [row] = await store._rows(text("SELECT secret FROM hook_targets"))
        assert TARGET.secret not in row.secret
    finally:
        await store.close()
