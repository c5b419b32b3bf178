"""Parcels: what left, that it arrived, and what came back."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.selling.fulfilling import Parcel
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.orders.after_sales import UnknownOrder
from vetrina.web.api import own_order_json
from vetrina.web.api.order_json import WholeOrder
from vetrina.web.api.orders import order_id, unknown_order
from vetrina.web.api.refunds import Lines, Version, new_id, pieces_of
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.request_body import JsonBody

Tracking = Annotated[
    str | None, Field(pattern=r"^https://[^\s/@]+(/\S*)?$", max_length=2048, examples=["https://"])
]
_REFUSALS: Final = ("unknown_order", "order_changed", "not_paid", "unknown_sku", "out_of_range")


@dataclass(frozen=True, kw_only=True)
class ShipmentBody:
    """A parcel; without `lines` all that is still to be shipped is in it.

    `version` is that of the order which was seen.
    """

    lines: Lines = None
    carrier: Annotated[str, Field(max_length=80)] = ""
    tracking: Tracking = None
    version: Version = None


@dataclass(frozen=True, kw_only=True)
class DeliveryBody:
    """`version` is that of the order which was seen."""

    version: Version = None


@dataclass(frozen=True, kw_only=True)
class ReturnBody:
    """Without `lines` all that left came back."""

    lines: Lines = None
    version: Version = None


async def ship(call: Call) -> Response:
    """A parcel is on its way."""
    body: ShipmentBody = call.body
    parcel = Parcel(
        shipment=new_id(call, "s"),
        lines=pieces_of(body.lines),
        carrier=body.carrier.strip(),
        tracking=body.tracking,
        by=call.by,
    )
    return await _answer(call.context.after_sales.ship(order_id(call), parcel, body.version), 201)


async def deliver(call: Call) -> Response:
    """Everything arrived."""
    body: DeliveryBody = call.body
    work = call.context.after_sales.deliver(order_id(call), call.by, body.version)
    return await _answer(work, 200)


async def take_back(call: Call) -> Response:
    """Pieces came back."""
    body: ReturnBody = call.body
    lines = pieces_of(body.lines)
    work = call.context.after_sales.take_back(order_id(call), lines, call.by, body.version)
    return await _answer(work, 201)


async def _answer(work: Awaitable[OwnOrder], status: int) -> Response:
    try:
        return json_answer(own_order_json.whole(await work), status)
    except UnknownOrder as error:
        raise unknown_order() from error


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/api/v1/orders/{id}/shipments",
        name="ship",
        summary="Say that a parcel is on its way",
        about="The buyer sees carrier and tracking link on the page of the order.",
        handler=ship,
        needs=Permission.SHIP,
        scope="all",
        body=JsonBody[ShipmentBody](ShipmentBody),
        status=201,
        answer=WholeOrder,
        refusals=_REFUSALS,
    ),
    Operation(
        method="POST",
        path="/api/v1/orders/{id}/deliveries",
        name="deliver",
        summary="Say that everything arrived",
        handler=deliver,
        needs=Permission.SHIP,
        scope="all",
        body=JsonBody[DeliveryBody](DeliveryBody),
        answer=WholeOrder,
        refusals=("unknown_order", "order_changed", "not_paid"),
    ),
    Operation(
        method="POST",
        path="/api/v1/orders/{id}/returns",
        name="take_back",
        summary="Say what came back",
        about="Money and stock stay as they are: a refund sees to those.",
        handler=take_back,
        needs=Permission.SHIP,
        scope="all",
        body=JsonBody[ReturnBody](ReturnBody),
        status=201,
        answer=WholeOrder,
        refusals=_REFUSALS,
    ),
)
