"""What a process has with one server: it speaks, it listens, and it proves that both work."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import ResponseError

from vetrina.bus.port import BusHealth
from vetrina.bus.redis.publish_connection import PublishConnection, Word
from vetrina.bus.redis.server_info import FAULTS, Server, has_moved, in_words, is_replica
from vetrina.bus.redis.subscribe_connection import SubscribeConnection
from vetrina.bus.redis.timings import Timings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NodeListener:
    """Who hears of a link."""

    message: Callable[[bytes, bytes], None]
    doubt: Callable[[str], object]
    back: Callable[[], None]
    dropped: Callable[[], None]
    lost: Callable[[], None]
    moved: Callable[[], None]
    round_trip: Callable[[float], None]


@dataclass(slots=True)
class _Probe:
    """A message to ourselves that is under way."""

    token: bytes
    back: asyncio.Event = field(default_factory=asyncio.Event)


class Deaf(TimeoutError):
    """What the server took has not come back."""


class Node:
    """Speaks and listens to one server, for as long as it is open."""

    def __init__(
        self,
        server: Server,
        pace: Timings,
        ears: NodeListener,
        probe_channel: bytes,
        *,
        sharded: bool,
    ) -> None:
        self.server = server
        self._pace = pace
        self._ears = ears
        self._probe_channel = probe_channel
        self._publish = "SPUBLISH" if sharded else "PUBLISH"
        self._probe: _Probe | None = None
        self._probes = 0
        self._probing = asyncio.Lock()
        self._refusal: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._writer = PublishConnection(
            server,
            pace,
            on_back=ears.back,
            on_lost=ears.lost,
            on_dropped=ears.dropped,
            on_refused=self._refused,
        )
        self.reader = SubscribeConnection(
            server,
            pace,
            sharded=sharded,
            on_message=self._heard,
            on_doubt=ears.doubt,
            on_moved=ears.moved,
            on_lost=ears.lost,
        )
        self.reader.follow(probe_channel)

    def open(self) -> None:
        """Start; nothing here ends by itself."""
        works = {"writer": self._writer.run, "reader": self.reader.run, "probe": self._keep_probing}
        for name, work in works.items():
            task = asyncio.create_task(work(), name=f"redis {name} {self.server.name}")
            self._tasks.append(task)

    async def ready(self) -> None:
        """Wait until it speaks and listens."""
        await self._writer.connected.wait()
        await self.reader.subscribed.wait()

    async def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def health(self) -> BusHealth:
        """In words for everybody: the log says which server it is."""
        fault = self._writer.fault or self.reader.fault or self._refusal
        return BusHealth() if fault is None else BusHealth(False, f"Redis {fault}")

    def publish(self, channel: bytes, data: bytes) -> None:
        """Send a message; dropped where the server is away."""
        self._writer.say(self._publish, channel, data)

    async def ask(self, *words: Word) -> Any:
        """The answer to a command. Raises one of FAULTS."""
        return await self._writer.ask(*words)

    async def probe(self) -> float:
        """Send a message to ourselves; how many seconds it took.

        Raises one of FAULTS where it could not be sent, Deaf where it did not come back.
        """
        async with self._probing:
            self._probes += 1
            self._probe = _Probe(str(self._probes).encode())
            started = time.perf_counter()
            try:
                await self._writer.ask(self._publish, self._probe_channel, self._probe.token)
                async with asyncio.timeout(self._pace.answer_s):
                    await self._probe.back.wait()
            except TimeoutError:
                raise Deaf("messages do not come back") from None
            finally:
                self._probe = None
            return time.perf_counter() - started

    async def _keep_probing(self) -> None:
        while True:
            await asyncio.sleep(self._pace.probe_every_s)
            if self._writer.fault is None:
                try:
                    await self._look()
                except Exception:
                    logger.exception("A look at the connections to Redis failed.")

    async def _look(self) -> None:
        """Is the server still the primary, and does what we say come back?"""
        try:
            async with asyncio.timeout(self._pace.answer_s):
                await self.reader.subscribed.wait()
        except TimeoutError:
            self.reader.restart()
            return
        try:
            if is_replica(await self._role()):
                self._writer.restart("is a read-only replica; expected the primary")
                self.reader.restart()
                return
            self._ears.round_trip(await self.probe())
        except Deaf:
            # The server took it: the writer is well, and it is the reader that hears nothing.
            self.reader.restart()
        except ResponseError as error:
            self._refused(error)
        except FAULTS:
            return  # the writer's own affair; the reader may be well
        else:
            self._refusal = None
            self.reader.heard_probe()

    async def _role(self) -> Any:
        try:
            return await self._writer.ask("ROLE")
        except ResponseError:
            return None  # this user may not ask

    def _heard(self, channel: bytes, data: bytes) -> None:
        if channel != self._probe_channel:
            self._ears.message(channel, data)
        elif self._probe is not None and data == self._probe.token:
            self._probe.back.set()

    def _refused(self, error: ResponseError) -> None:
        if has_moved(error):
            self._ears.moved()
        else:
            self._refusal = in_words(error)
