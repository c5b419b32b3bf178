"""How baselines are started: a free port, told on standard output; uvicorn for those on ASGI."""

from __future__ import annotations

import socket
from typing import Any


def listen() -> socket.socket:
    """A listening socket on a free port of this machine, its address printed."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tell(listening.getsockname()[1])
    return listening


def tell(port: int) -> None:
    """Say where the server is."""
    print(f"http://127.0.0.1:{port}", flush=True)


def serve_asgi(app: Any) -> None:
    """Run under uvicorn as it comes out of the box, with uvloop; ends on Ctrl+C."""
    import uvicorn

    config = uvicorn.Config(app, loop="uvloop", log_level="warning", timeout_graceful_shutdown=1)
    with listen() as listening:
        uvicorn.Server(config).run([listening])
