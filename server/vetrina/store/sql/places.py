"""Place port in SQL. Whoever changes where pieces are locks their products first, as reservations
do, so that sums hold in every process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.selling.places import PLACES, Place, by_place, in_order
from vetrina.store.ports.pages import Page
from vetrina.store.ports.places import Allocation, PlacedStock, StockMove
from vetrina.store.sql.allocating import allocations_of, settle
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.place_tables import allocations, place_stocks, places, stock_moves
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import products, variants
from vetrina.store.sql.stock_rows import LockedStocks, lock_stocks

_ALL: Final = select(places)
_LOCKED: Final = select(places).order_by(places.c.code).with_for_update(key_share=True)
_OF: Final[Any] = bindparam("of")
_SKUS: Final[Any] = bindparam("skus", expanding=True)
_NOTED: Final = select(place_stocks).where(place_stocks.c.sku.in_(_SKUS))
_OWN: Final = select(products.c.sku, products.c.stock).where(
    products.c.sku.in_(_SKUS), products.c.options.is_(None)
)
_CHOICES: Final = select(variants.c.sku, variants.c.stock, variants.c.product).where(
    variants.c.sku.in_(_SKUS)
)
_NOTE: Final = (
    update(place_stocks)
    .where(place_stocks.c.code == _OF, place_stocks.c.sku == bindparam("one"))
    .values(pieces=bindparam("now"))
)
_HELD: Final = select(func.sum(place_stocks.c.pieces)).where(place_stocks.c.code == _OF)
_MOVES: Final = select(stock_moves).order_by(stock_moves.c.place.desc())
_KNOWN: Final = select(stock_moves.c.place).where(stock_moves.c.id == _OF)
_PICK: Final = (
    update(allocations)
    .where(allocations.c.order == _OF, allocations.c.code == bindparam("one"))
    .values(picked_at=func.coalesce(allocations.c.picked_at, bindparam("now")))
)


class SqlPlaces(Repository):
    """The port `PlaceStore`."""

    async def places(self) -> list[Place]:
        return _places(await self._rows(_ALL))

    async def put_place(self, place: Place) -> Place:
        return await self._write_again(partial(_put, place))

    async def delete_place(self, code: str) -> bool:
        return await self._write_again(partial(_delete, code))

    async def placed_stock(self, skus: Sequence[str]) -> dict[str, PlacedStock]:
        return await self._database.read(partial(_placed, skus))

    async def move_stock(self, move: StockMove) -> PlacedStock:
        return await self._write_again(partial(_move, move))

    async def stock_moves(
        self, sku: str | None = None, after: int | None = None, limit: int = 50
    ) -> Page[StockMove]:
        wanted = _MOVES if sku is None else _MOVES.where(stock_moves.c.sku == sku)
        wanted = wanted if after is None else wanted.where(stock_moves.c.place < after)
        rows = await self._rows(wanted.limit(limit + 1))
        more = len(rows) > limit
        return Page(
            [_move_of(row) for row in rows[:limit]], rows[limit - 1].place if more else None
        )

    async def allocations(
        self, order: str, wanted: Mapping[str, int], restocked: Mapping[str, int]
    ) -> list[Allocation]:
        known = await self._database.read(partial(allocations_of, order))
        back = sum(one.restocked for one in known)
        if known and back >= min(sum(restocked.values()), sum(one.pieces for one in known)):
            return known
        if not await self.places():
            return known
        return await self._write_again(partial(_settle, order, wanted, restocked))

    async def mark_picked(self, order: str, place: str, at: int) -> bool:
        values = {"of": order, "one": place, "now": at}
        done = await self._write_alone(lambda sql: sql.execute(_PICK, values).rowcount)
        return bool(done)


def _places(rows: Iterable[Any]) -> list[Place]:
    return in_order(
        [
            Place(code=row.code, name=row.name, priority=row.priority, main=bool(row.main))
            for row in rows
        ]
    )


def _put(place: Place, sql: Connection) -> Place:
    known = {one.code: one for one in _places(sql.execute(_LOCKED))}
    if place.code in known:
        sql.execute(
            update(places)
            .where(places.c.code == place.code)
            .values(name=place.name, priority=place.priority)
        )
        return replace(place, main=known[place.code].main)
    if len(known) >= PLACES:
        raise Refused("too_many_places", f"Expected at most {PLACES} places.")
    made = replace(place, main=not known)
    row: dict[str, Any] = {"code": made.code, "name": made.name, "priority": made.priority}
    row["main"] = made.main or None
    sql.execute(insert(places), row)
    return made


def _delete(code: str, sql: Connection) -> bool:
    known = {one.code: one for one in _places(sql.execute(_LOCKED))}
    if code not in known:
        return False
    if known[code].main and len(known) > 1:
        raise Refused("place_in_use", "The main place can only go as the last one.")
    if sql.execute(_HELD, {"of": code}).scalar():
        raise Refused("place_in_use", "There are pieces at this place: move them first.")
    sql.execute(delete(place_stocks).where(place_stocks.c.code == code))
    sql.execute(delete(places).where(places.c.code == code))
    return True


def _placed(skus: Sequence[str], sql: Connection) -> dict[str, PlacedStock]:
    known = _places(sql.execute(_ALL))
    stocks: dict[str, int | None] = {}
    parents: dict[str, str] = {}
    for some in slices(skus):
        stocks.update((row.sku, row.stock) for row in sql.execute(_OWN, {"skus": some}))
        for row in sql.execute(_CHOICES, {"skus": some}):
            stocks[row.sku], parents[row.sku] = row.stock, row.product
    noted = _noted(list(stocks), sql)
    return {
        sku: PlacedStock(parents.get(sku, sku), stock, by_place(known, stock, noted.get(sku, {})))
        for sku, stock in stocks.items()
    }


def _noted(skus: Sequence[str], sql: Connection) -> dict[str, dict[str, int]]:
    """Pieces at places other than the main one, by SKU and place."""
    noted: dict[str, dict[str, int]] = {}
    for some in slices(skus):
        for row in sql.execute(_NOTED, {"skus": some}):
            noted.setdefault(row.sku, {})[row.code] = row.pieces
    return noted


def _lock(skus: Iterable[str], sql: Connection) -> LockedStocks:
    wanted = set(skus)
    parents = {
        row.product
        for some in slices(sorted(wanted))
        for row in sql.execute(_CHOICES, {"skus": some})
    }
    return lock_stocks(wanted, parents, sql)


def _move(move: StockMove, sql: Connection) -> PlacedStock:
    locked = _lock([move.sku], sql)
    stocks = locked.stocks
    if move.sku not in stocks:
        raise LookupError(f"There is no SKU {move.sku!r}.")
    if sql.execute(_KNOWN, {"of": move.id}).first() is not None:
        return _placed([move.sku], sql)[move.sku]
    known = _places(sql.execute(_ALL))
    _check_places(move, {place.code for place in known})
    whole, noted = stocks[move.sku], _noted([move.sku], sql).get(move.sku, {})
    there = by_place(known, whole, noted)
    if whole is None:
        raise InvalidValue("sku", "expected one whose pieces are counted: give it a stock first")
    if move.source is not None and (there[move.source] or 0) < move.pieces:
        raise Refused(
            "not_enough_stock",
            f"There are {there[move.source]} pieces of {move.sku} at {move.source}.",
            {"left": there[move.source]},
        )
    now = {code: n or 0 for code, n in there.items()}
    for code, pieces in ((move.source, -move.pieces), (move.target, move.pieces)):
        if code is not None:
            now[code] += pieces
    stocks[move.sku] = sum(now.values())
    locked.save(sql)
    others = {place.code: now[place.code] for place in known if not place.main}
    _write_noted({move.sku: others}, {move.sku: noted}, sql)
    sql.execute(insert(stock_moves), _row_of(move))
    return _placed([move.sku], sql)[move.sku]


def _check_places(move: StockMove, codes: set[str]) -> None:
    named = [code for code in (move.source, move.target) if code is not None]
    for code in named:
        if code not in codes:
            raise Refused("unknown_place", f"There is no place {code}.")
    if len(set(named)) != len(named) or not named:
        raise InvalidValue("to_place", "expected another place than the one that it comes from")


def _settle(
    order: str, wanted: Mapping[str, int], restocked: Mapping[str, int], sql: Connection
) -> list[Allocation]:
    known = _places(sql.execute(_ALL))
    locked = _lock(wanted, sql)
    noted = _noted(sorted(wanted), sql)
    now = {sku: dict(noted.get(sku, {})) for sku in sorted(wanted)}
    made = settle(sql, order, known, locked.stocks, now, wanted, restocked)
    _write_noted(now, noted, sql)
    return made


def _write_noted(
    now: Mapping[str, Mapping[str, int]], before: Mapping[str, Mapping[str, int]], sql: Connection
) -> None:
    new, changed = [], []
    for sku, pieces in sorted(now.items()):
        old = before.get(sku, {})
        for code, n in sorted(pieces.items()):
            if code not in old and n:
                new.append({"code": code, "sku": sku, "pieces": n})
            elif code in old and old[code] != n:
                changed.append({"of": code, "one": sku, "now": n})
    if new:
        sql.execute(insert(place_stocks), new)
    if changed:
        sql.execute(_NOTE, changed)


def _row_of(move: StockMove) -> dict[str, Any]:
    return {name: getattr(move, name) for name in StockMove.__dataclass_fields__}


def _move_of(row: Any) -> StockMove:
    return StockMove(**{name: getattr(row, name) for name in StockMove.__dataclass_fields__})
