"""Inbox port: receipts of deliveries, and the orders that came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.order_record import OrderRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A webhook delivery in the inbox, and what it came to (`purchases.SaleOutcome`)."""

    connection: str
    delivery: str
    received_at: int
    outcome: str
    body: bytes
    """The normal form as JSON, without anything personal; never the provider's own body."""


@dataclass(frozen=True, slots=True)
class VersionedRecord:
    """An order's record and how often it was written before: 0 for a new one."""

    connection: str
    record: OrderRecord
    version: int


class InboxStore(Protocol):
    """The deliveries of connections and the orders that came of them."""

    async def seen_deliveries(self, connection: str, deliveries: Sequence[str]) -> set[str]:
        """Those of the given delivery ids that have a receipt."""
        ...

    async def order_records(
        self, connection: str, purchases: Sequence[str]
    ) -> dict[str, VersionedRecord]:
        """The records of the given purchases, as far as there are any."""
        ...

    async def ordered(self, skus: Sequence[str]) -> bool:
        """Whether any order names one of these SKUs. Looks through all orders."""
        ...

    async def has_counted(self, connection: str) -> bool:
        """Whether any order of this connection counted for a show: a real one, not a test."""
        ...

    async def put_receipts(
        self, receipts: Sequence[Receipt], records: Sequence[VersionedRecord] = ()
    ) -> None:
        """Receipts and records that lead to no event. Raises Conflict like append."""
        ...

    async def salt(self) -> bytes:
        """This installation's own random bytes, made once: for hashes of order numbers."""
        ...
