"""What WooCommerce's refunds were for: `GET /wp-json/wc/v3/orders/{id}/refunds`.

An order tells the sums of its refunds alone. A poll, which has a key, reads their lines, so that
shipping that went back is not taken off the goods.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.fields import LISTED, SOFT, Id, SoftAmount, SoftText, read_as
from vetrina.connectors.payload import exact_money
from vetrina.connectors.port import BadPayload, Delivery, Opaque
from vetrina.connectors.signatures import digest
from vetrina.connectors.woocommerce.orders import WooOrder
from vetrina.domain.selling.order import Reversal

FIELDS = "id,line_items,shipping_lines,fee_lines"
# Refunds are few; a shop that gives back everything at once is asked again in the next round.
MOST_ASKED = 25
_OF_LINE = "_refunded_item_id"
_NONE = Decimal(0)


class _Meta(BaseModel):
    key: SoftText = None
    value: Any = None


class _Line(BaseModel):
    quantity: SoftAmount = None
    total: SoftAmount = None
    total_tax: SoftAmount = None
    meta_data: Annotated[list[Annotated[_Meta | None, SOFT]], LISTED] = []

    @property
    def of(self) -> str | None:
        """The line of the order that it gives back."""
        values = (one.value for one in self.meta_data if one and one.key == _OF_LINE)
        return next((str(value) for value in values), None)


class _Refund(BaseModel):
    id: Id
    line_items: Annotated[list[Annotated[_Line | None, SOFT]], LISTED] = []
    shipping_lines: Annotated[list[Any], LISTED] = []
    fee_lines: Annotated[list[Any], LISTED] = []


def refunded_orders(listed: bytes) -> list[WooOrder]:
    """The orders of a page that have refunds, as far as they can be read."""
    try:
        found = json.loads(listed.decode(), parse_float=Decimal)
    except (ValueError, RecursionError):
        return []
    orders = list(_readable(found)) if isinstance(found, list) else []
    return [order for order in orders if order.refunds and order.currency][:MOST_ASKED]


def refund_deliveries(order: WooOrder, body: bytes, opaque: Opaque) -> list[Delivery]:
    """Each refund that names its lines; one that names none stays known by its sum."""
    try:
        listed = json.loads(body.decode(), parse_float=Decimal)
    except (ValueError, RecursionError):
        return []
    made = (_reversal(order, one, opaque) for one in (listed if isinstance(listed, list) else ()))
    return [
        Delivery(digest("refund", order.id, str(one.id), repr(one)), (one,)) for one in made if one
    ]


def _readable(listed: list[Any]) -> Iterator[WooOrder]:
    for one in listed:
        try:
            yield read_as(WooOrder, one)
        except BadPayload:
            continue


def _reversal(order: WooOrder, told: Any, opaque: Opaque) -> Reversal | None:
    try:
        refund = read_as(_Refund, told)
    except BadPayload:
        return None
    lines = [line for line in refund.line_items if line]
    if order.currency is None or not (lines or refund.shipping_lines or refund.fee_lines):
        return None
    sums = (abs((one.total or _NONE) + (one.total_tax or _NONE)) for one in lines)
    back = sum(sums, _NONE)
    items = {one.of: int(abs(one.quantity)) for one in lines if one.of and one.quantity}
    return Reversal(
        purchase=opaque(order.id),
        reason="refunded",
        occurred_at=0,
        id=refund.id,
        items=items,
        amount=exact_money(back, order.currency),
        goods=True,
    )
