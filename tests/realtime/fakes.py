"""Members and clients that tests hold in their hands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from vetrina.domain.show.events import Position
from vetrina.protocol.client.reducer import apply
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.framing import SharedFrame
from vetrina.websocket.transport import DirectSubscriber, Retry


class FakeTransport:
    """Takes frames; `reading` False lets them pile up, as a client does that does not read."""

    def __init__(self, *, reading: bool = True) -> None:
        self.reading = reading
        self.waiting: list[bytes] = []
        self.taken: list[bytes] = []
        self.closed: CloseCode | None = None
        self.retry_ms: Retry | None = None
        self.message: str | None = None
        self.peak_bytes = 0
        self.aborted = False

    @property
    def buffered_bytes(self) -> int:
        return sum(map(len, self.waiting))

    def bind(self, subscriber: DirectSubscriber) -> None:
        """Everything goes through here."""

    def write_rest(self, data: bytes, sent: int, error: OSError | None) -> None:
        raise AssertionError("there is no way past")

    def try_send(self, frame: bytes | SharedFrame) -> bool:
        if self.closed is not None or self.waiting:
            return False
        self.send(frame)
        return True

    def send(self, frame: bytes | SharedFrame) -> None:
        if self.closed is not None:
            return
        self.waiting.append(frame.text if isinstance(frame, SharedFrame) else frame)
        self.peak_bytes = max(self.peak_bytes, self.buffered_bytes)
        if self.reading:
            self.read()

    def close(
        self, code: CloseCode, retry_ms: Retry | None = None, message: str | None = None
    ) -> None:
        if self.closed is None:
            self.waiting.clear()
            self.closed, self.retry_ms, self.message = code, retry_ms, message

    def abort(self) -> None:
        self.aborted = True

    def read(self) -> None:
        """Take everything that waits."""
        self.taken += self.waiting
        self.waiting.clear()

    def frames(self) -> list[dict[str, Any]]:
        """What was taken since the last call, parsed."""
        taken, self.taken = self.taken, []
        return [orjson.loads(frame) for frame in taken]

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.frames()]


class Watcher:
    """What a client of a show believes, checked frame by frame against the guarantees.

    It counts on its own, without the session of `protocol`, so that both may not share an error.
    """

    def __init__(self) -> None:
        self.position: Position | None = None
        self.state: dict[str, Any] = {}
        self.snapshots = 0
        self.seen: list[int] = []

    def take(self, frames: list[dict[str, Any]]) -> None:
        for frame in frames:
            if frame["type"] == "welcome":
                self._welcomed(frame)
            elif frame["type"] == "events":
                self._events_came(frame)

    def _welcomed(self, frame: dict[str, Any]) -> None:
        if "state" in frame:
            self.position = Position(frame["epoch"], frame["seq"])
            self.state = frame["state"]
            self.snapshots += 1
            self.seen.clear()
        else:
            assert self.position == Position(frame["epoch"], frame["seq"])

    def _events_came(self, frame: dict[str, Any]) -> None:
        assert self.position is not None, "events before welcome"
        numbers = [event["seq"] for event in frame["events"]]
        assert numbers == sorted(set(numbers)), "not in order"
        assert numbers[0] == self.position.seq + 1, "does not begin where the client stands"
        covered = sum(event.get("count", 1) for event in frame["events"])
        assert covered == frame["seq"] - self.position.seq, "a gap or a duplicate"
        for event in frame["events"]:
            self.state = dict(apply(self.state, event))
        self.seen += numbers
        self.position = Position(self.position.epoch, frame["seq"])


def merged_counts(frames: list[dict[str, Any]]) -> Iterator[int]:
    """How many purchases each merged event of these frames stands for."""
    for frame in frames:
        for event in frame.get("events", ()):
            if event["type"] == "purchases_merged":
                yield event["count"]
