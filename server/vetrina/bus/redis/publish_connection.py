"""The connection on which a process speaks: commands in order, many of them in one write."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import InvalidResponse, ResponseError

from vetrina.bus.redis.reconnect import lasting
from vetrina.bus.redis.server_info import Server, Unsuitable, check, examine, has_moved
from vetrina.bus.redis.timings import Backoff, Timings

Word = str | bytes | int
WAITING: Final = 10_000
"""Commands that may wait for a server that is slow; what comes then is dropped."""
AT_ONCE: Final = 256

logger = logging.getLogger(__name__)


class _Command:
    __slots__ = ("answer", "words")

    def __init__(self, words: tuple[Word, ...], answer: asyncio.Future[Any] | None) -> None:
        self.words = words
        self.answer = answer

    def end(self, reply: Any) -> None:
        if self.answer is None or self.answer.done():
            return
        if isinstance(reply, BaseException):
            self.answer.set_exception(reply)
        else:
            self.answer.set_result(reply)


class PublishConnection:
    """Speaks to one server while it can be reached; what cannot be said then is dropped.

    Nothing waits for a server that is away: the store has it all, and a flood of old messages is
    the last thing that the others need when it is back.
    """

    def __init__(
        self,
        server: Server,
        pace: Timings,
        *,
        on_back: Callable[[], None],
        on_lost: Callable[[], None],
        on_dropped: Callable[[], None],
        on_refused: Callable[[ResponseError], None],
    ) -> None:
        self.fault: str | None = "is not connected yet"
        self._server = server
        self._pace = pace
        self._backoff = Backoff(pace)
        self._on_back = on_back
        self._on_lost = on_lost
        self._on_dropped = on_dropped
        self._on_refused = on_refused
        self._waiting: deque[_Command] = deque(maxlen=WAITING)
        self._sent: deque[_Command] = deque(maxlen=WAITING)
        self._patience: asyncio.Timeout | None = None
        self._news = asyncio.Event()
        self._lost = False
        self._told = False
        self._unsuitable: str | None = None
        self.connected = asyncio.Event()

    def say(self, *words: Word) -> None:
        """Send a command; nobody waits for the answer."""
        self._add(_Command(words, None))

    async def ask(self, *words: Word) -> Any:
        """Send a command and wait for its answer. Raises one of FAULTS."""
        command = _Command(words, asyncio.get_running_loop().create_future())
        self._add(command)
        assert command.answer is not None  # noqa: S101  (made above)
        return await command.answer

    def restart(self, why: str) -> None:
        """Connect anew: this server is not what it was. `why` goes after its name."""
        self._unsuitable = why
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        await lasting(self._serve, self._away, self._backoff)

    async def _serve(self) -> None:
        connection = await self._server.connect(self._pace.answer_s)
        try:
            async with asyncio.timeout(self._pace.answer_s):
                check(await examine(connection))
            self._here()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send(connection), name="redis commands")
                await self._hear(connection)
        finally:
            self._fail()
            await connection.disconnect(nowait=True)

    async def _send(self, connection: AbstractConnection) -> None:
        while True:
            await self._news.wait()
            if self._unsuitable is not None:
                raise Unsuitable(self._unsuitable)
            commands = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if not self._waiting:
                self._news.clear()
            if not commands:
                continue
            if not self._sent:
                self._expect_answer()
            self._sent.extend(commands)
            packed = connection.pack_commands([command.words for command in commands])
            await connection.send_packed_command(packed)

    async def _hear(self, connection: AbstractConnection) -> None:
        """Answers in the order of the commands; none of them may take too long."""
        async with asyncio.timeout(None) as self._patience:
            while True:
                reply = await _reply(connection)
                if not self._sent:
                    raise InvalidResponse("an answer to nothing")
                command = self._sent.popleft()
                if isinstance(reply, ResponseError) and (
                    command.answer is None or has_moved(reply)
                ):
                    self._on_refused(reply)
                command.end(reply)
                if self._sent:
                    self._expect_answer()
                else:
                    self._patience.reschedule(None)
                    self._backoff.reset()

    def _expect_answer(self) -> None:
        if self._patience is not None:
            within_s = self._pace.answer_s
            self._patience.reschedule(asyncio.get_running_loop().time() + within_s)

    def _add(self, command: _Command) -> None:
        if self.fault is not None or len(self._waiting) + len(self._sent) >= WAITING:
            self._drop(command)
            return
        self._waiting.append(command)
        self._news.set()

    def _here(self) -> None:
        self.fault = self._unsuitable = None
        self._told = False
        self.connected.set()
        if self._lost:
            self._lost = False
            self._on_back()

    def _away(self, why: str) -> None:
        if not self._told:
            logger.warning("Redis at %s %s; trying again.", self._server.name, why)
        self.fault, self._told = why, True

    def _fail(self) -> None:
        if self.connected.is_set():
            self.connected.clear()
            self._on_lost()
        self._patience = None
        self.fault = self.fault or "closed the connection"
        unsaid = [*self._sent, *self._waiting]
        self._sent.clear()
        self._waiting.clear()
        self._news.clear()
        for command in unsaid:
            self._drop(command)

    def _drop(self, command: _Command) -> None:
        if command.answer is None:
            self._lost = True
            self._on_dropped()
        command.end(ConnectionError(f"Redis {self.fault or 'is too slow'}"))


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error
