"""Fair scheduling of plain requests: one of those that wait begins in each turn of the loop.

Whoever has a thousand requests answered waits for all others, and not they for it: what is under
way, sockets and those that go first have the rest of each turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

Message = MutableMapping[str, Any]
PACE_S: Final = 0.001
"""Between two requests of strangers while one that goes first is under way: its commit is made by
another thread, which a busy loop would keep from the interpreter."""


def _nobody(_: Mapping[str, Any]) -> bool:
    return False


def _nothing(_: Mapping[str, Any], __: bytearray) -> None:
    return None


class Turns:
    """A queue that all connections of one server share. Use it from one loop.

    `first`: whether a request, by its ASGI scope, need not wait. `known`: the answer, start and
    body, to a request that is here whole, where it is known already: it needs no turn.
    """

    def __init__(
        self,
        first: Callable[[Mapping[str, Any]], bool] = _nobody,
        known: Callable[[Mapping[str, Any], bytearray], tuple[Message, Message] | None] = _nothing,
    ) -> None:
        self.first = first
        self.known = known
        self._taken = False
        self._ahead = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._behind: deque[asyncio.Future[None]] = deque()

    async def next(self, *, behind: bool = False) -> None:
        """Returns when it is one's turn. `behind`: after all who are not."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            self._schedule(loop)
            return
        turn = loop.create_future()
        (self._behind if behind else self._waiting).append(turn)
        await turn

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """For as long as a request that goes first is under way."""
        self._ahead += 1
        try:
            yield
        finally:
            self._ahead -= 1

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._ahead:
            loop.call_later(PACE_S, self._release, loop)
        else:
            loop.call_soon(self._release, loop)

    def _release(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._waiting or self._behind:
            turn = (self._waiting or self._behind).popleft()
            if not turn.done():
                turn.set_result(None)
                self._schedule(loop)
                return
        self._taken = False
