"""A payment provider that keeps its books, and that may be slow, away, or forget to answer."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from dataclasses import dataclass, replace

from vetrina.connectors.payment_notices import SessionExpired, SessionPaid, SessionProcessing
from vetrina.domain.money import Money
from vetrina.shop.payments.port import (
    BuyerDetails,
    ProviderAway,
    ProviderRefused,
    Redirect,
    RefundStatus,
    SessionStatus,
)


@dataclass(frozen=True)
class Session:
    id: str
    order: str
    amount: Money
    state: str = "open"
    payment: str | None = None


class Provider:
    """The port `Payments`, and what a buyer does on its pages.

    `troubles` are what becomes of the next calls: "away" before anything happened, "lost" after
    it, "refused"; everything is fine once they are used up.
    """

    name = "stripe"
    holds = True
    refunds = True
    test = False

    def __init__(self, clock):
        self.clock = clock
        self.sessions: dict[str, Session] = {}
        self.of_order: dict[str, str] = {}
        self.refunded: dict[str, tuple[str, Money]] = {}
        self.refund_state = "succeeded"
        self.calls: Counter[str] = Counter()
        self.begun: list[tuple[int, str]] = []
        self.troubles: deque[str] = deque()
        self.urls = {}
        self.gate = None
        self._numbers = itertools.count(1)

    async def begin(self, checkout, urls):
        trouble = await self._trouble("begin")
        asked = self.urls.setdefault(checkout.id, (checkout, urls))
        assert asked == (checkout, urls), "the same key with another wish"
        id = self.of_order.get(checkout.id)
        if id is None:
            id = self.of_order[checkout.id] = f"cs_{next(self._numbers)}"
            self.sessions[id] = Session(id, checkout.id, checkout.total)
            self.begun.append((self.clock.now_ms(), checkout.id))
        self._lose(trouble)
        return Redirect(f"https://pay.example/{id}", id, self.clock.now_ms() + 1_800_000)

    async def expire(self, session):
        trouble = await self._trouble("expire")
        known = self.sessions.get(session)
        if known is None:
            return "unknown"
        if known.state == "open":
            known = self.sessions[session] = replace(known, state="expired")
        self._lose(trouble)
        return known.state

    async def status(self, session):
        trouble = await self._trouble("status")
        self._lose(trouble)
        known = self.sessions.get(session)
        if known is None:
            return SessionStatus("unknown")
        amount = known.amount if known.state == "paid" else None
        return SessionStatus(known.state, known.payment, amount, "buyer@example.com")

    async def refund(self, payment, amount, refund, reason):
        trouble = await self._trouble("refund")
        known = self.refunded.setdefault(refund, (payment, amount))
        assert known == (payment, amount), "the same key with another wish"
        self._lose(trouble)
        return RefundStatus(f"re_{refund}", self.refund_state)

    async def refund_status(self, provider_id):
        trouble = await self._trouble("refund_status")
        assert provider_id.removeprefix("re_") in self.refunded
        self._lose(trouble)
        return RefundStatus(provider_id, self.refund_state)

    async def buyer(self, session):
        return BuyerDetails("Giulia", None, None)

    def pay(self, session, amount=None):
        """The buyer pays: what the provider tells of it, or None where it lets nobody pay."""
        known = self.sessions[session]
        if known.state not in ("open", "processing"):
            return None
        payment = known.payment or f"pi_{session}"
        known = replace(known, state="paid", payment=payment, amount=amount or known.amount)
        self.sessions[session] = known
        return self.paid_notice(session)

    def paid_notice(self, session):
        known = self.sessions[session]
        return SessionPaid(
            order=known.order, session=session, payment=known.payment, amount=known.amount,
            email="Buyer@example.com",
        )  # fmt: skip

    def reopen(self, session):
        """It lets a page be paid of which it had said that nobody can."""
        self.sessions[session] = replace(self.sessions[session], state="open")

    def begin_paying(self, session):
        """The buyer gives the order to a bank: the money comes later."""
        known = replace(self.sessions[session], state="processing", payment=f"pi_{session}")
        self.sessions[session] = known
        return SessionProcessing(order=known.order, session=session, payment=known.payment)

    def end(self, session):
        """Its own time is over."""
        self.sessions[session] = replace(self.sessions[session], state="expired")
        return SessionExpired(order=self.sessions[session].order, session=session)

    def kept_of(self, payment):
        """The money of a payment that did not go back, in minor units."""
        paid = sum(one.amount.amount for one in self.sessions.values() if one.payment == payment)
        back = sum(money.amount for of, money in self.refunded.values() if of == payment)
        return paid - back

    async def _trouble(self, call):
        self.calls[call] += 1
        if self.gate is not None:
            await self.gate.wait()
        trouble = self.troubles.popleft() if self.troubles else "fine"
        if trouble == "away":
            raise ProviderAway("It does not answer.")
        if trouble == "busy":
            raise ProviderAway("Too many requests.", retry_after_s=2)
        if trouble == "refused":
            raise ProviderRefused("wrong_key", "The key is wrong.")
        return trouble

    @staticmethod
    def _lose(trouble):
        if trouble == "lost":
            raise ProviderAway("The answer did not come.")
