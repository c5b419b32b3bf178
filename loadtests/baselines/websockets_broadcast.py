"""The `websockets` library's own server and its `broadcast()`, without compression."""

from __future__ import annotations

import asyncio

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import listen

connections: set[ServerConnection] = set()
events = Events()


async def handler(connection: ServerConnection) -> None:
    """A member until it leaves."""
    connections.add(connection)
    try:
        async for heard in connection:
            if isinstance(heard, str) and heard.startswith(FIRE):
                broadcast(connections, events.encoded(heard.removeprefix(FIRE)).decode())
    finally:
        connections.discard(connection)


async def main() -> None:
    """Serve until killed."""
    async with serve(handler, sock=listen(), compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
