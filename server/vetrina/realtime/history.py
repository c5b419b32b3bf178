"""Replay buffer: the newest events of one show, encoded, so that a resume costs no query."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

from vetrina.domain.show.events import Recorded
from vetrina.protocol.codec import WireEvent, wire_event

MOST_EVENTS: Final = 512
"""Some minutes of a busy show; a client that was away for longer is better off with a snapshot."""
MOST_BYTES: Final = 256 * 1024
"""What one resume may cost at most; a bag full of long texts counts for many pins."""


class Entry:
    """One event, encoded once for each audience. The public form takes some 25 µs."""

    __slots__ = ("_control", "_recorded", "public")

    def __init__(self, recorded: Recorded) -> None:
        self.public: WireEvent = wire_event(recorded, "public")
        self._recorded = recorded
        self._control: WireEvent | None = None

    @property
    def control(self) -> WireEvent:
        """What the host sees; encoded when the first of them is there."""
        if self._control is None:
            self._control = wire_event(self._recorded, "team")
        return self._control

    @property
    def seq(self) -> int:
        """The event's number."""
        return self.public.seq

    @property
    def size_bytes(self) -> int:
        """What it weighs in a frame; in control's form it is a little more."""
        return len(self.public.encoded)


class History:
    """Events after `oldest` up to the newest one, without a gap."""

    def __init__(
        self, seq: int, *, most_events: int = MOST_EVENTS, most_bytes: int = MOST_BYTES
    ) -> None:
        self._seq = seq
        self._entries: deque[Entry] = deque(maxlen=most_events)
        self._most_bytes = most_bytes
        self._bytes = 0

    @property
    def oldest(self) -> int:
        """The lowest position from which one can resume."""
        return self._seq - len(self._entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember the next events, forget the oldest ones."""
        for entry in entries:
            if len(self._entries) == self._entries.maxlen:
                self._forget()
            self._entries.append(entry)
            self._bytes += entry.size_bytes
            self._seq = entry.seq
        while self._entries and self._bytes > self._most_bytes:
            self._forget()

    def since(self, seq: int) -> list[Entry] | None:
        """Everything after `seq`; None when not all of it is here, or `seq` is yet to come."""
        if not self.oldest <= seq <= self._seq:
            return None
        return list(islice(self._entries, seq - self.oldest, None))

    def at(self, seq: int) -> int | None:
        """When the event with this number happened; None when it is not here."""
        index = seq - self.oldest - 1
        if not 0 <= index < len(self._entries):
            return None
        at: int = self._entries[index].public.data["at"]
        return at

    def first(self, kind: str) -> int:
        """The number of the oldest event of a type that is still here; 0 where there is none."""
        return next((one.seq for one in self._entries if one.public.data["type"] == kind), 0)

    def _forget(self) -> None:
        self._bytes -= self._entries.popleft().size_bytes
