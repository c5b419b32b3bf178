"""Connections port: the webhook addresses that providers deliver to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A provider's webhook address. Secrets are needed in the clear to verify signatures."""

    id: str
    kind: str
    show: str | None
    secrets: tuple[str, ...]
    created_at: int
    options: Mapping[str, str] = field(default_factory=dict)
    last_delivery_at: int | None = None
    last_verified_at: int | None = None
    last_refused_at: int | None = None
    last_refusal: str | None = None
    last_refusal_detail: str | None = None


class ConnectionStore(Protocol):
    """Webhook connections and how their deliveries fare."""

    async def add_connection(self, connection: Connection) -> None:
        """Write a new connection."""
        ...

    async def connection(self, connection_id: str) -> Connection | None:
        """One connection, or None."""
        ...

    async def connections(self) -> list[Connection]:
        """All connections, oldest first."""
        ...

    async def remove_connection(self, connection_id: str) -> bool:
        """Forget a connection; its orders stay counted. False when unknown."""
        ...

    async def set_secrets(self, connection_id: str, secrets: Sequence[str]) -> bool:
        """Replace a connection's secrets, newest first. False when unknown."""
        ...

    async def note_delivery(
        self, connection_id: str, at: int, refusal: str | None, detail: str | None = None
    ) -> None:
        """Note when a delivery came and whether it was verified (refusal None) or why not."""
        ...
