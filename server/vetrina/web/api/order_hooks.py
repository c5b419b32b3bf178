"""Orders out: the seller's addresses that are told of orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue
from vetrina.protocol.command_codec import FieldError
from vetrina.shop.order_hooks.hooks import MOST_TARGETS, TooManyHooks
from vetrina.store.ports.order_hooks import DeliveryStatus, HookDelivery, HookEvent, HookHealth
from vetrina.store.ports.pages import Page
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.lists import AFTER, LIMIT, listed
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import Problem, invalid, unknown
from vetrina.web.http.request_body import JsonBody

EVENTS: tuple[HookEvent, ...] = ("order.paid", "order.refunded", "order.shipped")


@dataclass(frozen=True, kw_only=True)
class OrderHookBody:
    """An address to tell of orders. `events`: of these alone."""

    url: Annotated[str, Field(max_length=2_000, examples=["https://erp.example/orders"])]
    events: Annotated[tuple[HookEvent, ...], Field(min_length=1, max_length=10)] = EVENTS


@dataclass(frozen=True, kw_only=True)
class OrderHook:
    """An address and how it fares: deliveries that wait to be tried again, and those that were
    given up after three days."""

    id: str
    url: str
    events: tuple[HookEvent, ...]
    created_at: int
    waiting: int
    given_up: int
    delivered_at: int | None


@dataclass(frozen=True)
class OrderHookList:
    """All addresses, the oldest first."""

    hooks: list[OrderHook]


@dataclass(frozen=True, kw_only=True)
class NewOrderHook:
    """A new address. `secret`, which its deliveries are signed with, is told this once."""

    id: str
    url: str
    events: tuple[HookEvent, ...]
    secret: str


@dataclass(frozen=True, kw_only=True)
class ToldDelivery:
    """A delivery. `answered` is the status of the last answer; `problem` says what was wrong:
    `unreachable`, `too_slow`, `redirects` or `refused`. `next_at`: when it is tried again."""

    id: str
    event: HookEvent
    order: str
    created_at: int
    status: DeliveryStatus
    attempts: int
    next_at: int | None
    tried_at: int | None
    answered: int | None
    problem: str | None


@dataclass(frozen=True, kw_only=True)
class DeliveryList:
    """The newest first. `next` where there are more."""

    deliveries: list[ToldDelivery]
    next: str | None = None


async def create_order_hook(call: Call) -> Response:
    """An address, with a secret of its own."""
    body: OrderHookBody = call.body
    try:
        target = await call.context.order_hooks.add(body.url, body.events)
    except InvalidValue as error:
        raise invalid([FieldError(error.field, error.message)]) from error
    except TooManyHooks:
        message = f"There are {MOST_TARGETS} addresses already. Delete one first."
        raise Problem(409, "too_many_hooks", message) from None
    told = NewOrderHook(id=target.id, url=target.url, events=target.events, secret=target.secret)
    return json_answer(told, 201)


async def list_order_hooks(call: Call) -> Response:
    """The addresses and how they fare; no secret."""
    targets, health = await call.context.order_hooks.all()
    hooks = []
    for target in targets:
        fares = health.get(target.id, HookHealth())
        hooks.append(
            OrderHook(
                id=target.id,
                url=target.url,
                events=target.events,
                created_at=target.created_at,
                waiting=fares.waiting,
                given_up=fares.given_up,
                delivered_at=fares.delivered_at,
            )
        )
    return json_answer({"hooks": hooks})


async def delete_order_hook(call: Call) -> Response:
    """Tell it nothing more."""
    if not await call.context.order_hooks.remove(_id(call)):
        raise _unknown_hook()
    return no_content()


async def list_deliveries(call: Call) -> Response:
    """What an address was told."""
    hooks = call.context.order_hooks
    if not await hooks.known(_id(call)):
        raise _unknown_hook()

    async def read(after: int | None, limit: int) -> Page[ToldDelivery]:
        page = await hooks.deliveries(_id(call), after, limit)
        return Page([_told(one) for one in page.items], page.next)

    return await listed(call, "deliveries", read)


async def send_again(call: Call) -> Response:
    """Try a delivery again, whatever came of it."""
    delivery = str(call.request.path_params["delivery"])
    if not await call.context.order_hooks.send_again(_id(call), delivery):
        raise unknown("delivery", "This address has no such delivery.")
    call.context.sending_orders.look_now()
    return no_content()


def _id(call: Call) -> str:
    return str(call.request.path_params["id"])


def _unknown_hook() -> Problem:
    return Problem(404, "unknown_hook", "There is no address with this id.")


def _told(delivery: HookDelivery) -> ToldDelivery:
    return ToldDelivery(
        id=delivery.id,
        event=delivery.event,
        order=delivery.order,
        created_at=delivery.created_at,
        status=delivery.status,
        attempts=delivery.attempts,
        next_at=delivery.next_at,
        tried_at=delivery.tried_at,
        answered=delivery.answered,
        problem=delivery.problem,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/order-hooks",
        name="list_order_hooks",
        summary="See which addresses are told of orders",
        handler=list_order_hooks,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        answer=OrderHookList,
    ),
    Operation(
        method="POST",
        path="/api/v1/order-hooks",
        name="create_order_hook",
        summary="Let an address of yours be told of orders",
        about="Signed as Standard Webhooks. The secret is told this once.",
        handler=create_order_hook,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        body=JsonBody[OrderHookBody](OrderHookBody),
        status=201,
        answer=NewOrderHook,
        refusals=("too_many_hooks",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/order-hooks/{id}",
        name="delete_order_hook",
        summary="Tell an address nothing more",
        handler=delete_order_hook,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_hook",),
    ),
    Operation(
        method="GET",
        path="/api/v1/order-hooks/{id}/deliveries",
        name="list_deliveries",
        summary="See what an address was told",
        handler=list_deliveries,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        query=(AFTER.parameter, LIMIT.parameter),
        answer=DeliveryList,
        refusals=("unknown_hook",),
    ),
    Operation(
        method="POST",
        path="/api/v1/order-hooks/{id}/deliveries/{delivery}/attempts",
        name="send_again",
        summary="Try a delivery again",
        handler=send_again,
        needs=Permission.MANAGE_CONNECTIONS,
        scope="all",
        status=204,
        refusals=("unknown_delivery",),
    ),
)
