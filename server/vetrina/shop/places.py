"""Places: where goods are, what is moved, and which place sends what of an order of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vetrina.clock import Clock
from vetrina.domain.selling.order_facts import OrderFact, Paid, Refunded
from vetrina.domain.selling.order_sums import bought, paid_of, restocked_pieces
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.places import Place
from vetrina.store.ports.pages import Page
from vetrina.store.ports.places import Allocation, PlacedStock, PlaceStore, StockMove


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWish:
    """Pieces from a place to another; without `source` they came in, without `target` they are
    gone. The same `id` is the same move."""

    id: str
    sku: str
    source: str | None
    target: str | None
    pieces: int
    reason: str


class Places:
    """A shop without places is one that does not use them.

    `changed` hears which products have another stock, so that screens are told.
    """

    def __init__(
        self, store: PlaceStore, clock: Clock, changed: Callable[[Sequence[str]], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed

    async def all(self) -> list[Place]:
        """In the order in which they send."""
        return await self._store.places()

    async def add(self, place: Place) -> Place | None:
        """The place, None where its code is taken. Raises Refused too_many_places."""
        if any(known.code == place.code for known in await self.all()):
            return None
        return await self._store.put_place(place)

    async def change(self, place: Place) -> Place | None:
        """Another name or priority; None for an unknown one."""
        if all(known.code != place.code for known in await self.all()):
            return None
        return await self._store.put_place(place)

    async def remove(self, code: str) -> bool:
        """Whether there was one. Raises Refused place_in_use."""
        return await self._store.delete_place(code)

    async def stock(self, skus: Sequence[str]) -> dict[str, PlacedStock]:
        """Where the pieces of these are."""
        return await self._store.placed_stock(skus)

    async def move(self, wish: MoveWish, by: str | None) -> PlacedStock:
        """Move pieces, or correct what the shop sells. Raises as `PlaceStore.move_stock`."""
        move = StockMove(
            id=wish.id,
            at=self._clock.now_ms(),
            sku=wish.sku,
            source=wish.source,
            target=wish.target,
            pieces=wish.pieces,
            reason=wish.reason,
            by=by,
        )
        now = await self._store.move_stock(move)
        self._changed([now.product])
        return now

    async def moves(self, sku: str | None, after: int | None, limit: int) -> Page[StockMove]:
        """What was moved and corrected, the newest first."""
        return await self._store.stock_moves(sku, after, limit)

    async def of_order(self, order: OwnOrder) -> list[Allocation]:
        """Which place sends what; decided now where it was not. Tests send nothing."""
        if order.checkout.test or paid_of(order.facts) is None:
            return []
        return await self._store.allocations(
            order.checkout.id, bought(order.checkout), restocked_pieces(order.facts)
        )

    async def pick(self, order: OwnOrder, place: str) -> bool:
        """All that the place sends of the order is off its shelf; whether there is anything."""
        await self.of_order(order)
        return await self._store.mark_picked(order.checkout.id, place, self._clock.now_ms())

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """An order changed: a listener of `OrderNews`. What it misses is done when it is read."""
        if any(isinstance(fact, Paid | Refunded) for fact in facts):
            await self.of_order(order)
