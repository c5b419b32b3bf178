"""Publisher connection: commands in order, pipelined, many of them in one write."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import InvalidResponse, ResponseError

from vetrina.bus.redis.reconnect import keep_connected
from vetrina.bus.redis.server_info import Server, Unsuitable, check, examine, has_moved
from vetrina.bus.redis.timings import Timings

Argument = str | bytes | int
QUEUE_MAX: Final = 10_000
"""Commands that may wait for a server that is slow; what comes then is dropped."""
BATCH_MAX: Final = 256

logger = logging.getLogger(__name__)


class _Command:
    __slots__ = ("answer", "arguments")

    def __init__(self, arguments: tuple[Argument, ...], answer: asyncio.Future[Any] | None) -> None:
        self.arguments = arguments
        self.answer = answer

    def end(self, reply: Any) -> None:
        if self.answer is None or self.answer.done():
            return
        if isinstance(reply, BaseException):
            self.answer.set_exception(reply)
        else:
            self.answer.set_result(reply)


class PublishConnection:
    """Sends commands to one server while it can be reached; else they are dropped.

    Nothing is queued for a server that is away: the store has it all, and a flood of old messages
    is the last thing that the others need when it is back.
    """

    def __init__(
        self,
        server: Server,
        timings: Timings,
        *,
        on_back: Callable[[], None],
        on_lost: Callable[[], None],
        on_dropped: Callable[[], None],
        on_refused: Callable[[ResponseError], None],
    ) -> None:
        self.fault: str | None = "is not connected yet"
        self._server = server
        self._timings = timings
        self._backoff = timings.backoff()
        self._on_back = on_back
        self._on_lost = on_lost
        self._on_dropped = on_dropped
        self._on_refused = on_refused
        self._queue: deque[_Command] = deque(maxlen=QUEUE_MAX)
        self._unanswered: deque[_Command] = deque(maxlen=QUEUE_MAX)
        self._reply_timeout: asyncio.Timeout | None = None
        self._changed = asyncio.Event()
        self._dropped = False
        self._logged = False
        self._unsuitable: str | None = None
        self.connected = asyncio.Event()

    def send(self, *arguments: Argument) -> None:
        """Send a command without waiting for its answer."""
        self._enqueue(_Command(arguments, None))

    async def execute(self, *arguments: Argument) -> Any:
        """Send a command and wait for its answer. Raises one of FAULTS."""
        command = _Command(arguments, asyncio.get_running_loop().create_future())
        self._enqueue(command)
        assert command.answer is not None  # noqa: S101  (made above)
        return await command.answer

    def restart(self, why: str) -> None:
        """Connect anew: this server is not what it was. `why` goes after its name."""
        self._unsuitable = why
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        await keep_connected(self._serve, self._on_fault, self._backoff)

    async def _serve(self) -> None:
        connection = await self._server.connect(self._timings.answer_s)
        try:
            async with asyncio.timeout(self._timings.answer_s):
                check(await examine(connection))
            self._on_connected()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._write(connection), name="redis commands")
                await self._read_replies(connection)
        finally:
            self._drop_all()
            await connection.disconnect(nowait=True)

    async def _write(self, connection: AbstractConnection) -> None:
        while True:
            await self._changed.wait()
            if self._unsuitable is not None:
                raise Unsuitable(self._unsuitable)
            commands = [self._queue.popleft() for _ in range(min(BATCH_MAX, len(self._queue)))]
            if not self._queue:
                self._changed.clear()
            if not commands:
                continue
            if not self._unanswered:
                self._start_timeout()
            self._unanswered.extend(commands)
            packed = connection.pack_commands([command.arguments for command in commands])
            await connection.send_packed_command(packed)

    async def _read_replies(self, connection: AbstractConnection) -> None:
        """Answers in the order of the commands; none of them may take too long."""
        async with asyncio.timeout(None) as self._reply_timeout:
            while True:
                reply = await _reply(connection)
                if not self._unanswered:
                    raise InvalidResponse("an answer to nothing")
                command = self._unanswered.popleft()
                if isinstance(reply, ResponseError) and (
                    command.answer is None or has_moved(reply)
                ):
                    self._on_refused(reply)
                command.end(reply)
                if self._unanswered:
                    self._start_timeout()
                else:
                    self._reply_timeout.reschedule(None)
                    self._backoff.reset()

    def _start_timeout(self) -> None:
        if self._reply_timeout is not None:
            within_s = self._timings.answer_s
            self._reply_timeout.reschedule(asyncio.get_running_loop().time() + within_s)

    def _enqueue(self, command: _Command) -> None:
        if self.fault is not None or len(self._queue) + len(self._unanswered) >= QUEUE_MAX:
            self._drop(command)
            return
        self._queue.append(command)
        self._changed.set()

    def _on_connected(self) -> None:
        self.fault = self._unsuitable = None
        self._logged = False
        self.connected.set()
        if self._dropped:
            self._dropped = False
            self._on_back()

    def _on_fault(self, why: str) -> None:
        if not self._logged:
            logger.warning("Redis at %s %s; trying again.", self._server.name, why)
        self.fault, self._logged = why, True

    def _drop_all(self) -> None:
        if self.connected.is_set():
            self.connected.clear()
            self._on_lost()
        self._reply_timeout = None
        self.fault = self.fault or "closed the connection"
        unsent = [*self._unanswered, *self._queue]
        self._unanswered.clear()
        self._queue.clear()
        self._changed.clear()
        for command in unsent:
            self._drop(command)

    def _drop(self, command: _Command) -> None:
        if command.answer is None:
            self._dropped = True
            self._on_dropped()
        command.end(ConnectionError(f"Redis {self.fault or 'is too slow'}"))


async def _reply(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error
