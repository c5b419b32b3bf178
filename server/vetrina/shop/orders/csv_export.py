"""Orders as a CSV file: a row for each line, and nothing of who bought."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Final

from vetrina.domain.money import Money
from vetrina.domain.selling.order_listing import money_of
from vetrina.domain.selling.order_sums import own_refunds
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.orders.finding import Found
from vetrina.store.ports.shop_orders import ShopOrder

COLUMNS: Final = (
    *("order", "number", "source", "placed_at", "show", "market", "test", "status", "money"),
    *("dispute", "fulfilment", "currency", "total", "shipping", "discount", "tax", "refunded"),
    *("voucher", "via", "sku", "title", "choice", "quantity", "unit_price", "line_discount"),
    "line_total",
)
Cell = str | int | None
# What a spreadsheet takes for a formula, also behind what it trims (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK: Final = "\ufeff"


async def csv_of(orders: AsyncIterator[Found], sources: dict[str, str]) -> AsyncIterator[bytes]:
    """The file, piece by piece. `sources` are the names of connections by id."""
    yield (_MARK + _line(COLUMNS)).encode()
    async for order in orders:
        rows = _own(order) if isinstance(order, OwnOrder) else _theirs(order, sources)
        yield "".join(_line(row) for row in rows).encode()


def _own(order: OwnOrder) -> Iterator[tuple[Cell, ...]]:
    checkout, standing = order.checkout, order.standing
    refunded = sum(one.amount for one in own_refunds(order.facts) if one.state == "refunded")
    head: tuple[Cell, ...] = (
        *(checkout.id, order.number, checkout.adapter, _time(order.placed_at or 0)),
        *(checkout.show, checkout.market, _yes(checkout.test)),
        *(standing.order, standing.money, standing.dispute, standing.fulfilment),
        *(checkout.currency, _plain(checkout.total), _plain(checkout.shipping)),
        *(_plain(checkout.discount), _plain(checkout.tax)),
        *(_plain(Money(refunded, checkout.currency)), checkout.voucher, checkout.via),
    )
    for line in checkout.lines:
        yield (
            *head,
            *(line.sku, line.title, line.choice, line.quantity),
            *(_plain(line.unit), _plain(line.discount), _plain(line.total)),
        )


def _theirs(order: ShopOrder, sources: dict[str, str]) -> Iterator[tuple[Cell, ...]]:
    record = order.record
    money = money_of(record)
    for line in record.lines or ():
        currency = line.amount.currency if line.amount else None
        yield (
            *(order.id, None, sources.get(order.connection, order.connection)),
            *(_time(record.paid_at), record.show, None, _yes(record.test)),
            *("placed", money, None, None, currency, None, None, None, None, None, None, None),
            *(line.sku, line.title, None, line.quantity, None, None, _plain(line.amount)),
        )


def _line(cells: tuple[Cell, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_guarded(cell) for cell in cells])
    return text.getvalue()


def _guarded(cell: Cell) -> str:
    """A text that would be a formula is one no longer; numbers are ours and stay numbers."""
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _plain(money: Money | None) -> str | None:
    return None if money is None else str(money.decimal())


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
