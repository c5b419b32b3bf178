"""The event that every baseline sends: the same bytes as an announcement of Vetrina."""

from __future__ import annotations

import time
from typing import Any

import orjson

FIRE = "fire "


class Events:
    """Numbers events, as a server does."""

    def __init__(self) -> None:
        self._seq = 0

    def frame(self, text: str) -> dict[str, Any]:
        """The next events frame."""
        self._seq += 1
        now = time.time_ns() // 1_000_000
        event = {"seq": self._seq, "type": "announced", "at": now, "text": text, "until": None}
        return {"type": "events", "seq": self._seq, "now": now, "events": [event]}

    def encoded(self, text: str) -> bytes:
        """The same as JSON."""
        return orjson.dumps(self.frame(text))
