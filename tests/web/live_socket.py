"""The socket endpoint under a real uvicorn, with shows and keys that the test makes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.fakes import FakeClock, settled
from tests.realtime.facts import NOW, replica
from tests.realtime.uvicorn_server import WAYS, serving
from tests.waiting import PATIENCE_S
from vetrina.domain.access import Role
from vetrina.domain.show.events import Position
from vetrina.metrics import Metrics
from vetrina.realtime.fair_scheduling import Scheduler
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Room
from vetrina.store.ports.keys import Key
from vetrina.web.sockets.endpoint import SocketEndpoint

HELLO = {"type": "hello", "v": 1, "role": "viewer", "show": "drop"}
OVERLAY = "ovl_0123456789abcdef"
CONTROL = "ctl_0123456789abcdef"
CONTROL_OF_ANOTHER = "ctl_another_show_0123"
HOOK = "hook_0123456789abcdef"


def key(role: str, show: str | None = None) -> Key:
    return Key(id=f"key_{role}", role=Role(role), show=show, label=role, created_at=NOW)


class Keys:
    """A few keys by their secrets; `gate` closed holds look-ups back."""

    def __init__(self) -> None:
        self.known = {
            OVERLAY: key("overlay", "drop"),
            CONTROL: key("control"),
            CONTROL_OF_ANOTHER: key("control", "another"),
            HOOK: key("hook", "drop"),
        }
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.error: Exception | None = None

    async def key(self, secret: str) -> Key | None:
        found = self.known.get(secret)
        self.asked.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return found

    def revoke(self, secret: str) -> None:
        self.known[secret] = replace(self.known[secret], revoked_at=NOW)


class Rooms:
    """The rooms that the hub already has."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.asked: list[str] = []

    async def room(self, slug: str, last: Position | None = None) -> Room | None:
        self.asked.append(slug)
        return self._hub.get(slug)


class LiveSocket:
    """A running endpoint with one show, `drop`."""

    def __init__(self, scheduler: Scheduler | None = None, **options: Any) -> None:
        self.clock = FakeClock(NOW)
        self.hub = Hub(self.clock, Metrics(), assets="9f31c2", scheduler=scheduler)
        self.room = self.hub.open(replica("MUG-1", "CUP-2"))
        self.keys = Keys()
        self.rooms = Rooms(self.hub)
        self.endpoint = SocketEndpoint(self.hub, self.rooms, self.keys, **options)
        self.app = Starlette(routes=[WebSocketRoute("/ws", self.endpoint)])
        self.address = ""

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[Line]:
        """Open a socket; nothing is said yet."""
        async with connect(
            f"ws://{self.address}/ws",
            ping_interval=None,
            compression=None,
            close_timeout=0.1,
            **options,
        ) as websocket:
            yield Line(websocket)

    @asynccontextmanager
    async def viewer(self) -> AsyncIterator[Line]:
        """A viewer that was welcomed."""
        async with self.client() as line:
            await line.say(**HELLO)
            line.welcome = await line.hear("welcome")
            yield line

    @asynccontextmanager
    async def overlay(self) -> AsyncIterator[Line]:
        """An overlay that was welcomed."""
        async with self.client(user_agent_header="Chrome/127.0 OBS/31.0.0") as line:
            await line.say(type="hello", v=1, role="overlay", key=OVERLAY, label="main")
            line.welcome = await line.hear("welcome")
            yield line

    async def pass_time(self, ms: int) -> None:
        """Let the hub's timer run over this time."""
        for _ in range(0, ms, 250):
            self.clock.advance(250)
            await settled(3)

    def metric(self, name: str) -> float:
        """The value of one sample, such as `vetrina_closes_total{code="slow"}`."""
        for line in self.hub.config.metrics.render().decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return 0.0


class Line:
    """The client's end of a socket."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.welcome: dict[str, Any] = {}
        self.bye: dict[str, Any] = {}

    async def say(self, **frame: Any) -> None:
        await self.websocket.send(orjson.dumps(frame).decode())

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of this type; others before it are passed over."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame: dict[str, Any] = orjson.loads(await self.websocket.recv())
                if frame["type"] == kind:
                    return frame

    async def end(self) -> tuple[str | None, int | None]:
        """Wait for the server's close: what `bye` said, and the code."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    frame = orjson.loads(await self.websocket.recv())
                    if frame["type"] == "bye":
                        self.bye = frame
            except ConnectionClosed:
                return self.bye.get("code"), self.websocket.close_code


@asynccontextmanager
async def live_socket(
    server: dict[str, Any] | None = None, way: str = WAYS[0], **options: Any
) -> AsyncIterator[LiveSocket]:
    """Serve the endpoint, with the hub's timer running; `server` are options for uvicorn."""
    live = LiveSocket(**options)
    first_read = live.endpoint if way == WAYS[0] else None
    timer = asyncio.create_task(live.hub.run())
    try:
        async with serving(live.app, live_socket=first_read, **server or {}) as address:
            live.address = address
            yield live
            await live.hub.shutdown(0)
    finally:
        timer.cancel()
