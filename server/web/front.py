"""The way into the application: a crowd of sockets goes past the routing of pages."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

SOCKET_PATH: Final = "/ws"


class Front:
    """Starlette's routing and error handling for everything but the live socket.

    They took a sixth of the time from a viewer's connection to its snapshot.
    """

    def __init__(self, pages: ASGIApp, socket: ASGIApp) -> None:
        self._pages = pages
        self._socket = socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one handshake."""
        if scope["type"] == "websocket" and scope["path"] == SOCKET_PATH:
            await self._socket(scope, receive, send)
        else:
            await self._pages(scope, receive, send)
