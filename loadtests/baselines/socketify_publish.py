"""socketify, which is uWebSockets (C++) driven from Python: `publish` to a topic."""

from __future__ import annotations

from typing import Any

from socketify import App, CompressOptions, OpCode

from loadtests.baselines.event import FIRE, Events
from loadtests.baselines.serve import tell

events = Events()
app = App()


def opened(socket: Any) -> None:
    """Subscribe."""
    socket.subscribe("show")


def heard(_socket: Any, message: str, _opcode: int) -> None:
    """Send to all subscribers, the sender among them."""
    if message.startswith(FIRE):
        app.publish("show", events.encoded(message.removeprefix(FIRE)).decode(), OpCode.TEXT)


if __name__ == "__main__":
    options = {
        "compression": CompressOptions.DISABLED,
        "open": opened,
        "message": heard,
        "idle_timeout": 960,
    }
    app.ws("/ws", options)
    app.listen({"port": 0, "host": "127.0.0.1"}, lambda listening: tell(listening.port))
    app.run()
