"""Hub: all rooms and all connections of one process, and the one timer for all of them."""

from __future__ import annotations

from collections import deque
from typing import Final

from vetrina.clock import Clock
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.root_path import Rewrite, unchanged
from vetrina.protocol.server_session import SessionLimits
from vetrina.realtime.client import Client
from vetrina.realtime.drain import drain
from vetrina.realtime.fair_scheduling import ImmediateScheduler, Scheduler
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.replica_port import Replica
from vetrina.realtime.room import Room
from vetrina.realtime.slow_consumers import SlowConsumers
from vetrina.realtime.timer_wheel import TimerWheel

TICK_MS: Final = 250
"""How long a client that has caught up waits for its snapshot, at most."""
SIGNAL_EVERY: Final = 4
"""Ticks between two signals: one second."""
DEADLINE_STEP_MS: Final = 1_000
"""A silent client is noticed this much later, at most."""
IDLE_MS: Final = 600_000
"""A show that nobody watches stays in memory this long."""
RESYNC_MS: Final = (0, 2_000)
REMEMBERED_KEYS: Final = 1024


class Hub:
    """Where rooms and connections are found. There is one for each process."""

    def __init__(
        self,
        clock: Clock,
        metrics: Metrics,
        *,
        limits: SessionLimits | None = None,
        assets: str = "",
        scheduler: Scheduler | None = None,
        pack: bool = True,
        located: Rewrite = unchanged,
    ) -> None:
        self.rooms: dict[str, Room] = {}
        self.clients: dict[Client, None] = {}
        self.clock = clock
        self.config = HubConfig(
            metrics,
            limits or SessionLimits(),
            assets,
            scheduler or ImmediateScheduler(),
            clock,
            pack,
            located,
        )
        self.draining = False
        self.slow_consumers = SlowConsumers(metrics)
        self._deadlines: TimerWheel[Client] = TimerWheel(DEADLINE_STEP_MS)
        self._revoked: deque[str] = deque(maxlen=REMEMBERED_KEYS)

    def open(self, replica: Replica) -> Room:
        """The room of a show: the one that is there, else a new one."""
        room = self.rooms.get(replica.slug)
        if room is None:
            room = self.rooms[replica.slug] = Room(replica, self.config)
            room.idle_since = self.clock.now_ms()
            self.config.metrics.rooms.set(len(self.rooms))
        return room

    def get(self, slug: str) -> Room | None:
        """The room of a show, None when it is not in memory."""
        return self.rooms.get(slug)

    def void(self, slug: str) -> None:
        """The show's log was replaced: everybody in its room reconnects for a snapshot."""
        room = self.rooms.get(slug)
        if room is None:
            return
        self._drop(room)
        for subscriber in room.subscribers.everybody():
            subscriber.close(CloseCode.RESYNC, RESYNC_MS)

    def _drop(self, room: Room) -> None:
        self.rooms.pop(room.slug, None)
        room.close()
        self.config.metrics.rooms.set(len(self.rooms))

    def attach(self, client: Client) -> None:
        """A socket was opened; it is watched from now on."""
        self.clients[client] = None
        soonest = int(self.clock.monotonic() * 1000) + self.config.limits.silence_ms
        self._deadlines.put(client, min(client.deadline, soonest))

    def detach(self, client: Client) -> None:
        """The socket is gone. Twice does no harm."""
        self.clients.pop(client, None)
        self._deadlines.drop(client)
        self.slow_consumers.end(client)
        client.gone(self.clock.now_ms())

    def close_key(self, key_id: str) -> None:
        """A key was revoked: close what came in with it, and what is just coming in."""
        self._revoked.append(key_id)
        for client in list(self.clients):
            if client.key_id == key_id:
                client.close(CloseCode.REVOKED)

    def is_revoked(self, key_id: str) -> bool:
        """Whether a key was revoked while its socket was being let in."""
        return key_id in self._revoked

    async def run(self) -> None:
        """Check deadlines and slow consumers, send counts, until cancelled."""
        ticks = 0
        while True:
            await self.clock.sleep_until(self.clock.now_ms() + TICK_MS)
            ticks += 1
            now = self.clock.now_ms()
            for room in self.rooms.values():
                room.check_slow(now)
            self.slow_consumers.check(now)
            if ticks % SIGNAL_EVERY == 0:
                self._every_second(now)

    async def shutdown(self, spread_s: float, *, elsewhere: bool = False) -> None:
        """Close all connections, viewers spread over `spread_s`, overlays last. Bounded in time.

        `elsewhere`: other processes take them at once.
        """
        self.draining = True
        await drain(self.clients, self.clock, int(spread_s * 1000), elsewhere=elsewhere)

    def _every_second(self, now: int) -> None:
        for room in list(self.rooms.values()):
            room.counts.signal()
            room.overlays.forget(now)
            if room.idle_since is not None and _may_go(room, now - room.idle_since):
                self._drop(room)
        for client in self._deadlines.due(int(self.clock.monotonic() * 1000)):
            if not client.check():
                self._deadlines.put(client, client.deadline)
        self.config.metrics.rooms.set(len(self.rooms))


def _may_go(room: Room, idle_ms: int) -> bool:
    """A running show is kept: its deals end by the clock, watched or not."""
    return idle_ms > IDLE_MS and room.state.status in ("draft", "ended")
