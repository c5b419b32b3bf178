"""One show's desk: whoever wants to change the show stands in line here.

Decisions are made one after the other on the newest state. Reports of purchases that wait
together are decided and written together, so a busy minute costs few commits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.bus.base import Bus, Published
from server.clock import Clock
from server.domain import history, rules
from server.domain.commands import Command, RefreshProducts, SetBag, StartDeal
from server.domain.events import Event, Position, Recorded
from server.domain.limits import Limits
from server.domain.show import ShowState
from server.shows.loading import Loaded, advanced, evolved, pages
from server.shows.reports import Outcome, Report, settle_reports
from server.store.base import Append, Appended, Conflict, Remembered, Store, StoreError

logger = logging.getLogger(__name__)
# Somebody who waits behind so many would time out anyway: better to say so at once.
LINE_LENGTH = 10_000
# A transaction of this many purchases takes some milliseconds; the rest of the line follows.
REPORTS_AT_ONCE = 256
# Only other processes make a decision stale; so many times in a row means something is wrong.
ATTEMPTS = 8
SEND_AGAIN_MS = 1_000
# Events that wait for the bus; readers fetch older ones from the store when they see the gap.
UNSENT = 1_000

Remember = Callable[[Position, Sequence[Recorded]], Remembered]


class Busy(Exception):
    """The line is too long, or other processes kept writing first: try again soon."""


@dataclass(frozen=True, slots=True)
class _Commands:
    commands: Sequence[Command]
    by: str | None
    remember: Remember | None
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


class Desk:
    """Decides for one show. `changed` is told after each commit, before anybody is answered."""

    def __init__(
        self,
        loaded: Loaded,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        changed: Callable[[Desk, Appended], None],
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
        self._unsent: deque[Recorded] = deque(maxlen=UNSENT)
        self._sending: asyncio.Task[None] | None = None

    async def handle(
        self, commands: Sequence[Command], by: str | None, remember: Remember | None
    ) -> Appended:
        """Follow all commands or none. Raises Refused, InvalidValue, Busy."""
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._stand_in_line(_Commands(commands, by, remember, answer))
        return await answer

    async def receive(self, report: Report) -> Outcome:
        """Settle a report of a shop. Returns after it is durable. Raises Busy."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._stand_in_line(_Sale(report, answer))
        return await answer

    async def tick(self) -> None:
        """Write what time alone has brought about."""
        await self.handle((), None, None)

    async def close(self) -> None:
        """Serve those in line, then return."""
        while self._worker is not None:
            await asyncio.wait({self._worker})
        if self._sending is not None:
            self._sending.cancel()

    def _stand_in_line(self, wish: _Commands | _Sale) -> None:
        if len(self._line) >= LINE_LENGTH:
            raise Busy(f"{LINE_LENGTH} requests wait for this show. Try again in a second.")
        self._line.append(wish)
        if self._worker is None:
            self._worker = asyncio.create_task(self._serve(), name=f"desk {self.show.slug}")

    async def _serve(self) -> None:
        try:
            while self._line:
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
                facts: list[Event] = []
                state = self.state
                for command in wish.commands:
                    known = await self._informed(state, command, now)
                    decided = rules.decide(known, command, now, self._limits)
                    state = evolved(state, decided)
                    facts.extend(decided)
                if not facts and wish.remember is None:
                    return [Appended(self.position, ())]
                append, state = self._concluded(facts, state, now)
                append = replace(append, by=wish.by, remember=wish.remember)
                return [await self._commit(append, state)]
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

    async def _settle(self, reports: Sequence[Report]) -> list[Outcome]:
        for _ in range(ATTEMPTS):
            try:
                now = await self._let_time_pass()
                settled = await settle_reports(self._store, self.state, reports, now)
                append, state = self._concluded(settled.facts, settled.state, now)
                append = replace(
                    append,
                    by=reports[0].connection.kind,
                    receipts=settled.receipts,
                    records=settled.records,
                )
                if settled.receipts:
                    await self._commit(append, state)
                return settled.outcomes
            except Conflict:
                await self._catch_up()
        raise Busy("Other processes keep changing this show. Try again.")

    async def _let_time_pass(self) -> int:
        """Write what is due, so that no decision is made on a deal that is over."""
        now = self._clock.now_ms()
        facts = rules.due(self.state, now)
        if facts:
            await self._commit(*self._concluded(facts, evolved(self.state, facts), now))
        return now

    async def _informed(self, state: ShowState, command: Command, now: int) -> ShowState:
        """The state with what other shows offered the same products for."""
        match command:
            case StartDeal(sku=sku):
                skus = [sku]
            case SetBag(products=products) | RefreshProducts(products=products):
                skus = [product.sku for product in products]
            case _:
                return state
        memory_ms = max(history.PRIOR_PRICE_MS, self._limits.deal_cooldown_h * history.HOUR_MS)
        elsewhere = await self._store.past_deals(skus, now - memory_ms)
        return replace(state, past_deals=(*state.past_deals, *elsewhere))

    def _concluded(
        self, facts: Sequence[Event], state: ShowState, now: int
    ) -> tuple[Append, ShowState]:
        """The facts with what ended deals leave behind, and the state after all of it."""
        past = history.over(self.state, facts)
        more = history.aftermath(state, past, now)
        append = Append(
            show=self.show.slug,
            events=(*facts, *more),
            after=self.position.seq,
            past_deals=past,
        )
        return append, evolved(state, more)

    async def _commit(self, append: Append, state: ShowState) -> Appended:
        appended = await self._store.append(append)
        self.position, self.state = appended.position, state
        self._changed(self, appended)
        await self._publish(appended.events)
        return appended

    async def _publish(self, events: Sequence[Recorded]) -> None:
        """What is written is written: a bus that fails is tried again while the show goes on."""
        if not events:
            return
        self._unsent.extend(events)
        if self._sending is None and not await self._sent():
            self._sending = asyncio.create_task(self._send_again(), name=f"send {self.show.slug}")

    async def _send_again(self) -> None:
        while not await self._sent():
            await self._clock.sleep_until(self._clock.now_ms() + SEND_AGAIN_MS)
        self._sending = None

    async def _sent(self) -> bool:
        """Publish what waits; whether nothing waits any more."""
        events = tuple(self._unsent)
        position = Position(self.position.epoch, events[-1].seq)
        try:
            await self._bus.publish([Published(self.show.slug, position, events)])
        except Exception:
            logger.exception("%s: the bus took no events; trying again", self.show.slug)
            return False
        while self._unsent and self._unsent[0].seq <= position.seq:
            self._unsent.popleft()
        return not self._unsent

    async def _catch_up(self) -> None:
        """Somebody else wrote: take their events in before deciding again.

        Whoever wrote may have died before telling anybody, so they are told here too.
        """
        async for missed in pages(self._store, self.show.slug, self.position.seq):
            self.state = advanced(self.state, missed)
            self.position = Position(self.position.epoch, missed[-1].seq)
            self._changed(self, Appended(self.position, ()))
            await self._publish(missed)
