"""One server as a process uses it: a publisher, a subscriber, and a probe that proves both work."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import ResponseError

from vetrina.bus.port import BusHealth
from vetrina.bus.redis.publish_connection import Argument, PublishConnection
from vetrina.bus.redis.server_info import FAULTS, Server, describe_fault, has_moved, is_replica
from vetrina.bus.redis.subscribe_connection import SubscribeConnection
from vetrina.bus.redis.timings import Timings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NodeListener:
    """Callbacks of a node."""

    message: Callable[[bytes, bytes], None]
    doubt: Callable[[str], object]
    back: Callable[[], None]
    dropped: Callable[[], None]
    lost: Callable[[], None]
    moved: Callable[[], None]
    round_trip: Callable[[float], None]


@dataclass(slots=True)
class _Probe:
    """A message to ourselves that has not come back yet."""

    token: bytes
    back: asyncio.Event = field(default_factory=asyncio.Event)


class ProbeLost(TimeoutError):
    """The server took a message to ourselves, and it has not come back."""


class Node:
    """Publishes to and subscribes at one server, for as long as it is open."""

    def __init__(
        self,
        server: Server,
        timings: Timings,
        listener: NodeListener,
        probe_channel: bytes,
        *,
        sharded: bool,
    ) -> None:
        self.server = server
        self._timings = timings
        self._listener = listener
        self._probe_channel = probe_channel
        self._publish = "SPUBLISH" if sharded else "PUBLISH"
        self._probe: _Probe | None = None
        self._probes = 0
        self._probing = asyncio.Lock()
        self._refusal: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._writer = PublishConnection(
            server,
            timings,
            on_back=listener.back,
            on_lost=listener.lost,
            on_dropped=listener.dropped,
            on_refused=self._on_refused,
        )
        self.reader = SubscribeConnection(
            server,
            timings,
            sharded=sharded,
            on_message=self._on_message,
            on_doubt=listener.doubt,
            on_moved=listener.moved,
            on_lost=listener.lost,
        )
        self.reader.follow(probe_channel)

    def open(self) -> None:
        """Start the tasks; none of them ends by itself."""
        works = {"writer": self._writer.run, "reader": self.reader.run, "probe": self._keep_probing}
        for name, work in works.items():
            task = asyncio.create_task(work(), name=f"redis {name} {self.server.name}")
            self._tasks.append(task)

    async def ready(self) -> None:
        """Wait until it can publish and has subscribed."""
        await self._writer.connected.wait()
        await self.reader.subscribed.wait()

    async def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def health(self) -> BusHealth:
        """A text for everybody: only the log says which server it is."""
        fault = self._writer.fault or self.reader.fault or self._refusal
        return BusHealth() if fault is None else BusHealth(False, f"Redis {fault}")

    def publish(self, channel: bytes, data: bytes) -> None:
        """Send a message; dropped where the server is away."""
        self._writer.send(self._publish, channel, data)

    async def execute(self, *arguments: Argument) -> Any:
        """The answer to a command. Raises one of FAULTS."""
        return await self._writer.execute(*arguments)

    async def probe(self) -> float:
        """Send a message to ourselves; how many seconds it took.

        Raises one of FAULTS where it could not be sent, ProbeLost where it did not come back.
        """
        async with self._probing:
            self._probes += 1
            self._probe = _Probe(str(self._probes).encode())
            started = time.perf_counter()
            try:
                await self._writer.execute(self._publish, self._probe_channel, self._probe.token)
                async with asyncio.timeout(self._timings.answer_s):
                    await self._probe.back.wait()
            except TimeoutError:
                raise ProbeLost("messages do not come back") from None
            finally:
                self._probe = None
            return time.perf_counter() - started

    async def _keep_probing(self) -> None:
        while True:
            await asyncio.sleep(self._timings.probe_every_s)
            if self._writer.fault is None:
                try:
                    await self._check()
                except Exception:
                    logger.exception("Checking the connections to Redis failed.")

    async def _check(self) -> None:
        """Is the server still the primary, and does what we publish come back?"""
        try:
            async with asyncio.timeout(self._timings.answer_s):
                await self.reader.subscribed.wait()
        except TimeoutError:
            self.reader.restart()
            return
        try:
            if is_replica(await self._role()):
                self._writer.restart("is a read-only replica; expected the primary")
                self.reader.restart()
                return
            self._listener.round_trip(await self.probe())
        except ProbeLost:
            # The server took it: the writer is well, and it is the reader that receives nothing.
            self.reader.restart()
        except ResponseError as error:
            self._on_refused(error)
        except FAULTS:
            return  # the writer deals with it; the reader may be well
        else:
            self._refusal = None
            self.reader.probe_returned()

    async def _role(self) -> Any:
        try:
            return await self._writer.execute("ROLE")
        except ResponseError:
            return None  # this user may not run it

    def _on_message(self, channel: bytes, data: bytes) -> None:
        if channel != self._probe_channel:
            self._listener.message(channel, data)
        elif self._probe is not None and data == self._probe.token:
            self._probe.back.set()

    def _on_refused(self, error: ResponseError) -> None:
        if has_moved(error):
            self._listener.moved()
        else:
            self._refusal = describe_fault(error)
