"""Orders of ours in the form of the interface."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import (
    OrderFact,
    RefundAsked,
    Refunded,
    RefundFailed,
    Returned,
    SessionMade,
    Shipped,
    WithdrawalAsked,
)
from vetrina.domain.selling.order_sums import (
    left_to_ship,
    own_refunds,
    paid_of,
    refunds_of,
    returned_pieces,
    shipped_pieces,
    withdrawn_pieces,
)
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.refunding import refundable
from vetrina.web.api.order_json import (
    OWN,
    TITLES,
    Left,
    LeftLine,
    ListedOrder,
    ToldFact,
    ToldLine,
    ToldRefund,
    ToldShipment,
    WholeOrder,
)


def listed(order: OwnOrder) -> ListedOrder:
    """As the list shows it."""
    return ListedOrder(**_head(order))


def whole(order: OwnOrder) -> WholeOrder:
    """With everything that is known of it here."""
    checkout, facts = order.checkout, order.facts
    return WholeOrder(
        **_head(order),
        version=order.version,
        lines=_lines(order),
        goods=checkout.goods,
        discount=checkout.discount,
        shipping=checkout.shipping,
        tax=checkout.tax,
        voucher=checkout.voucher,
        via=checkout.via,
        left=_left(order),
        refunds=_refunds(order),
        shipments=_shipments(facts),
        history=[_fact(one) for one in facts],
        can_deliver=order.standing.fulfilment in ("shipped", "partly_shipped"),
        has_buyer=any(isinstance(one, SessionMade) for one in facts),
    )


def attention_of(order: OwnOrder) -> list[str]:
    """What wants somebody, as codes."""
    found = ["dispute"] if order.standing.dispute == "open" else []
    back = _pieces(one.lines for one in own_refunds(order.facts))
    withdrawn = withdrawn_pieces(order.checkout, order.facts)
    if any(pieces > back.get(sku, 0) for sku, pieces in withdrawn.items()):
        found.append("withdrawal")
    told = [f for f in order.facts if isinstance(f, RefundAsked | Refunded | RefundFailed)]
    if told and isinstance(told[-1], RefundFailed):
        found.append("refund_failed")
    return found


def _head(order: OwnOrder) -> dict[str, Any]:
    checkout, standing = order.checkout, order.standing
    back = sum(one.amount for one in own_refunds(order.facts) if one.state == "refunded")
    return {
        "id": checkout.id,
        "number": order.number,
        "placed_at": order.placed_at or checkout.created_at,
        "source": OWN,
        "show": checkout.show,
        "market": checkout.market,
        "test": checkout.test,
        **asdict(standing),
        "attention": attention_of(order),
        "pieces": sum(line.quantity for line in checkout.lines),
        "titles": [line.title for line in checkout.lines[:TITLES]],
        "total": checkout.total,
        "refunded": Money(back, checkout.currency) if back else None,
    }


def _lines(order: OwnOrder) -> list[ToldLine]:
    checkout, facts = order.checkout, order.facts
    gone, back = shipped_pieces(checkout, facts), returned_pieces(facts)
    refunded = _pieces(one.lines for one in own_refunds(facts))
    to_ship = left_to_ship(checkout, facts) if paid_of(facts) else {}
    return [
        ToldLine(
            sku=line.sku,
            product=line.product,
            title=line.title,
            choice=line.choice,
            image=line.image,
            deal=line.deal,
            quantity=line.quantity,
            unit=line.unit,
            discount=line.discount,
            total=line.total,
            refunded=refunded.get(line.sku, 0),
            shipped=gone.get(line.sku, 0),
            returned=back.get(line.sku, 0),
            to_ship=to_ship.get(line.sku, 0),
            to_return=max(0, gone.get(line.sku, 0) - back.get(line.sku, 0)),
        )
        for line in checkout.lines
    ]


def _left(order: OwnOrder) -> Left:
    left = refundable(order.checkout, order.facts)
    currency = order.checkout.currency
    return Left(
        total=left.amount,
        shipping=left.shipping,
        lines=[
            LeftLine(sku=sku, quantity=pieces, amount=Money(left.worth[sku], currency))
            for sku, pieces in left.pieces.items()
            if pieces > 0
        ],
    )


def _refunds(order: OwnOrder) -> list[ToldRefund]:
    at: dict[str, int] = {}
    for fact in order.facts:
        if isinstance(fact, RefundAsked | Refunded | RefundFailed):
            at.setdefault(fact.refund, fact.at)
    return [
        ToldRefund(
            id=name,
            at=at.get(name, 0),
            amount=Money(refund.amount, order.checkout.currency),
            state=refund.state,
            sent=refund.sent,
            restock=refund.restock,
            lines=refund.lines,
        )
        for name, refund in refunds_of(order.facts).items()
    ]


def _shipments(facts: Sequence[OrderFact]) -> list[ToldShipment]:
    return [
        ToldShipment(
            id=fact.shipment,
            at=fact.at,
            carrier=fact.carrier,
            tracking=fact.tracking,
            lines=fact.lines,
            pieces=sum(fact.lines.values()),
            by=fact.by,
        )
        for fact in facts
        if isinstance(fact, Shipped)
    ]


def _fact(fact: OrderFact) -> ToldFact:
    """What a payer's hash and the provider's names are nobody's affair here."""
    pieces = None
    if isinstance(fact, Shipped | Returned | WithdrawalAsked | RefundAsked):
        pieces = sum(fact.lines.values())
    return ToldFact(
        type=re.sub(r"(?<=.)([A-Z])", r"_\1", type(fact).__name__).lower(),
        at=fact.at,
        by=getattr(fact, "by", None),
        amount=getattr(fact, "amount", None),
        refund=getattr(fact, "refund", None),
        pieces=pieces,
        carrier=getattr(fact, "carrier", None),
        why=getattr(fact, "why", None),
        won=getattr(fact, "won", None),
    )


def _pieces(each: Iterable[Any]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for lines in each:
        for sku, pieces in lines.items():
            sums[sku] = sums.get(sku, 0) + pieces
    return sums
