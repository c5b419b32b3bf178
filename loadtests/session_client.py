"""A client of the live socket: the state machine of `vetrina.protocol.client` over real sockets.

Greeting, resuming, heartbeats, close codes and backoff are the session's; who measures looks at the
frames as they come, before the session drops what came twice or leaves over a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from vetrina.protocol.client.session import NO_CODE, Action, Session
from vetrina.protocol.messages import Hello

Dial = Callable[[], AbstractAsyncContextManager[ClientConnection]]


class SessionClient:
    """One client over all its connections. `dial` opens a socket, another one at each call."""

    def __init__(
        self, hello: Hello, dial: Dial, on_frame: Callable[[dict[str, Any]], None]
    ) -> None:
        self._session = Session(hello, random.random)
        self._dial = dial
        self._on_frame = on_frame
        self._connect = False
        self._closing = False
        self._unsent: list[dict[str, Any]] = []
        self._tick_at: float | None = None

    async def run(self) -> None:
        """Until cancelled, or until the server says that coming back is of no use."""
        self._carry_out(self._session.start(_now_ms()))
        while self._session.state != "stopped":
            if self._connect:
                await self._connection()
            else:
                await asyncio.sleep(self._until_tick_s() or 0.0)
                self._carry_out(self._session.tick(_now_ms()))

    async def _connection(self) -> None:
        """From opening a socket until it is gone."""
        self._connect = self._closing = False
        self._unsent.clear()
        code = NO_CODE
        try:
            async with self._dial() as socket:
                try:
                    self._carry_out(self._session.opened(_now_ms()))
                    await self._converse(socket)
                finally:
                    socket.transport.abort()  # one that is frozen would not say goodbye
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else NO_CODE
        except (OSError, WebSocketException):
            code = NO_CODE
        if not self._closing:
            self._carry_out(self._session.closed(_now_ms(), code))

    async def _converse(self, socket: ClientConnection) -> None:
        while not self._closing:
            while self._unsent:
                await socket.send(orjson.dumps(self._unsent.pop(0)).decode())
            text = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._until_tick_s()):
                    text = await socket.recv()
            if text is None:
                self._carry_out(self._session.tick(_now_ms()))
            else:
                frame = orjson.loads(text)
                self._on_frame(frame)
                self._carry_out(self._session.frame(_now_ms(), frame))

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            match action["do"]:
                case "open":
                    self._connect = True
                case "close":
                    self._closing = True
                case "send":
                    self._unsent.append(action["frame"])
                case "schedule":
                    self._tick_at = action["at"]

    def _until_tick_s(self) -> float | None:
        if self._tick_at is None:
            return None
        return max(0.0, (self._tick_at - _now_ms()) / 1000)


def _now_ms() -> int:
    """A clock that nobody sets."""
    return time.monotonic_ns() // 1_000_000
