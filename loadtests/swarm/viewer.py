"""One viewer: what it hears, and whether that is all there is and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadtests.swarm.connection import CLOSED, LIVE, Connection
from loadtests.swarm.framing import FrameReader
from loadtests.swarm.messages import (
    Ack,
    Admitted,
    Answer,
    Batch,
    Bye,
    Closing,
    ServerMessage,
    Welcome,
)
from loadtests.swarm.protocols import now_ns

if TYPE_CHECKING:
    from loadtests.swarm.swarm import Swarm


class Viewer(Connection):
    """A line, and where its viewer stands."""

    __slots__ = ("tapped",)

    def __init__(self, swarm: Swarm, number: int, address: str) -> None:
        super().__init__(swarm, number, address)
        self.tapped = 0
        """When it pressed a link last."""

    def hear(self, data: bytes) -> None:
        """Understand what came; texts that came to others before are not read again."""
        if self.reader is None:
            known = self.swarm.known.get(data)
            if known is None:
                known = self._learn(data)
        else:
            known = self.swarm.understand(self.reader.feed(data))
            if self.reader.idle:
                self.reader = None
        for heard in known:
            self._take(heard)

    def _learn(self, data: bytes) -> tuple[ServerMessage, ...]:
        reader = FrameReader()
        known = self.swarm.understand(reader.feed(data))
        if reader.idle:
            self.swarm.remember(data, known)
        else:
            self.reader = reader
        return known

    def _take(self, heard: ServerMessage) -> None:
        swarm = self.swarm
        if isinstance(heard, Batch):
            self._batch(heard)
        elif isinstance(heard, Answer):
            self.send(heard.frame)
        elif isinstance(heard, Welcome):
            self._welcome(heard)
        elif isinstance(heard, Ack):
            swarm.times.ack.add(now_ns() - self.tapped)
            swarm.counts.acks += 1
            if heard.refused is not None:
                swarm.counts.tap_refusals[heard.refused] += 1
        elif isinstance(heard, Bye):
            self.bye = heard.retry_ms
        elif isinstance(heard, Closing):
            self.send(CLOSED)
            self._ended(heard.code)
        elif isinstance(heard, Admitted):
            self._live()

    def _batch(self, batch: Batch) -> None:
        swarm = self.swarm
        counts, times, now = swarm.counts, swarm.times, now_ns()
        counts.frames += 1
        stands = self.seq
        if batch.first != stands + 1 and stands >= 0:
            if batch.first <= stands:
                counts.doubles += stands - batch.first + 1
            else:
                counts.missing += batch.first - stands - 1
        if not batch.whole:
            counts.broken += 1
        counts.deliveries += batch.last - batch.first + 1
        self.seq = batch.last
        add = times.delivery.add
        for sent in batch.sent_ns:
            add(now - sent)
        if not times.first_ns:
            times.first_ns = now
        times.last_ns = now
        if batch.last > swarm.head:
            swarm.head = batch.last
        if swarm.on_batch is not None:
            swarm.on_batch(self, batch, now)
        if self.replaying >= 0:
            self._caught_up(now)

    def _welcome(self, welcome: Welcome) -> None:
        swarm, now = self.swarm, now_ns()
        if welcome.snapshot:
            swarm.counts.snapshots += 1
            if self.seq >= 0 and self.epoch == welcome.epoch:
                swarm.counts.by_snapshot += max(0, welcome.seq - self.seq)
        else:
            swarm.counts.resumed += 1
            if welcome.seq != self.seq:
                swarm.counts.broken += 1
        self.epoch, self.seq = welcome.epoch, welcome.seq
        swarm.heartbeat_ms = welcome.heartbeat_ms
        if welcome.seq > swarm.head:
            swarm.head = welcome.seq
        if self.phase != LIVE:
            swarm.times.snapshot.add(now - self.started)
            self._live()
        if self.replaying >= 0:
            self._caught_up(now)

    def _caught_up(self, now: int) -> None:
        if self.seq >= self.replaying:
            self.swarm.times.replay.add(now - self.started)
            self.replaying = -1
