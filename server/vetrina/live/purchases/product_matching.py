"""Finding the product that a line of an order means, and noting what nobody has matched yet."""

from __future__ import annotations

from dataclasses import replace

from vetrina.clock import Clock
from vetrina.domain.catalogue.matching import matched, unmatched
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.store.ports.matches import Match
from vetrina.store.ports.store import Store

# So many references are remembered as noted; then the store is asked again.
NOTED_AT_MOST = 10_000


class ProductMatching:
    """The matches of each connection, kept in memory as connections are.

    Another process sees a new match after `FRESH_MS`. A line that no match is known for keeps the
    shop's own SKU, which may well be that of a product here, and else stands under its own title.
    """

    FRESH_MS = 5_000

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[int, dict[str, str]]] = {}
        self._noted: set[tuple[str, str]] = set()

    async def apply(self, connection: str, order: Order) -> Order:
        """The order with our SKUs; references that no product is known for are noted, once."""
        matches = await self._matches(connection)
        new = [
            line
            for line in unmatched(order, matches)
            if (connection, line.refs[0]) not in self._noted
        ]
        if new:
            await self._note(connection, new)
        return matched(order, matches)

    async def unmatched(self, connection: str) -> list[Match]:
        """What orders named and nothing here is known for, in order of first appearance."""
        open_ = [match for match in await self._store.matches(connection) if match.sku is None]
        products = await self._store.products([m.shop_sku for m in open_ if m.shop_sku])
        known = {product.sku for product in products}
        return [match for match in open_ if match.shop_sku not in known]

    async def matches(self, connection: str) -> dict[str, str]:
        """The products that references mean."""
        stored = await self._store.matches(connection)
        return {match.ref: match.sku for match in stored if match.sku is not None}

    async def put(self, connection: str, skus: dict[str, str | None]) -> None:
        """Say which product a reference means; None takes that back. Raises Refused."""
        wanted = sorted({sku for sku in skus.values() if sku is not None})
        known = {product.sku for product in await self._store.products(wanted)}
        missing = [sku for sku in wanted if sku not in known]
        if missing:
            names = ", ".join(missing[:5])
            raise Refused("unknown_sku", f"Not in the catalogue: {names}. Add the product first.")
        await self._store.put_matches(connection, skus)
        self._known.pop(connection, None)

    async def _matches(self, connection: str) -> dict[str, str]:
        now = self._clock.now_ms()
        read_at, known = self._known.get(connection, (-self.FRESH_MS, {}))
        if now - read_at >= self.FRESH_MS:
            known = await self.matches(connection)
            self._known[connection] = (now, known)
        return known

    async def _note(self, connection: str, lines: list[OrderLine]) -> None:
        """Only what the catalogue does not hold under the shop's own SKU needs a person."""
        if len(self._noted) > NOTED_AT_MOST:
            self._noted.clear()
        self._noted.update((connection, line.refs[0]) for line in lines)
        products = await self._store.products(list({line.sku for line in lines}))
        known = {product.sku for product in products}
        now = self._clock.now_ms()
        new = [_reference(line, now) for line in lines if line.sku not in known]
        if new:
            await self._store.note_references(connection, new)


def _reference(line: OrderLine, now: int) -> Match:
    shop_sku = next((ref[4:] for ref in line.refs if ref.startswith("sku:")), None)
    made = Match(ref=line.refs[0], sku=None, title=line.title or line.sku, seen_at=now)
    return replace(made, shop_sku=shop_sku)
