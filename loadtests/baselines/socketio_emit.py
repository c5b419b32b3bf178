"""python-socketio on uvicorn: `emit` to everybody."""

from __future__ import annotations

import socketio

from loadtests.baselines.event import Events
from loadtests.baselines.serve import serve_asgi

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
events = Events()


@server.on("fire")
async def fire(_sid: str, text: str) -> None:
    """Send to all."""
    await server.emit("events", events.frame(text))


if __name__ == "__main__":
    serve_asgi(socketio.ASGIApp(server))
