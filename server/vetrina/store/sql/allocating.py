"""Who sends what of an order, within one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from vetrina.domain.selling.places import Allocated, Place, allocate, by_place
from vetrina.store.ports.places import Allocation
from vetrina.store.sql.place_tables import allocations

_OF_ORDER: Final = (
    select(allocations)
    .where(allocations.c.order == bindparam("of"))
    .order_by(allocations.c.code, allocations.c.sku)
)
_BACK: Final = (
    update(allocations)
    .where(
        allocations.c.order == bindparam("of"),
        allocations.c.code == bindparam("at_code"),
        allocations.c.sku == bindparam("one"),
    )
    .values(restocked=bindparam("now"))
)


def allocations_of(order: str, sql: Connection) -> list[Allocation]:
    """What is decided already."""
    return [
        Allocation(
            place=row.code,
            sku=row.sku,
            pieces=row.pieces,
            restocked=row.restocked,
            picked_at=row.picked_at,
        )
        for row in sql.execute(_OF_ORDER, {"of": order})
    ]


def settle(
    sql: Connection,
    order: str,
    places: Sequence[Place],
    stocks: Mapping[str, int | None],
    noted: dict[str, dict[str, int]],
    wanted: Mapping[str, int],
    restocked: Mapping[str, int],
) -> list[Allocation]:
    """Decide once, then bring back what came back. `noted`, by SKU and place, is changed.

    The order's own pieces are out of `stocks` already: they count as free for it.
    """
    if not allocations_of(order, sql):
        free = _free(places, stocks, noted, wanted, restocked)
        _decide(sql, order, allocate(wanted, places, free), noted)
    _bring_back(sql, order, noted, restocked)
    return allocations_of(order, sql)


def _free(
    places: Sequence[Place],
    stocks: Mapping[str, int | None],
    noted: Mapping[str, Mapping[str, int]],
    wanted: Mapping[str, int],
    restocked: Mapping[str, int],
) -> dict[str, dict[str, int | None]]:
    """By place and SKU; what is not counted is everywhere."""
    free: dict[str, dict[str, int | None]] = {place.code: {} for place in places}
    for sku, pieces in wanted.items():
        stock, out = stocks.get(sku), max(0, pieces - restocked.get(sku, 0))
        whole = None if stock is None else stock + out
        for code, n in by_place(places, whole, noted.get(sku, {})).items():
            free[code][sku] = None if stock is None else n
    return free


def _decide(
    sql: Connection, order: str, made: Sequence[Allocated], noted: dict[str, dict[str, int]]
) -> None:
    for one in made:
        there = noted.get(one.sku, {})
        if one.place in there:
            there[one.place] = max(0, there[one.place] - one.pieces)
    rows = [
        {"order": order, "code": one.place, "sku": one.sku, "pieces": one.pieces, "restocked": 0}
        for one in made
    ]
    if rows:
        sql.execute(insert(allocations), rows)


def _bring_back(
    sql: Connection, order: str, noted: dict[str, dict[str, int]], restocked: Mapping[str, int]
) -> None:
    known = allocations_of(order, sql)
    for sku, whole in restocked.items():
        left = whole - sum(one.restocked for one in known if one.sku == sku)
        for one in known:
            back = min(left, one.pieces - one.restocked)
            if one.sku != sku or back <= 0:
                continue
            left -= back
            changed: dict[str, Any] = {"of": order, "at_code": one.place, "one": sku}
            sql.execute(_BACK, {**changed, "now": one.restocked + back})
            there = noted.get(sku, {})
            if one.place in there:
                there[one.place] += back
