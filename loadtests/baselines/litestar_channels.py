"""Litestar's channels plugin with the memory backend: a queue and a task for each subscriber."""

from __future__ import annotations

from litestar import Litestar, WebSocket, websocket
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.exceptions import WebSocketDisconnect

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import serve_asgi

events = Events()
channels = ChannelsPlugin(backend=MemoryChannelsBackend(), channels=["event"])


@websocket("/ws")
async def endpoint(socket: WebSocket) -> None:
    """A subscriber until it leaves."""
    await socket.accept()
    async with (
        channels.start_subscription(["event"]) as subscriber,
        subscriber.run_in_background(socket.send_text),
    ):
        try:
            while True:
                heard = await socket.receive_text()
                if heard.startswith(FIRE):
                    channels.publish(events.encoded(heard.removeprefix(FIRE)), "event")
        except WebSocketDisconnect:
            return


app = Litestar(route_handlers=[endpoint], plugins=[channels])

if __name__ == "__main__":
    serve_asgi(app)
