"""ASGI entry: live sockets bypass the routing of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vetrina.web.http.security_headers import isolated

SOCKET_PATH: Final = "/ws"


class Dispatcher:
    """Starlette's routing and error handling for everything but the live socket.

    They took a sixth of the time from a viewer's connection to its snapshot.
    """

    def __init__(
        self, pages: ASGIApp, socket: ASGIApp, leaving: Callable[[], bool] = lambda: False
    ) -> None:
        self._pages = pages
        self._socket = socket
        self._leaving = leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one handshake."""
        scope = _without_last_slash(scope)
        if scope["type"] == "websocket" and scope["path"] == SOCKET_PATH:
            await self._socket(scope, receive, send)
        elif self._leaving():
            await self._pages(scope, receive, _last(isolated(send)))
        else:
            await self._pages(scope, receive, isolated(send))


def _without_last_slash(scope: Scope) -> Scope:
    """People and proxies add one; an address means the same with it."""
    path = scope.get("path", "")
    if not path.endswith("/") or path == "/" or path == f"{scope.get('root_path', '')}/":
        return scope
    raw = scope.get("raw_path")
    return {**scope, "path": path[:-1], "raw_path": raw.removesuffix(b"/") if raw else raw}


def _last(send: Send) -> Send:
    """The answer is the connection's last: the next request goes to a process that stays."""

    async def send_last(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return send_last
