"""Booking money: the one entry for webhooks, return pages, polls and the sweeper.

All of them may tell the same thing, late, twice and at once. The order's facts decide what is new,
and whoever comes second finds nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from vetrina.clock import Clock
from vetrina.connectors.payment_notices import (
    DisputeChanged,
    PaymentNotice,
    RefundChanged,
    SessionExpired,
    SessionFailed,
    SessionPaid,
    SessionProcessing,
)
from vetrina.domain.errors import Refused
from vetrina.domain.selling import deciding
from vetrina.domain.selling.checkout import Adapter
from vetrina.domain.selling.deciding import Decision
from vetrina.domain.selling.order_facts import PaidInVain, PaymentStarted
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.changing import Decide, OrderWriter
from vetrina.shop.checkouts.standing import is_open, is_processing, session_of
from vetrina.shop.checkouts.tokens import Tokens
from vetrina.shop.payments import test as test_payments
from vetrina.shop.payments.port import SessionStatus
from vetrina.shop.payments.teller import Teller
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

logger = logging.getLogger(__name__)
ToldBy = Callable[[Adapter], Awaitable[Teller]]
"""Who brings the news of an adapter's provider."""
ALL_TAKEN, LIMIT = "sold_out", "limit_reached"


async def anybody(_: Adapter) -> Teller:
    """Whoever tells it."""
    return Teller()


class Paying:
    """The port `PaymentNotices`."""

    def __init__(
        self,
        store: CheckoutStore,
        writer: OrderWriter,
        tokens: Tokens,
        clock: Clock,
        told_by: ToldBy = anybody,
    ) -> None:
        self._store = store
        self._writer = writer
        self._tokens = tokens
        self._clock = clock
        self._told_by = told_by

    async def take(
        self, notice: PaymentNotice, connection: str | None = None, *, live: bool | None = None
    ) -> bool:
        """Returns after it is durable: whether it is about an order of ours. Another account that
        is connected, as one in test mode, tells nothing of them, whatever it says."""
        order = await self._order_of(notice)
        if order is None:
            return False
        if connection is not None:
            teller = await self._told_by(order.checkout.adapter)
            if not teller.is_believed(connection, live):
                logger.warning("connection %s tells of an order that is paid elsewhere", connection)
                return False
        await self.book(order, notice)
        return True

    async def book(self, order: OwnOrder, notice: PaymentNotice) -> OwnOrder:
        """The order after what the provider told of it."""
        if isinstance(notice, SessionPaid):
            return await self._paid(order, notice)
        return await self._writer.write(order, changing(self._decision_on(notice)))

    async def as_provider_says(self, order: OwnOrder, status: SessionStatus) -> OwnOrder:
        """The order after the provider was asked how its page stands."""
        notice = _notice_of(order, status)
        return order if notice is None else await self.book(order, notice)

    async def for_nothing(self, order: OwnOrder) -> OwnOrder:
        """A voucher took all of its price: it is placed, and no provider is asked."""
        id, total = order.checkout.id, order.checkout.total
        notice = SessionPaid(order=id, session=f"free_{id}", payment=None, amount=total)
        return await self._paid(order, notice)

    async def test(self, order: OwnOrder) -> OwnOrder:
        """A test order is paid with nothing. Raises Refused checkout_over."""
        checkout = order.checkout
        if checkout.adapter != "test":
            raise Refused("only_in_rehearsal", "This order is no test: pay it as its page says.")
        if not is_open(order) or order.expires_at <= self._clock.now_ms():
            raise Refused("checkout_over", "The time of this checkout is over. Begin a new one.")
        return await self._paid(
            order,
            SessionPaid(
                order=checkout.id,
                session=test_payments.session_of(checkout.id),
                payment=test_payments.payment_of(checkout.id),
                amount=checkout.total,
            ),
        )

    async def _order_of(self, notice: PaymentNotice) -> OwnOrder | None:
        """By the id that we gave along; the provider's own words find it where that is missing."""
        order = await self._store.own_order(notice.order) if notice.order else None
        if order is not None:
            return order
        if isinstance(notice, SessionPaid | SessionProcessing | SessionFailed | SessionExpired):
            return await self._store.order_of_session(notice.session)
        return await self._store.order_of_payment(notice.payment) if notice.payment else None

    async def _paid(self, order: OwnOrder, notice: SessionPaid) -> OwnOrder:
        now, payer = self._clock.now_ms(), self._tokens.payer(notice.email)

        def decide(one: OwnOrder) -> Decision:
            return deciding.paid(one, notice.payment, notice.amount, now, payer)

        def in_vain(one: OwnOrder, why: str) -> Decision:
            decision = decide(one)
            if decision.stock not in ("sell", "take_again"):
                return decision
            return deciding.paid_in_vain(one, notice.payment, notice.amount, why, now)

        try:
            after = await self._writer.write(order, changing(decide))
        except Refused as refused:
            why = LIMIT if refused.code == LIMIT else ALL_TAKEN
            after = await self._writer.write(order, changing(lambda one: in_vain(one, why)))
        _warn(order, after)
        return after

    def _decision_on(self, notice: PaymentNotice) -> Callable[[OwnOrder], Decision]:
        now = self._clock.now_ms()
        match notice:
            case SessionProcessing():
                return lambda one: deciding.payment_started(one, notice.payment, now)
            case SessionFailed():
                return lambda one: (
                    deciding.payment_failed(one, now) if _ends(one, notice) else deciding.NOTHING
                )
            case SessionExpired():
                return lambda one: (
                    deciding.expired(one, now) if _ends(one, notice) else deciding.NOTHING
                )
            case RefundChanged():
                return lambda one: _refund(one, notice, now)
            case DisputeChanged(state="open"):
                return lambda one: deciding.dispute_opened(one, notice.dispute, notice.amount, now)
            case DisputeChanged():
                won = notice.state == "won"
                return lambda one: deciding.dispute_closed(one, notice.dispute, won, now)
        raise TypeError(f"no decision on {type(notice).__name__}")


def changing(decide: Callable[[OwnOrder], Decision]) -> Decide:
    """What a decision writes; nothing where there is nothing new."""

    def change(order: OwnOrder) -> OrderChange | None:
        decision = decide(order)
        if not decision.facts:
            return None
        return OrderChange(
            id=order.checkout.id,
            version=order.version,
            facts=decision.facts,
            stock=decision.stock,
            restocked=decision.restocked,
        )

    return change


def _ends(order: OwnOrder, notice: SessionFailed | SessionExpired) -> bool:
    """Not the end of another page, which a failure hid or another one took the place of: the buyer
    may be paying on the one that is known."""
    made = session_of(order)
    started = [one.payment for one in order.facts if isinstance(one, PaymentStarted)]
    if isinstance(notice, SessionFailed) and notice.payment is not None and started:
        return notice.payment in started or None in started
    return made is None or made.session == notice.session


def _refund(order: OwnOrder, notice: RefundChanged, now: int) -> Decision:
    return deciding.refund_told(
        order,
        refund=notice.refund,
        provider_id=notice.provider_id,
        payment=notice.payment,
        amount=notice.amount,
        state=notice.state,
        at=now,
        why=notice.why,
    )


def _notice_of(order: OwnOrder, status: SessionStatus) -> PaymentNotice | None:
    made, id = session_of(order), order.checkout.id
    session = made.session if made else ""
    match status.state:
        case "paid":
            amount = status.amount or order.checkout.total
            return SessionPaid(
                order=id,
                session=session,
                payment=status.payment,
                amount=amount,
                email=status.email,
            )
        case "processing":
            return SessionProcessing(order=id, session=session, payment=status.payment)
        case "expired" if is_processing(order):
            return SessionFailed(order=id, session=session, payment=status.payment)
        case "expired":
            return SessionExpired(order=id, session=session)
        case _:
            return None


def _warn(before: OwnOrder, after: OwnOrder) -> None:
    for fact in after.facts[before.version :]:
        if isinstance(fact, PaidInVain):
            logger.error("order %s was paid in vain: %s", after.checkout.id, fact.why)
