"""Catching up: asking shops for the orders that no delivery brought.

What a poll finds goes the way of a delivery: the same normal form, the same inbox, the same order
record. So whatever came already, or comes later, counts once. One task for each shop that is being
asked; where one fails the others go on.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from vetrina import backoff
from vetrina.clock import Clock
from vetrina.connectors.polling import Access, Cursor, Page, PollFailed, Source
from vetrina.domain.errors import InvalidValue
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.reconciliation.backfill import Backfill
from vetrina.metrics import Metrics
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.polls import Poll
from vetrina.store.ports.store import Store

logger = logging.getLogger(__name__)
# What one round reads at most: a long outage is caught up in several, so that a show goes first.
PAGES_A_ROUND = 20
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 3_600_000
AT_ONCE_MS = 1_000
# A key may have come in through another process, which does not ask.
LOOK_EVERY_MS = 10_000
# Shows of earlier days are over: nothing is left to catch up with.
LOOK_BACK_MS = 7 * 24 * 3_600_000
OWN_FAULT = "this server could not keep what it read; its log says more"


class NoPoll(LookupError):
    """The connection has no key to ask its shop with."""


@dataclass(slots=True)
class _Plan:
    """When a shop is asked next, with which access, and how often it failed in a row."""

    due_at: int
    access: Access
    failures: int = 0


class Poller:
    """The polls of this installation."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        connections: Connections,
        catching_up: Backfill,
        sources: Mapping[str, Source],
        *,
        every_ms: int,
        metrics: Metrics | None = None,
        shared: bool = False,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._connections = connections
        self._catching_up = catching_up
        self._sources = sources
        self._every_ms = every_ms
        self._metrics = metrics or Metrics()
        self._shared = shared
        self._chance = chance
        self._plans: dict[str, _Plan] = {}
        self._rounds: dict[str, asyncio.Task[Poll]] = {}
        self._moved = asyncio.Event()

    async def put(self, connection: Connection, access: Access) -> Poll:
        """Take a key in; the next round begins at once. Raises InvalidValue.

        A new key for the same address goes on where the old one stopped.
        """
        source = self._sources.get(connection.kind)
        if source is None:
            kinds = " and ".join(sorted(self._sources))
            raise InvalidValue("", f"only {kinds} connections are polled; others deliver again")
        access = source.checked(access)
        known = await self._store.poll(connection.id)
        if known is None or known.address != access.address:
            known = Poll(
                connection=connection.id,
                address=access.address,
                key="",
                since=max(connection.created_at, self._clock.now_ms() - LOOK_BACK_MS),
            )
        await self._stop(connection.id)
        poll = replace(known, key=access.key, secret=access.secret)
        await self._store.put_poll(poll)
        self._plans.pop(connection.id, None)
        self._moved.set()
        return poll

    async def remove(self, connection_id: str) -> None:
        """Forget a key. Raises NoPoll."""
        await self._stop(connection_id)
        if not await self._store.remove_poll(connection_id):
            raise NoPoll(connection_id)

    async def all(self) -> dict[str, Poll]:
        """All polls by connection."""
        return {poll.connection: poll for poll in await self._store.polls()}

    async def now(self, connection_id: str) -> Poll:
        """Ask at once, or await the round under way; the poll says how it went. Raises NoPoll."""
        poll = await self._store.poll(connection_id)
        connection = await self._connections.get(connection_id)
        if poll is None or connection is None:
            raise NoPoll(connection_id)
        running = self._begin(connection, poll)
        await asyncio.wait({running})
        if running.cancelled():
            raise NoPoll(connection_id)
        return running.result()

    async def run(self) -> None:
        """Ask every shop at the start and then every few minutes, until cancelled."""
        try:
            while True:
                self._moved.clear()
                await self._begin_due()
                await self._sleep()
        finally:
            await self.close()

    async def close(self) -> None:
        """End the rounds under way; they go on where they were after the next start."""
        for connection_id in list(self._rounds):
            await self._stop(connection_id)

    async def _stop(self, connection_id: str) -> None:
        running = self._rounds.get(connection_id)
        if running is not None:
            running.cancel()
            await asyncio.wait({running})

    async def _begin_due(self) -> None:
        now = self._clock.now_ms()
        polls = await self.all()
        self._plans = {id: self._plan(poll, now) for id, poll in polls.items()}
        for id, poll in polls.items():
            connection = await self._connections.get(id)
            if connection is not None and self._plans[id].due_at <= now:
                self._begin(connection, poll)

    def _plan(self, poll: Poll, now: int) -> _Plan:
        """A new key is tried at once, however long the old one had failed."""
        plan = self._plans.get(poll.connection)
        return plan if plan and plan.access == _access(poll) else _Plan(now, _access(poll))

    def _begin(self, connection: Connection, poll: Poll) -> asyncio.Task[Poll]:
        running = self._rounds.get(connection.id)
        if running is None:
            running = asyncio.create_task(
                self._measured(connection, poll), name=f"poll {poll.address}"
            )
            self._rounds[connection.id] = running
            running.add_done_callback(partial(self._ended, connection.id))
        return running

    def _ended(self, connection_id: str, task: asyncio.Task[Poll]) -> None:
        del self._rounds[connection_id]
        self._moved.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the poll of connection %s: %s", connection_id, type(error).__name__)

    async def _measured(self, connection: Connection, poll: Poll) -> Poll:
        began = self._clock.monotonic()
        done = await self._round(connection, poll)
        took_s = self._clock.monotonic() - began
        failed = (done.last_success_at or 0) < (done.last_poll_at or 0)
        outcome = "failed" if failed else "behind" if done.behind else "succeeded"
        self._metrics.poll(connection.kind, outcome, done.found - poll.found, took_s)
        return done

    async def _round(self, connection: Connection, poll: Poll) -> Poll:
        """One round; every page is kept before the next one is asked for."""
        poll = replace(poll, last_poll_at=self._clock.now_ms())
        unread: list[str] = []
        try:
            for _ in range(PAGES_A_ROUND):
                page = await self._page(connection, poll)
                found, faults = await self._catching_up.settle(connection, page.deliveries)
                unread += [*page.unread, *faults]
                poll = _moved_on(poll, page, found, self._clock.now_ms())
                if not poll.behind:
                    break
                await self._store.note_poll(poll)
        except PollFailed as error:
            page_kept = None if error.restart else poll.page
            return await self._failed(
                replace(poll, page=page_kept), str(error), error.retry_after_ms
            )
        except Exception:
            logger.exception("the poll of connection %s failed", connection.id)
            return await self._failed(poll, OWN_FAULT, None)
        return await self._succeeded(poll, unread)

    async def _page(self, connection: Connection, poll: Poll) -> Page:
        return await self._sources[connection.kind].page(
            _access(poll),
            Cursor(poll.since, poll.reached, poll.page),
            self._connections.opaque(connection.id),
            self._clock.now_ms(),
        )

    async def _succeeded(self, poll: Poll, unread: list[str]) -> Poll:
        now = self._clock.now_ms()
        poll = replace(poll, last_success_at=now)
        if unread:
            count = f"{len(unread)} orders were" if len(unread) > 1 else "one order was"
            why = f"{count} not understood and left out ({unread[0]})"
            poll = replace(poll, last_failed_at=now, last_failure=why)
        wait_ms = AT_ONCE_MS if poll.behind else self._every_ms
        self._plans[poll.connection] = _Plan(now + wait_ms, _access(poll))
        await self._store.note_poll(poll)
        return poll

    async def _failed(self, poll: Poll, why: str, advice_ms: int | None) -> Poll:
        """Later each time, up to an hour, and never before the shop asked for."""
        now = self._clock.now_ms()
        plan = self._plan(poll, now)
        longest_s = max(LONGEST_WAIT_MS, self._every_ms) / 1000
        wait_s = backoff.delay_s(plan.failures, FIRST_WAIT_MS / 1000, longest_s, self._chance())
        wait_ms = max(int(wait_s * 1000), advice_ms or 0)
        self._plans[poll.connection] = _Plan(now + wait_ms, plan.access, plan.failures + 1)
        poll = replace(poll, last_failed_at=now, last_failure=why)
        await self._store.note_poll(poll)
        return poll

    async def _sleep(self) -> None:
        """Until a shop is due that nobody asks right now, until something moved, or a while."""
        waiting: set[asyncio.Task[Literal[True]]] = {asyncio.create_task(self._moved.wait())}
        idle = [plan.due_at for id, plan in self._plans.items() if id not in self._rounds]
        if self._shared:
            idle.append(self._clock.now_ms() + LOOK_EVERY_MS)
        if idle:
            waiting.add(asyncio.create_task(self._until(min(idle))))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def _until(self, at_ms: int) -> Literal[True]:
        await self._clock.sleep_until(at_ms)
        return True


def _access(poll: Poll) -> Access:
    return Access(poll.address, poll.key, poll.secret)


def _moved_on(poll: Poll, page: Page, found: int, now: int) -> Poll:
    cursor = page.cursor
    poll = replace(poll, since=cursor.since, reached=cursor.reached, page=cursor.page)
    return replace(poll, found=poll.found + found, last_found_at=now) if found else poll
