"""A process that reserves, sells and gives back until it is killed, and tells what it was told.

Prints `what id` once a call has returned: reserved, sold, released.
"""

import asyncio
import random

from tests.store.appending import store_at, tell
from tests.store.builders import NOW, SLUG
from tests.store.selling import change, line, new, paid
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import Expired
from vetrina.store.errors import StoreAway

CARTS = [("A", "B"), ("B", "A"), ("A",), ("B",)]


def reserve_for_ever(place: str, run: str) -> None:
    """What the process does."""
    asyncio.run(_reserve(place, run))


async def _reserve(place: str, run: str) -> None:
    tell("opening")
    store = store_at(place)
    await store.open()
    async with asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(_buy_for_ever(store, f"{run}-{number}"))


async def _buy_for_ever(store, name: str) -> None:
    chance, number = random.Random(name), 0
    while True:
        number += 1
        lines = [line(sku, deal="d1" if sku == "A" else None) for sku in chance.choice(CARTS)]
        wanted = new(*lines, id=f"{name}-{number}", show=SLUG)
        try:
            order = await store.reserve(wanted)
            tell(f"reserved {order.checkout.id}")
            if chance.random() < 0.3:
                fact = paid(f"pi-{name}-{number}")
                await store.change_order(change(order, fact, stock="sell"))
                tell(f"sold {order.checkout.id}")
            elif chance.random() < 0.7:
                await store.change_order(change(order, Expired(at=NOW), stock="release"))
                tell(f"released {order.checkout.id}")
        except (StoreAway, Refused):
            await asyncio.sleep(0)
