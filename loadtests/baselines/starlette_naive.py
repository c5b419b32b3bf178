"""Starlette on uvicorn, as tutorials have it: a set of sockets, and `send_text` to each in turn."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import serve_asgi

sockets: set[WebSocket] = set()
events = Events()


async def endpoint(socket: WebSocket) -> None:
    """A member until it leaves."""
    await socket.accept()
    sockets.add(socket)
    try:
        while True:
            heard = await socket.receive_text()
            if heard.startswith(FIRE):
                await broadcast(heard.removeprefix(FIRE))
    except WebSocketDisconnect:
        pass
    finally:
        sockets.discard(socket)


async def broadcast(text: str) -> None:
    """One after the other."""
    frame = events.encoded(text).decode()
    for socket in list(sockets):
        await socket.send_text(frame)


if __name__ == "__main__":
    serve_asgi(Starlette(routes=[WebSocketRoute("/ws", endpoint)]))
