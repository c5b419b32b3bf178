"""Small orders of ours for tests."""

from __future__ import annotations

from dataclasses import replace

from tests.domain.builders import NOW, eur
from vetrina.domain.selling.checkout import Checkout, CheckoutLine
from vetrina.domain.selling.deciding import Decision
from vetrina.domain.selling.order_facts import OrderFact, Paid, SessionMade
from vetrina.domain.selling.own_order import OwnOrder


def line(sku: str, quantity: int, unit: int, discount: int = 0) -> CheckoutLine:
    return CheckoutLine(
        sku=sku,
        product=sku,
        title=f"Title of {sku}",
        quantity=quantity,
        unit=eur(unit),
        own_unit=eur(unit),
        discount=eur(discount),
    )


def checkout(*lines: CheckoutLine, shipping: int = 499) -> Checkout:
    """Four mugs for 43.74 and a T-shirt for 19.00, unless other lines are given."""
    lines = lines or (line("MUG-1", 4, 1190, 386), line("TEE-M", 1, 1900))
    return Checkout(
        id="o_1",
        shop="shop",
        adapter="stripe",
        lines=lines,
        discount=eur(sum(each.discount.amount for each in lines)),
        shipping=eur(shipping),
        total=eur(sum(each.total.amount for each in lines) + shipping),
        created_at=NOW,
    )


def order(*facts: OrderFact, of: Checkout | None = None) -> OwnOrder:
    return OwnOrder(checkout=of or checkout(), expires_at=NOW + 600_000, facts=facts)


def opened(of: Checkout | None = None) -> OwnOrder:
    return order(SessionMade(at=NOW, session="cs_1", expires_at=NOW + 1_800_000), of=of)


def bought(of: Checkout | None = None) -> OwnOrder:
    """A paid one."""
    of = of or checkout()
    return after(opened(of), Paid(at=NOW, payment="pi_1", amount=of.total))


def after(known: OwnOrder, *more: OrderFact | Decision | None) -> OwnOrder:
    """The order with the facts that these led to."""
    facts: list[OrderFact] = list(known.facts)
    for each in more:
        if isinstance(each, Decision):
            facts.extend(each.facts)
        elif each is not None:
            facts.append(each)
    return replace(known, facts=tuple(facts))
