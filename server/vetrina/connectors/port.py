"""The port of a connector: a provider's signature and payload, without any I/O.

ConnectorError
├── BadSignature   not signed by this connection's secret, or too old: answer 401, keep nothing
└── BadPayload     signed well, but not what the provider documents: answer 422
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from vetrina.domain.selling.order import Report

# Turns a shop's order number into the opaque purchase id: a hash salted by this installation.
Opaque = Callable[[str], str]
Headers = Mapping[str, str]
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
SECRET_CHARS = range(1, 501)


class ConnectorError(Exception):
    """Base of what a connector refuses."""


class BadSignature(ConnectorError):
    """The message says why, for the seller's own panel; the caller must not repeat it."""

    @classmethod
    def missing(cls, header: str) -> BadSignature:
        """Nothing was signed at all."""
        return cls(f"no signature: the header {header} is missing")


class BadPayload(ConnectorError):
    """`errors` lists (field, message) for every field at fault."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = tuple(errors)


# What a seller reads of a delivery that was refused or did not count. The words before the colon
# are the reason's name: the panel has its own text, in every language, for each of them.
WRONG_SECRET = "wrong secret: signed with another one, or changed on the way"  # noqa: S105
NO_SECRET = "no secret yet: give the one that the shop shows you"  # noqa: S105
TOO_OLD = "too old: sent more than five minutes ago, or a clock is wrong"
NOT_PAID = "not paid yet: the order counts when the shop says that it is paid"
OTHER_NEWS = "other news: of a kind that tells of no order, and not needed here"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery in normal form: reports of one order, none when no show is concerned.

    `id` is the same for every repeat of a delivery and for nothing else; `without` says why there
    are no reports.
    """

    id: str
    reports: tuple[Report, ...] = ()
    without: str = OTHER_NEWS


class Connector(ABC):
    """One provider. Headers come with lower-case names."""

    kind: ClassVar[str]
    title: ClassVar[str]
    """How people call this provider."""
    options: ClassVar[tuple[str, ...]] = ()
    """What a seller gives besides the secret; all of it is needed."""
    answers_empty: ClassVar[bool] = False
    """The provider wants 200 and nothing in it."""

    def prepare(self) -> None:  # noqa: B027  (most have nothing to load)
        """Load what is large and nobody else needs. It may take a while: not in the event loop."""

    def new_secret(self) -> str | None:
        """A secret of ours, or None where the provider makes it."""
        return None

    def check_secret(self, secret: str) -> str | None:
        """What is wrong with a secret that a seller pasted, in words; None when it is fine."""
        if secret != secret.strip() or not secret.isprintable() or len(secret) not in SECRET_CHARS:
            return "expected the secret alone, without spaces around it"
        return None

    def is_ping(self, headers: Headers, body: bytes) -> bool:
        """An unsigned knock before the first delivery: answered with 200, and nothing follows."""
        return False

    @abstractmethod
    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        """Raise BadSignature unless one of the secrets signed these bytes in time."""

    @abstractmethod
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        """The normal form of a verified body. Raises BadPayload."""

    @abstractmethod
    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        """The headers with a fresh signature, as the provider would send them: for rehearsals."""
