"""Unread deliveries: what a shop signed and this version cannot read, kept until one can.

Parts that no order needs and that tell who somebody is are left away, and the rest is encrypted
with a key of this installation: a copy of the database alone tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from vetrina.connectors.port import Connector
from vetrina.connectors.signatures import digest
from vetrina.encryption import Cipher
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.store import Store
from vetrina.store.ports.unread import UnreadDelivery

KEPT_MS = 30 * 24 * 3_600_000
KEPT_AT_MOST = 500
MOST_WHY_CHARS = 500
# What no connector reads, under the names that shops give it.
PERSONAL = frozenset(
    (
        *("email", "contact_email", "customer_email", "receipt_email", "phone", "telephone"),
        *("last_name", "company", "address_1", "address_2", "address1", "address2", "line1"),
        *("line2", "city", "postcode", "postal_code", "zip", "latitude", "longitude"),
        *("browser_ip", "customer_ip_address", "customer_user_agent", "client_details"),
        *("customer_note", "message", "username", "default_address", "tax_ids", "transaction_id"),
    )
)


@dataclass(frozen=True, slots=True)
class Opened:
    """An unread delivery, to be read again: its headers without the signature, and its body."""

    connection: str
    id: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class UnreadDeliveries:
    """Keeps and opens them."""

    def __init__(self, store: Store, cipher: Cipher) -> None:
        self._store = store
        self._cipher = cipher

    async def keep(
        self,
        connection: Connection,
        connector: Connector,
        headers: Mapping[str, str],
        body: bytes,
        why: str,
        now: int,
    ) -> None:
        """At most 500 of a connection, for 30 days; the same one once."""
        kept = {name: headers[name] for name in connector.kept_headers if name in headers}
        body = impersonal(body)
        text = orjson.dumps({"headers": kept}) + b"\n" + body
        delivery = UnreadDelivery(
            connection=connection.id,
            id=digest(*kept.values(), body)[:32],
            received_at=now,
            why=why[:MOST_WHY_CHARS],
            sealed=self._cipher.encrypt(text),
        )
        await self._store.keep_unread(delivery, since=now - KEPT_MS, at_most=KEPT_AT_MOST)

    def opened(self, delivery: UnreadDelivery) -> Opened:
        """Raises WrongKey."""
        text = self._cipher.decrypt(delivery.sealed)
        head, _, body = text.partition(b"\n")
        return Opened(delivery.connection, delivery.id, orjson.loads(head)["headers"], body)

    async def counts(self) -> dict[str, int]:
        """How many wait, by connection."""
        return await self._store.unread_counts()

    async def forget(self, connection: str, id: str) -> None:
        """It has been read."""
        await self._store.forget_unread(connection, id)


def impersonal(body: bytes) -> bytes:
    """JSON without what tells who somebody is and no order needs; anything else stays."""
    try:
        return orjson.dumps(_without_personal(orjson.loads(body)))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return body


def _without_personal(value: Any) -> Any:
    if isinstance(value, dict):
        rest = {name: one for name, one in value.items() if name not in PERSONAL}
        return {name: _without_personal(one) for name, one in rest.items()}
    if isinstance(value, list):
        return [_without_personal(one) for one in value]
    return value
