"""A viewer who knows several processes, goes to another when one is gone or silent, and counts."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PAUSE_S: Final = 0.1
COMES_S: Final = 3.0


class ClusterViewer:
    """Follows one show. What it believes to have missed or seen twice is counted, not forgiven."""

    def __init__(self, show: str, ports: Sequence[int], first: int, silence_s: float) -> None:
        self._show = show
        self._ports = ports
        self._turn = first
        self._silence_s = silence_s
        self._heard_at = 0.0
        self.position: tuple[str, int] | None = None
        self.events = 0
        self.texts: dict[int, str] = {}
        self.snapshots = 0
        self.returns = -1
        self.lost = 0
        self.doubled = 0
        self.latest_s = 0.0
        """How late the latest announcement came."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            port = self._ports[self._turn % len(self._ports)]
            address = f"ws://127.0.0.1:{port}/ws"
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    address, open_timeout=COMES_S, close_timeout=0.1, ping_interval=None,
                    compression=None,
                ) as socket:  # fmt: skip
                    try:
                        await self._follow(socket)
                    finally:
                        socket.transport.abort()  # one that is frozen would not say goodbye
            self._turn += 1
            await asyncio.sleep(PAUSE_S)

    async def _follow(self, socket: ClientConnection) -> None:
        last = {"epoch": self.position[0], "seq": self.position[1]} if self.position else None
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": self._show, "last": last}
        await socket.send(orjson.dumps(hello).decode())
        pinging = asyncio.create_task(self._ping(socket))
        try:
            while True:
                async with asyncio.timeout(self._silence_s):
                    frame = orjson.loads(await socket.recv())
                self._take(frame)
        finally:
            pinging.cancel()

    async def _ping(self, socket: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException):
            while True:
                await asyncio.sleep(self._silence_s / 3)
                await socket.send('{"type":"ping"}')

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome":
            self._begin(frame)
        elif frame["type"] == "events":
            self._go_on(frame)

    def _begin(self, frame: dict[str, Any]) -> None:
        """A snapshot may leave events out; it never leads back to what was seen before."""
        self.returns += 1
        if "state" not in frame:
            return
        place = (frame["epoch"], frame["seq"])
        if self.position is not None and self.position[0] == place[0]:
            self.doubled += max(0, self.position[1] - place[1])
        self.snapshots += 1
        self.position = place

    def _go_on(self, frame: dict[str, Any]) -> None:
        """Purchases that come together count for as many as they stand for."""
        if self.position is None:
            self.lost += 1
            return
        epoch, seq = self.position
        came = sum(event.get("count", 1) for event in frame["events"])
        missing = frame["seq"] - seq - came
        self.lost += max(0, missing)
        self.doubled += max(0, -missing)
        self.events += came
        self.position = (epoch, frame["seq"])
        for event in frame["events"]:
            if event["type"] == "announced":
                self.texts[event["seq"]] = event["text"]
                said_at = int(event["text"].rpartition(" ")[2]) / 1e9
                self.latest_s = max(self.latest_s, time.time() - said_at)


@asynccontextmanager
async def followers(
    show: str, ports: Sequence[int], count: int, silence_s: float = 5.0
) -> AsyncIterator[list[ClusterViewer]]:
    """So many viewers, spread evenly, all of them in."""
    crowd = [ClusterViewer(show, ports, number, silence_s) for number in range(count)]
    tasks = [asyncio.create_task(follower.run()) for follower in crowd]
    try:
        async with asyncio.timeout(60):
            while not all(follower.position for follower in crowd):
                await asyncio.sleep(0.01)
                for task in tasks:
                    if task.done():
                        task.result()
        yield crowd
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
