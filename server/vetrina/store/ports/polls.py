"""Polls port: how to ask a shop for what its deliveries missed, and how that went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """The address and the key of one connection's shop, and where the asking stands.

    `since`, `reached` and `page` are the cursor, in ms and in words of the shop: all that changed
    before `since` is known; `page` is where a round that is not over goes on. `found` counts the
    orders that no delivery had brought. The key never leaves by any other way than to the shop.
    """

    connection: str
    address: str
    key: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    since: int
    reached: int = 0
    page: str | None = None
    last_poll_at: int | None = None
    last_success_at: int | None = None
    last_failed_at: int | None = None
    last_failure: str | None = None
    found: int = 0
    last_found_at: int | None = None

    @property
    def behind(self) -> bool:
        """The last round found more than it could read at once."""
        return self.page is not None


class PollStore(Protocol):
    """The polls of connections; they go with their connection."""

    async def put_poll(self, poll: Poll) -> None:
        """Insert or replace the poll of a connection."""
        ...

    async def polls(self) -> list[Poll]:
        """All polls."""
        ...

    async def poll(self, connection: str) -> Poll | None:
        """The poll of one connection, or None."""
        ...

    async def note_poll(self, poll: Poll) -> bool:
        """Write where a poll stands and how it fares, and neither address nor key.

        False when it is gone or asks another address by now: then nothing is written.
        """
        ...

    async def remove_poll(self, connection: str) -> bool:
        """Forget a poll with its key. False when there is none."""
        ...
