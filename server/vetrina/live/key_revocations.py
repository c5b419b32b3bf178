"""Polling for revoked keys: on the command line and elsewhere no message is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vetrina.clock import Clock
from vetrina.store.ports.keys import KeyStore

# Sockets close within a second of a revocation, whoever revoked.
POLL_EVERY_MS = 500
# So far may the clock of whoever revoked be behind, or this server have been stuck.
OVERLAP_MS = 60_000


class KeyRevocations:
    """Publishes each new revocation once. Raises StoreError: it is started again."""

    def __init__(
        self, store: KeyStore, clock: Clock, publish: Callable[[str], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._published: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self.poll()
            await self._clock.sleep_until(self._clock.now_ms() + POLL_EVERY_MS)

    async def poll(self) -> None:
        """Publish what was revoked since the last poll."""
        found = await self._store.revoked_since(self._clock.now_ms() - OVERLAP_MS)
        for key_id in found:
            if key_id not in self._published:
                await self._publish(key_id)
        self._published = frozenset(found)
