"""The adapters under the contract, each with a provider that a test can move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from tests.shop.payments.stripe_shop import stripe_payments
from tests.stripe_double import money
from tests.stripe_double.running import StripeDouble, stripe_double
from vetrina.clock import Clock, SystemClock
from vetrina.shop.payments.port import Payments
from vetrina.shop.payments.stripe_requests import Mode


class Provider(Protocol):
    """An adapter, and what happens at the other end."""

    payments: Payments
    clock: Clock

    def pay(self, session: str, *, later: bool = False) -> None:
        """A buyer pays; `later`: the money comes after days."""
        ...

    def settle(self, session: str, *, good: bool) -> None:
        """That money comes, or does not."""
        ...

    def given_back(self) -> list[int]:
        """What went back to buyers, in the provider's minor units."""
        ...

    def slow(self) -> None:
        """Refunds take days from now on."""
        ...

    def end_refund(self, id: str, *, good: bool) -> None:
        """The bank has decided on one."""
        ...

    def busy(self) -> None:
        """The next request is asked to come later."""
        ...


class StripeProvider:
    """The adapter for Stripe over its stand-in."""

    def __init__(self, double: StripeDouble, payments: Payments, clock: Clock) -> None:
        self.double, self.payments, self.clock = double, payments, clock

    def pay(self, session: str, *, later: bool = False) -> None:
        money.pay(self.double.account, session, later=later)

    def settle(self, session: str, *, good: bool) -> None:
        money.settle(self.double.account, session, good=good)

    def given_back(self) -> list[int]:
        return [one["amount"] for one in self.double.account.refunds.values()]

    def slow(self) -> None:
        self.double.account.switches.refunds = "pending"

    def end_refund(self, id: str, *, good: bool) -> None:
        money.change_refund(self.double.account, id, "succeeded" if good else "failed")

    def busy(self) -> None:
        self.double.account.switches.busy = 1


def stripe(mode: Mode) -> Callable[[], AbstractAsyncContextManager[Provider]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Provider]:
        clock = SystemClock()
        with stripe_double() as double:
            async with stripe_payments(double, clock, mode=mode) as payments:
                yield StripeProvider(double, payments, clock)

    return opened


PROVIDERS: dict[str, Callable[[], AbstractAsyncContextManager[Provider]]] = {
    "stripe, hosted": stripe("hosted"),
    "stripe, embedded": stripe("embedded"),
}
"""Adapters that hold stock while the buyer pays."""
