"""Subscriber connection: receives what other processes publish, and notices when it no longer does.

redis-py's own Pub/Sub reconnects without telling, gives up after some seconds, and takes a silent
server for one on which nothing is published. This one lives as long as its task, reports after each
subscription that messages may have been lost, and is restarted by the probe of its node.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from vetrina.bus.redis.reconnect import keep_connected
from vetrina.bus.redis.server_info import Server, Unsuitable, has_moved
from vetrina.bus.redis.timings import Timings

BATCH_MAX: Final = 512
"""Channels in one command."""

logger = logging.getLogger(__name__)


class SubscribeConnection:
    """Subscribes to the channels that are wanted, on one server."""

    def __init__(
        self,
        server: Server,
        timings: Timings,
        *,
        sharded: bool,
        on_message: Callable[[bytes, bytes], None],
        on_doubt: Callable[[str], object],
        on_moved: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.fault: str | None = "is not connected yet"
        self._server = server
        self._timings = timings
        self._sharded = sharded
        self._on_message = on_message
        self._on_doubt = on_doubt
        self._on_moved = on_moved
        self._on_lost = on_lost
        self._wanted: set[bytes] = set()
        self._sent: set[bytes] = set()
        self._unconfirmed: set[bytes] = set()
        self._change = asyncio.Event()
        self._restart = asyncio.Event()
        self._backoff = timings.backoff()
        self.subscribed = asyncio.Event()
        """Set while the server has confirmed every channel that is wanted."""

    def follow(self, channel: bytes) -> None:
        """Subscribe to it; a doubt follows when the server has confirmed."""
        self._wanted.add(channel)
        self.subscribed.clear()
        self._change.set()

    def unfollow(self, channel: bytes) -> None:
        """Unsubscribe from it."""
        self._wanted.discard(channel)
        self._change.set()

    def restart(self) -> None:
        """Connect anew: what was published has not come back."""
        self._restart.set()

    def probe_returned(self) -> None:
        """It works: the next failure is a first one."""
        self._backoff.reset()

    async def run(self) -> None:
        """Until cancelled."""
        await keep_connected(self._serve, self._on_fault, self._backoff)

    async def _serve(self) -> None:
        connection = await self._server.connect(self._timings.answer_s)
        self._sent.clear()
        self._unconfirmed.clear()
        self._restart.clear()
        self._change.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._subscribe(connection), name="redis subscriptions")
                tasks.create_task(self._watch(), name="redis restarts")
                await self._receive(connection)
        finally:
            self.subscribed.clear()
            await connection.disconnect(nowait=True)

    async def _watch(self) -> None:
        await self._restart.wait()
        raise Unsuitable("takes messages, but they do not come back")

    async def _receive(self, connection: AbstractConnection) -> None:
        while True:
            kind, channel, data = (await self._next(connection))[:3]
            if kind in (b"message", b"smessage"):
                self._on_message(channel, data)
            elif kind in (b"subscribe", b"ssubscribe"):
                self._confirmed(channel)
            elif kind == b"sunsubscribe" and channel in self._sent:
                self._on_moved()  # the server gave this channel away
                raise Unsuitable("has given a channel to another server")

    async def _next(self, connection: AbstractConnection) -> Any:
        try:
            return await connection.read_response()
        except ResponseError as error:
            if has_moved(error):
                self._on_moved()
            raise

    def _confirmed(self, channel: bytes) -> None:
        self._unconfirmed.discard(channel)
        if not self._unconfirmed and self._wanted <= self._sent:
            if self.fault is not None:
                logger.info("Redis at %s is subscribed to.", self._server.name)
            self.fault = None
            self.subscribed.set()
            self._on_doubt("the subscription is new")

    async def _subscribe(self, connection: AbstractConnection) -> None:
        """Send the server what is wanted, whenever that changes."""
        while True:
            await self._change.wait()
            self._change.clear()
            gone, new = self._sent - self._wanted, self._wanted - self._sent
            self._sent = set(self._wanted)
            self._unconfirmed = (self._unconfirmed | new) - gone
            commands = [
                *self._commands("UNSUBSCRIBE", sorted(gone)),
                *self._commands("SUBSCRIBE", sorted(new)),
            ]
            if commands:
                await connection.send_packed_command(connection.pack_commands(commands))
            if not self._unconfirmed:  # no confirmation will come: wanted twice, or not any more
                self.subscribed.set()

    def _commands(self, name: str, channels: list[bytes]) -> list[tuple[Any, ...]]:
        """In a cluster the channels of one command would have to be of one slot."""
        if self._sharded:
            return [("S" + name, channel) for channel in channels]
        starts = range(0, len(channels), BATCH_MAX)
        return [(name, *channels[start : start + BATCH_MAX]) for start in starts]

    def _on_fault(self, why: str) -> None:
        if self.fault is None:
            self._on_lost()
            logger.warning("Redis at %s %s; subscribing anew.", self._server.name, why)
        self.fault = why
