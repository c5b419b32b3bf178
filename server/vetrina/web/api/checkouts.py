"""Checkouts: reserve what a buyer wants, tell how it stands, give it back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

import orjson
from pydantic import Field
from starlette.responses import Response

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, CheckoutLine, WantedLine
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.buyer_status import BuyerStatus, status_of
from vetrina.shop.checkouts.checkouts import UnknownCheckout
from vetrina.shop.checkouts.sessions import QueueFull
from vetrina.shop.checkouts.sold_out import AllGone
from vetrina.shop.checkouts.starting import SoldElsewhere, Started, Unknown, Wanted
from vetrina.shop.payments.port import PaymentError
from vetrina.web.buyer_cookie import COOKIE
from vetrina.web.checking_out import begin
from vetrina.web.http.accept_language import language_of
from vetrina.web.http.json_response import json_bytes, no_content
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.problem import FieldError, Problem, invalid, unknown
from vetrina.web.http.request_body import JsonBody

BODY_BYTES: Final = 4_096
LINES: Final = 50
WAIT_S: Final = 5
KEY_CHARS: Final = 16
"""Nobody signs in here: the Idempotency-Key alone says whose checkout it is."""

Sku = Annotated[str, Field(min_length=1, max_length=64)]
Word = Annotated[str, Field(min_length=1, max_length=64)]


@dataclass(frozen=True, kw_only=True)
class Item:
    """`price` is what a piece costs on the buyer's screen: another one is `price_changed`."""

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=10**6)]
    price: Money | None = None


@dataclass(frozen=True, kw_only=True)
class NewCheckout:
    """What a buyer wants. `show` is where it is bought: its deals count. `via` is a creator's
    handle; `adult` says that the buyer is as old as the products ask for."""

    shop: Word
    items: Annotated[list[Item], Field(min_length=1, max_length=LINES)]
    show: Word | None = None
    voucher: Word | None = None
    market: Word | None = None
    via: Word | None = None
    adult: bool = False


@dataclass(frozen=True, kw_only=True)
class ToldCheckout:
    """A checkout as its buyer sees it. `token` opens it: it is told once, to who began it.

    `token` and `expires_at` are null where another shop sells: nothing is reserved there. `why`
    says why it is over. `tax` is contained in `total`.
    """

    token: str | None
    status: BuyerStatus
    why: str | None
    test: bool
    items: tuple[CheckoutLine, ...]
    goods: Money
    discount: Money
    shipping: Money
    tax: Money | None
    total: Money
    expires_at: int | None
    show: str | None
    market: str | None
    voucher: str | None


@dataclass(frozen=True, kw_only=True)
class Pay:
    """Where to send the buyer."""

    url: str
    kind: Literal["redirect", "embedded"] = "redirect"


@dataclass(frozen=True, kw_only=True)
class CheckoutAnswer:
    """A checkout, and where it is paid as long as it can be."""

    checkout: ToldCheckout
    pay: Pay | None = field(default=None)


async def start_checkout(call: Call) -> Response:
    """Reserve, and answer where to pay."""
    try:
        begun = await begin(call.context, call.request, _wanted(call, call.body), _id_of(call))
    except AllGone as gone:
        call.context.late_buyers.note(call.raw, gone)
        raise
    except Unknown as error:
        raise unknown(error.what, str(error)) from error
    except QueueFull as error:
        raise _full() from error
    answer = json_bytes(orjson.dumps(_answer(begun.started, call.context.settings.root)), 201)
    begun.remember(call.context, call.request, answer)
    return answer


async def get_checkout(call: Call) -> Response:
    """How it stands."""
    order = await call.context.checkouts.look(await _order(call))
    return _told(call, order)


async def delete_checkout(call: Call) -> Response:
    """Give it back."""
    order = await _order(call)
    try:
        await call.context.checkouts.give_back(order)
    except PaymentError as error:
        raise away() from error
    return no_content()


def away() -> Problem:
    """The payment provider does not answer."""
    return Problem(
        503,
        "provider_away",
        "The payment provider does not answer now. Try again in a moment.",
        headers={"retry-after": str(WAIT_S)},
    )


def _full() -> Problem:
    return Problem(
        503,
        "provider_away",
        "So many are paying that the payment provider cannot keep up. Try again in a moment.",
        headers={"retry-after": str(WAIT_S)},
    )


def _wanted(call: Call, new: NewCheckout) -> Wanted:
    return Wanted(
        shop=new.shop,
        items=tuple(WantedLine(item.sku, item.quantity, item.price) for item in new.items),
        show=new.show,
        voucher=new.voucher,
        market=new.market,
        via=new.via,
        adult=new.adult,
        lang=language_of(call.request),
        origin=call.context.base_url(call.request),
    )


def _id_of(call: Call) -> str | None:
    """A repeat with the same Idempotency-Key is the same checkout, also after a crash.

    Raises Problem for a key that others might choose too: they would be told this buyer's token.
    """
    if call.attempt is None:
        return None
    chars = len(call.request.headers["idempotency-key"])
    if chars < KEY_CHARS:
        message = f"expected at least {KEY_CHARS} random characters, got {chars}"
        raise invalid([FieldError("Idempotency-Key", message)])
    digest = hashlib.sha256(b"checkout" + call.attempt.request.key.encode()).hexdigest()
    return f"o_{digest[:20]}"


async def _order(call: Call) -> OwnOrder:
    try:
        return await call.context.checkouts.of_token(str(call.request.path_params["token"]))
    except UnknownCheckout as error:
        raise unknown("checkout", "There is no checkout with this token.") from error


def _answer(started: Started | SoldElsewhere, root: str) -> CheckoutAnswer:
    if isinstance(started, SoldElsewhere):
        told = _checkout(started.checkout, None, None)
        return CheckoutAnswer(checkout=told, pay=Pay(url=started.url))
    return _of_order(started.order, started.token, root)


def _told(call: Call, order: OwnOrder) -> Response:
    token = str(call.request.path_params["token"])
    return json_bytes(orjson.dumps(_of_order(order, token, call.context.settings.root)))


def _of_order(order: OwnOrder, token: str, root: str) -> CheckoutAnswer:
    told = _checkout(order.checkout, order, token)
    pay = Pay(url=root + pay_path(token)) if told.status == "open" else None
    return CheckoutAnswer(checkout=told, pay=pay)


def pay_path(token: str) -> str:
    """The page of ours that leads to the payment."""
    return f"/checkouts/{token}/pay"


def _checkout(checkout: Checkout, order: OwnOrder | None, token: str | None) -> ToldCheckout:
    status, why = status_of(order) if order else ("open", None)
    return ToldCheckout(
        token=token,
        status=status,
        why=why,
        test=checkout.test,
        items=checkout.lines,
        goods=checkout.goods,
        discount=checkout.discount,
        shipping=checkout.shipping,
        tax=checkout.tax,
        total=checkout.total,
        expires_at=order.expires_at if order and status == "open" else None,
        show=checkout.show,
        market=checkout.market,
        voucher=checkout.voucher,
    )


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/api/v1/checkouts",
        name="start_checkout",
        summary="Buy: reserve what is wanted",
        about="All of it is reserved or nothing, at the prices of this moment; then `pay.url` is "
        "where to pay until `expires_at`. A show's deals count where `show` is given. Sends the "
        f"cookie `{COOKIE}` where the browser has none.",
        handler=start_checkout,
        caller=Caller.ANYONE,
        body=JsonBody[NewCheckout](NewCheckout),
        most_bytes=BODY_BYTES,
        status=201,
        answer=CheckoutAnswer,
        refusals=(
            *("unknown_shop", "unknown_show", "unknown_sku", "variant_needed", "out_of_range"),
            *("sold_out", "limit_reached", "deal_over", "price_changed", "voucher_refused"),
            *("not_in_market", "age_required", "not_for_sale", "wrong_currency"),
            *("only_in_rehearsal", "provider_away"),
        ),
    ),
    Operation(
        method="GET",
        path="/api/v1/checkouts/{token}",
        name="get_checkout",
        summary="See how a checkout stands",
        handler=get_checkout,
        caller=Caller.ANYONE,
        answer=CheckoutAnswer,
        refusals=("unknown_checkout",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/checkouts/{token}",
        name="delete_checkout",
        summary="Give a checkout back",
        about="Its stock is there for others at once. What is paid is not given back so.",
        handler=delete_checkout,
        caller=Caller.ANYONE,
        status=204,
        refusals=("unknown_checkout", "checkout_over", "provider_away"),
    ),
)
