"""Payment adapter `test`: a page of ours where nothing is paid, for rehearsals and the demo.

Its orders are `test` for good: they take no stock of the shop. That nobody pays twice, or for what
is over, is the order's own affair: there is no provider that could differ.
"""

from __future__ import annotations

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Adapter, Checkout
from vetrina.shop.payments.port import (
    BuyerDetails,
    Redirect,
    RefundStatus,
    ReturnUrls,
    SessionState,
    SessionStatus,
)

PREFIX = "test_"


class TestPayments:
    """Money that is none."""

    __test__ = False
    name: Adapter = "test"
    holds: bool = True
    refunds: bool = True
    test: bool = True

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Redirect:
        """The page for paying is ours."""
        return Redirect(urls.done, session_of(checkout.id))

    async def expire(self, session: str) -> SessionState:
        """What the order says counts: nobody pays for one that is over."""
        return "expired"

    async def status(self, session: str) -> SessionStatus:
        """As far as a provider would know."""
        return SessionStatus("open")

    async def refund(self, payment: str, amount: Money, refund: str, reason: str) -> RefundStatus:
        """Done at once."""
        return RefundStatus(f"{PREFIX}{refund}", "succeeded")

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """Done at once."""
        return RefundStatus(provider_id, "succeeded")

    async def buyer(self, session: str) -> BuyerDetails:
        """Somebody who does not exist."""
        return BuyerDetails("Test buyer", None, None, ("Test",))


def session_of(order: str) -> str:
    """What the page for paying is called."""
    return PREFIX + order


def payment_of(order: str) -> str:
    """What the payment is called."""
    return f"{PREFIX}paid_{order}"
