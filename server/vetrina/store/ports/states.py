"""Stored states port: what a show's log came to at some place in it, so that only its end is read.

A stored state is a cache. It can always be made again from the log, and is never the only place
where something stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredState:
    """The state after the event `seq`; `version` and `checksum` are for who reads it again."""

    seq: int
    version: str
    checksum: bytes
    data: bytes = field(repr=False)


class StateStore(Protocol):
    """One stored state for each show, the newest. `Append.state` is written with its events."""

    async def stored_state(self, slug: str) -> StoredState | None:
        """The state of a show, or None."""
        ...

    async def put_state(self, slug: str, state: StoredState) -> None:
        """Replace a show's state; one of the same version that is further in the log stays.

        Raises LookupError for an unknown show.
        """
        ...

    async def stored_seqs(self, version: str) -> dict[str, int]:
        """By show, up to which event there is a state of this version."""
        ...
