"""Refunds of Shopify: what went back for goods, in the shop's own currency.

A refund tells its money as transactions, in the buyer's currency, and what does not fit its lines
as a "discrepancy" in the shop's. Shipping was never counted, so its refund is not either.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from vetrina.connectors.payload import milliseconds, money
from vetrina.connectors.shopify.models import MoneySet, OrderBody, RefundBody, TransactionBody
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Refund, Reversal

FAILED = ("failure", "error")
_NONE = Decimal(0)


def reversal_of(refund: RefundBody, purchase: str) -> Reversal | None:
    """A refund that is told by itself; None when it took nothing of the goods."""
    told = _refund(refund, None, taxes_included=True)
    if not (told.items or told.amount or told.undone):
        return None
    return Reversal(
        purchase=purchase,
        reason="refunded",
        occurred_at=milliseconds(refund.created_at) if refund.created_at else 0,
        items=told.items,
        id=refund.id,
        amount=told.amount,
        goods=True,
        undone=told.undone,
    )


def refund_of(refund: RefundBody, order: OrderBody) -> Refund:
    """A refund as an order lists it."""
    return _refund(refund, order.currency, taxes_included=order.taxes_included is not False)


def _refund(refund: RefundBody, currency: str | None, *, taxes_included: bool) -> Refund:
    items: dict[str, int] = {}
    for line in refund.refund_line_items:
        if line and line.quantity and line.quantity > 0:
            items[line.line_item_id] = items.get(line.line_item_id, 0) + int(line.quantity)
    paid_back = [one for one in refund.transactions if one and one.kind == "refund"]
    amount = _amount(refund, paid_back, currency, taxes_included=taxes_included)
    if not items and amount is not None and amount.amount == 0:
        amount = None
    undone = bool(paid_back) and all(one.status in FAILED for one in paid_back)
    return Refund(items, amount, goods=True, undone=undone)


def _amount(
    refund: RefundBody,
    paid_back: list[TransactionBody],
    currency: str | None,
    *,
    taxes_included: bool,
) -> Money | None:
    """None where the pieces take their share: no money moved that is told, or not yet."""
    made = [one for one in paid_back if one.status == "success" and one.amount is not None]
    own = currency or _shop_currency(refund) or next((t.currency for t in made if t.currency), None)
    gaps = [one for one in refund.order_adjustments if one and one.kind == "refund_discrepancy"]
    if made and all(one.currency in (None, own) for one in made):
        back = sum((one.amount or _NONE for one in made), _NONE) - _shipping(refund)
    elif made or gaps:
        lines = [line for line in refund.refund_line_items if line]
        back = sum((_shop(line.subtotal, line.subtotal_set) for line in lines), _NONE)
        if not taxes_included:
            back += sum((line.total_tax or _NONE for line in lines), _NONE)
        back -= sum((_shop(one.amount, one.amount_set) for one in gaps), _NONE)
        back -= sum((one.tax_amount or _NONE for one in gaps), _NONE)
    else:
        return None
    return money(max(back, _NONE), own)


def _shipping(refund: RefundBody) -> Decimal:
    """Newer versions list what went back of the shipping, older ones as an adjustment."""
    told = [one for one in refund.order_adjustments if one and one.kind == "shipping_refund"]
    if told:
        return abs(sum((_shop(one.amount, one.amount_set) for one in told), _NONE))
    lines = [line for line in refund.refund_shipping_lines if line]
    return sum((_shop(None, line.subtotal_amount_set) for line in lines), _NONE)


def _shop(amount: Decimal | None, told: MoneySet | None) -> Decimal:
    own = told.shop_money.amount if told and told.shop_money else None
    return (amount if own is None else own) or _NONE


def _shop_currency(refund: RefundBody) -> str | None:
    return next((code for code in _currencies(refund) if code), None)


def _currencies(refund: RefundBody) -> Iterator[str | None]:
    sets = (
        *(one.amount_set for one in refund.order_adjustments if one),
        *(one.subtotal_set for one in refund.refund_line_items if one),
        *(one.subtotal_amount_set for one in refund.refund_shipping_lines if one),
    )
    return (one.shop_money.currency_code for one in sets if one and one.shop_money)
