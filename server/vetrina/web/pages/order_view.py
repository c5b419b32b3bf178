"""An order as its buyer sees it: where it stands, its lines, its sums, parcels and money back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.errors import InvalidValue
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.fulfilling import withdrawal_ends
from vetrina.domain.selling.order_facts import Shipped, WithdrawalAsked
from vetrina.domain.selling.order_sums import own_refunds
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.shop import ShopProfile
from vetrina.shop.checkouts.buyer_status import status_of
from vetrina.web.pages.words import Words

# A title, and what is said below it.
OVER: Final = {
    "expired": ("over_expired", "over_expired_more"),
    "given_back": ("over_given_back", "over_given_back_more"),
    "payment_failed": ("over_failed", "over_failed_more"),
    "sold_out": ("over_sold_out", "over_sold_out_more"),
    "limit_reached": ("over_limit_reached", "over_limit_reached_more"),
    "wrong_amount": ("over_wrong_amount", "over_wrong_amount_more"),
}
WAITING: Final = {
    "open": ("is_open", "is_open_more"),
    "processing": ("is_processing", "is_processing_more"),
}
PAID: Final = {
    "open": ("is_paid", "is_paid_more"),
    "partly_shipped": ("is_partly_shipped", "is_partly_shipped_more"),
    "shipped": ("is_shipped", "is_shipped_more"),
    "delivered": ("is_delivered", "is_delivered_more"),
    "returned": ("is_returned", "is_returned_more"),
}
REFUNDED: Final = ("is_refunded", "is_refunded_more")
TEST: Final = ("is_paid", "is_paid_test")


@dataclass(frozen=True, slots=True)
class Sum:
    """One of the sums; `part` names it for style."""

    part: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel on its way. `tracking` is an address, or empty."""

    what: str
    carrier: str
    tracking: str
    code: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What may be done about the contract. `asked_at`: when the buyer withdrew; `ends`: until when
    they may, None while nothing has begun to count; `why_not` where they cannot."""

    may: bool
    asked_at: str
    ends: str
    why_not: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """All of the page. `title` and `more` say where it stands, `done` whether that is good."""

    number: str
    title: str
    more: str
    done: bool
    waits: bool
    test: bool
    placed: bool
    checkout: Checkout
    sums: Sequence[Sum]
    parcels: Sequence[Parcel]
    refunds: Sequence[str]
    withdrawal: Withdrawal


def order_view(
    order: OwnOrder, shop: ShopProfile, market: Market | None, words: Words, now: int
) -> OrderView:
    """The page at one moment."""
    status, _ = status_of(order)
    title, more = (words(key) for key in _standing(order))
    return OrderView(
        number=str(order.number) if order.number is not None else "",
        title=title,
        more=more,
        done=status == "paid",
        waits=status in ("open", "processing"),
        test=order.checkout.test,
        placed=status == "paid",
        checkout=order.checkout,
        sums=sums_of(order.checkout, market, words),
        parcels=[_parcel(fact, order.checkout, words) for fact in _shipped(order)],
        refunds=_refunds(order, words),
        withdrawal=_withdrawal(order, shop, words, now),
    )


def sums_of(checkout: Checkout, market: Market | None, words: Words) -> Sequence[Sum]:
    """Goods, voucher, delivery, total, and the tax in it."""
    sums = [Sum("goods", words("goods"), words.money(checkout.goods))]
    if checkout.discount.amount:
        off = words.money(Money(-checkout.discount.amount, checkout.currency)).replace("-", "−")
        sums.append(Sum("voucher", words("voucher_named", code=checkout.voucher or ""), off))
    if checkout.market is not None:
        name = market.name if market else checkout.market
        cost = words.money(checkout.shipping) if checkout.shipping.amount else words("free")
        sums.append(Sum("delivery", words("delivery_to", market=name), cost))
    total = words("total_tax" if checkout.tax else "total")
    sums.append(Sum("total", total, words.money(checkout.total)))
    if checkout.tax:
        sums.append(Sum("tax", words("of_which_tax"), words.money(checkout.tax)))
    return sums


def _standing(order: OwnOrder) -> tuple[str, str]:
    status, why = status_of(order)
    if status == "over":
        return OVER.get(why or "", OVER["expired"])
    if status != "paid":
        return WAITING[status]
    standing = order.standing
    if standing.money == "refunded":
        return REFUNDED
    if standing.fulfilment == "open" and order.checkout.adapter == "test":
        return TEST
    return PAID[standing.fulfilment]


def _shipped(order: OwnOrder) -> list[Shipped]:
    return [fact for fact in order.facts if isinstance(fact, Shipped)]


def _parcel(fact: Shipped, checkout: Checkout, words: Words) -> Parcel:
    titles = {line.sku: line.title for line in checkout.lines}
    what = [
        words("pieces", n=pieces, title=titles.get(sku, sku)) for sku, pieces in fact.lines.items()
    ]
    tracking = fact.tracking or ""
    address = tracking if _is_address(tracking) else ""
    return Parcel(words.listed(what), fact.carrier, address, "" if address else tracking)


def _is_address(text: str) -> bool:
    try:
        FIELD_CHECKS["link"](text)
    except InvalidValue:
        return False
    return text.startswith("https://")


def _refunds(order: OwnOrder, words: Words) -> list[str]:
    told = []
    for one in own_refunds(order.facts):
        if one.state == "failed":
            continue
        amount = words.money(Money(one.amount, order.checkout.currency))
        key = "refunded" if one.state == "refunded" else "refund_on_its_way"
        told.append(words(key, price=amount))
    return told


def _withdrawal(order: OwnOrder, shop: ShopProfile, words: Words, now: int) -> Withdrawal:
    asked = next((one for one in order.facts if isinstance(one, WithdrawalAsked)), None)
    if asked is not None:
        return Withdrawal(False, words.moment(asked.at), "", "")
    nothing_left = status_of(order)[0] != "paid" or order.standing.money == "refunded"
    if nothing_left or not shop.withdrawal_days:
        return Withdrawal(False, "", "", "")
    ends = withdrawal_ends(order, shop.withdrawal_days, UTC)
    last = "" if ends is None else words.moment(ends - 60_000)
    if ends is not None and now >= ends:
        why_not = words("withdrawal_over", n=shop.withdrawal_days, when=last)
        return Withdrawal(False, "", last, why_not)
    return Withdrawal(True, "", last, "")
