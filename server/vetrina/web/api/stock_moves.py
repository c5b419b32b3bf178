"""Stock that is moved, corrected and sent: what happens at places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.places import REASON_CHARS
from vetrina.shop.places import MoveWish
from vetrina.store.ports.pages import Page
from vetrina.store.ports.places import StockMove
from vetrina.web.api.orders import order_id, unknown_order
from vetrina.web.api.places import Code, SkuStock, sku_stock, unknown_place
from vetrina.web.api.refunds import new_id
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.lists import AFTER, LIMIT, listed
from vetrina.web.http.operation import Call, Operation, Parameter
from vetrina.web.http.problem import unknown
from vetrina.web.http.request_body import JsonBody

SKU: Final = Parameter(
    "sku", "Of this SKU alone.", {"type": "string", "minLength": 1, "maxLength": 64}
)


@dataclass(frozen=True, kw_only=True)
class MoveBody:
    """Pieces from a place to another. Without `from_place` they came in, without `to_place` they
    are gone: what the shop sells changes by as many."""

    sku: Annotated[str, Field(min_length=1, max_length=64)]
    from_place: Code | None = None
    to_place: Code | None = None
    pieces: Annotated[int, Field(ge=1, le=10**9)]
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARS)]


@dataclass(frozen=True, kw_only=True)
class ToldMove:
    """What was moved; `by` is the label of the key that did it."""

    at: int
    sku: str
    from_place: str | None
    to_place: str | None
    pieces: int
    reason: str
    by: str | None


@dataclass(frozen=True, kw_only=True)
class MoveList:
    """The newest first. `next` where there are more."""

    moves: list[ToldMove]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """Pieces that a place sends; `restocked` of them came back to it."""

    sku: str
    title: str
    choice: str
    pieces: int
    restocked: int


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What one place sends of an order. `picked_at` null: it is still on its shelf."""

    place: str
    name: str
    picked_at: int | None
    lines: list[SentLine]


@dataclass(frozen=True, kw_only=True)
class Sendings:
    """Which place sends what; empty for a shop that does not use places, and for tests."""

    places: list[Sending]


@dataclass(frozen=True, kw_only=True)
class PickedBody:
    """All that this place sends of the order is off its shelf."""

    place: Code


async def move_stock(call: Call) -> Response:
    """Move pieces, or correct what the shop sells."""
    body: MoveBody = call.body
    wish = MoveWish(
        id=new_id(call, "m"),
        sku=body.sku,
        source=body.from_place,
        target=body.to_place,
        pieces=body.pieces,
        reason=body.reason.strip() or "–",
    )
    try:
        now = await call.context.places.move(wish, call.by)
    except LookupError as error:
        raise unknown("sku", f"There is no product or variant {body.sku}.") from error
    order = [place.code for place in await call.context.places.all()]
    return json_answer(sku_stock(body.sku, "", now, order), 201)


async def list_moves(call: Call) -> Response:
    """What was moved and corrected."""
    sku = call.request.query_params.get(SKU.name)

    async def read(after: int | None, limit: int) -> Page[ToldMove]:
        page = await call.context.places.moves(sku, after, limit)
        return Page([_told(move) for move in page.items], page.next)

    return await listed(call, "moves", read)


async def get_sendings(call: Call) -> Response:
    """Which place sends what of an order."""
    return json_answer(await _sendings(call, await _order(call)))


async def pick(call: Call) -> Response:
    """A place has taken its part off the shelf."""
    order, body = await _order(call), call.body
    if not await call.context.places.pick(order, body.place):
        raise unknown_place()
    return json_answer(await _sendings(call, order))


async def _order(call: Call) -> OwnOrder:
    order = await call.context.store.own_order(order_id(call))
    if order is None or order.placed_at is None:
        raise unknown_order()
    return order


async def _sendings(call: Call, order: OwnOrder) -> Sendings:
    names = {place.code: place.name for place in await call.context.places.all()}
    lines = {line.sku: line for line in order.checkout.lines}
    sent: dict[str, Sending] = {}
    for one in await call.context.places.of_order(order):
        sending = sent.setdefault(
            one.place,
            Sending(
                place=one.place,
                name=names.get(one.place, one.place),
                picked_at=one.picked_at,
                lines=[],
            ),
        )
        line = lines[one.sku]
        sending.lines.append(
            SentLine(
                sku=one.sku,
                title=line.title,
                choice=line.choice,
                pieces=one.pieces,
                restocked=one.restocked,
            )
        )
    order_of = list(names)
    known = sorted(sent, key=lambda code: order_of.index(code) if code in names else len(names))
    return Sendings(places=[sent[code] for code in known])


def _told(move: StockMove) -> ToldMove:
    return ToldMove(
        at=move.at,
        sku=move.sku,
        from_place=move.source,
        to_place=move.target,
        pieces=move.pieces,
        reason=move.reason,
        by=move.by,
    )


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/api/v1/stock-moves",
        name="move_stock",
        summary="Move stock between places, or correct it",
        about="With an Idempotency-Key it is done once, also where the server ends in between.",
        handler=move_stock,
        needs=Permission.SET_STOCK,
        scope="all",
        body=JsonBody[MoveBody](MoveBody),
        status=201,
        answer=SkuStock,
        refusals=("unknown_sku", "unknown_place", "not_enough_stock"),
    ),
    Operation(
        method="GET",
        path="/api/v1/stock-moves",
        name="list_stock_moves",
        summary="See what was moved and corrected",
        handler=list_moves,
        needs=Permission.READ_CATALOGUE,
        scope="all",
        query=(SKU, AFTER.parameter, LIMIT.parameter),
        answer=MoveList,
    ),
    Operation(
        method="GET",
        path="/api/v1/orders/{id}/places",
        name="get_order_places",
        summary="See which place sends what of an order",
        about="Decided when the order is placed: the first place that has everything, else few.",
        handler=get_sendings,
        needs=Permission.READ_ORDERS,
        scope="all",
        answer=Sendings,
        refusals=("unknown_order",),
    ),
    Operation(
        method="POST",
        path="/api/v1/orders/{id}/picked",
        name="pick",
        summary="Say that a place has taken its part off the shelf",
        handler=pick,
        needs=Permission.SHIP,
        scope="all",
        body=JsonBody[PickedBody](PickedBody),
        answer=Sendings,
        refusals=("unknown_order", "unknown_place"),
    ),
)
