"""Message dispatch: from the bus to the replicas of shows, and from these to rooms.

The bus may lose, repeat or delay; the number of an event tells. What is missing is read from the
store once for the whole process, however many viewers there are.
"""

from __future__ import annotations

from collections.abc import Callable

from vetrina.bus.port import Bus, ConnectionChanged, Doubt, KeyRevoked, Message, Published, Tallied
from vetrina.clock import Clock
from vetrina.domain.show.events import Position
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.position_claims import LONGEST_WAIT_S, PositionClaims
from vetrina.live.show_replicas import ShowReplicas
from vetrina.realtime.hub import Hub
from vetrina.realtime.room import Room


class EventFeed:
    """The listener of the bus, and the source of rooms."""

    def __init__(
        self,
        bus: Bus,
        hub: Hub,
        clock: Clock,
        replicas: ShowReplicas,
        audience: AudienceCounts,
        sync: ClusterSync,
    ) -> None:
        self._bus = bus
        self._hub = hub
        self._replicas = replicas
        self._audience = audience
        self._sync = sync
        self._revoked: Callable[[str], None] = lambda _: None
        self._connection_changed: Callable[[str], None] = lambda _: None
        self._claims = PositionClaims(clock, self._check)

    def on_revoked(self, revoked: Callable[[str], None]) -> None:
        """Call this with the id of each key that is revoked, in whatever process."""
        self._revoked = revoked

    def on_connection_changed(self, changed: Callable[[str], None]) -> None:
        """Call this with the id of each shop's connection that was changed, in whatever process."""
        self._connection_changed = changed

    async def open(self) -> None:
        """Start listening."""
        await self._bus.open(self._receive)

    async def close(self) -> None:
        """Stop listening and give up reads under way."""
        await self._bus.close()
        self._claims.close()
        self._replicas.close()

    async def room(self, slug: str, last: Position | None = None) -> Room | None:
        """The room of a show, read from the store the first time; None for an unknown show.

        `last`: what a client has seen that wants to come in. If that is more than is known here,
        and there are other processes, the store is asked. Raises StoreError.
        """
        room = await self._open(slug)
        if room is None or last is None or not self._bus.shared:
            return room

        def is_ahead() -> bool:
            replica = self._replicas.get(slug)
            return replica is not None and replica.position.is_behind(last)

        if not is_ahead():
            return room
        await self._claims.check(slug, is_ahead)
        return await self._open(slug)

    async def _open(self, slug: str) -> Room | None:
        replica = await self._replicas.open(slug)
        return None if replica is None else self._hub.open(replica)

    async def _check(self, slug: str) -> None:
        await self._sync.compare(slug)
        replica = self._replicas.get(slug)
        if replica is not None:
            await replica.filled(LONGEST_WAIT_S)

    def _receive(self, message: Message) -> None:
        match message:
            case Published():
                self._replicas.receive(message)
            case Tallied():
                self._audience.receive(message)
            case KeyRevoked(key_id=key_id):
                self._revoked(key_id)
                self._hub.close_key(key_id)
            case ConnectionChanged(connection_id=connection_id):
                self._connection_changed(connection_id)
            case Doubt():
                self._replicas.doubt.set()
