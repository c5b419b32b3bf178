"""Fan-out loop: the subscribers of a room, in the order in which they are served."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from vetrina.domain.access import Role
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.subscriber import Subscriber
from vetrina.websocket.framing import SharedFrame

FAILED: Final = "A connection failed in the middle of a round; its client is disconnected."

logger = logging.getLogger(__name__)


class Subscribers:
    """Subscribers by role. Dicts keep the order of arrival and forget in constant time."""

    def __init__(self) -> None:
        self.overlays: dict[Subscriber, None] = {}
        self.controls: dict[Subscriber, None] = {}
        self.viewers: dict[Subscriber, None] = {}
        self.lagging: set[Subscriber] = set()
        self.uncounted = 0
        """Viewers that do not watch: they follow the show from a page of the shop."""
        self._by_role = {
            Role.OVERLAY: self.overlays,
            Role.CONTROL: self.controls,
            Role.VIEWER: self.viewers,
        }

    def __len__(self) -> int:
        return sum(map(len, self._by_role.values()))

    def everybody(self) -> list[Subscriber]:
        """All subscribers, overlays first."""
        return [subscriber for subscribers in self._by_role.values() for subscriber in subscribers]

    def add(self, subscriber: Subscriber) -> None:
        """From now on the subscriber is served."""
        self._by_role[subscriber.role][subscriber] = None
        self.uncounted += not subscriber.counted and subscriber.role == Role.VIEWER

    def remove(self, subscriber: Subscriber) -> None:
        """It is served no more. Twice does no harm."""
        if self._by_role[subscriber.role].pop(subscriber, subscriber) is None:
            self.uncounted -= not subscriber.counted and subscriber.role == Role.VIEWER
        self.lagging.discard(subscriber)

    def deliver(
        self,
        subscribers: Iterable[Subscriber],
        frame: SharedFrame,
        now: int,
        events: int,
        metrics: Metrics,
    ) -> int:
        """Send a frame of numbered events, in one plain loop. Returns how many were served.

        The first lines are all that runs for most: nothing waits, so the frame goes straight to the
        network. For one that lags there is no such way: what it was sent last still waits.
        """
        served = sent = 0
        wire, packed = frame.wire, frame.packed
        for subscriber in subscribers:
            served += 1
            try:
                send = subscriber.send
                if send is not None and subscriber.lagging_since is None:
                    data = packed if subscriber.packs else wire
                    try:
                        taken = send(data)
                    except OSError as error:
                        subscriber.transport.write_rest(data, 0, error)
                    else:
                        if taken != len(data):
                            subscriber.transport.write_rest(data, taken, None)
                    sent += 1
                elif subscriber.deliver(frame, now):
                    sent += 1
                elif subscriber not in self.lagging:
                    self.lagging.add(subscriber)
                    metrics.lagging.labels("entered").inc()
            except Exception:
                logger.exception(FAILED)
                _disconnect(subscriber)
        if sent:
            metrics.frames_sent.labels("events").inc(sent)
            metrics.events_delivered.inc(sent * events)
        return served

    def signal(
        self, subscribers: Iterable[Subscriber], frame: SharedFrame, metrics: Metrics
    ) -> int:
        """Send values of the moment. Returns how many were served."""
        served = sent = 0
        for subscriber in subscribers:
            served += 1
            try:
                sent += subscriber.signal(frame)
            except Exception:
                logger.exception(FAILED)
                _disconnect(subscriber)
        metrics.frames_sent.labels("signal").inc(sent)
        return served


def _disconnect(subscriber: Subscriber) -> None:
    """One that fails must not silence those behind it. It comes back and resumes."""
    try:
        subscriber.close(CloseCode.INTERNAL_ERROR)
    except Exception:
        logger.exception("It could not even be closed.")
