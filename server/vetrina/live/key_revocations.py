"""Keys that were revoked where no message comes from: on the command line, in another process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vetrina.clock import Clock
from vetrina.store.ports.keys import KeyStore

# Sockets close within a second of a revocation, whoever revoked.
LOOK_EVERY_MS = 500
# So far may the clock of whoever revoked be behind, or this server have been stuck.
LOOK_BACK_MS = 60_000


class KeyRevocations:
    """Looks for new revocations and tells each once. Raises StoreError: it is started again."""

    def __init__(
        self, store: KeyStore, clock: Clock, tell: Callable[[str], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._told: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep_until(self._clock.now_ms() + LOOK_EVERY_MS)

    async def look(self) -> None:
        """Tell what was revoked since the last look."""
        found = await self._store.revoked_since(self._clock.now_ms() - LOOK_BACK_MS)
        for key_id in found:
            if key_id not in self._told:
                await self._tell(key_id)
        self._told = frozenset(found)
