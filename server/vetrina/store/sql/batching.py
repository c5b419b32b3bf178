"""Batching: what waits together is done together.

A call is a batch function and an item. While one group is under way the next one gathers; calls
with the same batch function are then handed to it together, so that a hundred purchases need as
few statements, and as few hops between threads, as one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from vetrina.store.errors import StoreError

T = TypeVar("T")
Item = TypeVar("Item")
Outcome: TypeAlias = T | Exception
Batch: TypeAlias = Callable[[Connection, Sequence[Item]], Sequence[Outcome[T]]]

# Callers beyond this wait outside: 64 times the load of a busy show, and still a few megabytes.
WAITING = 4096
# A group holds up those who come during it; beyond this size a larger one saves nothing more.
GROUP = 512
# Of what comes in rushes a group takes so many: a pin waits for some 20 ms, not for all of a rush.
RUSHED = 64


@dataclass(frozen=True, slots=True)
class Call:
    """An item and the function that deals with it together with its like."""

    batch: Batch[Any, Any]
    item: Any


Waiting: TypeAlias = tuple[Call, asyncio.Future[Any]]
Run: TypeAlias = Callable[[Sequence[Call]], Awaitable[Sequence[Outcome[Any]]]]


class Batcher:
    """Takes calls from any task and runs them in groups, one group after the other."""

    def __init__(self, name: str, run: Run, rushed: Callable[..., object] | None = None) -> None:
        """`rushed`: the batch function whose calls come in rushes, and let others pass."""
        self._name = name
        self._rushed = rushed
        self._run_group = run
        self._room = asyncio.Semaphore(WAITING)
        self._waiting: list[Waiting] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether calls are taken."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin to take calls."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Finish what waits, then end."""
        task, self._task = self._task, None
        if task is not None:
            self._wake.set()
            await task

    async def call(self, batch: Batch[Item, T], item: Item) -> T:
        """Return or raise what the batch function says of this item.

        A caller that is cancelled before its group began leaves no trace; after that the call is
        carried out all the same.
        """
        async with self._room:
            if not self.running:
                raise StoreError("The store is closed.")
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append((Call(batch, item), done))
            self._wake.set()
            return await done

    async def _run(self) -> None:
        while self._task is not None or self._waiting:
            await self._wake.wait()
            self._wake.clear()
            while group := self._take():
                await self._finish(group)

    def _take(self) -> list[Waiting]:
        wanted = [(call, done) for call, done in self._waiting if not done.cancelled()]
        if len(wanted) > RUSHED and self._rushed is not None:
            rushed = [one for one in wanted if one[0].batch is self._rushed]
            others = [one for one in wanted if one[0].batch is not self._rushed]
            group = others[:GROUP] + rushed[:RUSHED]
            self._waiting = others[GROUP:] + rushed[RUSHED:]
            return group
        group, self._waiting = wanted[:GROUP], wanted[GROUP:]
        return group

    async def _finish(self, group: list[Waiting]) -> None:
        outcomes: Sequence[Outcome[Any]]
        try:
            outcomes = await self._run_group([call for call, _ in group])
        except Exception as error:  # noqa: BLE001 - every caller gets it, and the next group goes on
            outcomes = [error] * len(group)
        for (_, done), outcome in zip(group, outcomes, strict=True):
            if done.cancelled():
                continue
            if isinstance(outcome, Exception):
                done.set_exception(outcome)
            else:
                done.set_result(outcome)


def in_batches(connection: Connection, calls: Sequence[Call]) -> list[Outcome[Any]]:
    """Hand each batch function all of its items; outcomes come in the order of the calls."""
    alike: dict[Batch[Any, Any], list[int]] = {}
    for place, call in enumerate(calls):
        alike.setdefault(call.batch, []).append(place)
    outcomes: dict[int, Outcome[Any]] = {}
    # In the same order in every process: two groups that lock rows do not wait in a circle.
    for batch, places in sorted(alike.items(), key=lambda each: each[0].__name__):
        results = batch(connection, [calls[place].item for place in places])
        outcomes.update(zip(places, results, strict=True))
    return [outcomes[place] for place in range(len(calls))]
