"""The port of a connector: a provider's signature and payload, without any I/O.

ConnectorError
├── BadSignature   not signed by this connection's secret, or too old: answer 401, keep nothing
└── BadPayload     signed well, but without what an order needs: kept, to be read again later
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from vetrina.connectors.payment_notices import PaymentNotice
from vetrina.domain.selling.order import Report

# Turns a shop's order number into the opaque purchase id: a hash salted by this installation.
Opaque = Callable[[str], str]
Headers = Mapping[str, str]
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
SECRET_CHARS_MAX = 500


class ConnectorError(Exception):
    """Base of what a connector refuses."""


class Reason(StrEnum):
    """Why a delivery was refused or did not count, as a code; whoever tells it has the words."""

    NO_SECRET = "no_secret_yet"  # noqa: S105  (a code)
    NO_SIGNATURE = "no_signature"
    WRONG_SECRET = "wrong_secret"  # noqa: S105
    TOO_OLD = "too_old"
    NOT_UNDERSTOOD = "not_understood"
    PARTLY_READ = "partly_read"
    TEST_MODE = "in_test_mode"
    NOT_PAID = "not_paid_yet"
    NO_SHOW = "no_show_on"
    BEFORE_SHOW = "before_show"
    NO_GOODS = "no_goods"
    MAY_NOT_READ = "may_not_read"
    OTHER_NEWS = "other_news"


class BadSignature(ConnectorError):
    """For the seller's own panel; the caller must not repeat it."""

    def __init__(self, reason: Reason, detail: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    @classmethod
    def missing(cls, header: str) -> BadSignature:
        """Nothing was signed at all."""
        return cls(Reason.NO_SIGNATURE, f"the header {header} is missing")


class BadPayload(ConnectorError):
    """`errors` lists (field, message) for every field at fault."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery in normal form: reports of one order, none when no show is concerned.

    `id` is the same for every repeat of a delivery and for nothing else; `without` says why there
    are no reports, None where that is as it should be. `dropped` names the fields that could not be
    read and were left away. `payments` are names that reversals use for an order, each with the
    order's own. `notices` are about payments of orders of ours: where one is, the reports do not
    count. `live` says whether real money moved, None where the provider does not say so.
    """

    id: str
    reports: tuple[Report, ...] = ()
    without: Reason | None = Reason.OTHER_NEWS
    dropped: tuple[str, ...] = ()
    payments: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[PaymentNotice, ...] = ()
    live: bool | None = None


class Connector(ABC):
    """One provider. Headers come with lower-case names."""

    kind: ClassVar[str]
    title: ClassVar[str]
    """How people call this provider."""
    options: ClassVar[tuple[str, ...]] = ()
    """What a seller gives besides the secret; all of it is needed."""
    answers_empty: ClassVar[bool] = False
    """The provider wants 200 and nothing in it."""

    secret_chars_min: ClassVar[int] = 16
    """The shortest secret that a seller may paste, where the provider documents no longer one."""

    kept_headers: ClassVar[tuple[str, ...]] = ()
    """The headers that `read` needs, beside the body: lower-case names."""

    def prepare(self) -> None:  # noqa: B027  (most have nothing to load)
        """Load what is large and nobody else needs. It may take a while: not in the event loop."""

    def new_secret(self) -> str | None:
        """A secret of ours, or None where the provider makes it."""
        return None

    def check_secret(self, secret: str) -> str | None:
        """What is wrong with a secret that a seller pasted, in words; None when it is fine."""
        fits = len(secret) <= SECRET_CHARS_MAX and secret.isprintable()
        if secret != secret.strip() or not fits:
            return "expected the secret alone, without spaces around it"
        if len(secret) < self.secret_chars_min:
            return (
                f"expected at least {self.secret_chars_min} characters, got {len(secret)}: "
                "a shorter secret can be guessed from one delivery"
            )
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
