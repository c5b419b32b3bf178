"""WooCommerce's orders, in a webhook and in the REST interface alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    SoftAmount,
    SoftCurrency,
    SoftId,
    SoftMoment,
    SoftText,
    Text,
)
from vetrina.connectors.payload import (
    buyer_of,
    first_moment,
    milliseconds,
    money,
    nameless,
    order_line,
    references,
    region_of,
)
from vetrina.connectors.port import Opaque
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Refund, Report, Reversal

PAID = ("processing", "completed")
OVER = ("cancelled", "refunded")
RENEWAL = "_subscription_renewal"


class _Line(BaseModel):
    id: SoftId = None
    name: SoftText = None
    sku: SoftText = None
    product_id: SoftId = None
    variation_id: SoftId = None
    quantity: SoftAmount = None
    total: SoftAmount = None
    total_tax: SoftAmount = None
    bundled_by: SoftId = None
    composite_parent: SoftId = None


class _Refund(BaseModel):
    id: Id
    total: SoftAmount = None


class _Meta(BaseModel):
    key: SoftText = None
    value: Any = None


class _Billing(BaseModel):
    first_name: SoftText = None
    country: SoftText = None


class WooOrder(BaseModel):
    """The part of an order that a show needs."""

    id: Id
    status: Text
    currency: SoftCurrency = None
    date_created_gmt: SoftMoment = None
    date_paid_gmt: SoftMoment = None
    date_modified_gmt: SoftMoment = None
    total: SoftAmount = None
    line_items: Annotated[list[Annotated[_Line | None, SOFT]], LISTED] = []
    refunds: Annotated[list[Annotated[_Refund | None, SOFT]], LISTED] = []
    meta_data: Annotated[list[Annotated[_Meta | None, SOFT]], LISTED] = []
    billing: Annotated[_Billing | None, SOFT] = None


def woo_reports(order: WooOrder, opaque: Opaque, dropped: list[str]) -> tuple[Report, ...]:
    """What an order says, however it was read. What was never paid is no news."""
    if order.date_paid_gmt is None:
        return ()
    purchase, paid_at = opaque(order.id), milliseconds(order.date_paid_gmt)
    changed = first_moment(order.date_modified_gmt, order.date_paid_gmt) or 0
    if order.status in OVER:
        return (
            Reversal(purchase=purchase, reason=order.status, occurred_at=changed, as_of=changed),
        )
    if order.status not in PAID:
        return ()
    billing = order.billing or _Billing()
    attributes = [(meta.key, meta.value) for meta in order.meta_data if meta]
    lines = _lines(order, dropped)
    return (
        Order(
            purchase=purchase,
            lines=lines,
            occurred_at=paid_at,
            bought_at=first_moment(order.date_created_gmt),
            region=region_of(billing.country),
            buyer=buyer_of(attributes, billing.first_name),
            as_of=changed,
            refunds=_refunds(order),
            refunds_complete=True,
            beside=_beside(order, lines),
            renewal=any(key == RENEWAL for key, _ in attributes),
        ),
    )


def _refunds(order: WooOrder) -> dict[str, Refund]:
    """A webhook tells their sums, and not for what."""
    made = ((refund.id, refund.total) for refund in order.refunds if refund)
    return {
        id: Refund(amount=money(abs(total), order.currency))
        for id, total in made
        if total is not None
    }


def _beside(order: WooOrder, lines: tuple[OrderLine, ...]) -> tuple[Money, ...]:
    """Shipping, fees and the like: what is no line."""
    total = money(order.total, order.currency)
    if total is None:
        return ()
    goods = sum(line.amount.amount for line in lines if line.amount is not None)
    return (Money(total.amount - goods, total.currency),) if total.amount > goods else ()


def _lines(order: WooOrder, dropped: list[str]) -> tuple[OrderLine, ...]:
    """Without lines the order counts all the same, and where they were told, without an amount."""
    lines = [_line(n, line, order.currency) for n, line in enumerate(order.line_items)]
    kept = tuple(line for line in lines if line is not None)
    unread = "line_items" in dropped or order.total is None
    total = None if unread else money(max(order.total or Decimal(0), Decimal(0)), order.currency)
    return kept or (nameless(total),)


def _line(n: int, line: _Line | None, currency: str | None) -> OrderLine | None:
    """None for a line of no pieces."""
    key = line.id if line and line.id else f"line-{n}"
    if line is None or line.quantity is None:
        return nameless(key=key)
    if line.quantity <= 0:
        return None
    total = None if line.total is None else line.total + (line.total_tax or 0)
    return order_line(
        key=key,
        sku=line.sku,
        refs=references(variation=line.variation_id, product=line.product_id),
        title=line.name,
        quantity=line.quantity,
        amount=None if total is None else money(max(total, Decimal(0)), currency),
        parent=line.bundled_by or line.composite_parent,
    )
