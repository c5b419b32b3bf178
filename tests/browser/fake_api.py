"""A WebSocket server that a test speaks through by hand."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from websockets.asyncio.server import ServerConnection

from tests.waiting import PATIENCE_S

NOW = 1_763_690_000_000


class Line:
    """The server's end of one socket, spoken by hand."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def heard(self) -> dict[str, Any]:
        """The next frame."""
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self._socket.recv(), PATIENCE_S))
        return frame

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self.send(json.dumps(frame))

    async def send(self, text: str) -> None:
        """Send what may be no frame at all."""
        await self._socket.send(text)

    async def welcome(self, seq: int, state: dict[str, Any] | None) -> None:
        """Greet with a snapshot, or without one for a position that is resumed."""
        snapshot = {} if state is None else {"state": state}
        said = {"epoch": "kqwhzbea", "seq": seq, "now": NOW, "heartbeat_ms": 25000, "assets": "a1"}
        await self.say(type="welcome", v=1, show="s", **said, **snapshot)

    async def events(self, *events: dict[str, Any]) -> None:
        """Send one frame of events."""
        await self.say(type="events", seq=events[-1]["seq"], now=NOW, events=events)

    async def close(self, code: int) -> None:
        """Close, and wait for the other side to agree."""
        await self._socket.close(code)

    async def gone(self) -> int | None:
        """The client's close code."""
        await asyncio.wait_for(self._socket.wait_closed(), PATIENCE_S)
        return self._socket.close_code


class Switchboard:
    """Hands over the sockets in the order in which they come."""

    def __init__(self) -> None:
        self.url = ""
        self._lines: asyncio.Queue[Line] = asyncio.Queue()

    async def serve(self, socket: ServerConnection) -> None:
        """Keep a new socket until somebody asks for it, and as long as it lasts."""
        await self._lines.put(Line(socket))
        await socket.wait_closed()

    async def next(self) -> Line:
        """The next socket that was opened."""
        return await asyncio.wait_for(self._lines.get(), PATIENCE_S)

    @property
    def waiting(self) -> int:
        """Sockets that nobody asked for yet."""
        return self._lines.qsize()
