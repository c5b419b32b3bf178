"""Finding the product that a line of an order means, and noting what nobody has matched yet."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from vetrina.clock import Clock
from vetrina.domain.catalogue.matching import SkuIndex, matched, unmatched
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
        self._index: SkuIndex | None = None
        self._index_mark: tuple[int, int, str] | None = None
        self._looked_at = 0
        self._noted: set[tuple[str, str]] = set()

    async def apply(self, connection: str, order: Order) -> Order:
        """The order with our SKUs; references that no product is known for are noted, once."""
        matches, index = await self._matches(connection), await self._catalogue()
        new = [
            line
            for line in unmatched(order, matches, index)
            if (connection, line.refs[0]) not in self._noted
        ]
        if new:
            await self._note(connection, new)
        return matched(order, matches, index)

    async def unmatched(self, connection: str) -> list[Match]:
        """What orders named and nothing here is known for, in order of first appearance."""
        open_ = [match for match in await self._store.matches(connection) if match.sku is None]
        index = await self._catalogue()
        return [match for match in open_ if not (match.shop_sku and index.find(match.shop_sku))]

    async def similar(self, shop_sku: str | None) -> str | None:
        """The product whose SKU is most like one of the shop's, or None."""
        return (await self._catalogue()).similar(shop_sku) if shop_sku else None

    def forget_catalogue(self) -> None:
        """Products were put: ask the store again."""
        self._index = None

    async def matches(self, connection: str) -> dict[str, str]:
        """The products that references mean."""
        stored = await self._store.matches(connection)
        return {match.ref: match.sku for match in stored if match.sku is not None}

    async def put(self, connection: str, skus: dict[str, str | None]) -> None:
        """Say which product a reference means; None takes that back. Raises Refused."""
        wanted = sorted({sku for sku in skus.values() if sku is not None})
        known = await self._store.owners(wanted)
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

    async def _catalogue(self) -> SkuIndex:
        """Made anew only when SKUs came or went, and in a thread: a catalogue may be long."""
        now = self._clock.now_ms()
        if self._index is None or now - self._looked_at >= self.FRESH_MS:
            self._looked_at = now
            mark = await self._store.skus_mark()
            if self._index is None or mark != self._index_mark:
                skus = await self._store.skus()
                self._index = await asyncio.to_thread(SkuIndex.of, skus)
                self._index_mark = mark
        return self._index

    async def _note(self, connection: str, lines: list[OrderLine]) -> None:
        """What the catalogue does not hold under the shop's own SKU needs a person."""
        if len(self._noted) > NOTED_AT_MOST:
            self._noted.clear()
        self._noted.update((connection, line.refs[0]) for line in lines)
        now = self._clock.now_ms()
        await self._store.note_references(connection, [_reference(line, now) for line in lines])


def _reference(line: OrderLine, now: int) -> Match:
    shop_sku = next((ref[4:] for ref in line.refs if ref.startswith("sku:")), None)
    made = Match(ref=line.refs[0], sku=None, title=line.title or line.sku, seen_at=now)
    return replace(made, shop_sku=shop_sku)
