"""Everybody in a room, in the order in which they are served."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from vetrina.domain.access import Role
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.subscriber import Subscriber
from vetrina.websocket.framing import SharedFrame

FAILED: Final = "A connection failed in the middle of a round; its client is sent away."

logger = logging.getLogger(__name__)


class Subscribers:
    """Seats by role. Dicts keep the order of arrival and forget in constant time."""

    def __init__(self) -> None:
        self.overlays: dict[Subscriber, None] = {}
        self.controls: dict[Subscriber, None] = {}
        self.viewers: dict[Subscriber, None] = {}
        self.lagging: set[Subscriber] = set()
        self._by_role = {
            Role.OVERLAY: self.overlays,
            Role.CONTROL: self.controls,
            Role.VIEWER: self.viewers,
        }

    def __len__(self) -> int:
        return sum(map(len, self._by_role.values()))

    def everybody(self) -> list[Subscriber]:
        """All seats, overlays first."""
        return [seat for seats in self._by_role.values() for seat in seats]

    def add(self, seat: Subscriber) -> None:
        """From now on the seat is served."""
        self._by_role[seat.role][seat] = None

    def remove(self, seat: Subscriber) -> None:
        """The seat is empty. Twice does no harm."""
        self._by_role[seat.role].pop(seat, None)
        self.lagging.discard(seat)

    def deliver(
        self,
        seats: Iterable[Subscriber],
        frame: SharedFrame,
        now: int,
        events: int,
        metrics: Metrics,
    ) -> int:
        """Hand over a frame of numbered events, in one plain loop. Returns how many were served.

        The first lines are all that runs for most seats: nothing waits, so the frame goes straight
        to the network. A lagging seat has no such way: what it was told last still waits.
        """
        served = sent = 0
        wire, packed = frame.wire, frame.packed
        for seat in seats:
            served += 1
            try:
                send = seat.send
                if send is not None and seat.lagging_since is None:
                    data = packed if seat.packs else wire
                    try:
                        taken = send(data)
                    except OSError as error:
                        seat.member.wrote(data, 0, error)
                    else:
                        if taken != len(data):
                            seat.member.wrote(data, taken, None)
                    sent += 1
                elif seat.deliver(frame, now):
                    sent += 1
                elif seat not in self.lagging:
                    self.lagging.add(seat)
                    metrics.lagging.labels("entered").inc()
            except Exception:
                logger.exception(FAILED)
                _send_away(seat)
        if sent:
            metrics.frames_sent.labels("events").inc(sent)
            metrics.events_delivered.inc(sent * events)
        return served

    def signal(self, seats: Iterable[Subscriber], frame: SharedFrame, metrics: Metrics) -> int:
        """Hand over values of the moment. Returns how many were served."""
        served = sent = 0
        for seat in seats:
            served += 1
            try:
                sent += seat.signal(frame)
            except Exception:
                logger.exception(FAILED)
                _send_away(seat)
        metrics.frames_sent.labels("signal").inc(sent)
        return served


def _send_away(seat: Subscriber) -> None:
    """One that fails must not silence those behind it. It comes back and resumes."""
    try:
        seat.close(CloseCode.INTERNAL_ERROR)
    except Exception:
        logger.exception("It could not even be closed.")
