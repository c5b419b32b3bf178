"""Ending checkouts whose time is over: the provider first, then the stock.

Only a provider that says that a page can no longer be paid gives stock back. One that does not
answer is asked again later, and the stock stays where it is.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.selling.order_facts import Expired, GivenBack
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.later import Later
from vetrina.shop.checkouts.pacing import Pace
from vetrina.shop.checkouts.paying import Paying
from vetrina.shop.checkouts.sessions import Sessions
from vetrina.shop.checkouts.standing import asked_at, is_asked, is_open, session_of
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import (
    PaymentError,
    Payments,
    ProviderAway,
    ProviderRefused,
    SessionState,
)
from vetrina.store.errors import StoreError
from vetrina.store.ports.checkouts import CheckoutStore, OrderChange

logger = logging.getLogger(__name__)
AT_ONCE: Final = 100
LONGEST_PAGE_MS: Final = 2 * 3_600_000
"""A page of which nothing but the wish is known is over after this long: they live 30 minutes."""
GRACE_MS: Final = 10 * 60_000
"""So long after a page's own end a provider that knows nothing of it is believed."""


class Expiring:
    """The sweep, and giving back by hand. What had no answer is left alone for a while."""

    def __init__(
        self,
        store: CheckoutStore,
        writer: OrderWriter,
        adapters: Adapters,
        sessions: Sessions,
        paying: Paying,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self._store = store
        self._writer = writer
        self._adapters = adapters
        self._sessions = sessions
        self._paying = paying
        self._pace = pace
        self._clock = clock
        self._later = Later(clock)

    async def sweep(self) -> None:
        """End what is due."""
        now = self._clock.now_ms()
        due = await self._store.due_checkouts(now, AT_ONCE + len(self._later))
        self._later.keep(order.checkout.id for order in due)
        ready = [order for order in due if self._later.is_ready(order.checkout.id)]
        await asyncio.gather(*(self._end_or_wait(order) for order in ready[:AT_ONCE]))

    async def give_back(self, order: OwnOrder) -> OwnOrder:
        """The buyer does not want it any more. Raises PaymentError where nobody can say whether it
        was paid meanwhile: it stays reserved then, and ends in its time."""
        now = self._clock.now_ms()
        return await self._end(order, GivenBack(at=now))

    async def _end_or_wait(self, order: OwnOrder) -> None:
        """What is wrong with one order keeps no other one waiting, and is told once."""
        id = order.checkout.id
        try:
            await self._end(order, Expired(at=self._clock.now_ms()))
        except (PaymentError, StoreError) as error:
            self._later.failed(id)
            logger.info("a checkout stays reserved for now: %s", error)
        except Exception:
            if self._later.failed(id):
                logger.exception("a checkout cannot be ended, and stays reserved")
        else:
            self._later.went_well(id)

    async def _end(self, order: OwnOrder, end: Expired | GivenBack) -> OwnOrder:
        """Raises PaymentError, StoreError: then nothing has changed."""
        while is_open(order):
            if not is_asked(order):
                after = await self._writer.write(order, lambda one: _released_unasked(one, end))
            else:
                after = await self._end_asked(order, end)
            if after.version == order.version:
                return after
            order = after
        return order

    async def _end_asked(self, order: OwnOrder, end: Expired | GivenBack) -> OwnOrder:
        state, session = await self._expired(order)
        if state == "expired":
            return await self._writer.write(order, lambda one: _released(one, end))
        if session is not None and state in ("paid", "processing"):
            payments = await self._known(order)
            with self._pace.measured("status"):
                status = await payments.status(session)
            return await self._paying.as_provider_says(order, status)
        raise ProviderAway(f"The provider says {state}.")

    async def _expired(self, order: OwnOrder) -> tuple[SessionState, str | None]:
        """What the provider says after it was asked to end the page. Raises PaymentError."""
        made = session_of(order)
        if made is None:
            return await self._expired_unknown(order)
        long_over = self._clock.now_ms() > made.expires_at + GRACE_MS
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None and long_over:
            return "expired", made.session
        try:
            payments = payments or await self._known(order)
            state = await self._expire(payments, made.session)
        except ProviderRefused:
            state = "unknown"
        if state == "unknown" and long_over:
            return "expired", made.session
        return state, made.session

    async def _expired_unknown(self, order: OwnOrder) -> tuple[SessionState, str | None]:
        """A page that somebody asked for and never heard of: asked for again it is the same."""
        now = self._clock.now_ms()
        if now > (asked_at(order) or now) + LONGEST_PAGE_MS:
            return "expired", None
        payments = await self._known(order)
        try:
            async with self._pace.turn():
                begun = await self._sessions.begin_again(order, payments)
            if begun.session is None:
                return "expired", None
            return await self._expire(payments, begun.session), begun.session
        except ProviderRefused as error:
            raise ProviderAway(error.message) from error

    async def _expire(self, payments: Payments, session: str) -> SessionState:
        async with self._pace.turn():
            with self._pace.measured("expire"):
                return await payments.expire(session)

    async def _known(self, order: OwnOrder) -> Payments:
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None:
            raise ProviderAway(f"There are no keys for {order.checkout.adapter} any more.")
        return payments


def _released_unasked(order: OwnOrder, end: Expired | GivenBack) -> OrderChange | None:
    """Somebody may have asked for a page meanwhile: then the provider is to be heard first."""
    return None if is_asked(order) else _released(order, end)


def _released(order: OwnOrder, end: Expired | GivenBack) -> OrderChange | None:
    if not is_open(order):
        return None
    return OrderChange(id=order.checkout.id, version=order.version, facts=[end], stock="release")
