"""Sending what addresses are to be told, and trying again for three days.

What is to be told is found in the facts of orders, never only in memory. A delivery has one name
for all its attempts, and whoever gets it twice knows it by that: a process may end between the
answer and the note of it.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol

from standardwebhooks.webhooks import Webhook

from vetrina.clock import Clock
from vetrina.domain.selling.order_facts import OrderFact, Paid, Refunded, Shipped
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.shop.order_hooks.payload import payload
from vetrina.store.ports.checkouts import CheckoutStore
from vetrina.store.ports.order_hooks import HookDelivery, HookTarget, OrderHookStore

logger = logging.getLogger(__name__)
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
AGAIN_MS: Final = (
    *(5_000, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS),
    *(14 * HOUR_MS, 20 * HOUR_MS, 24 * HOUR_MS),
)
"""The schedule that Standard Webhooks recommend; after the last attempt it is given up."""
JITTER: Final = 0.1
LOOK_EVERY_MS: Final = 2_000
BACK_MS: Final = 10 * MINUTE_MS
"""How far back facts are looked for each time, and how often they are for much longer."""
FAR_BACK_MS: Final = 7 * 24 * HOUR_MS
KEPT_MS: Final = 30 * 24 * HOUR_MS
AT_ONCE: Final = 4
"""Deliveries on their way to one address; another address never waits for it."""
GONE: Final = 410
TOLD: Final = (Paid, Refunded, Shipped)


class Answered(Protocol):
    """What came back."""

    @property
    def status(self) -> int | None:
        """None where there was no answer."""
        ...

    @property
    def retry_after_ms(self) -> int | None:
        """How long the address wants to be left alone."""
        ...

    @property
    def problem(self) -> str | None:
        """Why there was no answer."""
        ...


class Client(Protocol):
    """Brings a body to an address, follows no redirect and keeps out of private networks."""

    async def deliver(
        self, url: str, headers: Mapping[str, str], body: bytes, now_ms: int
    ) -> Answered:
        """Never raises for what the other side does."""
        ...


class HookStore(OrderHookStore, CheckoutStore, Protocol):
    """What sending needs of the store."""


class Sending:
    """One process does it for all. `chance` in [0, 1) spreads attempts."""

    def __init__(
        self,
        store: HookStore,
        client: Client,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._chance = chance
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._looked_far_at: int | None = None

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """A listener of order news: what happened here need not wait for the next look."""
        if any(isinstance(fact, TOLD) for fact in facts):
            self.look_now()

    def look_now(self) -> None:
        """Something is due."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._wake.clear()
                await self.look()
                await self._wait()
        finally:
            for sending in list(self._busy.values()):
                sending.cancel()

    async def look(self) -> None:
        """Queue what is new, and begin to send what is due."""
        now = self._clock.now_ms()
        far = self._looked_far_at is None or now - self._looked_far_at >= BACK_MS
        await self._store.queue_deliveries(now - (FAR_BACK_MS if far else BACK_MS), now)
        if far:
            await self._store.forget_deliveries(now - KEPT_MS)
            self._looked_far_at = now
        due: dict[str, list[HookDelivery]] = {}
        for delivery in await self._store.due_deliveries(now, but=self._busy.keys()):
            due.setdefault(delivery.target, []).append(delivery)
        if not due:
            return
        targets = {target.id: target for target in await self._store.hook_targets()}
        for id, waiting in due.items():
            if id in targets and id not in self._busy:
                sending = asyncio.create_task(self._send_all(targets[id], waiting), name=f"to {id}")
                self._busy[id] = sending
                sending.add_done_callback(partial(self._ended, id))

    async def settled(self) -> None:
        """Return when nothing is on its way."""
        while self._busy:
            await asyncio.wait(self._busy.values())

    async def _send_all(self, target: HookTarget, waiting: Sequence[HookDelivery]) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(delivery: HookDelivery) -> None:
            async with places:
                await self._send(target, delivery)

        await asyncio.gather(*(one(delivery) for delivery in waiting))

    async def _send(self, target: HookTarget, delivery: HookDelivery) -> None:
        order = await self._store.own_order(delivery.order)
        body = payload(order, delivery.fact, delivery.event) if order else None
        now = self._clock.now_ms()
        if body is None:
            await self._store.put_attempt(replace(delivery, status="not_told", next_at=None))
            return
        headers = signed(target.secret, delivery.id, now, body)
        answered = await self._client.deliver(target.url, headers, body, now)
        after = self._after(delivery, answered, self._clock.now_ms())
        await self._store.put_attempt(after)

    def _after(self, delivery: HookDelivery, answered: Answered, now: int) -> HookDelivery:
        status, attempts = answered.status, delivery.attempts + 1
        tried = replace(
            delivery,
            attempts=attempts,
            tried_at=now,
            answered=status,
            problem=answered.problem or _problem(status),
            next_at=None,
        )
        if status is not None and 200 <= status < 300:
            return replace(tried, status="delivered")
        if status == GONE or attempts > len(AGAIN_MS):
            return replace(tried, status="given_up")
        pause = AGAIN_MS[attempts - 1] * (1 + JITTER * self._chance())
        return replace(tried, next_at=now + max(int(pause), answered.retry_after_ms or 0))

    def _ended(self, id: str, sending: asyncio.Task[None]) -> None:
        del self._busy[id]
        self._wake.set()
        if not sending.cancelled() and (error := sending.exception()) is not None:
            logger.error("deliveries to %s: %s", id, type(error).__name__)

    async def _wait(self) -> None:
        woken = asyncio.ensure_future(self._wake.wait())
        until = self._clock.now_ms() + LOOK_EVERY_MS
        asleep = asyncio.ensure_future(self._clock.sleep_until(until))
        try:
            await asyncio.wait({woken, asleep}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            asleep.cancel()


def signed(secret: str, id: str, now_ms: int, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    at = datetime.fromtimestamp(now_ms // 1000, UTC)
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(now_ms // 1000),
        "webhook-signature": Webhook(secret).sign(id, at, body.decode()),
    }


def _problem(status: int | None) -> str | None:
    if status is None or 200 <= status < 300:
        return None
    return "redirects" if 300 <= status < 400 else "refused"
