"""One task writes: what waits together is committed together.

A write is a batch function and an item. A group runs in one transaction; writes with the same
batch function are handed to it together, so that a hundred purchases need as many statements as
one. Nobody hears of a write before its commit has reached the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from server.store.base import Conflict, StoreError
from server.store.database import Database, store_error

T = TypeVar("T")
Item = TypeVar("Item")
Outcome: TypeAlias = T | Exception
Batch: TypeAlias = Callable[[Connection, Sequence[Item]], Sequence[Outcome[T]]]
Work: TypeAlias = Callable[[Connection], T]

# Callers beyond this wait outside: 64 times the load of a busy show, and still a few megabytes.
WAITING = 4096
# SQLite binds at most 32,766 values in a statement, and a write may bring several to look up.
GROUP = 512


@dataclass(frozen=True, slots=True)
class Write:
    """An item and the function that writes it together with its like."""

    batch: Batch[Any, Any]
    item: Any


class Writer:
    """Takes writes from any task and commits them in groups."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._room = asyncio.Semaphore(WAITING)
        self._waiting: list[tuple[Write, asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether writes are taken."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin to take writes."""
        self._task = asyncio.create_task(self._run(), name="store-writer")

    async def stop(self) -> None:
        """Commit what waits, then end."""
        task, self._task = self._task, None
        if task is not None:
            self._wake.set()
            await task

    async def write(self, batch: Batch[Item, T], item: Item) -> T:
        """Write an item and return once it is durable.

        A caller that is cancelled before its group began leaves no trace; after that its write
        is committed all the same.
        """
        async with self._room:
            if not self.running:
                raise StoreError("The store is closed: nothing can be written.")
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append((Write(batch, item), done))
            self._wake.set()
            return await done

    async def alone(self, work: Work[T]) -> T:
        """Run a write of its own kind; what it raises undoes only itself."""
        return await self.write(one_by_one, work)

    async def _run(self) -> None:
        while self._task is not None or self._waiting:
            await self._wake.wait()
            self._wake.clear()
            while group := self._take():
                await self._commit(group)

    def _take(self) -> list[tuple[Write, asyncio.Future[Any]]]:
        wanted = [(write, done) for write, done in self._waiting if not done.cancelled()]
        group, self._waiting = wanted[:GROUP], wanted[GROUP:]
        return group

    async def _commit(self, group: list[tuple[Write, asyncio.Future[Any]]]) -> None:
        writes = [write for write, _ in group]
        outcomes: Sequence[Outcome[Any]]
        try:
            outcomes = await self._database.write(partial(commit_together, writes=writes))
        except Exception as error:  # noqa: BLE001 - every caller gets it, and the next group goes on
            outcomes = [error] * len(group)
        for (_, done), outcome in zip(group, outcomes, strict=True):
            if done.cancelled():
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


def commit_together(connection: Connection, writes: Sequence[Write]) -> list[Outcome[Any]]:
    """One transaction for all. What one write did wrong is found by running each by itself."""
    try:
        with connection.begin():
            return _batches(connection, writes)
    except IntegrityError as error:
        if len(writes) == 1:
            return [Conflict(f"Somebody else wrote first: {error.orig}")]
    except SQLAlchemyError as error:
        return [store_error(error) for _ in writes]
    except Exception as error:  # noqa: BLE001 - handed to the caller whose write raised it
        if len(writes) == 1:
            return [error]
    return [commit_together(connection, [write])[0] for write in writes]


def one_by_one(connection: Connection, works: Sequence[Work[T]]) -> list[Outcome[T]]:
    """The batch of writes that have nothing in common: each in a savepoint."""
    return [_in_savepoint(connection, work) for work in works]


def _in_savepoint(connection: Connection, work: Work[T]) -> Outcome[T]:
    try:
        with connection.begin_nested():
            return work(connection)
    except IntegrityError as error:
        return Conflict(f"Somebody else wrote first: {error.orig}")
    except (StoreError, LookupError) as error:
        return error


def _batches(connection: Connection, writes: Sequence[Write]) -> list[Outcome[Any]]:
    alike: dict[Batch[Any, Any], list[int]] = {}
    for place, write in enumerate(writes):
        alike.setdefault(write.batch, []).append(place)
    outcomes: dict[int, Outcome[Any]] = {}
    for batch, places in alike.items():
        results = batch(connection, [writes[place].item for place in places])
        outcomes.update(zip(places, results, strict=True))
    return [outcomes[place] for place in range(len(writes))]
