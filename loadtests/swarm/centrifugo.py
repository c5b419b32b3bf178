"""Centrifugo's JSON protocol over WebSocket: connect and subscribe at once, publications, pings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from loadtests.swarm.framing import TEXT, client_frame
from loadtests.swarm.messages import OTHER, Answer, Batch, ServerMessage, Welcome, sent_ns
from loadtests.swarm.protocols import Call

SUBSCRIBED: Final = 2
"""The id of the command whose reply lets a viewer in."""
HEARTBEAT_MS: Final = 25_000
"""The server pings this often, and no client has to."""


class Centrifugo:
    """A subscriber of one channel; its offset is the seq, the channel's epoch the epoch."""

    path = "/connection/websocket"
    admits = False
    lines = True
    _PONG: Final = client_frame(TEXT, b"{}")

    def __init__(self, channel: str) -> None:
        self._channel = channel

    def hello(self, last: tuple[str, int] | None) -> bytes:
        """Two commands in one frame, as its clients send them."""
        subscribe: dict[str, Any] = {"channel": self._channel}
        if last is not None:
            subscribe |= {"recover": True, "epoch": last[0], "offset": last[1]}
        commands = ({"id": 1, "connect": {}}, {"id": SUBSCRIBED, "subscribe": subscribe})
        return client_frame(TEXT, b"\n".join(map(orjson.dumps, commands)))

    def ping(self) -> bytes:
        """The server pings."""
        return b""

    def read(self, text: bytes) -> ServerMessage:
        """One reply or push. Raises ValueError."""
        reply = orjson.loads(text)
        if not reply:
            return Answer(self._PONG)
        if published := reply.get("push", {}).get("pub"):
            offset, said = published["offset"], published["data"]["text"]
            return Batch(offset, offset, True, (sent_ns(said) or 0,))
        return _welcome(reply["subscribe"]) if reply.get("id") == SUBSCRIBED else OTHER

    def fire(self, text: str, show: str) -> Call:
        """A publication over HTTP."""
        data = {"type": "announced", "text": text, "until": None}
        return Call("/api/publish", {"channel": show, "data": data})


def _welcome(subscribed: Mapping[str, Any]) -> Welcome:
    stands = subscribed.get("offset", 0) - len(subscribed.get("publications", ()))
    return Welcome(subscribed["epoch"], stands, not subscribed.get("recovered"), HEARTBEAT_MS)
