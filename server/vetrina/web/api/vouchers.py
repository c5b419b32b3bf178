"""Vouchers, as the seller makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.voucher import Voucher, normal_code
from vetrina.protocol.command_codec import FieldError
from vetrina.shop.vouchers import new_code
from vetrina.store.errors import Taken
from vetrina.store.ports.pages import Page
from vetrina.store.ports.vouchers import KeptVoucher
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.lists import AFTER, LIMIT, listed
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import Problem, invalid, unknown
from vetrina.web.http.request_body import JsonBody

MOST_SKUS = 200
BPS = 100
Count = Annotated[int, Field(ge=1, le=10**9)]


@dataclass(frozen=True, kw_only=True)
class VoucherBody:
    """A voucher to make: either `percent` or `amount` off. `code` null: one that cannot be guessed.

    `min_spend` counts the goods it is good for, after deals, without shipping. It is good from
    `starts_at` until before `ends_at`. `quantity`: how many checkouts in all, `per_buyer`: of one
    buyer. `skus`: for these products or variants alone. `by_tap`: it is given by tap in a show, and
    its code alone opens nothing.
    """

    code: Annotated[str, Field(max_length=100)] | None = None
    percent: float | None = None
    amount: Money | None = None
    min_spend: Money | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    quantity: Count | None = None
    per_buyer: Count | None = None
    skus: Annotated[tuple[str, ...], Field(max_length=MOST_SKUS)] = ()
    show: str | None = None
    by_tap: bool = False


@dataclass(frozen=True, kw_only=True)
class ListedVoucher:
    """A voucher as it stands. `left`: checkouts that can still have it, or with `by_tap` taps that
    can still be given one; null for no limit. `alias` is what shows call it. `used` counts
    checkouts, `claims` taps."""

    code: str
    alias: str
    percent: int | float | None
    amount: Money | None
    min_spend: Money | None
    starts_at: int | None
    ends_at: int | None
    quantity: int | None
    left: int | None
    per_buyer: int | None
    skus: tuple[str, ...]
    show: str | None
    by_tap: bool
    used: int
    claims: int
    created_at: int


@dataclass(frozen=True, kw_only=True)
class VoucherList:
    """The newest first. `next` where there are more."""

    vouchers: list[ListedVoucher]
    next: str | None = None


async def create_voucher(call: Call) -> Response:
    """Make a voucher."""
    voucher = _voucher_of(call.body)
    await _check_refers(call, voucher)
    try:
        kept = await call.context.vouchers.add(voucher)
    except Taken:
        raise Problem(409, "taken", "There is, or was, a voucher with this code.") from None
    return json_answer(_listed(kept), 201)


async def list_vouchers(call: Call) -> Response:
    """Vouchers that were not deleted."""

    async def read(after: int | None, limit: int) -> Page[ListedVoucher]:
        page = await call.context.vouchers.page(after, limit)
        return Page([_listed(kept) for kept in page.items], page.next)

    return await listed(call, "vouchers", read)


async def delete_voucher(call: Call) -> Response:
    """No new checkout can have it."""
    if not await call.context.vouchers.remove(str(call.request.path_params["code"])):
        raise unknown("voucher", "There is no voucher with this code.")
    return no_content()


def _voucher_of(body: VoucherBody) -> Voucher:
    """Raises `invalid`."""
    try:
        voucher = Voucher(
            code=new_code() if body.code is None else normal_code(body.code),
            percent_bps=None if body.percent is None else _basis_points(body.percent),
            amount=body.amount,
            min_spend=body.min_spend,
            starts_at=body.starts_at,
            ends_at=body.ends_at,
            quantity=body.quantity,
            per_buyer=body.per_buyer,
            skus=tuple(dict.fromkeys(body.skus)),
            show=body.show,
            claimed=body.by_tap,
        )
    except InvalidValue as error:
        raise invalid([FieldError(error.field, error.message)]) from error
    off, least = voucher.amount, voucher.min_spend
    if least is not None and least.amount < 1:
        raise invalid([FieldError("min_spend", "expected 1 or more minor units, or null")])
    if off is not None and least is not None and off.currency != least.currency:
        raise invalid([FieldError("min_spend.currency", f"expected {off.currency}, as the amount")])
    return voucher


def _basis_points(percent: float) -> int:
    """Raises InvalidValue for more than two decimals."""
    bps = round(percent * BPS) if abs(percent) <= 100 else 0
    if abs(bps - percent * BPS) > 1e-6:
        raise InvalidValue(
            "percent", "expected more than 0, at most 100, with two decimals at most"
        )
    return bps


async def _check_refers(call: Call, voucher: Voucher) -> None:
    """Raises UnknownShow, Refused."""
    if voucher.show is not None:
        _, state = await call.context.shows.state(voucher.show)
        currencies = {money.currency for money in (voucher.amount, voucher.min_spend) if money}
        if currencies - {state.currency}:
            raise Refused("wrong_currency", f"The show {state.slug} sells in {state.currency}.")
    if voucher.skus:
        known = await call.context.store.owners(voucher.skus)
        if missing := [sku for sku in voucher.skus if sku not in known]:
            raise Refused("unknown_sku", f"Not in the catalogue: {', '.join(missing[:5])}.")


def _listed(kept: KeptVoucher) -> ListedVoucher:
    voucher = kept.voucher
    return ListedVoucher(
        code=voucher.code,
        alias=kept.alias,
        percent=voucher.percent,
        amount=voucher.amount,
        min_spend=voucher.min_spend,
        starts_at=voucher.starts_at,
        ends_at=voucher.ends_at,
        quantity=voucher.quantity,
        left=kept.left,
        per_buyer=voucher.per_buyer,
        skus=voucher.skus,
        show=voucher.show,
        by_tap=voucher.claimed,
        used=kept.used,
        claims=kept.claims,
        created_at=kept.created_at,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/vouchers",
        name="list_vouchers",
        summary="See vouchers, and what is left of them",
        handler=list_vouchers,
        needs=Permission.MANAGE_VOUCHERS,
        scope="all",
        query=(AFTER.parameter, LIMIT.parameter),
        answer=VoucherList,
    ),
    Operation(
        method="POST",
        path="/api/v1/vouchers",
        name="create_voucher",
        summary="Make a voucher",
        handler=create_voucher,
        needs=Permission.MANAGE_VOUCHERS,
        scope="all",
        body=JsonBody[VoucherBody](VoucherBody),
        status=201,
        answer=ListedVoucher,
        refusals=("unknown_show", "unknown_sku", "wrong_currency", "taken"),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/vouchers/{code}",
        name="delete_voucher",
        summary="Let a voucher be good no more",
        about="A checkout that has it keeps it. The code cannot be made again.",
        handler=delete_voucher,
        needs=Permission.MANAGE_VOUCHERS,
        scope="all",
        status=204,
        refusals=("unknown_voucher",),
    ),
)
