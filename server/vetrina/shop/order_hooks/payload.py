"""What an address is told of an order: a fact and what was bought, and nobody's name. Pure.

The same fact always makes the same bytes, so that a delivery that is tried again is the same one.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import CheckoutLine
from vetrina.domain.selling.order_facts import OrderFact, Paid, Refunded, Shipped
from vetrina.domain.selling.order_sums import in_vain, own_refunds, refunds_of
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.store.ports.order_hooks import HookEvent


def payload(order: OwnOrder, place: int, event: HookEvent) -> bytes | None:
    """The body of a delivery; None where there is nothing to tell, as of a payment that came in
    vain and went back."""
    known = order.facts[:place]
    if not 1 <= place <= len(order.facts) or not any(isinstance(fact, Paid) for fact in known):
        return None
    fact = known[-1]
    if isinstance(fact, Refunded) and fact.payment in {one.payment for one in in_vain(known)}:
        return None
    at = datetime.fromtimestamp(fact.at / 1000, UTC).isoformat(timespec="milliseconds")
    told = {"type": event, "timestamp": at.replace("+00:00", "Z"), "data": _data(order, known)}
    return orjson.dumps(told)


def _data(order: OwnOrder, known: tuple[OrderFact, ...]) -> dict[str, Any]:
    checkout = order.checkout
    return {
        "order": checkout.id,
        "number": order.number,
        "shop": checkout.shop,
        "show": checkout.show,
        "market": checkout.market,
        "via": checkout.via,
        "voucher": checkout.voucher,
        "payments": checkout.adapter,
        "test": checkout.test,
        "lines": [_line(line) for line in checkout.lines],
        "goods": asdict(checkout.goods),
        "discount": asdict(checkout.discount),
        "shipping": asdict(checkout.shipping),
        "tax": _money(checkout.tax),
        "total": asdict(checkout.total),
        **_news(known),
    }


def _news(known: tuple[OrderFact, ...]) -> dict[str, Any]:
    """What this fact says beside the order."""
    match known[-1]:
        case Refunded() as fact:
            ours = refunds_of(known)
            lines = next((dict(r.lines) for name, r in ours.items() if name == fact.refund), {})
            refund = {"id": fact.refund, "amount": asdict(fact.amount), "lines": lines}
            return {"refund": refund, "refunded": _refunded(known, fact.amount.currency)}
        case Shipped() as fact:
            return {
                "shipment": {
                    "id": fact.shipment,
                    "lines": dict(fact.lines),
                    "carrier": fact.carrier,
                    "tracking": fact.tracking,
                }
            }
        case Paid() as fact:
            return {"late": fact.late}
        case _:
            return {}


def _refunded(known: tuple[OrderFact, ...], currency: str) -> dict[str, Any]:
    """All that went back so far."""
    sums = [one.amount for one in own_refunds(known) if one.state == "refunded"]
    return asdict(Money(sum(sums), currency))


def _line(line: CheckoutLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "product": line.product,
        "title": line.title,
        "choice": line.choice,
        "quantity": line.quantity,
        "unit": asdict(line.unit),
        "discount": asdict(line.discount),
        "total": asdict(line.total),
        "deal": line.deal,
    }


def _money(money: Money | None) -> dict[str, Any] | None:
    return None if money is None else asdict(money)
