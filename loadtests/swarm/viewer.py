"""A viewer of the swarm: what it receives, and whether that is complete and in order."""

from __future__ import annotations

from loadtests.swarm.connection import CLOSED, LIVE, Connection
from loadtests.swarm.context import SwarmContext
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


class Viewer(Connection):
    """A connection, and the position of its viewer."""

    __slots__ = ("tapped",)

    def __init__(self, swarm: SwarmContext, number: int, address: str) -> None:
        super().__init__(swarm, number, address)
        self.tapped = 0
        """When it pressed a link last."""

    def receive(self, data: bytes) -> None:
        """Parse what came; bytes that others have received before are not parsed again."""
        if self.reader is None:
            known = self.swarm.known.get(data)
            if known is None:
                known = self._parse(data)
        else:
            known = self.swarm.understand(self.reader.feed(data))
            if self.reader.idle:
                self.reader = None
        self.swarm.counts.messages += len(known)
        for message in known:
            self._handle(message)

    def _parse(self, data: bytes) -> tuple[ServerMessage, ...]:
        reader = FrameReader()
        known = self.swarm.understand(reader.feed(data))
        if reader.idle:
            self.swarm.remember(data, known)
        else:
            self.reader = reader
        return known

    def _handle(self, message: ServerMessage) -> None:
        swarm = self.swarm
        if isinstance(message, Batch):
            self._batch(message)
        elif isinstance(message, Answer):
            self.send(message.frame)
        elif isinstance(message, Welcome):
            self._welcome(message)
        elif isinstance(message, Ack):
            swarm.times.ack.add(now_ns() - self.tapped)
            swarm.counts.acks += 1
            if message.refused is not None:
                swarm.counts.tap_refusals[message.refused] += 1
        elif isinstance(message, Bye):
            self.bye_code, self.advised_ms = message.code, message.retry_ms
        elif isinstance(message, Closing):
            self.send(CLOSED)
            self._ended(message.code)
        elif isinstance(message, Admitted):
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
