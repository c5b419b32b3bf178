"""One show's desk: whoever wants to change the show stands in line here.

Decisions are made one after the other on the newest state. Reports of purchases that wait
together are decided and written together, so a busy minute costs few commits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.show import past_deals, rules
from vetrina.domain.show.commands import Command, RefreshProducts, SetBag, StartDeal
from vetrina.domain.show.events import Position, Recorded
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import PastDeal
from vetrina.live.optimistic_append import Attempt, Decide, aged, obeyed, settled
from vetrina.live.outbox import Outbox
from vetrina.live.purchases.settlement import Outcome, Report, known_of
from vetrina.live.show_loader import Loaded, advanced, pages, standing_of
from vetrina.store.errors import Conflict, StoreError
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.shows import Appended, Standing
from vetrina.store.ports.store import Store

logger = logging.getLogger(__name__)
# Somebody who waits behind so many would time out anyway: better to say so at once.
LINE_LENGTH = 10_000
# A transaction of this many purchases takes some milliseconds; the rest of the line follows.
REPORTS_AT_ONCE = 256
# Only other processes make a decision stale; so many times in a row means something is wrong.
ATTEMPTS = 8


class Busy(Exception):
    """The line is too long, or other processes kept writing first: try again soon."""


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
    wishes: Sequence[_Commands | _Sale], work: Coroutine[Any, Any, Sequence[object]]
) -> None:
    """Give each wish its result or the reason why there is none, which may be one for all."""
    task = asyncio.create_task(work)
    await asyncio.wait({task})
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    results = [error] * len(wishes) if error else task.result()
    for wish, result in zip(wishes, results, strict=True):
        answer: asyncio.Future[Any] = wish.answer
        if answer.done():  # whoever asked has gone
            continue
        if isinstance(result, BaseException):
            answer.set_exception(result)
        else:
            answer.set_result(result)


class ShowWriter:
    """Decides for one show. `changed` is told after each commit, before anybody is answered."""

    def __init__(
        self,
        loaded: Loaded,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        changed: Callable[[ShowWriter, Appended], None],
    ) -> None:
        self.show = loaded.show
        self.position = loaded.position
        self.state: ShowState = loaded.state
        self._store = store
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._changed = changed
        self._line: deque[_Commands | _Sale] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._heard_seq = self.position.seq
        self._standing: Standing | None = None
        self._outgoing = Outbox(loaded.show.slug, bus, clock)

    async def handle(
        self, commands: Sequence[Command], by: str | None, request: IdempotentRequest | None
    ) -> Appended:
        """Follow all commands or none. Raises Refused, InvalidValue, Busy."""
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._stand_in_line(_Commands(commands, by, request, answer))
        return await answer

    async def receive(self, report: Report) -> Outcome:
        """Settle a report of a shop. Returns after it is durable. Raises Busy."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._stand_in_line(_Sale(report, answer))
        return await answer

    async def tick(self) -> None:
        """Write what time alone has brought about."""
        await self.handle((), None, None)

    def hear(self, position: Position, events: Sequence[Recorded] = ()) -> None:
        """Another process wrote: follow it. Without the events they are read from the store.

        While this desk writes itself, the store tells it whatever came in between.
        """
        if position.seq <= self.position.seq:
            return
        self._heard_seq = max(self._heard_seq, position.seq)
        fresh = [one for one in events if one.seq > self.position.seq]
        if self._worker is None and fresh and fresh[0].seq == self.position.seq + 1:
            self._follow_others(fresh)
        else:
            self._work()

    async def close(self) -> None:
        """Serve those in line, then return."""
        while self._worker is not None:
            await asyncio.wait({self._worker})
        self._outgoing.close()

    def _stand_in_line(self, wish: _Commands | _Sale) -> None:
        if len(self._line) >= LINE_LENGTH:
            raise Busy(f"{LINE_LENGTH} requests wait for this show. Try again in a second.")
        self._line.append(wish)
        self._work()

    def _work(self) -> None:
        if self._worker is None:
            self._worker = asyncio.create_task(self._serve(), name=f"desk {self.show.slug}")

    async def _serve(self) -> None:
        try:
            while self._line or self._heard_seq > self.position.seq:
                if not self._line:
                    await self._catch_up_later()
                    continue
                wish = self._line.popleft()
                if isinstance(wish, _Commands):
                    await _answered([wish], self._follow(wish))
                else:
                    sales = [wish, *self._more_sales(wish)]
                    await _answered(sales, self._sell(sales))
        finally:
            self._worker = None

    def _more_sales(self, first: _Sale) -> list[_Sale]:
        sales: list[_Sale] = []
        while self._line and len(sales) < REPORTS_AT_ONCE - 1:
            wish = self._line[0]
            if isinstance(wish, _Commands) or not wish.report.same_connection(first.report):
                break
            self._line.popleft()
            sales.append(wish)
        return sales

    async def _follow(self, wish: _Commands) -> list[Appended]:
        for _ in range(ATTEMPTS):
            try:
                now = await self._let_time_pass()
                past = [await self._elsewhere(command, now) for command in wish.commands]
                decide = partial(
                    obeyed, self.show.slug, wish.commands, past, self._limits, now, wish.by
                )
                attempt = self._attempt(decide, wish.request)
                if attempt.decided.append.events or wish.request is not None:
                    return [await self._commit(attempt)]
                if not wish.commands or not await self._was_behind():
                    return [Appended(self.position, ())]
            except Refused:
                if not await self._was_behind():
                    raise
            except Conflict:
                await self._catch_up()
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
                await self._catch_up()
        raise Busy("Other processes keep changing this show. Try again.")

    async def _let_time_pass(self) -> int:
        """Write what is due, so that no decision is made on a deal that is over."""
        now = max(self._clock.now_ms(), self.state.at)
        if rules.due(self.state, now):
            await self._commit(self._attempt(partial(aged, self.show.slug, now)))
        return now

    async def _elsewhere(self, command: Command, now: int) -> Sequence[PastDeal]:
        """What other shows offered the same products for, where the rules ask for it."""
        match command:
            case StartDeal(sku=sku):
                skus = [sku]
            case SetBag(products=products) | RefreshProducts(products=products):
                skus = [product.sku for product in products]
            case _:
                return ()
        memory_ms = max(
            past_deals.PRIOR_PRICE_MS, self._limits.deal_cooldown_h * past_deals.HOUR_MS
        )
        return await self._store.past_deals(skus, now - memory_ms)

    def _attempt(self, decide: Decide, request: IdempotentRequest | None = None) -> Attempt:
        return Attempt(self.position, self.state, self._standing, decide, request)

    async def _commit(self, attempt: Attempt) -> Appended:
        appended = await self._store.append(attempt.append)
        epoch = appended.position.epoch
        if attempt.fits(appended):
            if attempt.missed and not self._bus.shared:
                await self._outgoing.publish(epoch, attempt.missed)
            self.position, self.state = appended.position, attempt.decided.state
            self._standing = standing_of(self.state)
            self._changed(self, appended)
        else:
            await self._catch_up()
        await self._outgoing.publish(epoch, appended.events)
        return appended

    async def _was_behind(self) -> bool:
        """Others may have done, a moment ago, what makes this wish possible or give it a meaning:
        who asks may have heard of it before this process has.
        """
        if not self._bus.shared:
            return False
        head = await self._store.head(self.show.slug)
        if head is None or head.seq <= self.position.seq:
            return False
        await self._catch_up()
        return True

    async def _catch_up(self) -> None:
        """Somebody else wrote: take their events in before deciding again.

        Whoever wrote may have died before telling anybody. Where processes compare heads, each
        finds out; a process that is alone tells its own rooms here.
        """
        async for missed in pages(self._store, self.show.slug, self.position.seq):
            self._follow_others(missed)
            if not self._bus.shared:
                await self._outgoing.publish(self.position.epoch, missed)

    async def _catch_up_later(self) -> None:
        """Nobody waits for this: when it fails, the next comparison of heads asks again."""
        wanted = self._heard_seq
        try:
            await self._catch_up()
        except StoreError:
            logger.warning("cannot read what was missed of %s", self.show.slug)
        if self.position.seq < wanted:
            self._heard_seq = self.position.seq

    def _follow_others(self, events: Sequence[Recorded]) -> None:
        """Their standing is written already, with their events."""
        self.state = advanced(self.state, events)
        self.position = Position(self.position.epoch, events[-1].seq)
        self._standing = standing_of(self.state)
        self._changed(self, Appended(self.position, ()))
