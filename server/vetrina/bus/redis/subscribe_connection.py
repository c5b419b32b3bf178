"""The connection on which a process listens: it is never dead for long, and never deaf unnoticed.

redis-py's own Pub/Sub reconnects without a word, gives up after some seconds, and takes silence of
the server for peace. This one lives as long as its task, tells after each subscription that
something may have been missed, and is restarted by the probe of its link.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from vetrina.bus.redis.reconnect import lasting
from vetrina.bus.redis.server_info import Server, Unsuitable, has_moved
from vetrina.bus.redis.timings import Backoff, Timings

AT_ONCE: Final = 512
"""Channels in one command."""

logger = logging.getLogger(__name__)


class SubscribeConnection:
    """Listens on the channels that are wanted."""

    def __init__(
        self,
        server: Server,
        pace: Timings,
        *,
        sharded: bool,
        on_message: Callable[[bytes, bytes], None],
        on_doubt: Callable[[str], object],
        on_moved: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.fault: str | None = "is not connected yet"
        self._server = server
        self._pace = pace
        self._sharded = sharded
        self._on_message = on_message
        self._on_doubt = on_doubt
        self._on_moved = on_moved
        self._on_lost = on_lost
        self._wanted: set[bytes] = set()
        self._asked: set[bytes] = set()
        self._unconfirmed: set[bytes] = set()
        self._change = asyncio.Event()
        self._deaf = asyncio.Event()
        self._backoff = Backoff(pace)
        self.subscribed = asyncio.Event()
        """Set while the server has confirmed every channel that is wanted."""

    def follow(self, channel: bytes) -> None:
        """From now on its messages are wanted; a doubt follows when the server knows it."""
        self._wanted.add(channel)
        self.subscribed.clear()
        self._change.set()

    def unfollow(self, channel: bytes) -> None:
        """Its messages are not wanted any more."""
        self._wanted.discard(channel)
        self._change.set()

    def restart(self) -> None:
        """What was published has not come back: connect anew."""
        self._deaf.set()

    def heard_probe(self) -> None:
        """It works."""
        self._backoff.reset()

    async def run(self) -> None:
        """Until cancelled."""
        await lasting(self._serve, self._away, self._backoff)

    async def _serve(self) -> None:
        connection = await self._server.connect(self._pace.answer_s)
        self._asked.clear()
        self._unconfirmed.clear()
        self._deaf.clear()
        self._change.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._subscribe(connection), name="redis subscriptions")
                tasks.create_task(self._watch(), name="redis restarts")
                await self._listen(connection)
        finally:
            self.subscribed.clear()
            await connection.disconnect(nowait=True)

    async def _watch(self) -> None:
        await self._deaf.wait()
        raise Unsuitable("takes messages, but they do not come back")

    async def _listen(self, connection: AbstractConnection) -> None:
        while True:
            kind, channel, data = (await self._next(connection))[:3]
            if kind in (b"message", b"smessage"):
                self._on_message(channel, data)
            elif kind in (b"subscribe", b"ssubscribe"):
                self._confirmed(channel)
            elif kind == b"sunsubscribe" and channel in self._asked:
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
        if not self._unconfirmed and self._wanted <= self._asked:
            if self.fault is not None:
                logger.info("Redis at %s is listened to.", self._server.name)
            self.fault = None
            self.subscribed.set()
            self._on_doubt("the subscription is new")

    async def _subscribe(self, connection: AbstractConnection) -> None:
        """Tell the server what is wanted, whenever that changes."""
        while True:
            await self._change.wait()
            self._change.clear()
            gone, new = self._asked - self._wanted, self._wanted - self._asked
            self._asked = set(self._wanted)
            self._unconfirmed = (self._unconfirmed | new) - gone
            commands = [
                *self._commands("UNSUBSCRIBE", sorted(gone)),
                *self._commands("SUBSCRIBE", sorted(new)),
            ]
            if commands:
                await connection.send_packed_command(connection.pack_commands(commands))
            if not self._unconfirmed:  # no confirmation will come: wanted twice, or not any more
                self.subscribed.set()

    def _commands(self, word: str, channels: list[bytes]) -> list[tuple[Any, ...]]:
        """In a cluster the channels of one command would have to be of one slot."""
        if self._sharded:
            return [("S" + word, channel) for channel in channels]
        starts = range(0, len(channels), AT_ONCE)
        return [(word, *channels[start : start + AT_ONCE]) for start in starts]

    def _away(self, why: str) -> None:
        if self.fault is None:
            self._on_lost()
            logger.warning("Redis at %s %s; listening anew.", self._server.name, why)
        self.fault = why
