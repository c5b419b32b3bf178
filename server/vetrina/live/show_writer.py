"""Single writer of a show: requests to change it are decided one after the other.

Each decision is made on the newest state of the show's replica. Reports of purchases that wait
together are decided and written together, so a busy minute costs few commits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.catalogue.price_history import PRIOR_PRICE_MS, Offered
from vetrina.domain.errors import Refused
from vetrina.domain.show import rules
from vetrina.domain.show.commands import Command, RefreshProducts, SetBag, StartDeal
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.past_deals import HOUR_MS
from vetrina.domain.show.state import ShowState
from vetrina.live.optimistic_append import Attempt, Decide, aged, obeyed, settled
from vetrina.live.outbox import Outbox
from vetrina.live.purchases.settlement import Outcome, Report, known_of
from vetrina.live.show_loader import standing_of
from vetrina.live.show_replica import ShowReplica
from vetrina.store.errors import Conflict, StoreError
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.shows import Appended, Show
from vetrina.store.ports.store import Store

# Who waits behind so many would time out anyway: better to say so at once.
QUEUE_LENGTH = 10_000
# A transaction of this many purchases takes some milliseconds; the rest of the queue follows.
REPORTS_AT_ONCE = 256
# Only other processes make a decision stale; so many times in a row means something is wrong.
ATTEMPTS = 8


class Busy(Exception):
    """The queue is too long, or other processes kept writing first: try again soon."""


@dataclass(frozen=True, slots=True)
class _Commands:
    commands: Sequence[Command]
    by: str | None
    request: IdempotentRequest | None
    answer: asyncio.Future[Appended]


@dataclass(frozen=True, slots=True)
class _Sale:
    report: Report
    answer: asyncio.Future[Outcome]


async def _answered(
    requests: Sequence[_Commands | _Sale], work: Coroutine[Any, Any, Sequence[object]]
) -> None:
    """Give each request its result or the reason why there is none, which may be one for all."""
    task = asyncio.create_task(work)
    await asyncio.wait({task})
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    results = [error] * len(requests) if error else task.result()
    for request, result in zip(requests, results, strict=True):
        answer: asyncio.Future[Any] = request.answer
        if answer.done():  # whoever asked has gone
            continue
        if isinstance(result, BaseException):
            answer.set_exception(result)
        else:
            answer.set_result(result)


class ShowWriter:
    """Decides for one show. `committed` is called after each commit, before it is answered."""

    def __init__(
        self,
        replica: ShowReplica,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        committed: Callable[[ShowWriter, Appended], None],
    ) -> None:
        self.replica = replica
        self._store = store
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._committed = committed
        self._queue: deque[_Commands | _Sale] = deque()
        self._task: asyncio.Task[None] | None = None
        self._standing_written = False
        self._outbox = Outbox(self.show.slug, bus, clock)

    @property
    def show(self) -> Show:
        """The show's unchanging part."""
        return self.replica.show

    @property
    def state(self) -> ShowState:
        """What the next decision is made on."""
        return self.replica.state

    async def handle(
        self, commands: Sequence[Command], by: str | None, request: IdempotentRequest | None
    ) -> Appended:
        """Follow all commands or none. Raises Refused, InvalidValue, Busy."""
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._enqueue(_Commands(commands, by, request, answer))
        return await answer

    async def receive(self, report: Report) -> Outcome:
        """Settle a report of a shop. Returns after it is durable. Raises Busy."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._enqueue(_Sale(report, answer))
        return await answer

    async def tick(self) -> None:
        """Write what time alone has brought about."""
        await self.handle((), None, None)

    async def close(self) -> None:
        """Serve what is queued, then return."""
        while self._task is not None:
            await asyncio.wait({self._task})
        self._outbox.close()

    def _enqueue(self, request: _Commands | _Sale) -> None:
        if len(self._queue) >= QUEUE_LENGTH:
            raise Busy(f"{QUEUE_LENGTH} requests wait for this show. Try again in a second.")
        self._queue.append(request)
        if self._task is None:
            self._task = asyncio.create_task(self._serve(), name=f"writer {self.show.slug}")

    async def _serve(self) -> None:
        try:
            while self._queue:
                request = self._queue.popleft()
                if isinstance(request, _Commands):
                    await _answered([request], self._follow(request))
                else:
                    sales = [request, *self._more_sales(request)]
                    await _answered(sales, self._sell(sales))
        finally:
            self._task = None

    def _more_sales(self, first: _Sale) -> list[_Sale]:
        sales: list[_Sale] = []
        while self._queue and len(sales) < REPORTS_AT_ONCE - 1:
            request = self._queue[0]
            if isinstance(request, _Commands) or not request.report.same_connection(first.report):
                break
            self._queue.popleft()
            sales.append(request)
        return sales

    async def _follow(self, request: _Commands) -> list[Appended]:
        for _ in range(ATTEMPTS):
            try:
                now = await self._let_time_pass()
                past = [await self._elsewhere(command, now) for command in request.commands]
                decide = partial(
                    obeyed, self.show.slug, request.commands, past, self._limits, now, request.by
                )
                attempt = self._attempt(decide, request.request)
                if attempt.decided.append.events or request.request is not None:
                    return [await self._commit(attempt)]
                if not request.commands or not await self._was_behind():
                    return [Appended(self.replica.position, ())]
            except Refused:
                if not await self._was_behind():
                    raise
            except Conflict:
                await self.replica.catch_up()
        raise Busy("Other processes keep changing this show. Try again.")

    async def _sell(self, sales: Sequence[_Sale]) -> Sequence[Outcome | Exception]:
        """Settle reports together. One that cannot be settled must not take the others along."""
        reports = [sale.report for sale in sales]
        try:
            return await self._settle(reports)
        except Exception as error:  # noqa: BLE001 - it goes to whoever sent that report
            if len(reports) == 1 or isinstance(error, Busy | StoreError):
                return [error] * len(reports)
        return [(await self._sell([sale]))[0] for sale in sales]

    async def _settle(self, reports: Sequence[Report]) -> Sequence[Outcome]:
        for _ in range(ATTEMPTS):
            try:
                now = await self._let_time_pass()
                known = await known_of(self._store, reports)
                attempt = self._attempt(partial(settled, self.show.slug, reports, known, now))
                if attempt.decided.append.receipts:
                    await self._commit(attempt)
                return attempt.decided.outcomes
            except Conflict:
                await self.replica.catch_up()
        raise Busy("Other processes keep changing this show. Try again.")

    async def _let_time_pass(self) -> int:
        """Write what is due, so that no decision is made on a deal that is over."""
        now = max(self._clock.now_ms(), self.state.at)
        if rules.due(self.state, now):
            await self._commit(self._attempt(partial(aged, self.show.slug, now)))
        return now

    async def _elsewhere(self, command: Command, now: int) -> Sequence[Offered]:
        """What the same products were offered for, in whatever show, where the rules ask for it."""
        match command:
            case StartDeal(sku=sku):
                item = self.state.item_of(sku)
                skus = list(item.product.skus()) if item else [sku]
            case SetBag(products=products) | RefreshProducts(products=products):
                skus = [sku for product in products for sku in product.skus()]
            case _:
                return ()
        memory_ms = max(PRIOR_PRICE_MS, self._limits.deal_cooldown_h * HOUR_MS)
        return await self._store.prices(skus, now - memory_ms)

    def _attempt(self, decide: Decide, request: IdempotentRequest | None = None) -> Attempt:
        """On the newest state; after the first commit, its standing is in the store."""
        standing = standing_of(self.state) if self._standing_written else None
        return Attempt(self.replica.position, self.state, standing, decide, request)

    async def _commit(self, attempt: Attempt) -> Appended:
        """Write, take in what was written, publish it."""
        appended = await self._store.append(attempt.append)
        epoch = appended.position.epoch
        if not attempt.fits(appended):
            await self.replica.catch_up()
        elif epoch == self.replica.position.epoch:
            self._standing_written = True
            self.replica.take([*attempt.missed, *appended.events], attempt.decided.state)
        # Else the log was replaced: the bus brings the other epoch, and this replica goes.
        self._committed(self, appended)
        await self._outbox.publish(epoch, appended.events)
        return appended

    async def _was_behind(self) -> bool:
        """Others may have done, a moment ago, what makes a request possible or gives it a meaning:
        its sender may know of that before this process does.
        """
        if not self._bus.shared:
            return False
        before = self.replica.position
        head = await self._store.head(self.show.slug)
        if head is None or head.seq <= before.seq:
            return False
        await self.replica.catch_up()
        return True
