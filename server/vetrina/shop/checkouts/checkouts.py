"""Checking out, in one place: what the web layer calls, and what runs beside it.

starting → sessions → paying, and refunding and telling after it; expiring ends what is not paid.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.reservation import Claim
from vetrina.shop.checkouts.awaiting import Awaiting
from vetrina.shop.checkouts.buyer_status import status_of
from vetrina.shop.checkouts.counting import Counting, code_of
from vetrina.shop.checkouts.expiring import Expiring
from vetrina.shop.checkouts.paying import Paying
from vetrina.shop.checkouts.pending_refunds import PendingRefunds
from vetrina.shop.checkouts.refunding import Refunding
from vetrina.shop.checkouts.rush import Rush
from vetrina.shop.checkouts.sessions import QueueFull, Sessions
from vetrina.shop.checkouts.standing import is_asked, is_open, is_processing, session_of
from vetrina.shop.checkouts.starting import SoldElsewhere, Started, Starting, Wanted
from vetrina.shop.checkouts.telling import Telling
from vetrina.shop.checkouts.tokens import Tokens, digest_of
from vetrina.shop.orders.news import OrderChanges
from vetrina.shop.payments.adapters import DEMO, Adapters
from vetrina.shop.payments.port import Begun, PaymentError
from vetrina.store.errors import Conflict, StoreError
from vetrina.store.ports.checkouts import CheckoutStore

logger = logging.getLogger(__name__)
SWEEP_MS: Final = 1_000
ASK_MS: Final = 600_000
"""Money that is on its way comes, or goes back, in days."""
ROOM_S: Final = 3.0
"""How long a buyer waits while the provider ends the page of their checkout before."""
LOOK_MS: Final = 3_000
"""The provider is asked how a page stands this often at most, however often the buyer looks."""
MOST_LOOKS: Final = 10_000
ASKING: Final = 20
"""Looks that wait for the provider at once; whoever looks meanwhile sees what is known."""


class UnknownCheckout(LookupError):
    """No checkout has this token."""


class Checkouts:
    """The use case from end to end."""

    def __init__(
        self,
        store: CheckoutStore,
        clock: Clock,
        counting: Counting,
        adapters: Adapters,
        tokens: Tokens,
        changes: OrderChanges,
        *,
        starting: Starting,
        sessions: Sessions,
        paying: Paying,
        expiring: Expiring,
        awaiting: Awaiting,
        pending: PendingRefunds,
        telling: Telling,
        refunding: Refunding,
        rush: Rush,
    ) -> None:
        self._store = store
        self._clock = clock
        self._counting = counting
        self.adapters = self._adapters = adapters
        self.tokens = tokens
        self.changes = changes
        self._starting = starting
        self._expiring = expiring
        self.awaiting = awaiting
        self.pending = pending
        self._looked: dict[str, int] = {}
        self._asking = 0
        self._leaving: set[asyncio.Future[None]] = set()
        self.sessions = sessions
        self.paying = paying
        self.telling = telling
        self.refunding = refunding
        self._rush = rush

    async def start(
        self, wanted: Wanted, buyer: str, *, known: bool, id: str | None = None
    ) -> Started | SoldElsewhere:
        """Reserve what is wanted. `known`: the browser has been here before. `id` makes a repeat
        of the same wish the same checkout.

        Raises Unknown, Refused, QueueFull, StoreError.
        """
        try:
            with self._rush.answering():
                started = await self._start(wanted, buyer, known, id)
        except Exception as error:
            self._counting.answered(code_of(error))
            raise
        elsewhere = isinstance(started, SoldElsewhere)
        self._counting.answered("elsewhere" if elsewhere else "reserved")
        return started

    def told_again(self, claim: Claim) -> Refused | None:
        """What somebody was told just now who wanted the same, and counts as told to another; None
        where the store is to be asked."""
        refused = self._starting.sold_out.known(claim)
        if refused is not None:
            self._rush.answered()
            self._counting.answered(refused.code)
        return refused

    async def _start(
        self, wanted: Wanted, buyer: str, known: bool, id: str | None
    ) -> Started | SoldElsewhere:
        try:
            return await self._begin(wanted, buyer, known, id)
        except (Refused, Conflict):
            # Of a repeat: what stands in its way may be the checkout that it began.
            again = await self._store.own_order(id) if id is not None else None
            if again is None:
                raise
            return await self._on_its_way(self._starting.begun(again))

    async def _begin(
        self, wanted: Wanted, buyer: str, known: bool, id: str | None
    ) -> Started | SoldElsewhere:
        checkout, payments = await self._starting.offer(wanted, buyer, id)
        if not payments.holds:
            return await self._starting.elsewhere(checkout, payments)
        if payments.name != DEMO:
            self.sessions.check_room()
        before = await self._store.open_checkout_of(buyer) if known else None
        if before is not None and before.checkout.id == id:
            return await self._on_its_way(self._starting.begun(before))
        return await self._on_its_way(await self._reserved(checkout, buyer, before))

    async def of_token(self, token: str) -> OwnOrder:
        """Raises UnknownCheckout."""
        order = await self._store.order_of_token(digest_of(token))
        if order is None:
            raise UnknownCheckout
        return order

    async def page(self, order: OwnOrder, wait_s: float = 0.0) -> Begun | None:
        """Where it is paid; None where that is not known yet, or where it is paid on a page of
        ours. Raises QueueFull."""
        if order.checkout.adapter == DEMO or not is_open(order):
            return None
        if order.checkout.total.amount == 0:
            await self.paying.for_nothing(order)
            return None
        return await self.sessions.page(order, wait_s)

    async def look(self, order: OwnOrder) -> OwnOrder:
        """The order after the provider was asked how it stands, as when the buyer comes back from
        paying. Where it does not answer, the order as it is known.

        A page that a process has left undone is asked for again.
        """
        with contextlib.suppress(QueueFull):
            self.sessions.check_room()
            order = (await self._on_its_way(self._starting.begun(order))).order
        id, now, made = order.checkout.id, self._clock.now_ms(), session_of(order)
        undecided = (is_open(order) or is_processing(order)) and self._asking < ASKING
        if made is None or not undecided or now - self._looked.get(id, 0) < LOOK_MS:
            return order
        if len(self._looked) >= MOST_LOOKS:
            self._looked.clear()
        self._looked[id] = now
        payments = await self._adapters.of(order.checkout.adapter)
        if payments is None:
            return order
        self._asking += 1
        try:
            return await self.paying.as_provider_says(order, await payments.status(made.session))
        except PaymentError as error:
            logger.info("the payment provider does not say how an order stands: %s", error)
            return order
        finally:
            self._asking -= 1

    async def give_back(self, order: OwnOrder) -> OwnOrder:
        """The buyer does not want it. Raises Refused checkout_over where it is paid, or the money
        is on its way; PaymentError where the provider does not say so."""
        after = await self._expiring.give_back(order) if is_open(order) else order
        if status_of(after)[0] != "over":
            raise Refused("checkout_over", "It is paid already, or the money is on its way.")
        return after

    async def run(self) -> None:
        """Sweep for ever: in one process of the installation at a time."""
        async with asyncio.TaskGroup() as sweeps:
            for one in (self._expiring, self.telling, self.refunding):
                sweeps.create_task(self._every(SWEEP_MS, one.sweep))
            for late in (self.awaiting, self.pending):
                sweeps.create_task(self._every(ASK_MS, late.sweep))

    async def sweep(self) -> None:
        """End what is due, and do what a process that ended left undone."""
        for one in (self._expiring, self.telling, self.refunding):
            await one.sweep()

    async def _every(self, pause_ms: int, sweep: Callable[[], Awaitable[None]]) -> None:
        """One that waits for a provider keeps no other one waiting."""
        while True:
            await sweep()
            await self._clock.sleep_until(self._clock.now_ms() + pause_ms)

    async def settled(self) -> None:
        """Return when nothing is under way in the background."""
        await asyncio.gather(*self._leaving)
        for one in (self.refunding, self.telling):
            await one.background.done()

    async def close(self) -> None:
        """Leave the rest to other processes, and to the sweep of the next one."""
        await self.sessions.close()
        for task in self._leaving:
            task.cancel()
        for one in (self.refunding, self.telling):
            await one.background.close()

    async def _reserved(self, checkout: Checkout, buyer: str, before: OwnOrder | None) -> Started:
        """The buyer's checkout before makes room: it would only keep pieces from themselves."""
        if before is None or not is_asked(before):
            return await self._starting.reserve(checkout, buyer, before)
        try:
            started = await self._starting.reserve(checkout, buyer)
        except Refused:
            if not _share(before.checkout, checkout):
                raise
            await asyncio.wait({self._leave(before)}, timeout=ROOM_S)
            return await self._starting.reserve(checkout, buyer)
        self._leave(before)
        return started

    def _leave(self, order: OwnOrder) -> asyncio.Future[None]:
        """Give back what the provider may have a page of: it answers when it can."""
        leaving = asyncio.ensure_future(_quietly(self._expiring.give_back(order)))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        return leaving

    async def _on_its_way(self, started: Started) -> Started:
        """Ask for the page to pay on, where there is none yet."""
        order = started.order
        over = not is_open(order) or order.expires_at <= self._clock.now_ms()
        if over or session_of(order) is not None:
            return started
        if order.checkout.total.amount == 0:
            return self._starting.begun(await self.paying.for_nothing(order))
        if order.checkout.adapter != DEMO:
            self.sessions.enqueue(order)
        return started


async def _quietly(work: Awaitable[object]) -> None:
    """What fails here is swept up in its time."""
    with contextlib.suppress(PaymentError, StoreError):
        await work


def _share(one: Checkout, other: Checkout) -> bool:
    """Whether one could keep the other from its pieces."""
    products = {line.product for line in one.lines}
    voucher = one.voucher is not None and one.voucher == other.voucher
    return voucher or any(line.product in products for line in other.lines)
