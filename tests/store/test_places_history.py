"""Whatever happens to stock, places add up to what the shop sells, and no piece is sent twice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import at_most
from tests.sqlite import with_tables
from tests.store.builders import NOW, product
from tests.store.selling import change, line, new, paid, stock_of, stocked
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import Expired, RefundAsked
from vetrina.domain.selling.order_sums import bought
from vetrina.domain.selling.places import Place
from vetrina.store.ports.places import StockMove
from vetrina.store.sql.store import SqlStore, sqlite_store

CODES = ("milan", "rome", "turin")
CODE = st.none() | st.sampled_from(CODES)
PIECES = st.integers(1, 6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), PIECES, CODE, CODE),
        st.tuples(st.just("order"), PIECES, st.booleans()),
        st.tuples(st.just("look"), st.integers(0, 9)),
        st.tuples(st.just("expire"), PIECES),
        st.tuples(st.just("bring_back"), st.integers(0, 9), PIECES),
        st.tuples(st.just("count"), st.integers(0, 30)),
    ),
    max_size=20,
)


class History:
    """A mug at three places, and its orders: what each took and what came back of it."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.orders: list[str] = []
        self.back: dict[str, int] = {}
        self.numbers = itertools.count(1)

    async def move(self, pieces: int, source: str | None, target: str | None) -> None:
        about = {"at": NOW, "sku": "MUG-1", "pieces": pieces, "reason": "counted"}
        with contextlib.suppress(Refused, ValueError):
            await self.store.move_stock(
                StockMove(id=f"m_{next(self.numbers)}", source=source, target=target, **about)
            )

    async def order(self, pieces: int, looked_at: bool) -> None:
        with contextlib.suppress(Refused):
            order = await self.store.reserve(new(line(quantity=pieces)))
            done = paid(f"pi_{next(self.numbers)}")
            await self.store.change_order(change(order, done, stock="sell"))
            self.orders.append(order.checkout.id)
            if looked_at:
                await self.look(-1)

    async def look(self, choice: int) -> None:
        if self.orders:
            id = self.orders[choice % len(self.orders)]
            order = await self.store.own_order(id)
            assert order is not None
            back = {"MUG-1": self.back.get(id, 0)}
            sent = await self.store.allocations(id, bought(order.checkout), back)
            assert sum(one.pieces for one in sent) == order.checkout.lines[0].quantity
            assert sum(one.restocked for one in sent) == self.back.get(id, 0)

    async def expire(self, pieces: int) -> None:
        with contextlib.suppress(Refused):
            order = await self.store.reserve(new(line(quantity=pieces)))
            await self.store.change_order(change(order, Expired(at=NOW), stock="release"))

    async def bring_back(self, choice: int, pieces: int) -> None:
        if not self.orders:
            return
        id = self.orders[choice % len(self.orders)]
        order = await self.store.own_order(id)
        assert order is not None
        pieces = min(pieces, order.checkout.lines[0].quantity - self.back.get(id, 0))
        if pieces > 0:
            asked = RefundAsked(at=NOW, refund=f"r_{next(self.numbers)}", amount=paid().amount)
            restocked = (("MUG-1", pieces),)
            await self.store.change_order(
                change(order, asked, stock="restock", restocked=restocked)
            )
            self.back[id] = self.back.get(id, 0) + pieces

    async def count(self, pieces: int) -> None:
        await self.store.put_products([product(stock=pieces)])

    async def check(self) -> None:
        places = (await self.store.placed_stock(["MUG-1"]))["MUG-1"].places
        assert all(pieces is not None and pieces >= 0 for pieces in places.values())
        assert sum(pieces or 0 for pieces in places.values()) == await stock_of(self.store)


@given(STEPS)
@settings(max_examples=at_most(25))
def test_places_always_add_up(steps):
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = sqlite_store(with_tables(Path(folder)))
            await store.open()
            await stocked(store, 20)
            for code in CODES:
                await store.put_place(Place(code=code, name=code))
            history = History(store)
            for what, *how in steps:
                await getattr(history, what)(*how)
                await history.check()
            for choice in range(len(history.orders)):
                await history.look(choice)
            await history.check()
            await store.close()

    asyncio.run(run())
