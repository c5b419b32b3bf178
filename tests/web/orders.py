"""Orders of ours on a running server, and a payment provider that knows who bought."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from tests.store.selling import change, new, stocked
from tests.web.conftest import Site
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import CheckoutLine
from vetrina.domain.selling.order_facts import OrderFact, Paid, SessionMade
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import BuyerDetails, ProviderAway, ProviderRefused, RefundStatus
from vetrina.shop.payments.test import TestPayments

NAME, EMAIL, STREET = "Quirina Zabaglione", "quirina@zabaglione.example", "Vicolo Segreto 77"
BUYER = BuyerDetails(NAME, EMAIL, "+39 055 7777777", (STREET, "50100 Firenze", "Italia"))
_numbers = itertools.count(1)


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def line(sku: str = "MUG-1", quantity: int = 2, unit: int = 1890, **more: Any) -> CheckoutLine:
    fields = {"product": sku, "title": f"Title of {sku}", "discount": euros(0), **more}
    return CheckoutLine(
        sku=sku, quantity=quantity, unit=euros(unit), own_unit=euros(unit), **fields
    )


class Provider(TestPayments):
    """It knows who bought, and does what a test tells it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, str]] = []
        self.asked: list[str] = []
        self.fails: Exception | None = None
        self.state: Any = "succeeded"

    async def refund(self, payment: str, amount: Money, refund: str, reason: str) -> RefundStatus:
        if self.fails:
            raise self.fails
        self.sent.append((payment, amount.amount, refund))
        return RefundStatus(f"re_{refund}", self.state)

    async def buyer(self, session: str) -> BuyerDetails:
        self.asked.append(session)
        if self.fails:
            raise self.fails
        return BUYER


def provider_of(site: Site) -> Provider:
    """From now on orders are paid by this one."""
    provider = Provider()

    async def none() -> None:
        return None

    async def made() -> Provider:
        return provider

    adapters = Adapters(none, {"stripe": made}, demo=False)
    context = site.context
    for part in (context.after_sales, context.checkouts, context.checkouts.refunding):
        part._adapters = adapters
    return provider


async def ordered(site: Site, *lines: CheckoutLine, shipping: int = 490, **more: Any) -> OwnOrder:
    """A paid order of two mugs, or of these lines."""
    lines = lines or (line(),)
    for one in lines:
        await stocked(site.store, 10, one.sku)
    total = euros(sum(one.total.amount for one in lines) + shipping)
    number = next(_numbers)
    fields = {"shipping": euros(shipping), "total": total, "created_at": site.clock.now_ms()}
    checkout: dict[str, Any] = {**fields, **more}
    order = await site.store.reserve(new(*lines, **checkout))
    session = SessionMade(
        at=site.clock.now_ms(), session=f"cs_{number}", expires_at=site.clock.now_ms() + 1
    )
    paid = Paid(at=site.clock.now_ms(), payment=f"pi_{number}", amount=order.checkout.total)
    return await site.store.change_order(change(order, session, paid, stock="sell"))


async def happened(site: Site, order: OwnOrder, *facts: OrderFact) -> OwnOrder:
    known = await site.store.own_order(order.checkout.id)
    assert known is not None
    return await site.store.change_order(change(known, *facts))


async def sent(site: Site) -> None:
    """Wait until every refund that was asked for is sent; each has its turn by the clock."""
    done = asyncio.create_task(site.context.checkouts.refunding.background.done())
    while not done.done():
        site.clock.advance(100)
        await asyncio.wait([done], timeout=0.01)
    await done


AWAY = ProviderAway("nothing came")
REFUSED = ProviderRefused("no_right", "The key lacks the right to refund.")
