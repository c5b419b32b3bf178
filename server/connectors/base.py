"""The port of a connector: a provider's signature and payload, without any I/O.

ConnectorError
├── BadSignature   not signed by this connection's secret, or too old: answer 401, keep nothing
└── BadPayload     signed well, but not what the provider documents: answer 422
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.purchases import Order, Reversal

# Turns a shop's order number into the opaque purchase id: a hash salted by this installation.
Opaque = Callable[[str], str]


class ConnectorError(Exception):
    """Base of what a connector refuses."""


class BadSignature(ConnectorError):
    """The message says why, for the seller's own panel; the caller must not repeat it."""


class BadPayload(ConnectorError):
    """`errors` lists (field, message) for every field at fault."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery in normal form. `report` None: nothing that concerns a show."""

    id: str
    report: Order | Reversal | None


class Connector(Protocol):
    """One provider. Headers come with lower-case names."""

    kind: str

    def new_secret(self) -> str | None:
        """A secret of ours, or None where the provider makes it."""
        ...

    def check_secret(self, secret: str) -> str | None:
        """What is wrong with a secret that a seller pasted, in words; None when it is fine."""
        ...

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now_ms: int
    ) -> None:
        """Raise BadSignature unless one of the secrets signed these bytes in time."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, opaque: Opaque) -> Delivery:
        """The normal form of a verified body. Raises BadPayload."""
        ...
