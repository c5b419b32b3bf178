"""Syncs port: which connected shops products are read from, and what of them is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

SyncStatus = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The products of one connection. `keep`: deliveries about products are followed, too.

    `round` counts the readings of all products; `page`, `currency` and `total` are where the one
    under way stands, in the shop's words. `products`, `archived` and `left_out` count what it came
    to, and `problems` holds the first of what was left out, as (title, why).
    """

    connection: str
    keep: bool
    status: SyncStatus
    round: int
    page: str | None = None
    currency: str | None = None
    total: int | None = None
    products: int = 0
    archived: int = 0
    left_out: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    started_at: int
    moved_at: int
    last_success_at: int | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedProduct:
    """A product of the shop, by the shop's number, and the SKUs that it has here.

    `changed_at` is the shop's time of the change that is known. `held`: its price waits for the end
    of a deal.
    """

    id: str
    skus: tuple[str, ...]
    changed_at: int
    round: int
    held: bool = False


class SyncStore(Protocol):
    """The syncs of connections; they go with their connection."""

    async def put_sync(self, sync: Sync) -> None:
        """Insert or replace the sync of a connection."""
        ...

    async def note_sync(self, sync: Sync) -> bool:
        """Write where a sync stands, but not `keep`. False when it is gone, or in another round."""
        ...

    async def sync(self, connection: str) -> Sync | None:
        """The sync of one connection, or None."""
        ...

    async def syncs(self) -> list[Sync]:
        """All syncs."""
        ...

    async def remove_sync(self, connection: str) -> bool:
        """Forget a sync and what it knows. False when there is none."""
        ...

    async def synced(self, connection: str, ids: Sequence[str]) -> dict[str, SyncedProduct]:
        """What is known of these products, by the shop's number."""
        ...

    async def synced_owners(self, connection: str, skus: Sequence[str]) -> dict[str, str]:
        """The shop's number of the product that each of these SKUs is of."""
        ...

    async def put_synced(self, connection: str, products: Sequence[SyncedProduct]) -> None:
        """Insert or replace. No SKU of them may be another product's."""
        ...

    async def forget_synced(self, connection: str, ids: Sequence[str]) -> None:
        """These products are not the shop's any more."""
        ...

    async def not_in_round(self, connection: str, round: int, limit: int) -> list[str]:
        """Numbers of products that this reading has not met, at most so many."""
        ...

    async def held(self, connection: str, limit: int) -> list[str]:
        """Numbers of products whose price waits, at most so many."""
        ...
