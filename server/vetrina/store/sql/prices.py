"""Price history port in SQL: what products were offered for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    case,
    delete,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from vetrina.domain.catalogue.price_history import KEPT_MS, PRIOR_PRICE_MS, Offered
from vetrina.domain.money import Money
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import prices

_SKUS: BindParameter[Sequence[str]] = bindparam("skus", expanding=True)
_present = prices.alias("present")
# Spelled out, so that the index of present prices serves.
_OWN: ColumnElement[str] = literal_column("'price'")
_IS_PRESENT = and_(prices.c.kind == _OWN, prices.c.until_ms.is_(None))
_OFFERED = (
    select(prices)
    .select_from(
        prices.outerjoin(
            _present,
            and_(
                _present.c.sku == prices.c.sku,
                _present.c.kind == _OWN,
                _present.c.until_ms.is_(None),
            ),
        )
    )
    .where(
        prices.c.sku.in_(_SKUS),
        or_(
            prices.c.until_ms.is_(None),
            prices.c.until_ms > bindparam("since"),
            prices.c.until_ms > _present.c.from_ms - PRIOR_PRICE_MS,
        ),
    )
    .order_by(prices.c.from_ms, prices.c.place)
)
_PRESENT = select(prices).where(prices.c.sku.in_(_SKUS), _IS_PRESENT)
_CHANGE = update(prices).where(prices.c.place == bindparam("of"))
_FORGET = delete(prices).where(
    prices.c.sku.in_(_SKUS), prices.c.until_ms < bindparam("long_ago") - KEPT_MS
)
_AT: BindParameter[int] = bindparam("now", type_=BigInteger())
# Never before it began, whoever's clock is behind.
_ENDED = case((prices.c.from_ms > _AT, prices.c.from_ms), else_=_AT)
_END = update(prices).where(prices.c.sku.in_(_SKUS), _IS_PRESENT).values(until_ms=_ENDED)
_ADD = insert(prices)


class SqlPrices(Repository):
    """The port `PriceStore`."""

    async def prices(self, skus: Sequence[str], since: int) -> list[Offered]:
        return await self._database.read(partial(_offered, sorted(set(skus)), since))


def note_prices(priced: Iterable[tuple[str, Money]], at: int, connection: Connection) -> None:
    """Products cost this from `at` on: what is another price than before ends there.

    The caller holds the rows of the products, so that two who price the same one take turns.
    """
    wanted = dict(priced)
    present = {row.sku: row for some in slices(list(wanted)) for row in _now(some, connection)}
    changed = {
        sku: price
        for sku, price in wanted.items()
        if sku not in present or _price(present[sku]) != price
    }
    old = [present[sku] for sku in changed if sku in present]
    # A price that was replaced in the millisecond in which it came was never offered.
    end_prices([row.sku for row in old if row.from_ms < at], at, connection)
    taken = {row.sku: row.place for row in old if row.from_ms >= at}
    if taken:
        told = [{"of": taken[sku], **_amount(changed[sku])} for sku in taken]
        connection.execute(_CHANGE, told)
    new = changed.keys() - taken.keys()
    _add([Offered(sku, changed[sku], at) for sku in wanted if sku in new], connection)
    _forget(list(changed), at, connection)


def end_prices(skus: Sequence[str], at: int, connection: Connection) -> None:
    """Products are not offered from `at` on."""
    for some in slices(skus):
        connection.execute(_END, {"skus": some, "now": at})


def note_deals(deals: Sequence[Offered], connection: Connection) -> None:
    """Deals that ran and are over."""
    if deals:
        _add(deals, connection)
        newest = max(one.until_ms or one.from_ms for one in deals)
        _forget([one.sku for one in deals], newest, connection)


def _add(offers: Sequence[Offered], connection: Connection) -> None:
    if offers:
        connection.execute(_ADD, [_row(one) for one in offers])


def _forget(skus: list[str], now: int, connection: Connection) -> None:
    for some in slices(sorted(set(skus))):
        connection.execute(_FORGET, {"skus": some, "long_ago": now})


def _now(skus: list[str], connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(_PRESENT, {"skus": skus}).all()


def _offered(skus: list[str], since: int, connection: Connection) -> list[Offered]:
    return list(_read(skus, since, connection))


def _read(skus: list[str], since: int, connection: Connection) -> Iterator[Offered]:
    for some in slices(skus):
        for row in connection.execute(_OFFERED, {"skus": some, "since": since}):
            yield Offered(row.sku, _price(row), row.from_ms, row.until_ms, row.kind)


def _row(one: Offered) -> dict[str, Any]:
    return {
        "sku": one.sku,
        **_amount(one.price),
        "from_ms": one.from_ms,
        "until_ms": one.until_ms,
        "kind": one.kind,
    }


def _amount(price: Money) -> dict[str, Any]:
    return {"currency": price.currency, "amount": price.amount}


def _price(row: Row[Any]) -> Money:
    return Money(row.amount, row.currency)
