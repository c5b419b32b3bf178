"""A real uvicorn in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from tests.waiting import until
from vetrina.websocket.first_read import LiveSocket
from vetrina.websocket.uvicorn_protocol import tuned, uvicorn_options

WAYS = ["first read", "general way"]
"""How a handshake may go; what is heard of it must not differ."""


@asynccontextmanager
async def serving(
    app: Any,
    listening: socket.socket | None = None,
    *,
    live_socket: LiveSocket | None = None,
    **options: Any,
) -> AsyncIterator[str]:
    """Serve `app` with the options of our sockets, or others; yields the host and port.

    `live_socket`: gets plain handshakes from their first read.
    """
    with tuned(listening or socket.create_server(("127.0.0.1", 0))) as listening:
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            **{"timeout_graceful_shutdown": 5, **uvicorn_options(socket=live_socket), **options},
        )
        config.load()
        server = _Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        try:
            yield _address(listening)
        finally:
            await server.shutdown()


class _Server(uvicorn.Server):
    """Ends as soon as nothing is open. Its base looks ten times a second, and once at least."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        open_state = self.server_state
        for connection in list(open_state.connections):
            connection.shutdown()
        within_s = self.config.timeout_graceful_shutdown
        try:
            async with asyncio.timeout(within_s):
                await until(lambda: not (open_state.connections or open_state.tasks))
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            for task in open_state.tasks:
                task.cancel(msg="Task cancelled, timeout graceful shutdown exceeded")


def _address(listening: socket.socket) -> str:
    name = listening.getsockname()
    return name if isinstance(name, str) else f"{name[0]}:{name[1]}"
