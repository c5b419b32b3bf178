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
        """One reply or push, or some that were written at once. Raises ValueError."""
        replies = [orjson.loads(line) for line in text.splitlines()]
        if any(not reply for reply in replies):
            return Answer(self._PONG)
        if pushed := [reply["push"]["pub"] for reply in replies if "pub" in reply.get("push", {})]:
            return _batch(pushed)
        admitted = [reply for reply in replies if reply.get("id") == SUBSCRIBED]
        return _welcome(admitted[0]["subscribe"]) if admitted else OTHER

    def fire(self, text: str, show: str) -> Call:
        """A publication over HTTP."""
        data = {"type": "announced", "text": text, "until": None}
        return Call("/api/publish", {"channel": show, "data": data})


def _batch(publications: list[Mapping[str, Any]]) -> Batch:
    offsets = [publication["offset"] for publication in publications]
    whole = offsets == list(range(offsets[0], offsets[-1] + 1))
    sent = tuple(sent_ns(publication["data"]["text"]) or 0 for publication in publications)
    return Batch(offsets[0], offsets[-1], whole, sent)


def _welcome(subscribed: Mapping[str, Any]) -> Welcome:
    stands = subscribed.get("offset", 0) - len(subscribed.get("publications", ()))
    return Welcome(subscribed["epoch"], stands, not subscribed.get("recovered"), HEARTBEAT_MS)
