"""Orders of connected shops in the form of the interface."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vetrina.domain.money import Money
from vetrina.domain.selling.order_listing import money_of
from vetrina.domain.selling.order_record import sums_of
from vetrina.store.ports.shop_orders import ShopOrder
from vetrina.web.api.order_json import TITLES, ListedOrder, Source, ToldLine, WholeOrder


def listed(order: ShopOrder, source: Source) -> ListedOrder:
    """As the list shows it."""
    return ListedOrder(**_head(order, source))


def whole(order: ShopOrder, source: Source) -> WholeOrder:
    """With everything that the shop has told, which is less than of ours."""
    record = order.record
    lines = [
        ToldLine(
            sku=line.sku,
            product=line.sku,
            title=line.title or line.sku,
            choice="",
            image=None,
            deal=None,
            quantity=line.quantity,
            unit=None,
            discount=None,
            total=line.amount,
            refunded=line.quantity - kept,
            shipped=0,
            returned=0,
            to_ship=0,
            to_return=0,
        )
        for line, kept in zip(record.lines or (), record.kept, strict=True)
    ]
    return WholeOrder(
        **_head(order, source),
        version=0,
        lines=lines,
        goods=None,
        discount=None,
        shipping=None,
        tax=None,
        voucher=None,
        via=None,
        left=None,
        refunds=[],
        shipments=[],
        history=[],
        can_deliver=False,
        has_buyer=False,
    )


def _head(order: ShopOrder, source: Source) -> dict[str, Any]:
    record = order.record
    lines = record.lines or ()
    total = _one(sums_of(line.amount for line in lines).items())
    kept = record.gross.get(total.currency, 0) if total else 0
    back = Money(total.amount - kept, total.currency) if total and kept < total.amount else None
    return {
        "id": order.id,
        "number": None,
        "placed_at": record.paid_at,
        "source": source,
        "show": record.show,
        "market": None,
        "test": record.test,
        "order": "placed",
        "money": money_of(record),
        "dispute": "none",
        "fulfilment": None,
        "attention": [],
        "pieces": sum(line.quantity for line in lines),
        "titles": [line.title or line.sku for line in lines[:TITLES]],
        "total": total,
        "refunded": back,
    }


def _one(sums: Iterable[tuple[str, int]]) -> Money | None:
    """The sum, where it is one."""
    found = [Money(amount, currency) for currency, amount in sums]
    return found[0] if len(found) == 1 else None
