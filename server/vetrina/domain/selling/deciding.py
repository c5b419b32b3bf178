"""What a notice about the money of an order leads to: facts, and what becomes of the stock. Pure.

Notices come repeated, late and in any order. What is known already, and what goes backward, leads
to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import (
    DisputeClosed,
    DisputeOpened,
    Expired,
    GivenBack,
    OrderFact,
    Paid,
    PaidInVain,
    PaymentFailed,
    PaymentStarted,
    RefundAsked,
    Refunded,
    RefundFailed,
    RefundSent,
    SessionMade,
)
from vetrina.domain.selling.order_sums import (
    RefundSum,
    bought,
    disputes_of,
    in_vain,
    is_over,
    paid_of,
    refunds_of,
    restocked_pieces,
)
from vetrina.domain.selling.own_order import OwnOrder

StockChange = Literal["none", "release", "sell", "take_again", "restock"]


@dataclass(frozen=True, slots=True)
class Decision:
    """`stock` is what becomes of the pieces, as the store's port says; `restocked` by SKU."""

    facts: tuple[OrderFact, ...] = ()
    stock: StockChange = "none"
    restocked: tuple[tuple[str, int], ...] = ()


NOTHING: Final = Decision()


def session_made(order: OwnOrder, session: str, expires_at: int, at: int) -> Decision:
    """Also after its end: whoever finds it then knows what is to be expired."""
    fact = SessionMade(at=at, session=session, expires_at=expires_at)
    known = [one for one in order.facts if isinstance(one, SessionMade)]
    if any((one.session, one.expires_at) == (session, expires_at) for one in known):
        return NOTHING
    return Decision((fact,))


def payment_started(order: OwnOrder, payment: str | None, at: int) -> Decision:
    """Its stock is kept without end from now on."""
    if _has(order, PaymentStarted) or _is_settled(order):
        return NOTHING
    return Decision((PaymentStarted(at=at, payment=payment),))


def payment_failed(order: OwnOrder, at: int) -> Decision:
    """The money that was to come later does not come."""
    return NOTHING if _is_settled(order) else Decision((PaymentFailed(at=at),), "release")


def expired(order: OwnOrder, at: int) -> Decision:
    """The provider says that it can no longer be paid. Money on its way keeps it."""
    if _is_settled(order) or _has(order, PaymentStarted):
        return NOTHING
    return Decision((Expired(at=at),), "release")


def given_back(order: OwnOrder, at: int) -> Decision:
    """By the buyer. Raises Refused checkout_over where it is paid, or about to be."""
    if paid_of(order.facts) or (_has(order, PaymentStarted) and not is_over(order.facts)):
        raise Refused("checkout_over", "It is paid already, or the money is on its way.")
    return NOTHING if _is_settled(order) else Decision((GivenBack(at=at),), "release")


def paid(
    order: OwnOrder, payment: str | None, amount: Money, at: int, payer: str | None = None
) -> Decision:
    """The provider has the money.

    After its end the stock is taken again; where the store refuses that, `paid_in_vain` is next.
    """
    if _is_known(order, payment):
        return NOTHING
    if paid_of(order.facts) is not None:
        return paid_in_vain(order, payment, amount, "duplicate", at)
    if amount != order.checkout.total:
        return paid_in_vain(order, payment, amount, "wrong_amount", at)
    late = is_over(order.facts)
    fact = Paid(at=at, payment=payment, amount=amount, late=late, payer=payer)
    return Decision((fact,), "take_again" if late else "sell")


def paid_in_vain(
    order: OwnOrder, payment: str | None, amount: Money, why: str, at: int
) -> Decision:
    """Money that cannot become an order goes back whole. `why` as the fact says."""
    facts: tuple[OrderFact, ...] = (
        PaidInVain(at=at, payment=payment, amount=amount, why=why),
        RefundAsked(
            at=at,
            refund=f"{order.checkout.id}:{payment}",
            amount=amount,
            payment=payment,
            reason="duplicate" if why == "duplicate" else "requested_by_customer",
        ),
    )
    keeps = why == "duplicate" or is_over(order.facts)
    return Decision(facts, "none" if keeps else "release")


def refund_told(
    order: OwnOrder,
    *,
    refund: str | None,
    provider_id: str,
    payment: str | None,
    amount: Money,
    state: Literal["pending", "succeeded", "failed"],
    at: int,
    why: str = "",
) -> Decision:
    """How a refund stands. `refund` is ours, None for one that was made at the provider.

    One that is told before the payment counts when the payment arrives; one that failed counts for
    nothing, whatever is told of it later.
    """
    name = refund or _sent_as(order.facts, provider_id) or provider_id
    known = refunds_of(order.facts).get(name)
    told = Refunded(at=at, refund=name, amount=amount, payment=payment, provider_id=provider_id)
    sent = RefundSent(at=at, refund=name, provider_id=provider_id)
    missing = (sent,) if known and known.asked and not known.sent else ()
    match state:
        case "pending":
            return Decision(missing)
        case "failed" if known is None or known.state != "failed":
            return Decision((*missing, RefundFailed(at=at, refund=name, why=why)))
        case "succeeded" if known is None or known.state == "asked":
            restocked = _to_restock(order, known) if known and known.restock else ()
            stock: StockChange = "restock" if restocked else "none"
            return Decision((*missing, told), stock, restocked)
        case _:
            return NOTHING


def dispute_opened(order: OwnOrder, dispute: str, amount: Money, at: int) -> Decision:
    """A closed one does not open again."""
    opened = any(isinstance(f, DisputeOpened) and f.dispute == dispute for f in order.facts)
    return NOTHING if opened else Decision((DisputeOpened(at=at, dispute=dispute, amount=amount),))


def dispute_closed(order: OwnOrder, dispute: str, won: bool, at: int) -> Decision:
    """Also where its opening was not told yet."""
    known = disputes_of(order.facts).get(dispute)
    if known is not None and known.state != "open":
        return NOTHING
    return Decision((DisputeClosed(at=at, dispute=dispute, won=won),))


def _is_settled(order: OwnOrder) -> bool:
    """Its stock is sold, or was given back."""
    return paid_of(order.facts) is not None or is_over(order.facts)


def _is_known(order: OwnOrder, payment: str | None) -> bool:
    """A payment without a name cannot be told from another."""
    first = paid_of(order.facts)
    if first is not None and (payment is None or first.payment in {None, payment}):
        return True
    return any(one.payment == payment for one in in_vain(order.facts))


def _to_restock(order: OwnOrder, refund: RefundSum) -> tuple[tuple[str, int], ...]:
    """Not those that came back by a refund which failed afterwards."""
    there, pieces = restocked_pieces(order.facts), bought(order.checkout)
    back = {sku: min(n, pieces.get(sku, 0) - there.get(sku, 0)) for sku, n in refund.lines.items()}
    return tuple((sku, n) for sku, n in back.items() if n > 0)


def _sent_as(facts: Sequence[OrderFact], provider_id: str) -> str | None:
    return next(
        (f.refund for f in facts if isinstance(f, RefundSent) and f.provider_id == provider_id),
        None,
    )


def _has(order: OwnOrder, kind: type[OrderFact]) -> bool:
    return any(isinstance(fact, kind) for fact in order.facts)
