"""Sessions: pages of the payment provider, made one after the other at the rate that it takes.

Stock is reserved before anybody asks for a page, so whoever waits here loses nothing. That a page
was asked for is written first: from then on stock comes back only when the provider says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from vetrina.backoff import delay_s
from vetrina.clock import Clock
from vetrina.domain.selling.order_facts import PaymentFailed, SessionAsked, SessionMade
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.pacing import Pace
from vetrina.shop.checkouts.rush import Rush
from vetrina.shop.checkouts.standing import is_asked, is_open, session_of
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import Begun, Payments, ProviderAway, ProviderRefused, ReturnUrls
from vetrina.store.errors import StoreError
from vetrina.store.ports.checkouts import OrderChange

logger = logging.getLogger(__name__)
MOST_WAITING: Final = 5_000
"""At 25 a second the last of them waits three minutes; stock is kept for longer."""
MOST_KEPT: Final = 10_000
RETRY_MIN_S: Final = 0.5
RETRY_MAX_S: Final = 20.0

MakeUrls = Callable[[OwnOrder], ReturnUrls]


class QueueFull(Exception):
    """So many buyers wait for a page that one more would wait for too long."""


class Sessions:
    """The queue of one process. Another process takes up what this one leaves behind, as soon as
    the buyer looks at the page again."""

    def __init__(
        self,
        writer: OrderWriter,
        adapters: Adapters,
        pace: Pace,
        clock: Clock,
        urls: MakeUrls,
        rush: Rush,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._writer = writer
        self._adapters = adapters
        self._pace = pace
        self._clock = clock
        self._urls = urls
        self._rush = rush
        self._most = most_waiting
        self._waiting: dict[str, asyncio.Task[Begun | None]] = {}
        self._begun: OrderedDict[str, Begun] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many checkouts have no page yet."""
        return len(self._waiting)

    def check_room(self) -> None:
        """Raises QueueFull: better to say so before anything is reserved."""
        if len(self._waiting) >= self._most:
            raise QueueFull

    def enqueue(self, order: OwnOrder) -> asyncio.Task[Begun | None]:
        """Ask for a page as soon as it is this one's turn."""
        id = order.checkout.id
        making = self._waiting.get(id)
        if making is None:
            making = self._waiting[id] = asyncio.create_task(self._make(order))
            making.add_done_callback(lambda _: self._waiting.pop(id, None))
        return making

    async def page(self, order: OwnOrder, wait_s: float) -> Begun | None:
        """Where it is paid; None where that is not known in time. Raises QueueFull.

        An order of which another process knew the page asks again: it is the same page.
        """
        known = self._begun.get(order.checkout.id)
        if known is not None:
            return known
        if order.checkout.id not in self._waiting:
            self.check_room()
        making = self.enqueue(order)
        done, _ = await asyncio.wait({making}, timeout=wait_s)
        return making.result() if done else None

    async def begin_again(self, order: OwnOrder, payments: Payments) -> Begun:
        """The page that may have been made, whoever asked for it. Raises PaymentError."""
        with self._pace.measured("begin"):
            return await payments.begin(order.checkout, self._urls(order))

    async def close(self) -> None:
        """Leave the rest to others."""
        making = list(self._waiting.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    async def _make(self, order: OwnOrder) -> Begun | None:
        failures = 0
        await self._rush.over()
        while True:
            try:
                return await self._try(order)
            except ProviderAway as error:
                if error.retry_after_s:
                    self._pace.pause(error.retry_after_s)
                logger.info("the payment provider is away: %s", error)
            except StoreError:
                logger.warning("a payment page waits for the store")
            pause_s = delay_s(failures, RETRY_MIN_S, RETRY_MAX_S, random.random())  # noqa: S311
            failures += 1
            await self._clock.sleep_until(self._clock.now_ms() + int(pause_s * 1000))
            order = await self._as_now(order)

    async def _try(self, order: OwnOrder) -> Begun | None:
        """None where it is over. Raises ProviderAway, StoreError."""
        if not is_open(order):
            return None
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None:
            raise ProviderAway("There are no keys for it any more.")
        async with self._pace.turn():
            order, asked_here = await self._ask(order)
            if not is_open(order) or (self._over(order) and session_of(order) is None):
                return None
            try:
                begun = await self.begin_again(order, payments)
                if not await self._alone(order, begun, payments):
                    return None
            except ProviderRefused as error:
                logger.error("the payment provider refused a page: %s", error.message)
                # Where it was asked before there may be a page: the sweeper finds out.
                if asked_here:
                    await self._writer.write(order, self._refused)
                return None
        await self._writer.write(order, lambda one: self._made(one, begun))
        self._keep(order.checkout.id, begun)
        return begun

    async def _ask(self, order: OwnOrder) -> tuple[OwnOrder, bool]:
        """Whether it was written here that a page is asked for: else somebody else may have one."""
        wrote = False

        def decide(one: OwnOrder) -> OrderChange | None:
            nonlocal wrote
            change = self._asked(one)
            wrote = change is not None
            return change

        order = await self._writer.write(order, decide)
        return order, wrote

    async def _alone(self, order: OwnOrder, begun: Begun, payments: Payments) -> bool:
        """Asked in other words, as after the shop changed its settings, the provider makes another
        page: the one before is ended first, so that only one can be paid. Raises PaymentError."""
        known = session_of(order)
        if known is None or begun.session is None or begun.session == known.session:
            return True
        if await payments.expire(known.session) == "expired":
            return True
        await payments.expire(begun.session)
        return False

    async def _as_now(self, order: OwnOrder) -> OwnOrder:
        with contextlib.suppress(StoreError):
            return await self._writer.read(order.checkout.id)
        return order

    def _over(self, order: OwnOrder) -> bool:
        return order.expires_at <= self._clock.now_ms()

    def _asked(self, order: OwnOrder) -> OrderChange | None:
        if not is_open(order) or is_asked(order) or self._over(order):
            return None
        return _change(order, SessionAsked(at=self._clock.now_ms()))

    def _refused(self, order: OwnOrder) -> OrderChange | None:
        """There is no page, and will be none: the stock comes back at once."""
        if not is_open(order) or session_of(order) is not None:
            return None
        now = self._clock.now_ms()
        return OrderChange(
            id=order.checkout.id,
            version=order.version,
            facts=[PaymentFailed(at=now)],
            stock="release",
        )

    def _made(self, order: OwnOrder, begun: Begun) -> OrderChange | None:
        known = session_of(order)
        if begun.session is None or not is_open(order):
            return None
        if known is not None and known.session == begun.session:
            return None
        now = self._clock.now_ms()
        deadline = now + order.checkout.deadline_s * 1000
        made = SessionMade(at=now, session=begun.session, expires_at=begun.expires_at or deadline)
        return OrderChange(
            id=order.checkout.id,
            version=order.version,
            facts=[made],
            expires_at=None if known else max(order.expires_at, deadline),
        )

    def _keep(self, id: str, begun: Begun) -> None:
        self._begun[id] = begun
        if len(self._begun) > MOST_KEPT:
            self._begun.popitem(last=False)


def _change(order: OwnOrder, fact: SessionAsked) -> OrderChange:
    return OrderChange(id=order.checkout.id, version=order.version, facts=[fact])
