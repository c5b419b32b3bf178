r"""Cells of a WooCommerce row: lists, line breaks, stock, and the price of the moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from vetrina.domain.money import Money
from vetrina.shop.imports.building import Columns
from vetrina.shop.imports.findings import shown
from vetrina.shop.imports.table import Row

_COMMA = re.compile(r"(?<!\\),")


def split(text: str) -> list[str]:
    r"""The items of a list in one cell; a comma inside an item is `\,`."""
    return [part.replace("\\,", ",").strip() for part in _COMMA.split(text) if part.strip()]


def with_line_breaks(cell: str) -> str:
    r"""`\n` is a line break, `\\n` are the two characters."""
    return cell.replace("\\\\n", "\0").replace("\\n", "\n").replace("\0", "\\n")


def kinds(row: Row) -> frozenset[str]:
    """The type is a list as well: `simple, downloadable, virtual`."""
    return frozenset(kind.casefold() for kind in split(row.get("type")))


def price_now(columns: Columns, row: Row, now_ms: int) -> Money:
    """The sale price while its dates hold, else the regular one. Raises UnusableRow.

    A sale price proves no earlier price, so nothing is ever struck through because of it.
    """
    if row.get("sale_price") and _on_sale(columns, row, now_ms):
        return columns.price(row, "sale_price")
    if not row.get("price"):
        raise columns.unusable(row, "price", "expected a price, got nothing")
    return columns.price(row, "price")


def stock_of(columns: Columns, row: Row) -> int | None:
    """Pieces; 0 where the shop says that there are none; None where it does not count them, or
    sells more than it has.
    """
    if row.get("backorders").casefold() in ("1", "notify", "yes"):
        return None
    if row.get("in_stock").casefold() in ("0", "no"):
        return 0
    if row.get("stock").casefold() == "parent":
        return None
    return columns.stock(row, "stock")


def _on_sale(columns: Columns, row: Row, now_ms: int) -> bool:
    starts, ends = _day(columns, row, "sale_from"), _day(columns, row, "sale_to")
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    after_start = starts is None or now >= _midnight(starts)
    return after_start and (ends is None or now < _midnight(ends + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(columns: Columns, row: Row, name: str) -> date | None:
    text = row.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        message = f"expected a date such as 2026-11-28, got {shown(text)}"
        raise columns.unusable(row, name, message) from error
