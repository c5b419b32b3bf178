"""Money back: all that is left of an order, pieces, or an amount."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.money import Money
from vetrina.domain.selling.refunding import RefundWish
from vetrina.protocol.command_codec import FieldError
from vetrina.shop.orders.after_sales import UnknownOrder
from vetrina.web.api import own_order_json
from vetrina.web.api.order_json import WholeOrder
from vetrina.web.api.orders import order_id, unknown_order
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import invalid
from vetrina.web.http.query_params import Flag
from vetrina.web.http.request_body import JsonBody

DRY_RUN: Final = Flag("dry_run", "Say what it comes to, and give nothing back.")
Version = Annotated[int | None, Field(ge=0, le=10**6)]


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """So many of a line."""

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(ge=1, le=10**9)]


Lines = Annotated[list[Pieces] | None, Field(max_length=100)]


@dataclass(frozen=True, kw_only=True)
class RefundBody:
    """Pieces with or without the shipping, an amount, or with neither all that is left.

    `restock` puts the pieces back into stock. `version` is that of the order which was seen: where
    it is another one by now, nothing is done.
    """

    lines: Lines = None
    shipping: bool = False
    amount: Money | None = None
    restock: bool = False
    reason: Literal["requested_by_customer", "duplicate", "fraudulent"] = "requested_by_customer"
    version: Version = None


@dataclass(frozen=True, kw_only=True)
class RefundAnswer:
    """What goes back, and the order as it is then; `order` is missing from a dry run."""

    id: str | None
    amount: Money
    order: WholeOrder | None = None


async def refund(call: Call) -> Response:
    """Ask for money back."""
    body: RefundBody = call.body
    after_sales, id = call.context.after_sales, order_id(call)
    wish = _wish(call, body)
    try:
        if DRY_RUN.of(call.request):
            asked = await after_sales.look_at_refund(id, wish, body.version)
            return json_answer(RefundAnswer(id=None, amount=asked.amount))
        order, asked = await after_sales.refund(id, wish, body.version)
    except UnknownOrder as error:
        raise unknown_order() from error
    told = own_order_json.whole(order)
    return json_answer(RefundAnswer(id=asked.refund, amount=asked.amount, order=told), 201)


def pieces_of(lines: list[Pieces] | None) -> dict[str, int]:
    """By SKU. Raises `invalid` for one that is named twice."""
    pieces = {line.sku: line.quantity for line in lines or ()}
    if len(pieces) < len(lines or ()):
        raise invalid([FieldError("lines", "expected each SKU once")])
    return pieces


def new_id(call: Call, prefix: str) -> str:
    """A repeat with the same Idempotency-Key is the same one, also after a crash."""
    if call.attempt is None:
        return f"{prefix}_{secrets.token_hex(10)}"
    return f"{prefix}_{call.attempt.request.key[:20]}"


def _wish(call: Call, body: RefundBody) -> RefundWish:
    if body.lines is not None and not body.lines and not body.shipping:
        raise invalid([FieldError("lines", "expected one piece at least, or no lines at all")])
    return RefundWish(
        refund=new_id(call, "r"),
        lines=pieces_of(body.lines),
        amount=body.amount,
        shipping=body.shipping,
        restock=body.restock,
        reason=body.reason,
        by=call.by,
    )


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/api/v1/orders/{id}/refunds",
        name="refund",
        summary="Give money back",
        about="Through the payment provider, in the background: it counts as refunded once the "
        "provider says so. Pieces are worth what was paid for them, to the last minor unit.",
        handler=refund,
        needs=Permission.REFUND,
        scope="all",
        query=(DRY_RUN.parameter,),
        body=JsonBody[RefundBody](RefundBody),
        status=201,
        answer=RefundAnswer,
        refusals=(
            *("unknown_order", "refund_too_large", "order_changed", "unknown_sku"),
            *("wrong_currency", "out_of_range", "payment_refused"),
        ),
    ),
)
