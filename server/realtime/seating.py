"""Everybody in a room, in the order in which they are served."""

from __future__ import annotations

from server.protocol.codec import Audience
from server.realtime.seat import Seat


class Seating:
    """Seats by role. Dicts keep the order of arrival and forget in constant time."""

    def __init__(self) -> None:
        self.overlays: dict[Seat, None] = {}
        self.controls: dict[Seat, None] = {}
        self.viewers: dict[Seat, None] = {}
        self.lagging: set[Seat] = set()
        self._by_role = {
            "overlay": self.overlays,
            "control": self.controls,
            "viewer": self.viewers,
        }

    def __len__(self) -> int:
        return sum(map(len, self._by_role.values()))

    def add(self, seat: Seat) -> None:
        """From now on the seat is served."""
        self._by_role[seat.role][seat] = None

    def remove(self, seat: Seat) -> None:
        """The seat is empty. Twice does no harm."""
        self._by_role[seat.role].pop(seat, None)
        self.lagging.discard(seat)

    def deliver(self, public: bytes, control: bytes, now: int) -> int:
        """Hand over numbered events: overlays, control, viewers. Returns how many took them."""
        sent = 0
        for seats, frame in (
            (self.overlays, public),
            (self.controls, control),
            (self.viewers, public),
        ):
            for seat in seats:
                if seat.deliver(frame, now):
                    sent += 1
                else:
                    self.lagging.add(seat)
        return sent

    def signal(self, audience: Audience, frame: bytes) -> int:
        """Hand over values of the moment to one audience. Returns how many took them."""
        groups = (self.controls,) if audience == "control" else (self.overlays, self.viewers)
        return sum(seat.signal(frame) for seats in groups for seat in seats)
