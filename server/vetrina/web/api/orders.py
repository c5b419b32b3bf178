"""The seller's orders: found, opened, exported, and whom they go to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response, StreamingResponse

from vetrina.domain.access import Permission
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.live.purchases.connection_names import name_of
from vetrina.protocol.command_codec import FieldError
from vetrina.shop.orders.after_sales import UnknownOrder
from vetrina.shop.orders.csv_export import csv_of
from vetrina.shop.orders.finding import Found
from vetrina.shop.orders.their_shop import orders_page
from vetrina.shop.payments.port import ProviderAway, ProviderRefused
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders
from vetrina.store.ports.shop_orders import ShopOrder
from vetrina.web.api import own_order_json, shop_order_json
from vetrina.web.api.order_json import (
    ListedOrder,
    OrderPageAnswer,
    Source,
    ToldBuyer,
    WholeOrder,
)
from vetrina.web.http.compression import compressed_stream
from vetrina.web.http.json_response import JSON_HEADERS, json_answer
from vetrina.web.http.operation import Call, Operation, Parameter
from vetrina.web.http.problem import Problem, invalid, unknown
from vetrina.web.http.query_params import WholeNumber

TEXT_CHARS: Final = 200
WORD_CHARS: Final = 64
TIME_MOST: Final = 10**14
STATUSES: Final = (
    *("placed", "closed", "cancelled", "awaiting", "paid", "partly_refunded", "refunded"),
    *("open", "partly_shipped", "shipped", "delivered", "returned", "disputed", "won", "lost"),
)
LIMIT: Final = WholeNumber("limit", "How many at most on a page.", 50, 1, 100)
SINCE: Final = WholeNumber("since", "Placed at this time or later, in ms.", 0, 0, TIME_MOST)
UNTIL: Final = WholeNumber("until", "Placed before this time, in ms.", 0, 0, TIME_MOST)
_WORD: Final = {"type": "string", "minLength": 1, "maxLength": WORD_CHARS}
_FILTERS: Final = (
    Parameter("q", "An order's number, or a part of what was bought.", _WORD | {"maxLength": 200}),
    Parameter(
        "status",
        "A word of an axis: `open` is what is to be shipped, `disputed` an open dispute.",
        {"type": "string", "enum": list(STATUSES)},
    ),
    Parameter("show", "Of this show alone.", _WORD),
    Parameter("market", "Of this market alone; connected shops tell none.", _WORD),
    SINCE.parameter,
    UNTIL.parameter,
)
_AFTER: Final = Parameter("after", "What the last page gave as `next`.", _WORD | {"maxLength": 120})


async def list_orders(call: Call) -> Response:
    """A page of all orders."""
    page = await call.context.order_list.page(wanted_of(call), _after(call), LIMIT.of(call.request))
    sources = await _sources(call, page.orders)
    place = page.next
    answer = OrderPageAnswer(
        orders=[_listed(order, sources) for order in page.orders],
        next=f"{place.placed_at}.{place.id}" if place else None,
    )
    return json_answer(answer)


async def export_orders(call: Call) -> Response:
    """All orders that are asked for, as a file."""
    orders = call.context.order_list.all(wanted_of(call))
    names = {one.id: name_of(one) for one in await call.context.connections.all()}
    stream, headers = compressed_stream(csv_of(orders, names), call.request)
    disposition = {"content-disposition": 'attachment; filename="orders.csv"'}
    return StreamingResponse(
        stream, headers={**JSON_HEADERS, **headers, **disposition}, media_type="text/csv"
    )


async def get_order(call: Call) -> Response:
    """One order, without who bought it."""
    order = await call.context.order_list.find(order_id(call))
    if order is None:
        raise unknown_order()
    return json_answer(await told(call, order))


async def get_buyer(call: Call) -> Response:
    """Whom it goes to, as the payment provider says now."""
    try:
        buyer = await call.context.after_sales.buyer(order_id(call))
    except UnknownOrder as error:
        raise unknown_order() from error
    except ProviderAway as error:
        raise Problem(503, "provider_away", "The payment provider does not answer.") from error
    except ProviderRefused as error:
        raise Problem(409, "payment_refused", error.message) from error
    answer = ToldBuyer(
        name=buyer.name, email=buyer.email, phone=buyer.phone, address=list(buyer.address)
    )
    return json_answer(answer)


async def told(call: Call, order: Found) -> WholeOrder:
    """An order in the form of the interface."""
    if isinstance(order, OwnOrder):
        return own_order_json.whole(order)
    return shop_order_json.whole(order, _source(order, await _sources(call, [order])))


def order_id(call: Call) -> str:
    """The order in the path."""
    return str(call.request.path_params["id"])


def unknown_order() -> Problem:
    """There is none with this id, or it is not placed yet."""
    return unknown("order", "There is no order with this id.")


def wanted_of(call: Call) -> WantedOrders:
    """What is asked for. Raises `invalid`, with all that is wrong."""
    given = call.request.query_params
    most = {"q": TEXT_CHARS, "show": WORD_CHARS, "market": WORD_CHARS}
    errors = [
        FieldError(name, f"expected 1 to {chars} characters")
        for name, chars in most.items()
        if name in given and not 1 <= len(given[name].strip()) <= chars
    ]
    if "status" in given and given["status"] not in STATUSES:
        errors.append(FieldError("status", f"expected one of: {', '.join(STATUSES)}"))
    if errors:
        raise invalid(errors)
    return WantedOrders(
        show=given.get("show"),
        market=given.get("market"),
        status=given.get("status"),
        text=given.get("q"),
        since=SINCE.of(call.request) if "since" in given else None,
        until=UNTIL.of(call.request) if "until" in given else None,
    )


def _after(call: Call) -> OrderPlace | None:
    text = call.request.query_params.get("after")
    if text is None:
        return None
    at, dot, id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 16 and dot and 1 <= len(id) <= 100):
        raise invalid([FieldError("after", "expected what the last page gave as next")])
    return OrderPlace(int(at), id)


async def _sources(call: Call, orders: Sequence[Found]) -> dict[str, Source]:
    """By connection, where an order is a shop's."""
    if not any(isinstance(order, ShopOrder) for order in orders):
        return {}
    polls = {poll.connection: poll.address for poll in await call.context.store.polls()}
    return {
        one.id: Source(
            kind=one.kind, name=name_of(one), url=orders_page(one.kind, polls.get(one.id))
        )
        for one in await call.context.connections.all()
    }


def _source(order: ShopOrder, sources: dict[str, Source]) -> Source:
    """A connection that was removed leaves its orders, and its kind is not known any more."""
    return sources.get(order.connection) or Source(kind="unknown", name=order.connection)


def _listed(order: Found, sources: dict[str, Source]) -> ListedOrder:
    if isinstance(order, OwnOrder):
        return own_order_json.listed(order)
    return shop_order_json.listed(order, _source(order, sources))


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/api/v1/orders",
        name="list_orders",
        summary="Find orders",
        about="Orders of ours and of connected shops, the last placed first. Go on with `after` "
        "set to `next`, until there is none.",
        handler=list_orders,
        needs=Permission.READ_ORDERS,
        scope="all",
        query=(*_FILTERS, _AFTER, LIMIT.parameter),
        answer=OrderPageAnswer,
    ),
    Operation(
        method="GET",
        path="/api/v1/orders.csv",
        name="export_orders",
        summary="Export orders as CSV",
        about="A row for each line, UTF-8, and nothing of who bought. Texts that a spreadsheet "
        "would take for a formula begin with an apostrophe.",
        handler=export_orders,
        needs=Permission.READ_ORDERS,
        scope="all",
        query=_FILTERS,
        media_type="text/csv",
    ),
    Operation(
        method="GET",
        path="/api/v1/orders/{id}",
        name="get_order",
        summary="Read one order",
        about="Lines and sums, what happened to it, and what can still be refunded and shipped.",
        handler=get_order,
        needs=Permission.READ_ORDERS,
        scope="all",
        answer=WholeOrder,
        refusals=("unknown_order",),
    ),
    Operation(
        method="GET",
        path="/api/v1/orders/{id}/buyer",
        name="get_buyer",
        summary="Ask whom an order goes to",
        about="Name and address, read from the payment provider at this moment and kept nowhere.",
        handler=get_buyer,
        needs=Permission.SEE_BUYERS,
        scope="all",
        answer=ToldBuyer,
        refusals=("unknown_order", "provider_away", "payment_refused"),
    ),
)
